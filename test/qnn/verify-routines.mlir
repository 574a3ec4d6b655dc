// What windows, reductions and other routines refuse.
// RUN: octet-opt %s --split-input-file --verify-diagnostics

!image = tensor<1x4x4x2x!quant.uniform<i8:f32, 0.5:1>>
func.func @pool_of_padding_alone(%x: !image) {
  // expected-error @+1 {{'qnn.max_pool2d' op padding must be smaller than the window}}
  %0 = qnn.max_pool2d %x {window = array<i64: 2, 2>, padding = array<i64: 2, 0, 0, 0>} : (!image) -> tensor<1x5x3x2x!quant.uniform<i8:f32, 0.5:1>>
  return
}

// -----

!image = tensor<1x4x4x2x!quant.uniform<i8:f32, 0.5:1>>
func.func @pool_larger_than_the_image(%x: !image) {
  // expected-error @+1 {{'qnn.avg_pool2d' op a window of 5 does not fit into 4 elements}}
  %0 = qnn.avg_pool2d %x {window = array<i64: 5, 1>} : (!image) -> !image
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @pool_of_a_matrix(%x: !i8) {
  // expected-error @+1 {{'qnn.avg_pool2d' op input must have rank 4, not 2}}
  %0 = qnn.avg_pool2d %x {window = array<i64: 1, 1>} : (!i8) -> !i8
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @reduce_along_an_axis_that_is_not_there(%x: !i8) {
  // expected-error @+1 {{'qnn.reduce' op axis 2 is out of range or given twice}}
  %0 = qnn.reduce maximum %x {axes = array<i64: 2>} : (!i8) -> !i8
  return
}

// -----

func.func @reduce_of_the_first_and_last(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{'qnn.reduce' op reduced axes must lie side by side}}
  %0 = qnn.reduce sum %x {axes = array<i64: 0, 2>} : (tensor<2x3x4xf32>) -> tensor<3xf32>
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @mean_without_numerics(%x: !i8) {
  // expected-error @+1 {{'qnn.reduce' op of a quantized tensor needs a per-tensor quantized result and numerics}}
  %0 = qnn.reduce mean %x {axes = array<i64: 1>} : (!i8) -> tensor<2x!quant.uniform<i8:f32, 0.5:1>>
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @product_of_codes(%x: !i8) {
  // expected-error @+1 {{'qnn.reduce' op has a product of int8 or int16 codes, by q15_up}}
  %0 = qnn.reduce product %x {axes = array<i64: 1>, numerics = #qnn.numerics<double_away>} : (!i8) -> tensor<2x!quant.uniform<i8:f32, 0.5:1>>
  return
}

// -----

func.func @any_of_integers(%x: tensor<2x3xi32>) {
  // expected-error @+1 {{'qnn.reduce' op any and all reduce booleans, the others numbers}}
  %0 = qnn.reduce any %x {axes = array<i64: 1>} : (tensor<2x3xi32>) -> tensor<2xi32>
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @softmax_to_another_scale(%x: !i8) {
  // expected-error @+1 {{'qnn.softmax' op in fixed point has scale 3.906250e-03 and the lowest code as zero point}}
  %0 = qnn.softmax %x {numerics = #qnn.numerics<double_away, recipe = fixed_point>} : (!i8) -> !i8
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @softmax_to_another_sign(%x: !i8) {
  // expected-error @+1 {{'qnn.softmax' op needs 8-bit codes of one signedness}}
  %0 = qnn.softmax %x : (!i8) -> tensor<2x3x!quant.uniform<u8:f32, 0.00390625>>
  return
}

// -----

func.func @softmax_of_nothing(%x: tensor<2x0xf32>) {
  // expected-error @+1 {{'qnn.softmax' op needs rows}}
  %0 = qnn.softmax %x : (tensor<2x0xf32>) -> tensor<2x0xf32>
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @log_softmax_of_codes(%x: !i8) {
  // expected-error @+1 {{'qnn.log_softmax' op needs f32, not '!quant.uniform<i8:f32, 5.000000e-01:1>'}}
  %0 = qnn.log_softmax %x : (!i8) -> !i8
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @l2_norm_to_another_scale(%x: !i8) {
  // expected-error @+1 {{'qnn.l2_norm' op has a quantized result of scale 1/128 with its zero point in the middle}}
  %0 = qnn.l2_norm %x : (!i8) -> !i8
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @arg_max_to_floats(%x: !i8) {
  // expected-error @+1 {{'qnn.arg_max' op needs i32 or i64 indices, not 'f32'}}
  %0 = qnn.arg_max %x {axis = 1 : i64} : (!i8) -> tensor<2xf32>
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @arg_max_along_an_axis_that_is_not_there(%x: !i8) {
  // expected-error @+1 {{'qnn.arg_max' op axis 2 is out of range or empty}}
  %0 = qnn.arg_max %x {axis = 2 : i64} : (!i8) -> tensor<2xi32>
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @four_of_three(%x: !i8) {
  // expected-error @+1 {{'qnn.top_k' op k = 4 does not fit the last dimension}}
  %0:2 = qnn.top_k %x {k = 4 : i64} : (!i8) -> (tensor<2x4x!quant.uniform<i8:f32, 0.5:1>>, tensor<2x4xi32>)
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @gather_by_floats(%x: !i8, %i: tensor<2xf32>) {
  // expected-error @+1 {{'qnn.gather' op needs i32 or i64 indices, not 'f32'}}
  %0 = qnn.gather %x, %i {axis = 0 : i64} : (!i8, tensor<2xf32>) -> !i8
  return
}

// -----

func.func @gather_with_slices_in_between(%x: tensor<2x3x4x5xf32>, %i: tensor<2x3xi32>) {
  // expected-error @+1 {{'qnn.gather' op batch_dims must be 0 or the axis}}
  %0 = qnn.gather %x, %i {axis = 2 : i64, batch_dims = 1 : i64} : (tensor<2x3x4x5xf32>, tensor<2x3xi32>) -> tensor<2x3x3x5xf32>
  return
}

// -----

func.func @gather_from_nothing(%x: tensor<0x3xf32>, %i: tensor<2xi32>) {
  // expected-error @+1 {{'qnn.gather' op gathers from an empty axis}}
  %0 = qnn.gather %x, %i {axis = 0 : i64} : (tensor<0x3xf32>, tensor<2xi32>) -> tensor<2x3xf32>
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @gather_nd_of_three_coordinates(%x: !i8, %i: tensor<4x3xi32>) {
  // expected-error @+1 {{'qnn.gather_nd' op indices address more dimensions than there are}}
  %0 = qnn.gather_nd %x, %i : (!i8, tensor<4x3xi32>) -> tensor<4x!quant.uniform<i8:f32, 0.5:1>>
  return
}

// -----

func.func @scatter_nd_of_short_slices(%i: tensor<4x1xi32>, %u: tensor<4x2xf32>) {
  // expected-error @+1 {{'qnn.scatter_nd' op updates do not have the shape of the slices they go to}}
  %0 = qnn.scatter_nd %i, %u {shape = array<i64: 5, 3>} : (tensor<4x1xi32>, tensor<4x2xf32>) -> tensor<5x3xf32>
  return
}

// -----

!image = tensor<1x4x4x2x!quant.uniform<i8:f32, 0.5:1>>
func.func @resize_by_two_rules(%x: !image) {
  // expected-error @+1 {{'qnn.resize' op cannot both align corners and use half-pixel centers}}
  %0 = qnn.resize nearest %x {size = array<i64: 4, 4>, align_corners, half_pixel_centers} : (!image) -> !image
  return
}

// -----

func.func @resize_of_integers(%x: tensor<1x2x2x1xi32>) {
  // expected-error @+1 {{'qnn.resize' op interpolates f32 and codes of 8 or 16 bits, not 'i32'}}
  %0 = qnn.resize bilinear %x {size = array<i64: 2, 2>} : (tensor<1x2x2x1xi32>) -> tensor<1x2x2x1xi32>
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @dynamic_quantize_asymmetric_to_bytes(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'qnn.dynamic_quantize' op needs i16 distances}}
  %0:2 = qnn.dynamic_quantize %x {asymmetric} : (tensor<2x3xf32>) -> (!i8, tensor<2x1xf32>)
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @dynamic_quantize_of_integers(%x: tensor<2x3xi32>) {
  // expected-error @+1 {{'qnn.dynamic_quantize' op needs an f32 input, not 'i32'}}
  %0:2 = qnn.dynamic_quantize %x : (tensor<2x3xi32>) -> (!i8, tensor<2x1xf32>)
  return
}

// -----

func.func @dynamic_range_of_integers(%x: tensor<2x3xi32>) {
  // expected-error @+1 {{'qnn.dynamic_range' op needs an f32 input, not 'i32'}}
  %0:2 = qnn.dynamic_range %x : (tensor<2x3xi32>) -> (tensor<f32>, tensor<ui8>)
  return
}

// -----

func.func @dynamic_range_to_signed(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{'qnn.dynamic_range' op needs a ui8 zero point, not 'i8'}}
  %0:2 = qnn.dynamic_range %x : (tensor<2x3xf32>) -> (tensor<f32>, tensor<i8>)
  return
}

// -----

func.func @block_dense_of_two_bits(%x: tensor<2x32xf32>, %w: tensor<3x8xui8>, %s: tensor<3x2xf32>) {
  // expected-error @+1 {{'qnn.block_dense' op has codes of 4 or 8 bits, not of 2}}
  %0 = qnn.block_dense %x, %w, %s {bits = 2, block_size = 16} : (tensor<2x32xf32>, tensor<3x8xui8>, tensor<3x2xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @block_dense_of_small_blocks(%x: tensor<2x32xf32>, %w: tensor<3x16xui8>, %s: tensor<3x4xf32>) {
  // expected-error @+1 {{'qnn.block_dense' op needs blocks of a multiple of 16, not of 8}}
  %0 = qnn.block_dense %x, %w, %s {bits = 4, block_size = 8} : (tensor<2x32xf32>, tensor<3x16xui8>, tensor<3x4xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @block_dense_of_short_rows(%x: tensor<2x33xf32>, %w: tensor<3x16xui8>, %s: tensor<3x3xf32>) {
  // expected-error @+1 {{'qnn.block_dense' op needs 33 codes in a row}}
  %0 = qnn.block_dense %x, %w, %s {bits = 4, block_size = 16} : (tensor<2x33xf32>, tensor<3x16xui8>, tensor<3x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @block_dense_of_few_scales(%x: tensor<2x32xf32>, %w: tensor<3x16xui8>, %s: tensor<3x1xf32>) {
  // expected-error @+1 {{'qnn.block_dense' op needs a scale for each of 3 x 2 blocks}}
  %0 = qnn.block_dense %x, %w, %s {bits = 4, block_size = 16} : (tensor<2x32xf32>, tensor<3x16xui8>, tensor<3x1xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @block_dense_of_signed_codes(%x: tensor<2x32xf32>, %w: tensor<3x16xi8>, %s: tensor<3x2xf32>) {
  // expected-error @+1 {{'qnn.block_dense' op needs codes and zero points in ui8, not 'i8'}}
  %0 = qnn.block_dense %x, %w, %s {bits = 4, block_size = 16} : (tensor<2x32xf32>, tensor<3x16xi8>, tensor<3x2xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @where_to_int32(%x: tensor<2x3xi1>) {
  // expected-error @+1 {{'qnn.where' op needs i64 coordinates, not 'i32'}}
  %0:2 = qnn.where %x : (tensor<2x3xi1>) -> (tensor<6x2xi32>, tensor<1xi64>)
  return
}

// -----

func.func @detection_of_two_classes_among_five(%b: tensor<1x5x4xf32>, %s: tensor<1x5x5xf32>, %a: tensor<5x4xf32>) {
  // expected-error @+1 {{'qnn.detection_postprocess' op 5 columns of scores do not hold 2 classes and a background}}
  %0:4 = qnn.detection_postprocess %b, %s, %a {box_scales = array<f32: 1.0, 1.0, 1.0, 1.0>, detections_per_class = 1, iou_threshold = 0.5 : f32, max_classes_per_detection = 1, max_detections = 1, num_classes = 2, score_threshold = 0.0 : f32, use_regular_nms = false} : (tensor<1x5x4xf32>, tensor<1x5x5xf32>, tensor<5x4xf32>) -> (tensor<1x1x4xf32>, tensor<1x1xf32>, tensor<1x1xf32>, tensor<1xf32>)
  return
}
