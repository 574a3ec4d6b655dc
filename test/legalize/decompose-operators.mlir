// RUN: octet-opt %s --split-input-file --decompose-operators --verify-diagnostics | FileCheck %s

!image = tensor<1x2x2x2x!quant.uniform<i8:f32, 0.5:-3>>
!sums = tensor<1x1x1x4x!quant.uniform<i32:f32:3, {0.5, 0.25, 0.125, 0.0625}>>

// Two filters for each of two channels are two groups of two; filter o's taps follow each other, and its scale
// moves to the first axis with it.
// CHECK-LABEL: func.func @several_filters_per_channel_are_groups(
// CHECK: %[[FILTERS:.*]] = qnn.constant dense<{{\[\[\[\[}}1], [5]], {{\[\[}}9], [13]]], {{\[\[\[}}2], [6]], {{\[\[}}10], [14]]], {{\[\[\[}}3], [7]], {{\[\[}}11], [15]]], {{\[\[\[}}4], [8]], {{\[\[}}12], [16]]]]> : tensor<4x2x2x1xi8> : tensor<4x2x2x1x!quant.uniform<i8:f32:0, {1.000000e+00,5.000000e-01,2.500000e-01,1.250000e-01}>>
// CHECK: qnn.conv2d %{{.*}}, %[[FILTERS]] {groups = 2 : i64}
func.func @several_filters_per_channel_are_groups(%x: !image) -> !sums {
  %w = qnn.constant dense<[[[[1, 2, 3, 4], [5, 6, 7, 8]], [[9, 10, 11, 12], [13, 14, 15, 16]]]]> : tensor<1x2x2x4xi8> : tensor<1x2x2x4x!quant.uniform<i8:f32:3, {1.0, 0.5, 0.25, 0.125}>>
  %0 = qnn.depthwise_conv2d %x, %w : (!image, tensor<1x2x2x4x!quant.uniform<i8:f32:3, {1.0, 0.5, 0.25, 0.125}>>) -> !sums
  return %0 : !sums
}

// -----

// CHECK-LABEL: func.func @one_filter_per_channel_stays
// CHECK: qnn.depthwise_conv2d
func.func @one_filter_per_channel_stays(%x: tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %w = qnn.constant dense<1.0> : tensor<1x1x1x2xf32> : tensor<1x1x1x2xf32>
  %0 = qnn.depthwise_conv2d %x, %w : (tensor<1x2x2x2xf32>, tensor<1x1x1x2xf32>) -> tensor<1x2x2x2xf32>
  return %0 : tensor<1x2x2x2xf32>
}

// -----

!image = tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5:-3>>
!weights = tensor<1x2x2x1x!quant.uniform<i8:f32, 0.5>>
!sums = tensor<1x4x4x1x!quant.uniform<i32:f32, 0.25>>

// Zero points between the pixels of stride 2 and one row around them; the filter is turned.
// CHECK-LABEL: func.func @a_transposed_convolution_spreads_its_image
// CHECK: %[[TURNED:.*]] = qnn.constant dense<{{\[\[\[\[}}4], [3]], {{\[\[}}2], [1]]]]>
// CHECK: %[[SPREAD:.*]] = qnn.pad %{{.*}} {high = array<i64: 0, 1, 1, 0>, interior = array<i64: 0, 1, 1, 0>, low = array<i64: 0, 1, 1, 0>, value = -3.000000e+00 : f64} {{.*}} -> tensor<1x5x5x1x
// CHECK: qnn.conv2d %[[SPREAD]], %[[TURNED]] :
func.func @a_transposed_convolution_spreads_its_image(%x: !image) -> !sums {
  %w = qnn.constant dense<[[[[1], [2]], [[3], [4]]]]> : tensor<1x2x2x1xi8> : !weights
  %0 = qnn.conv2d_transpose %x, %w {output_size = array<i64: 4, 4>, strides = array<i64: 2, 2>} : (!image, !weights) -> !sums
  return %0 : !sums
}

// -----

