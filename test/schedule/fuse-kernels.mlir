// RUN: octet-opt %s --split-input-file --fuse-kernels | FileCheck %s

!u8 = tensor<1x4x4x8x!quant.uniform<u8:f32, 0.5:3>>
!weights = tensor<8x1x1x8x!quant.uniform<i8:f32, 0.25>>
!sums = tensor<1x4x4x8x!quant.uniform<i32:f32, 0.125>>

// From the sums to the last element-wise operator nothing leaves registers; the other addend comes in as an input,
// the weights as a constant of the kernel's own.
// CHECK-LABEL: func.func @a_convolution_takes_its_epilogue(
// CHECK-SAME: %[[X:[a-z0-9]+]]: {{.*}}, %[[Y:[a-z0-9]+]]: tensor
// CHECK-NEXT: %[[KERNEL:.*]] = qnn.kernel contraction(%[[X]], %[[Y]])
// CHECK-NEXT: ^bb0(%[[INPUT:.*]]: {{.*}}, %[[ADDEND:.*]]: {{.*}}):
// CHECK-NEXT: %[[WEIGHTS:.*]] = qnn.constant
// CHECK-NEXT: %[[SUMS:.*]] = qnn.conv2d %[[INPUT]], %[[WEIGHTS]]
// CHECK-NEXT: %[[CODES:.*]] = qnn.requantize %[[SUMS]]
// CHECK-NEXT: %[[CLAMPED:.*]] = qnn.clamp %[[CODES]]
// CHECK-NEXT: %[[ADDED:.*]] = qnn.add %[[CLAMPED]], %[[ADDEND]]
// CHECK-NEXT: %[[SWISH:.*]] = qnn.unary hard_swish %[[ADDED]]
// CHECK-NEXT: qnn.yield %[[SWISH]]
// CHECK: return %[[KERNEL]]
func.func @a_convolution_takes_its_epilogue(%x: !u8, %y: !u8) -> !u8 {
  %w = qnn.constant dense<1> : tensor<8x1x1x8xi8> : !weights
  %0 = qnn.conv2d %x, %w : (!u8, !weights) -> !sums
  %1 = qnn.requantize %0 {numerics = #qnn.numerics<double_away>} : (!sums) -> !u8
  %2 = qnn.clamp %1 {lowest = 3.0 : f64, highest = 15.0 : f64} : (!u8) -> !u8
  %3 = qnn.add %2, %y {numerics = #qnn.numerics<double_away>} : (!u8, !u8) -> !u8
  %4 = qnn.unary hard_swish %3 {numerics = #qnn.numerics<double_away>} : (!u8) -> !u8
  return %4 : !u8
}

// -----

!u8 = tensor<1x4x4x8x!quant.uniform<u8:f32, 0.5:3>>
!weights = tensor<8x1x1x8x!quant.uniform<i8:f32, 0.25>>
!sums = tensor<1x4x4x8x!quant.uniform<i32:f32, 0.125>>

// The codes have another reader, so they are written; what follows is a kernel of its own.
// CHECK-LABEL: func.func @two_readers_end_an_epilogue
// CHECK: %[[FIRST:.*]] = qnn.kernel contraction
// CHECK: qnn.requantize
// CHECK-NEXT: qnn.yield
// CHECK: %[[SECOND:.*]] = qnn.kernel map(%[[FIRST]])
// CHECK: qnn.clamp
// CHECK: return %[[FIRST]], %[[SECOND]]
func.func @two_readers_end_an_epilogue(%x: !u8) -> (!u8, !u8) {
  %w = qnn.constant dense<1> : tensor<8x1x1x8xi8> : !weights
  %0 = qnn.conv2d %x, %w : (!u8, !weights) -> !sums
  %1 = qnn.requantize %0 {numerics = #qnn.numerics<double_away>} : (!sums) -> !u8
  %2 = qnn.clamp %1 {lowest = 3.0 : f64, highest = 15.0 : f64} : (!u8) -> !u8
  return %1, %2 : !u8, !u8
}

// -----

// A sum that broadcasts the pooled row has another shape than the anchor writes.
// CHECK-LABEL: func.func @a_broadcast_ends_an_epilogue
// CHECK: %[[POOL:.*]] = qnn.kernel pool
// CHECK: qnn.kernel map(%[[POOL]], %{{.*}})
// CHECK: qnn.add
func.func @a_broadcast_ends_an_epilogue(%x: tensor<1x2x2x4xf32>, %y: tensor<1x3x3x4xf32>) -> tensor<1x3x3x4xf32> {
  %0 = qnn.max_pool2d %x {window = array<i64: 2, 2>} : (tensor<1x2x2x4xf32>) -> tensor<1x1x1x4xf32>
  %1 = qnn.add %0, %y : (tensor<1x1x1x4xf32>, tensor<1x3x3x4xf32>) -> tensor<1x3x3x4xf32>
  return %1 : tensor<1x3x3x4xf32>
}

// -----

// CHECK-LABEL: func.func @element_wise_operators_are_one_kernel
// CHECK: qnn.kernel map(%{{[a-z0-9]+}}, %{{[a-z0-9]+}})
// CHECK: qnn.unary exp
// CHECK: qnn.unary logistic
// CHECK: qnn.mul
// CHECK: qnn.yield
// CHECK-NOT: qnn.kernel
func.func @element_wise_operators_are_one_kernel(%x: tensor<8xf32>, %y: tensor<8xf32>) -> tensor<8xf32> {
  %0 = qnn.unary exp %x : (tensor<8xf32>) -> tensor<8xf32>
  %1 = qnn.unary logistic %y : (tensor<8xf32>) -> tensor<8xf32>
  %2 = qnn.mul %0, %1 : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return %2 : tensor<8xf32>
}

// -----

// CHECK-LABEL: func.func @depthwise_takes_its_epilogue
// CHECK: qnn.kernel depthwise
// CHECK: qnn.depthwise_conv2d
// CHECK-NEXT: qnn.clamp
// CHECK-NEXT: qnn.yield
func.func @depthwise_takes_its_epilogue(%x: tensor<1x4x4x4xf32>) -> tensor<1x2x2x4xf32> {
  %w = qnn.constant dense<1.0> : tensor<1x3x3x4xf32> : tensor<1x3x3x4xf32>
  %0 = qnn.depthwise_conv2d %x, %w : (tensor<1x4x4x4xf32>, tensor<1x3x3x4xf32>) -> tensor<1x2x2x4xf32>
  %1 = qnn.clamp %0 {lowest = 0.0 : f64, highest = 6.0 : f64} : (tensor<1x2x2x4xf32>) -> tensor<1x2x2x4xf32>
  return %1 : tensor<1x2x2x4xf32>
}

// -----

// Routines have no epilogue; a pad is filled, a mirror mapped; reshapes, slices and concatenations are a matter of
// memory alone.
// CHECK-LABEL: func.func @the_rest_by_kind
// CHECK: %[[ROUTINE:.*]] = qnn.kernel routine
// CHECK: qnn.softmax
// CHECK: %[[FILL:.*]] = qnn.kernel fill(%[[ROUTINE]])
// CHECK: qnn.pad
// CHECK: %[[MIRROR:.*]] = qnn.kernel map(%[[FILL]])
// CHECK: qnn.pad
// CHECK: %[[TRANSPOSE:.*]] = qnn.kernel map(%[[MIRROR]])
// CHECK: qnn.transpose
// CHECK-NEXT: qnn.yield
// CHECK-NEXT: }
// CHECK-NEXT: %[[VIEW:.*]] = qnn.reshape %[[TRANSPOSE]]
// CHECK-NEXT: %[[PART:.*]] = qnn.slice %[[VIEW]]
// CHECK-NEXT: qnn.concat %[[PART]], %[[PART]]
func.func @the_rest_by_kind(%x: tensor<2x3xf32>) -> tensor<4xf32> {
  %0 = qnn.softmax %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = qnn.pad %0 {low = array<i64: 0, 1>, high = array<i64: 0, 0>} : (tensor<2x3xf32>) -> tensor<2x4xf32>
  %2 = qnn.pad %1 {low = array<i64: 0, 1>, high = array<i64: 0, 0>, kind = #qnn<pad_kind reflect>} : (tensor<2x4xf32>) -> tensor<2x5xf32>
  %3 = qnn.transpose %2 {permutation = array<i64: 1, 0>} : (tensor<2x5xf32>) -> tensor<5x2xf32>
  %4 = qnn.reshape %3 {shape = array<i64: 10>} : (tensor<5x2xf32>) -> tensor<10xf32>
  %5 = qnn.slice %4 {begin = array<i64: 1>, sizes = array<i64: 2>, strides = array<i64: 2>} : (tensor<10xf32>) -> tensor<2xf32>
  %6 = qnn.concat %5, %5 {axis = 0 : i64} : (tensor<2xf32>, tensor<2xf32>) -> tensor<4xf32>
  return %6 : tensor<4xf32>
}

// -----

// CHECK-LABEL: func.func @regions_of_loops_are_fused_too
// CHECK: qnn.while
// CHECK: qnn.kernel map
// CHECK: qnn.binary less
// CHECK: } body {
// CHECK: qnn.kernel map
// CHECK: qnn.add
func.func @regions_of_loops_are_fused_too(%x: tensor<i32>, %limit: tensor<i32>) -> tensor<i32> {
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

// -----

!codes = tensor<1x3x8x16x!quant.uniform<u8:f32, 0.5:100>>

// An image's planes are read where they are quantized, and pixels stored.
// CHECK-LABEL: func.func @planes_become_pixels
// CHECK: qnn.kernel map(%arg0) : (tensor<1x3x8x16xf32>) -> tensor<1x8x16x3x!quant.uniform<u8:f32, 5.000000e-01:100>> {
// CHECK: qnn.transpose
// CHECK-NEXT: qnn.quantize
// CHECK-NEXT: qnn.yield
// CHECK-NOT: qnn.kernel
func.func @planes_become_pixels(%x: tensor<1x3x8x16xf32>) -> tensor<1x8x16x3x!quant.uniform<u8:f32, 0.5:100>> {
  %0 = qnn.quantize %x : (tensor<1x3x8x16xf32>) -> !codes
  %1 = qnn.transpose %0 {permutation = array<i64: 0, 2, 3, 1>} : (!codes) -> tensor<1x8x16x3x!quant.uniform<u8:f32, 0.5:100>>
  return %1 : tensor<1x8x16x3x!quant.uniform<u8:f32, 0.5:100>>
}

// -----

!codes = tensor<1x64x8x16x!quant.uniform<u8:f32, 0.5:100>>

// Many channels would be computed one by one.
// CHECK-LABEL: func.func @many_channels_are_quantized_first
// CHECK: qnn.kernel map(%arg0)
// CHECK: qnn.quantize
// CHECK: qnn.kernel map(
// CHECK: qnn.transpose
func.func @many_channels_are_quantized_first(%x: tensor<1x64x8x16xf32>) -> tensor<1x8x16x64x!quant.uniform<u8:f32, 0.5:100>> {
  %0 = qnn.quantize %x : (tensor<1x64x8x16xf32>) -> !codes
  %1 = qnn.transpose %0 {permutation = array<i64: 0, 2, 3, 1>} : (!codes) -> tensor<1x8x16x64x!quant.uniform<u8:f32, 0.5:100>>
  return %1 : tensor<1x8x16x64x!quant.uniform<u8:f32, 0.5:100>>
}

// -----

!u8 = tensor<1x4x4x8x!quant.uniform<u8:f32, 0.5:3>>
!weights = tensor<8x1x1x8x!quant.uniform<i8:f32, 0.25>>
!sums = tensor<1x4x4x8x!quant.uniform<i32:f32, 0.125>>
!f32 = tensor<1x4x4x8xf32>

// x * sigmoid(x): two readers that come together again.
// CHECK-LABEL: func.func @readers_that_join_are_one_epilogue
// CHECK: qnn.kernel contraction
// CHECK: %[[X:.*]] = qnn.dequantize
// CHECK: %[[SHARE:.*]] = qnn.unary logistic %[[X]]
// CHECK: %[[SWISH:.*]] = qnn.mul %[[X]], %[[SHARE]]
// CHECK: %[[CODES:.*]] = qnn.quantize %[[SWISH]]
// CHECK: qnn.yield %[[CODES]]
// CHECK-NOT: qnn.kernel
func.func @readers_that_join_are_one_epilogue(%x: !u8) -> !u8 {
  %w = qnn.constant dense<1> : tensor<8x1x1x8xi8> : !weights
  %0 = qnn.conv2d %x, %w : (!u8, !weights) -> !sums
  %1 = qnn.dequantize %0 : (!sums) -> !f32
  %2 = qnn.unary logistic %1 : (!f32) -> !f32
  %3 = qnn.mul %1, %2 : (!f32, !f32) -> !f32
  %4 = qnn.quantize %3 {numerics = #qnn.numerics<float_even>} : (!f32) -> !u8
  return %4 : !u8
}

// -----

!u8 = tensor<1x4x4x8x!quant.uniform<u8:f32, 0.5:3>>
!weights = tensor<8x1x1x8x!quant.uniform<i8:f32, 0.25>>
!sums = tensor<1x4x4x8x!quant.uniform<i32:f32, 0.125>>
!f32 = tensor<1x4x4x8xf32>

// One of the readers is read besides: all that they read has to be in memory.
// CHECK-LABEL: func.func @readers_that_others_read_do_not_join
// CHECK: qnn.kernel contraction
// CHECK: qnn.dequantize
// CHECK-NEXT: qnn.yield
// CHECK: qnn.kernel map
func.func @readers_that_others_read_do_not_join(%x: !u8) -> (!f32, !f32) {
  %w = qnn.constant dense<1> : tensor<8x1x1x8xi8> : !weights
  %0 = qnn.conv2d %x, %w : (!u8, !weights) -> !sums
  %1 = qnn.dequantize %0 : (!sums) -> !f32
  %2 = qnn.unary logistic %1 : (!f32) -> !f32
  %3 = qnn.mul %1, %2 : (!f32, !f32) -> !f32
  return %2, %3 : !f32, !f32
}

// -----

!u8 = tensor<1x4x4x8x!quant.uniform<u8:f32, 0.5:3>>
!weights = tensor<8x1x1x8x!quant.uniform<i8:f32, 0.25>>
!sums = tensor<1x4x4x8x!quant.uniform<i32:f32, 0.125>>
!f32 = tensor<1x4x4x8xf32>

// A residual sum of floats reads codes, although what they become is wanted elsewhere, too.
// CHECK-LABEL: func.func @codes_are_dequantized_where_they_are_read
// CHECK: qnn.kernel map(%arg1)
// CHECK: qnn.kernel contraction(%arg0, %arg1)
// CHECK: ^bb0(%{{.*}}, %[[OTHER:[a-z0-9]+]]: {{.*}}):
// CHECK: %[[OWN:.*]] = qnn.dequantize %[[OTHER]]
// CHECK: qnn.add %{{.*}}, %[[OWN]]
func.func @codes_are_dequantized_where_they_are_read(%x: !u8, %y: !u8) -> (!u8, !f32) {
  %w = qnn.constant dense<1> : tensor<8x1x1x8xi8> : !weights
  %0 = qnn.dequantize %y : (!u8) -> !f32
  %1 = qnn.conv2d %x, %w : (!u8, !weights) -> !sums
  %2 = qnn.dequantize %1 : (!sums) -> !f32
  %3 = qnn.add %2, %0 : (!f32, !f32) -> !f32
  %4 = qnn.quantize %3 {numerics = #qnn.numerics<float_even>} : (!f32) -> !u8
  return %4, %0 : !u8, !f32
}
