// What a pass makes has a location: of what it stands for, or of all that it was made from. The functions hold what
// each pass rewrites. Constants are apart: MLIR shares them, and takes their locations away when it does.
// RUN: octet-opt %s --raise --lower --mlir-print-debuginfo --mlir-print-local-scope | grep -v qnn.constant | FileCheck %s --implicit-check-not=unknown
// RUN: octet-opt %s --raise --decompose-operators --choose-storage=target=cascadelake --pack-operands=target=cascadelake --split-padding --cse --canonicalize --fuse-kernels --mlir-print-debuginfo --mlir-print-local-scope | grep -v qnn.constant | FileCheck %s --implicit-check-not=unknown
// RUN: octet-opt %s --raise --decompose-operators --choose-storage=target=baseline --pack-operands=target=baseline --split-padding --cse --canonicalize --fuse-kernels --mlir-print-debuginfo --mlir-print-local-scope | grep -v qnn.constant | FileCheck %s --implicit-check-not=unknown

!image = tensor<1x4x4x2x!quant.uniform<i8:f32, 0.5:-3>>
!sums = tensor<1x4x4x2x!quant.uniform<i32:f32, 0.125>>
!weights = tensor<2x3x3x2x!quant.uniform<i8:f32, 0.25>>

qnn.variable @memory : tensor<4xf32> = dense<0.0> : tensor<4xf32>

// The folded pad is part of where the convolution comes from.
// CHECK-LABEL: func.func @a_padded_convolution
// CHECK: qnn.kernel contraction
// CHECK: qnn.conv2d {{.*}}loc(fused[{{.*}}:[[#@LINE+5]]:{{.*}}:[[#@LINE+7]]:
func.func @a_padded_convolution(%x: !image) -> !image {
  %w = qnn.constant dense<1> : tensor<2x3x3x2xi8> : !weights


  %0 = qnn.pad %x {low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 1, 1, 0>, value = -3.0 : f64} : (!image) -> tensor<1x6x6x2x!quant.uniform<i8:f32, 0.5:-3>>

  %1 = qnn.conv2d %0, %w : (tensor<1x6x6x2x!quant.uniform<i8:f32, 0.5:-3>>, !weights) -> !sums
  %2 = qnn.requantize %1 {numerics = #qnn.numerics<double_away>} : (!sums) -> !image
  return %2 : !image
}

// CHECK-LABEL: func.func @decomposed_operators
// CHECK: qnn.conv2d
// CHECK: qnn.conv2d
// CHECK: qnn.packed_matmul
func.func @decomposed_operators(%x: tensor<1x4x4x2xf32>, %y: tensor<2x3xf32>, %z: tensor<4x3xf32>) -> (tensor<1x4x4x4xf32>, tensor<1x8x8x1xf32>, tensor<2x4xf32>) {
  %v = qnn.constant dense<1.0> : tensor<1x1x1x4xf32> : tensor<1x1x1x4xf32>
  %w = qnn.constant dense<1.0> : tensor<1x2x2x2xf32> : tensor<1x2x2x2xf32>
  %0 = qnn.depthwise_conv2d %x, %v : (tensor<1x4x4x2xf32>, tensor<1x1x1x4xf32>) -> tensor<1x4x4x4xf32>
  %1 = qnn.conv2d_transpose %x, %w {output_size = array<i64: 8, 8>, strides = array<i64: 2, 2>} : (tensor<1x4x4x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x8x8x1xf32>
  %2 = qnn.dense %y, %z : (tensor<2x3xf32>, tensor<4x3xf32>) -> tensor<2x4xf32>
  return %0, %1, %2 : tensor<1x4x4x4xf32>, tensor<1x8x8x1xf32>, tensor<2x4xf32>
}

// CHECK-LABEL: func.func @copies
// CHECK: qnn.concat
// CHECK: qnn.assign
func.func @copies(%x: tensor<4xf32>) -> (tensor<8xf32>, tensor<4xf32>) {
  %c = qnn.constant dense<2.0> : tensor<2xf32> : tensor<2xf32>
  %d = qnn.broadcast %c {shape = array<i64: 2, 2>} : (tensor<2xf32>) -> tensor<2x2xf32>
  %e = qnn.reshape %d {shape = array<i64: 4>} : (tensor<2x2xf32>) -> tensor<4xf32>
  %0 = qnn.read @memory : tensor<4xf32>
  %1 = qnn.concat %x, %e {axis = 0 : i64} : (tensor<4xf32>, tensor<4xf32>) -> tensor<8xf32>
  qnn.assign @memory, %x : tensor<4xf32>
  return %1, %0 : tensor<8xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @a_loop
// CHECK: qnn.while
func.func @a_loop(%x: tensor<i32>, %limit: tensor<i32>) -> tensor<i32> {
  %0:2 = qnn.while %x, %limit : (tensor<i32>, tensor<i32>) -> (tensor<i32>, tensor<i32>) condition {
  ^bb0(%a: tensor<i32>, %b: tensor<i32>):
    %1 = qnn.binary less %a, %b : (tensor<i32>, tensor<i32>) -> tensor<i1>
    qnn.yield %1 : tensor<i1>
  } body {
  ^bb0(%a: tensor<i32>, %b: tensor<i32>):
    %1 = qnn.add %a, %a : (tensor<i32>, tensor<i32>) -> tensor<i32>
    qnn.yield %1, %b : tensor<i32>, tensor<i32>
  }
  return %0#0 : tensor<i32>
}
