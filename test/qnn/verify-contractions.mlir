// What contractions refuse.
// RUN: octet-opt %s --split-input-file --verify-diagnostics

!input = tensor<1x6x6x4x!quant.uniform<i8:f32, 0.5:-3>>
!weights = tensor<2x3x3x4x!quant.uniform<i8:f32, 0.25>>
func.func @conv2d_with_another_accumulator_scale(%x: !input, %w: !weights) {
  // expected-error @+1 {{'qnn.conv2d' op accumulator scale 2.500000e-01 is not input scale * weight scale = 1.250000e-01}}
  %0 = qnn.conv2d %x, %w : (!input, !weights) -> tensor<1x4x4x2x!quant.uniform<i32:f32, 0.25>>
  return
}

// -----

!input = tensor<1x6x6x4x!quant.uniform<i8:f32, 0.5:-3>>
!sums = tensor<1x4x4x2x!quant.uniform<i32:f32, 0.125>>
!channels = tensor<2x3x3x4x!quant.uniform<i8:f32:0, {0.25, 0.125}>>
func.func @conv2d_with_the_scale_of_one_channel_wrong(%x: !input, %w: !channels) {
  // expected-error @+1 {{'qnn.conv2d' op accumulator scale 1.250000e-01 is not input scale * weight scale = 6.250000e-02}}
  %0 = qnn.conv2d %x, %w : (!input, !channels) -> !sums
  return
}

// -----

!input = tensor<1x6x6x4x!quant.uniform<i8:f32, 0.5:-3>>
!weights = tensor<2x3x3x4x!quant.uniform<i8:f32, 0.25>>
func.func @conv2d_with_a_result_of_another_shape(%x: !input, %w: !weights) {
  // expected-error @+1 {{'qnn.conv2d' op result 0 has shape [1, 4, 4, 3], but its operands give [1, 4, 4, 2]}}
  %0 = qnn.conv2d %x, %w : (!input, !weights) -> tensor<1x4x4x3x!quant.uniform<i32:f32, 0.125>>
  return
}

// -----

!input = tensor<1x6x6x4x!quant.uniform<i8:f32, 0.5:-3>>
!weights = tensor<2x3x3x4x!quant.uniform<i8:f32, 0.25>>
func.func @conv2d_without_an_accumulator(%x: !input, %w: !weights) {
  // expected-error @+1 {{'qnn.conv2d' op result must be an i32 or i64 accumulator, not '!quant.uniform<i8:f32, 1.250000e-01>'}}
  %0 = qnn.conv2d %x, %w : (!input, !weights) -> tensor<1x4x4x2x!quant.uniform<i8:f32, 0.125>>
  return
}

// -----

!input = tensor<1x6x6x4x!quant.uniform<i8:f32, 0.5:-3>>
!weights = tensor<2x3x3x4x!quant.uniform<i8:f32, 0.25>>
!sums = tensor<1x4x4x2x!quant.uniform<i32:f32, 0.125>>
func.func @conv2d_with_a_long_bias(%x: !input, %w: !weights, %b: tensor<3xi32>) {
  // expected-error @+1 {{'qnn.conv2d' op bias needs 2 elements, one per output channel}}
  %0 = qnn.conv2d %x, %w, %b : (!input, !weights, tensor<3xi32>) -> !sums
  return
}

// -----

!input = tensor<1x6x6x4x!quant.uniform<i8:f32, 0.5:-3>>
!weights = tensor<2x3x3x4x!quant.uniform<i8:f32, 0.25>>
!sums = tensor<1x4x4x2x!quant.uniform<i32:f32, 0.125>>
func.func @conv2d_with_a_wide_bias(%x: !input, %w: !weights, %b: tensor<2xi64>) {
  // expected-error @+1 {{'qnn.conv2d' op bias does not fit the accumulator: 'i64'}}
  %0 = qnn.conv2d %x, %w, %b : (!input, !weights, tensor<2xi64>) -> !sums
  return
}

// -----

!input = tensor<1x6x6x4x!quant.uniform<i8:f32, 0.5:-3>>
!weights = tensor<2x3x3x4x!quant.uniform<i8:f32, 0.25>>
!sums = tensor<1x4x4x2x!quant.uniform<i32:f32, 0.125>>
func.func @conv2d_with_a_float_bias(%x: !input, %w: !weights, %b: tensor<2xf32>) {
  // expected-error @+1 {{'qnn.conv2d' op bias must be an integer, not 'f32'}}
  %0 = qnn.conv2d %x, %w, %b : (!input, !weights, tensor<2xf32>) -> !sums
  return
}

