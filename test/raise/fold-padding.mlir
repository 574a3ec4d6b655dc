// RUN: octet-opt %s --split-input-file --fold-padding | FileCheck %s

!image = tensor<1x4x4x1x!quant.uniform<i8:f32, 0.5:-3>>
!padded = tensor<1x6x7x1x!quant.uniform<i8:f32, 0.5:-3>>
!weights = tensor<1x3x3x1x!quant.uniform<i8:f32, 0.25>>
!sums = tensor<1x4x5x1x!quant.uniform<i32:f32, 0.125>>

// CHECK-LABEL: func.func @a_pad_with_the_zero_point(
// CHECK-SAME: %[[IMAGE:[a-z0-9]+]]: tensor<1x4x4x1x
// CHECK-NOT: qnn.pad
// CHECK: qnn.conv2d %[[IMAGE]], %{{.*}} {padding = array<i64: 1, 1, 1, 2>}
func.func @a_pad_with_the_zero_point(%x: !image, %w: !weights) -> !sums {
  %0 = qnn.pad %x {low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 1, 2, 0>, value = -3.0 : f64} : (!image) -> !padded
  %1 = qnn.conv2d %0, %w : (!padded, !weights) -> !sums
  return %1 : !sums
}

// -----

!image = tensor<1x4x4x1x!quant.uniform<i8:f32, 0.5:-3>>
!padded = tensor<1x6x7x1x!quant.uniform<i8:f32, 0.5:-3>>
!weights = tensor<1x3x3x1x!quant.uniform<i8:f32, 0.25>>
!sums = tensor<1x4x5x1x!quant.uniform<i32:f32, 0.125>>

// Code 0 stands for 1.5 here.
// CHECK-LABEL: func.func @a_pad_with_another_code_stays
// CHECK: %[[PADDED:.*]] = qnn.pad
// CHECK: qnn.conv2d %[[PADDED]]
func.func @a_pad_with_another_code_stays(%x: !image, %w: !weights) -> !sums {
  %0 = qnn.pad %x {low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 1, 2, 0>} : (!image) -> !padded
  %1 = qnn.conv2d %0, %w : (!padded, !weights) -> !sums
  return %1 : !sums
}

// -----

// CHECK-LABEL: func.func @pads_add_up
// CHECK-NOT: qnn.pad
// CHECK: qnn.depthwise_conv2d %{{.*}} {padding = array<i64: 2, 1, 0, 1>, strides = array<i64: 2, 2>}
func.func @pads_add_up(%x: tensor<1x4x4x1xf32>, %w: tensor<1x3x3x1xf32>) -> tensor<1x2x2x1xf32> {
  %0 = qnn.pad %x {low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 0, 0, 0>} : (tensor<1x4x4x1xf32>) -> tensor<1x5x4x1xf32>
  %1 = qnn.depthwise_conv2d %0, %w {padding = array<i64: 1, 1, 0, 1>, strides = array<i64: 2, 2>} : (tensor<1x5x4x1xf32>, tensor<1x3x3x1xf32>) -> tensor<1x2x2x1xf32>
  return %1 : tensor<1x2x2x1xf32>
}

// -----

// CHECK-LABEL: func.func @a_pad_of_channels_stays
// CHECK: qnn.pad
func.func @a_pad_of_channels_stays(%x: tensor<1x4x4x1xf32>, %w: tensor<1x3x3x2xf32>) -> tensor<1x2x2x1xf32> {
  %0 = qnn.pad %x {low = array<i64: 0, 0, 0, 0>, high = array<i64: 0, 0, 0, 1>} : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x2xf32>
  %1 = qnn.conv2d %0, %w : (tensor<1x4x4x2xf32>, tensor<1x3x3x2xf32>) -> tensor<1x2x2x1xf32>
  return %1 : tensor<1x2x2x1xf32>
}

// -----

// CHECK-LABEL: func.func @a_mirror_stays
// CHECK: qnn.pad
func.func @a_mirror_stays(%x: tensor<1x4x4x1xf32>, %w: tensor<1x3x3x1xf32>) -> tensor<1x3x2x1xf32> {
  %0 = qnn.pad %x {low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 0, 0, 0>, kind = #qnn<pad_kind reflect>} : (tensor<1x4x4x1xf32>) -> tensor<1x5x4x1xf32>
  %1 = qnn.conv2d %0, %w : (tensor<1x5x4x1xf32>, tensor<1x3x3x1xf32>) -> tensor<1x3x2x1xf32>
  return %1 : tensor<1x3x2x1xf32>
}

// -----

// CHECK-LABEL: func.func @zeros_between_pixels_stay
// CHECK: qnn.pad
func.func @zeros_between_pixels_stay(%x: tensor<1x4x4x1xf32>, %w: tensor<1x3x3x1xf32>) -> tensor<1x5x2x1xf32> {
  %0 = qnn.pad %x {low = array<i64: 0, 0, 0, 0>, high = array<i64: 0, 0, 0, 0>, interior = array<i64: 0, 1, 0, 0>} : (tensor<1x4x4x1xf32>) -> tensor<1x7x4x1xf32>
  %1 = qnn.conv2d %0, %w : (tensor<1x7x4x1xf32>, tensor<1x3x3x1xf32>) -> tensor<1x5x2x1xf32>
  return %1 : tensor<1x5x2x1xf32>
}

// -----

// Another reader still needs the padded image, the convolution does not.
// CHECK-LABEL: func.func @a_pad_with_two_readers(
// CHECK-SAME: %[[IMAGE:[a-z0-9]+]]: tensor<1x4x4x1xf32>
// CHECK: %[[PADDED:.*]] = qnn.pad
// CHECK: qnn.conv2d %[[IMAGE]]
// CHECK: return %{{.*}}, %[[PADDED]]
func.func @a_pad_with_two_readers(%x: tensor<1x4x4x1xf32>, %w: tensor<1x3x3x1xf32>) -> (tensor<1x3x2x1xf32>, tensor<1x5x4x1xf32>) {
  %0 = qnn.pad %x {low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 0, 0, 0>} : (tensor<1x4x4x1xf32>) -> tensor<1x5x4x1xf32>
  %1 = qnn.conv2d %0, %w : (tensor<1x5x4x1xf32>, tensor<1x3x3x1xf32>) -> tensor<1x3x2x1xf32>
  return %1, %0 : tensor<1x3x2x1xf32>, tensor<1x5x4x1xf32>
}