// The last row and column of pixels reach nothing.
// CHECK-LABEL: func.func @pixels_beyond_the_output_are_cut
// CHECK: %[[CUT:.*]] = qnn.slice %{{.*}} {begin = array<i64: 0, 0, 0, 0>, sizes = array<i64: 1, 2, 2, 1>, strides = array<i64: 1, 1, 1, 1>}
// CHECK: qnn.pad %[[CUT]]
func.func @pixels_beyond_the_output_are_cut(%x: tensor<1x3x3x1xf32>) -> tensor<1x3x3x1xf32> {
  %w = qnn.constant dense<1.0> : tensor<1x1x1x1xf32> : tensor<1x1x1x1xf32>
  %0 = qnn.conv2d_transpose %x, %w {output_size = array<i64: 3, 3>, strides = array<i64: 2, 2>} : (tensor<1x3x3x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x3x3x1xf32>
  return %0 : tensor<1x3x3x1xf32>
}

// -----

// CHECK-LABEL: func.func @computed_weights_are_a_matrix(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<2x4xf32>, %[[W:[a-z0-9]+]]: tensor<3x4xf32>, %[[BIAS:[a-z0-9]+]]: tensor<3xf32>
// CHECK: %[[ROWS:.*]] = qnn.reshape %[[X]]
// CHECK: %[[PRODUCT:.*]] = qnn.batch_matmul %[[ROWS]], %[[W]] {transpose_rhs}
// CHECK: qnn.add %[[PRODUCT]], %[[BIAS]]
func.func @computed_weights_are_a_matrix(%x: tensor<2x4xf32>, %w: tensor<3x4xf32>, %b: tensor<3xf32>) -> tensor<2x3xf32> {
  %0 = qnn.dense %x, %w, %b : (tensor<2x4xf32>, tensor<3x4xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

func.func @computed_weights_of_a_transposed_convolution(%x: tensor<1x2x2x1xf32>, %w: tensor<1x2x2x1xf32>) -> tensor<1x4x4x1xf32> {
  // expected-error @+1 {{with weights known only at run time is not supported: they must be constants}}
  %0 = qnn.conv2d_transpose %x, %w {output_size = array<i64: 4, 4>, strides = array<i64: 2, 2>} : (tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>) -> tensor<1x4x4x1xf32>
  return %0 : tensor<1x4x4x1xf32>
}

// -----

// The quotient by a power of two is a product; by other numbers it is rounded differently.
// CHECK-LABEL: func.func @division(
// CHECK: qnn.mul %{{.*}}, %{{.*}} : (tensor<3xf32>, tensor<3xf32>)
// CHECK: qnn.binary divide
func.func @division(%x: tensor<3xf32>) -> tensor<3xf32> {
  %powers = qnn.constant dense<[8.0, -0.5, 1.0]> : tensor<3xf32> : tensor<3xf32>
  %others = qnn.constant dense<[8.0, 3.0, 1.0]> : tensor<3xf32> : tensor<3xf32>
  %0 = qnn.binary divide %x, %powers : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  %1 = qnn.binary divide %0, %others : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %1 : tensor<3xf32>
}

// -----

func.func @computed_weights_of_a_convolution(%x: tensor<1x4x4x1xf32>, %w: tensor<1x2x2x1xf32>) -> tensor<1x3x3x1xf32> {
  // expected-error @+1 {{with weights known only at run time is not supported: they must be constants}}
  %0 = qnn.conv2d %x, %w : (tensor<1x4x4x1xf32>, tensor<1x2x2x1xf32>) -> tensor<1x3x3x1xf32>
  return %0 : tensor<1x3x3x1xf32>
}

// -----

func.func @a_computed_bias(%x: tensor<1x4x4x2xf32>, %b: tensor<2xf32>) -> tensor<1x4x4x2xf32> {
  %w = qnn.constant dense<1.0> : tensor<1x1x1x2xf32> : tensor<1x1x1x2xf32>
  // expected-error @+1 {{with a bias known only at run time is not supported: they must be constants}}
  %0 = qnn.depthwise_conv2d %x, %w, %b : (tensor<1x4x4x2xf32>, tensor<1x1x1x2xf32>, tensor<2xf32>) -> tensor<1x4x4x2xf32>
  return %0 : tensor<1x4x4x2xf32>
}