// -----

!input = tensor<1x6x6x4x!quant.uniform<i8:f32, 0.5:-3>>
!weights = tensor<2x3x3x4x!quant.uniform<i8:f32, 0.25>>
!sums = tensor<1x4x4x2x!quant.uniform<i32:f32, 0.125>>
func.func @conv2d_with_a_stride_of_zero(%x: !input, %w: !weights) {
  // expected-error @+1 {{'qnn.conv2d' op strides must be at least 1, not 0}}
  %0 = qnn.conv2d %x, %w {strides = array<i64: 1, 0>} : (!input, !weights) -> !sums
  return
}

// -----

!input = tensor<1x6x6x4x!quant.uniform<i8:f32, 0.5:-3>>
!weights = tensor<2x3x3x4x!quant.uniform<i8:f32, 0.25>>
!sums = tensor<1x4x4x2x!quant.uniform<i32:f32, 0.125>>
func.func @conv2d_with_two_paddings(%x: !input, %w: !weights) {
  // expected-error @+1 {{'qnn.conv2d' op padding needs 4 entries, not 2}}
  %0 = qnn.conv2d %x, %w {padding = array<i64: 1, 1>} : (!input, !weights) -> !sums
  return
}

// -----

!input = tensor<1x6x6x4x!quant.uniform<i8:f32, 0.5:-3>>
!weights = tensor<2x3x3x4x!quant.uniform<i8:f32, 0.25>>
!sums = tensor<1x4x4x2x!quant.uniform<i32:f32, 0.125>>
func.func @conv2d_wider_than_the_image(%x: !input, %w: !weights) {
  // expected-error @+1 {{'qnn.conv2d' op a window of 7 does not fit into 6 elements}}
  %0 = qnn.conv2d %x, %w {dilations = array<i64: 3, 1>} : (!input, !weights) -> !sums
  return
}

// -----

!input = tensor<1x6x6x4x!quant.uniform<i8:f32, 0.5:-3>>
!weights = tensor<2x3x3x4x!quant.uniform<i8:f32, 0.25>>
!sums = tensor<1x4x4x2x!quant.uniform<i32:f32, 0.125>>
func.func @conv2d_with_groups_of_another_depth(%x: !input, %w: !weights) {
  // expected-error @+1 {{'qnn.conv2d' op 2 filters of depth 4 in 2 groups do not fit 4 input channels}}
  %0 = qnn.conv2d %x, %w {groups = 2 : i64} : (!input, !weights) -> !sums
  return
}

// -----

!input = tensor<1x6x6x4x!quant.uniform<i8:f32, 0.5:-3>>
!sums = tensor<1x4x4x2x!quant.uniform<i32:f32, 0.125>>
func.func @conv2d_with_a_matrix(%x: !input, %w: tensor<2x4xi8>) {
  // expected-error @+1 {{'qnn.conv2d' op weights must have rank 4, not 2}}
  %0 = qnn.conv2d %x, %w : (!input, tensor<2x4xi8>) -> !sums
  return
}

// -----

!input = tensor<1x6x6x4x!quant.uniform<i8:f32, 0.5:-3>>
!sums = tensor<1x4x4x2x!quant.uniform<i32:f32, 0.125>>
func.func @conv2d_with_scales_along_the_depth(%x: !input, %w: tensor<2x3x3x4x!quant.uniform<i8:f32:3, {0.25, 0.25, 0.25, 0.25}>>) {
  // expected-error @+1 {{'qnn.conv2d' op weights must be quantized along axis 0, not 3}}
  %0 = qnn.conv2d %x, %w : (!input, tensor<2x3x3x4x!quant.uniform<i8:f32:3, {0.25, 0.25, 0.25, 0.25}>>) -> !sums
  return
}

// -----

!weights = tensor<2x3x3x4x!quant.uniform<i8:f32, 0.25>>
func.func @conv2d_of_an_input_per_axis(%x: tensor<1x3x3x4x!quant.uniform<i8:f32:3, {0.25, 0.25, 0.25, 0.25}>>, %w: !weights) {
  // expected-error @+1 {{'qnn.conv2d' op input must be quantized per tensor, not per axis}}
  %0 = qnn.conv2d %x, %w : (tensor<1x3x3x4x!quant.uniform<i8:f32:3, {0.25, 0.25, 0.25, 0.25}>>, !weights) -> tensor<1x1x1x2xi32>
  return
}

