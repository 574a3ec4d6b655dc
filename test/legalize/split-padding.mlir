// RUN: octet-opt %s --split-input-file --split-padding | FileCheck %s

!image = tensor<1x4x4x1x!quant.uniform<i8:f32, 0.5:-3>>
!weights = tensor<1x3x3x1x!quant.uniform<i8:f32, 0.25>>
!sums = tensor<1x3x4x1x!quant.uniform<i32:f32, 0.125>>

// CHECK-LABEL: func.func @the_border_is_a_tensor(
// CHECK-SAME: %[[IMAGE:[a-z0-9]+]]: tensor<1x4x4x1x
// CHECK: %[[PADDED:.*]] = qnn.pad %[[IMAGE]] {high = array<i64: 0, 0, 1, 0>, low = array<i64: 0, 1, 1, 0>, value = -3.000000e+00 : f64} {{.*}} -> tensor<1x5x6x1x
// CHECK: qnn.conv2d %[[PADDED]], %{{[a-z0-9]+}} : (tensor<1x5x6x1x
func.func @the_border_is_a_tensor(%x: !image, %w: !weights) -> !sums {
  %0 = qnn.conv2d %x, %w {padding = array<i64: 1, 1, 0, 1>} : (!image, !weights) -> !sums
  return %0 : !sums
}

// -----

// CHECK-LABEL: func.func @a_depthwise_border_is_a_tensor
// CHECK: %[[PADDED:.*]] = qnn.pad %{{.*}} {high = array<i64: 0, 1, 1, 0>, low = array<i64: 0, 1, 1, 0>} {{.*}} -> tensor<1x6x6x2xf32>
// CHECK: qnn.depthwise_conv2d %[[PADDED]], %{{[a-z0-9]+}} {dilations = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x6x6x2xf32>
func.func @a_depthwise_border_is_a_tensor(%x: tensor<1x4x4x2xf32>, %w: tensor<1x3x3x2xf32>) -> tensor<1x1x1x2xf32> {
  %0 = qnn.depthwise_conv2d %x, %w {padding = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>, dilations = array<i64: 2, 2>} : (tensor<1x4x4x2xf32>, tensor<1x3x3x2xf32>) -> tensor<1x1x1x2xf32>
  return %0 : tensor<1x1x1x2xf32>
}

// -----

// CHECK-LABEL: func.func @no_padding_needs_no_tensor
// CHECK-NOT: qnn.pad
// CHECK: qnn.conv2d
func.func @no_padding_needs_no_tensor(%x: tensor<1x4x4x1xf32>, %w: tensor<1x3x3x1xf32>) -> tensor<1x2x2x1xf32> {
  %0 = qnn.conv2d %x, %w : (tensor<1x4x4x1xf32>, tensor<1x3x3x1xf32>) -> tensor<1x2x2x1xf32>
  return %0 : tensor<1x2x2x1xf32>
}

// -----

// Pools leave the padding out of their count, so it stays theirs.
// CHECK-LABEL: func.func @a_pool_keeps_its_padding
// CHECK-NOT: qnn.pad
// CHECK: qnn.avg_pool2d %{{.*}} {padding = array<i64: 1, 1, 0, 0>
func.func @a_pool_keeps_its_padding(%x: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  %0 = qnn.avg_pool2d %x {window = array<i64: 2, 2>, padding = array<i64: 1, 1, 0, 0>} : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32>
  return %0 : tensor<1x4x4x1xf32>
}