// -----

func.func @conv2d_of_floats_to_integers(%x: tensor<1x3x3x1xf32>, %w: tensor<1x3x3x1xf32>) {
  // expected-error @+1 {{'qnn.conv2d' op float operands and result must all be f32}}
  %0 = qnn.conv2d %x, %w : (tensor<1x3x3x1xf32>, tensor<1x3x3x1xf32>) -> tensor<1x1x1x1xi32>
  return
}

// -----

!input = tensor<1x6x6x4x!quant.uniform<i8:f32, 0.5:-3>>
func.func @depthwise_with_fewer_filters_than_channels(%x: !input, %w: tensor<1x3x3x3xi8>) {
  // expected-error @+1 {{'qnn.depthwise_conv2d' op 3 filters are no multiple of 4 input channels}}
  %0 = qnn.depthwise_conv2d %x, %w : (!input, tensor<1x3x3x3xi8>) -> tensor<1x4x4x3xi32>
  return
}

// -----

!input = tensor<1x6x6x4x!quant.uniform<i8:f32, 0.5:-3>>
func.func @depthwise_with_two_rows_of_filters(%x: !input, %w: tensor<2x3x3x4xi8>) {
  // expected-error @+1 {{'qnn.depthwise_conv2d' op needs an input of rank 4 and weights of shape 1xHxWxO}}
  %0 = qnn.depthwise_conv2d %x, %w : (!input, tensor<2x3x3x4xi8>) -> tensor<1x4x4x4xi32>
  return
}

// -----

!input = tensor<1x6x6x4x!quant.uniform<i8:f32, 0.5:-3>>
func.func @conv2d_transpose_of_another_depth(%x: !input, %w: tensor<2x3x3x3xi8>) {
  // expected-error @+1 {{'qnn.conv2d_transpose' op input and weights must have rank 4 and equal depth}}
  %0 = qnn.conv2d_transpose %x, %w {output_size = array<i64: 8, 8>} : (!input, tensor<2x3x3x3xi8>) -> tensor<1x8x8x2xi32>
  return
}

// -----

!input = tensor<1x6x6x4x!quant.uniform<i8:f32, 0.5:-3>>
!weights = tensor<2x3x3x4x!quant.uniform<i8:f32, 0.25>>
func.func @conv2d_transpose_to_nothing(%x: !input, %w: !weights) {
  // expected-error @+1 {{'qnn.conv2d_transpose' op output_size must be at least 1, not 0}}
  %0 = qnn.conv2d_transpose %x, %w {output_size = array<i64: 0, 8>} : (!input, !weights) -> tensor<1x0x8x2xi32>
  return
}

// -----

func.func @dense_of_another_depth(%x: tensor<2x4xf32>, %w: tensor<3x5xf32>) {
  // expected-error @+1 {{'qnn.dense' op the last dimension of the input must equal that of the weights}}
  %0 = qnn.dense %x, %w : (tensor<2x4xf32>, tensor<3x5xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @dense_of_a_cube(%x: tensor<2x2x4xf32>, %w: tensor<3x4xf32>) {
  // expected-error @+1 {{'qnn.dense' op input must have rank 2, not 3}}
  %0 = qnn.dense %x, %w : (tensor<2x2x4xf32>, tensor<3x4xf32>) -> tensor<2x2x3xf32>
  return
}

// -----

func.func @batch_matmul_of_matrices_that_do_not_fit(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) {
  // expected-error @+1 {{'qnn.batch_matmul' op inner dimensions differ}}
  %0 = qnn.batch_matmul %x, %y : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @batch_matmul_of_two_and_three_matrices(%x: tensor<2x3x3xf32>, %y: tensor<3x3x3xf32>) {
  // expected-error @+1 {{'qnn.batch_matmul' op batch dimensions do not broadcast}}
  %0 = qnn.batch_matmul %x, %y : (tensor<2x3x3xf32>, tensor<3x3x3xf32>) -> tensor<2x3x3xf32>
  return
}

// -----

func.func @batch_matmul_of_words_in_32_bits(%x: tensor<3x3x!quant.uniform<i16:f32, 0.5>>) {
  // expected-error @+1 {{'qnn.batch_matmul' op sums products of 16-bit codes in i64}}
  %0 = qnn.batch_matmul %x, %x : (tensor<3x3x!quant.uniform<i16:f32, 0.5>>, tensor<3x3x!quant.uniform<i16:f32, 0.5>>) -> tensor<3x3xi32>
  return
}
