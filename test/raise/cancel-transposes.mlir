// RUN: octet-opt %s --split-input-file --cancel-transposes | FileCheck %s

!nchw = tensor<1x3x4x5xf32>
!nhwc = tensor<1x4x5x3xf32>

// CHECK-LABEL: func.func @there_and_back
// CHECK-NEXT: qnn.unary exp %arg0 : (tensor<1x4x5x3xf32>)
// CHECK-NEXT: return
func.func @there_and_back(%x: !nhwc) -> !nhwc {
  %0 = qnn.transpose %x {permutation = array<i64: 0, 3, 1, 2>} : (!nhwc) -> !nchw
  %1 = qnn.unary exp %0 : (!nchw) -> !nchw
  %2 = qnn.transpose %1 {permutation = array<i64: 0, 2, 3, 1>} : (!nchw) -> !nhwc
  return %2 : !nhwc
}

// -----

!nchw = tensor<1x3x4x5xf32>
!nhwc = tensor<1x4x5x3xf32>

// CHECK-LABEL: func.func @one_after_the_other
// CHECK-NEXT: qnn.transpose %arg0 {permutation = array<i64: 0, 3, 2, 1>}
// CHECK-NEXT: return
func.func @one_after_the_other(%x: !nhwc) -> tensor<1x3x5x4xf32> {
  %0 = qnn.transpose %x {permutation = array<i64: 0, 3, 1, 2>} : (!nhwc) -> !nchw
  %1 = qnn.transpose %0 {permutation = array<i64: 0, 1, 3, 2>} : (!nchw) -> tensor<1x3x5x4xf32>
  return %1 : tensor<1x3x5x4xf32>
}

// -----

!nchw = tensor<1x3x4x5xf32>
!nhwc = tensor<1x4x5x3xf32>

// With two convolutions around them, a sum and what is around it need no transpose at all.
// CHECK-LABEL: func.func @a_residual_sum
// CHECK-NOT: qnn.transpose
// CHECK: %[[LEFT:.*]] = qnn.max_pool2d
// CHECK: %[[BOUND:.*]] = qnn.clamp %[[LEFT]]
// CHECK: %[[RIGHT:.*]] = qnn.max_pool2d %[[BOUND]]
// CHECK: %[[SUM:.*]] = qnn.add %[[RIGHT]], %[[BOUND]] : (tensor<1x4x5x3xf32>, tensor<1x4x5x3xf32>) -> tensor<1x4x5x3xf32>
// CHECK: qnn.max_pool2d %[[SUM]]
func.func @a_residual_sum(%x: !nhwc) -> !nhwc {
  %0 = qnn.max_pool2d %x {window = array<i64: 1, 1>} : (!nhwc) -> !nhwc
  %1 = qnn.transpose %0 {permutation = array<i64: 0, 3, 1, 2>} : (!nhwc) -> !nchw
  %2 = qnn.clamp %1 {lowest = 0.0 : f64, highest = 6.0 : f64} : (!nchw) -> !nchw
  %3 = qnn.transpose %2 {permutation = array<i64: 0, 2, 3, 1>} : (!nchw) -> !nhwc
  %4 = qnn.max_pool2d %3 {window = array<i64: 1, 1>} : (!nhwc) -> !nhwc
  %5 = qnn.transpose %4 {permutation = array<i64: 0, 3, 1, 2>} : (!nhwc) -> !nchw
  %6 = qnn.add %5, %2 : (!nchw, !nchw) -> !nchw
  %7 = qnn.transpose %6 {permutation = array<i64: 0, 2, 3, 1>} : (!nchw) -> !nhwc
  %8 = qnn.max_pool2d %7 {window = array<i64: 1, 1>} : (!nhwc) -> !nhwc
  return %8 : !nhwc
}

// -----

!nchw = tensor<1x3x4x5xf32>
!nhwc = tensor<1x4x5x3xf32>

// The caller has images of NCHW on both sides: one transpose before, one behind.
// CHECK-LABEL: func.func @inputs_and_outputs_keep_theirs
// CHECK-NEXT: %[[IN:.*]] = qnn.transpose %arg0 {permutation = array<i64: 0, 2, 3, 1>}
// CHECK-NEXT: %[[FIRST:.*]] = qnn.max_pool2d %[[IN]]
// CHECK-NEXT: %[[EXP:.*]] = qnn.unary exp %[[FIRST]]
// CHECK-NEXT: %[[LAST:.*]] = qnn.max_pool2d %[[EXP]]
// CHECK-NEXT: %[[OUT:.*]] = qnn.transpose %[[LAST]] {permutation = array<i64: 0, 3, 1, 2>}
// CHECK-NEXT: return %[[OUT]]
func.func @inputs_and_outputs_keep_theirs(%x: !nchw) -> !nchw {
  %0 = qnn.transpose %x {permutation = array<i64: 0, 2, 3, 1>} : (!nchw) -> !nhwc
  %1 = qnn.max_pool2d %0 {window = array<i64: 1, 1>} : (!nhwc) -> !nhwc
  %2 = qnn.transpose %1 {permutation = array<i64: 0, 3, 1, 2>} : (!nhwc) -> !nchw
  %3 = qnn.unary exp %2 : (!nchw) -> !nchw
  %4 = qnn.transpose %3 {permutation = array<i64: 0, 2, 3, 1>} : (!nchw) -> !nhwc
  %5 = qnn.max_pool2d %4 {window = array<i64: 1, 1>} : (!nhwc) -> !nhwc
  %6 = qnn.transpose %5 {permutation = array<i64: 0, 3, 1, 2>} : (!nhwc) -> !nchw
  return %6 : !nchw
}

// -----

!nchw = tensor<1x3x4x5xf32>
!nhwc = tensor<1x4x5x3xf32>

// Nothing is won by moving this one; a sum of a transposed and another tensor needs one.
// CHECK-LABEL: func.func @one_of_two_operands
// CHECK-NEXT: %[[T:.*]] = qnn.transpose %arg0
// CHECK-NEXT: qnn.add %[[T]], %arg1
// CHECK-NEXT: return
func.func @one_of_two_operands(%x: !nhwc, %y: !nchw) -> !nchw {
  %0 = qnn.transpose %x {permutation = array<i64: 0, 3, 1, 2>} : (!nhwc) -> !nchw
  %1 = qnn.add %0, %y : (!nchw, !nchw) -> !nchw
  return %1 : !nchw
}

// -----

!nchw = tensor<1x3x4x5xf32>
!nhwc = tensor<1x4x5x3xf32>

// CHECK-LABEL: func.func @both_operands_alike
// CHECK-NEXT: %[[SUM:.*]] = qnn.add %arg0, %arg1 : (tensor<1x4x5x3xf32>, tensor<1x4x5x3xf32>)
// CHECK-NEXT: qnn.transpose %[[SUM]] {permutation = array<i64: 0, 3, 1, 2>}
// CHECK-NEXT: return
func.func @both_operands_alike(%x: !nhwc, %y: !nhwc) -> !nchw {
  %0 = qnn.transpose %x {permutation = array<i64: 0, 3, 1, 2>} : (!nhwc) -> !nchw
  %1 = qnn.transpose %y {permutation = array<i64: 0, 3, 1, 2>} : (!nhwc) -> !nchw
  %2 = qnn.add %0, %1 : (!nchw, !nchw) -> !nchw
  return %2 : !nchw
}

// -----

!nchw = tensor<1x3x4x5xf32>
!nhwc = tensor<1x4x5x3xf32>

// What is moved as bytes costs less than what is moved as floats.
// CHECK-LABEL: func.func @codes_are_moved_and_not_floats
// CHECK-NEXT: %[[CODES:.*]] = qnn.quantize %arg0
// CHECK-NEXT: qnn.transpose %[[CODES]]
// CHECK-NEXT: return
func.func @codes_are_moved_and_not_floats(%x: !nhwc) -> tensor<1x3x4x5x!quant.uniform<u8:f32, 0.5>> {
  %0 = qnn.transpose %x {permutation = array<i64: 0, 3, 1, 2>} : (!nhwc) -> !nchw
  %1 = qnn.quantize %0 : (!nchw) -> tensor<1x3x4x5x!quant.uniform<u8:f32, 0.5>>
  return %1 : tensor<1x3x4x5x!quant.uniform<u8:f32, 0.5>>
}

// -----

!nchw = tensor<1x3x4x5xf32>
!nhwc = tensor<1x4x5x3xf32>

// Constants of lower rank get leading dimensions; one number stays one.
// CHECK-LABEL: func.func @constants_are_transposed
// CHECK: %[[C:.*]] = qnn.constant {{.*}} : tensor<3x1x1xf32>
// CHECK: %[[S:.*]] = qnn.constant {{.*}} : tensor<f32>
// CHECK: %[[LAST:.*]] = qnn.reshape %[[C]] {shape = array<i64: 1, 1, 1, 3>}
// CHECK: %[[PRODUCT:.*]] = qnn.mul %arg0, %[[LAST]] : (tensor<1x4x5x3xf32>, tensor<1x1x1x3xf32>)
// CHECK-NEXT: %[[SUM:.*]] = qnn.add %[[S]], %[[PRODUCT]]
// CHECK-NEXT: return %[[SUM]]
func.func @constants_are_transposed(%x: !nhwc) -> !nhwc {
  %c = qnn.constant dense<[[[1.0]], [[2.0]], [[3.0]]]> : tensor<3x1x1xf32> : tensor<3x1x1xf32>
  %s = qnn.constant dense<0.5> : tensor<f32> : tensor<f32>
  %0 = qnn.transpose %x {permutation = array<i64: 0, 3, 1, 2>} : (!nhwc) -> !nchw
  %1 = qnn.mul %0, %c : (!nchw, tensor<3x1x1xf32>) -> !nchw
  %2 = qnn.add %s, %1 : (tensor<f32>, !nchw) -> !nchw
  %3 = qnn.transpose %2 {permutation = array<i64: 0, 2, 3, 1>} : (!nchw) -> !nhwc
  return %3 : !nhwc
}

// -----

!nchw = tensor<1x3x4x5xf32>
!nhwc = tensor<1x4x5x3xf32>

// Squeeze and excite: the scale of a channel is moved by a reshape, which is free.
// CHECK-LABEL: func.func @a_scale_per_channel
// CHECK-NOT: qnn.transpose
// CHECK: %[[MEAN:.*]] = qnn.reduce mean %arg0 {axes = array<i64: 1, 2>, keep_dims} : (tensor<1x4x5x3xf32>) -> tensor<1x1x1x3xf32>
// CHECK: qnn.max_pool2d %[[MEAN]]
// CHECK: qnn.mul %arg0, %{{.*}} : (tensor<1x4x5x3xf32>, tensor<1x1x1x3xf32>) -> tensor<1x4x5x3xf32>
// CHECK-NOT: qnn.transpose
func.func @a_scale_per_channel(%x: !nhwc) -> !nhwc {
  %0 = qnn.transpose %x {permutation = array<i64: 0, 3, 1, 2>} : (!nhwc) -> !nchw
  %1 = qnn.reduce mean %0 {axes = array<i64: 2, 3>, keep_dims} : (!nchw) -> tensor<1x3x1x1xf32>
  %2 = qnn.transpose %1 {permutation = array<i64: 0, 2, 3, 1>} : (tensor<1x3x1x1xf32>) -> tensor<1x1x1x3xf32>
  %3 = qnn.max_pool2d %2 {window = array<i64: 1, 1>} : (tensor<1x1x1x3xf32>) -> tensor<1x1x1x3xf32>
  %4 = qnn.transpose %3 {permutation = array<i64: 0, 3, 1, 2>} : (tensor<1x1x1x3xf32>) -> tensor<1x3x1x1xf32>
  %5 = qnn.mul %0, %4 : (!nchw, tensor<1x3x1x1xf32>) -> !nchw
  %6 = qnn.transpose %5 {permutation = array<i64: 0, 2, 3, 1>} : (!nchw) -> !nhwc
  return %6 : !nhwc
}

// -----

!nchw = tensor<1x3x4x5xf32>
!nhwc = tensor<1x4x5x3xf32>

// CHECK-LABEL: func.func @a_mean_without_dimensions
// CHECK-NEXT: %[[MEAN:.*]] = qnn.reduce mean %arg0 {axes = array<i64: 1, 2>} : (tensor<1x4x5x3xf32>) -> tensor<1x3xf32>
// CHECK-NEXT: return %[[MEAN]]
func.func @a_mean_without_dimensions(%x: !nhwc) -> tensor<1x3xf32> {
  %0 = qnn.transpose %x {permutation = array<i64: 0, 3, 1, 2>} : (!nhwc) -> !nchw
  %1 = qnn.reduce mean %0 {axes = array<i64: 2, 3>} : (!nchw) -> tensor<1x3xf32>
  return %1 : tensor<1x3xf32>
}

// -----

// Floats are added in their order: rows and then columns is not columns and then rows.
// CHECK-LABEL: func.func @a_sum_in_another_order_stays
// CHECK-NEXT: qnn.transpose
// CHECK-NEXT: qnn.reduce sum
func.func @a_sum_in_another_order_stays(%x: tensor<1x4x5x3xf32>) -> tensor<1x3xf32> {
  %0 = qnn.transpose %x {permutation = array<i64: 0, 3, 2, 1>} : (tensor<1x4x5x3xf32>) -> tensor<1x3x5x4xf32>
  %1 = qnn.reduce sum %0 {axes = array<i64: 2, 3>} : (tensor<1x3x5x4xf32>) -> tensor<1x3xf32>
  return %1 : tensor<1x3xf32>
}

// -----

// CHECK-LABEL: func.func @the_largest_channel
// CHECK-NEXT: %[[INDEX:.*]] = qnn.arg_max %arg0 {axis = 3 : i64} : (tensor<1x4x5x3xf32>) -> tensor<1x4x5xi64>
// CHECK-NEXT: return %[[INDEX]]
func.func @the_largest_channel(%x: tensor<1x4x5x3xf32>) -> tensor<1x4x5xi64> {
  %0 = qnn.transpose %x {permutation = array<i64: 0, 3, 1, 2>} : (tensor<1x4x5x3xf32>) -> tensor<1x3x4x5xf32>
  %1 = qnn.arg_max %0 {axis = 1 : i64} : (tensor<1x3x4x5xf32>) -> tensor<1x4x5xi64>
  return %1 : tensor<1x4x5xi64>
}

// -----

!nchw = tensor<1x3x4x5xf32>
!nhwc = tensor<1x4x5x3xf32>

// CHECK-LABEL: func.func @movement
// CHECK-NOT: qnn.transpose
// CHECK: %[[PAD:.*]] = qnn.pad %arg0 {high = array<i64: 0, 1, 2, 0>, low = array<i64: 0, 0, 1, 0>, value = 1.000000e+00 : f64} : (tensor<1x4x5x3xf32>) -> tensor<1x5x8x3xf32>
// CHECK: %[[SLICE:.*]] = qnn.slice %[[PAD]] {begin = array<i64: 0, 0, 1, 1>, sizes = array<i64: 1, 5, 4, 2>, strides = array<i64: 1, 1, 2, 1>}
// CHECK: %[[JOINED:.*]] = qnn.concat %[[SLICE]], %[[SLICE]] {axis = 3 : i64} : (tensor<1x5x4x2xf32>, tensor<1x5x4x2xf32>) -> tensor<1x5x4x4xf32>
// CHECK: %[[WIDE:.*]] = qnn.broadcast %[[JOINED]] {shape = array<i64: 2, 5, 4, 4>}
// CHECK: return %[[WIDE]]
func.func @movement(%x: !nhwc) -> tensor<2x5x4x4xf32> {
  %0 = qnn.transpose %x {permutation = array<i64: 0, 3, 1, 2>} : (!nhwc) -> !nchw
  %1 = qnn.pad %0 {low = array<i64: 0, 0, 0, 1>, high = array<i64: 0, 0, 1, 2>, value = 1.0 : f64} : (!nchw) -> tensor<1x3x5x8xf32>
  %2 = qnn.slice %1 {begin = array<i64: 0, 1, 0, 1>, sizes = array<i64: 1, 2, 5, 4>, strides = array<i64: 1, 1, 1, 2>} : (tensor<1x3x5x8xf32>) -> tensor<1x2x5x4xf32>
  %3 = qnn.concat %2, %2 {axis = 1 : i64} : (tensor<1x2x5x4xf32>, tensor<1x2x5x4xf32>) -> tensor<1x4x5x4xf32>
  %4 = qnn.broadcast %3 {shape = array<i64: 2, 4, 5, 4>} : (tensor<1x4x5x4xf32>) -> tensor<2x4x5x4xf32>
  %5 = qnn.transpose %4 {permutation = array<i64: 0, 2, 3, 1>} : (tensor<2x4x5x4xf32>) -> tensor<2x5x4x4xf32>
  return %5 : tensor<2x5x4x4xf32>
}

// -----

!nchw = tensor<1x3x4x5xf32>
!nhwc = tensor<1x4x5x3xf32>

// CHECK-LABEL: func.func @a_choice
// CHECK-NOT: qnn.transpose
// CHECK: %[[LESS:.*]] = qnn.binary less %arg0, %arg1 : (tensor<1x4x5x3xf32>, tensor<1x4x5x3xf32>)
// CHECK: qnn.select %[[LESS]], %arg0, %arg1 : (tensor<1x4x5x3xi1>, tensor<1x4x5x3xf32>, tensor<1x4x5x3xf32>) -> tensor<1x4x5x3xf32>
// CHECK-NEXT: return
func.func @a_choice(%x: !nhwc, %y: !nhwc) -> !nhwc {
  %0 = qnn.transpose %x {permutation = array<i64: 0, 3, 1, 2>} : (!nhwc) -> !nchw
  %1 = qnn.transpose %y {permutation = array<i64: 0, 3, 1, 2>} : (!nhwc) -> !nchw
  %2 = qnn.binary less %0, %1 : (!nchw, !nchw) -> tensor<1x3x4x5xi1>
  %3 = qnn.select %2, %0, %1 : (tensor<1x3x4x5xi1>, !nchw, !nchw) -> !nchw
  %4 = qnn.transpose %3 {permutation = array<i64: 0, 2, 3, 1>} : (!nchw) -> !nhwc
  return %4 : !nhwc
}

// -----

// CHECK-LABEL: func.func @flattening_pixels_of_one
// CHECK-NEXT: %[[FLAT:.*]] = qnn.reshape %arg0 {shape = array<i64: 2, 8>} : (tensor<2x1x1x8xf32>) -> tensor<2x8xf32>
// CHECK-NEXT: return %[[FLAT]]
func.func @flattening_pixels_of_one(%x: tensor<2x1x1x8xf32>) -> tensor<2x8xf32> {
  %0 = qnn.transpose %x {permutation = array<i64: 0, 3, 1, 2>} : (tensor<2x1x1x8xf32>) -> tensor<2x8x1x1xf32>
  %1 = qnn.reshape %0 {shape = array<i64: 2, 8>} : (tensor<2x8x1x1xf32>) -> tensor<2x8xf32>
  return %1 : tensor<2x8xf32>
}

// -----

// What mixes channels and pixels needs the order that the file has.
// CHECK-LABEL: func.func @flattening_an_image_stays
// CHECK-NEXT: qnn.transpose
// CHECK-NEXT: qnn.reshape
func.func @flattening_an_image_stays(%x: tensor<2x4x4x8xf32>) -> tensor<2x128xf32> {
  %0 = qnn.transpose %x {permutation = array<i64: 0, 3, 1, 2>} : (tensor<2x4x4x8xf32>) -> tensor<2x8x4x4xf32>
  %1 = qnn.reshape %0 {shape = array<i64: 2, 128>} : (tensor<2x8x4x4xf32>) -> tensor<2x128xf32>
  return %1 : tensor<2x128xf32>
}

// -----

!nchw = tensor<1x6x4x5xf32>
!nhwc = tensor<1x4x5x6xf32>

// The shuffle of channels is the one transpose that is left, of the last dimensions.
// CHECK-LABEL: func.func @a_channel_shuffle
// CHECK-NEXT: %[[GROUPS:.*]] = qnn.reshape %arg0 {shape = array<i64: 1, 4, 5, 2, 3>}
// CHECK-NEXT: %[[SHUFFLED:.*]] = qnn.transpose %[[GROUPS]] {permutation = array<i64: 0, 1, 2, 4, 3>}
// CHECK-NEXT: %[[JOINED:.*]] = qnn.reshape %[[SHUFFLED]] {shape = array<i64: 1, 4, 5, 6>}
// CHECK-NEXT: return %[[JOINED]]
func.func @a_channel_shuffle(%x: !nhwc) -> !nhwc {
  %0 = qnn.transpose %x {permutation = array<i64: 0, 3, 1, 2>} : (!nhwc) -> !nchw
  %1 = qnn.reshape %0 {shape = array<i64: 1, 2, 3, 4, 5>} : (!nchw) -> tensor<1x2x3x4x5xf32>
  %2 = qnn.transpose %1 {permutation = array<i64: 0, 2, 1, 3, 4>} : (tensor<1x2x3x4x5xf32>) -> tensor<1x3x2x4x5xf32>
  %3 = qnn.reshape %2 {shape = array<i64: 1, 6, 4, 5>} : (tensor<1x3x2x4x5xf32>) -> !nchw
  %4 = qnn.transpose %3 {permutation = array<i64: 0, 2, 3, 1>} : (!nchw) -> !nhwc
  return %4 : !nhwc
}

// -----

!sums = tensor<1x4x5x2x!quant.uniform<i32:f32:3, {0.5, 0.25}>>
!codes = tensor<1x4x5x2x!quant.uniform<i8:f32, 0.5>>

// A multiplier per channel is one of the last dimension.
// CHECK-LABEL: func.func @a_rescale_per_channel_stays
// CHECK-NEXT: %[[CODES:.*]] = qnn.requantize %arg0
// CHECK-NEXT: qnn.transpose %[[CODES]]
// CHECK-NEXT: return
func.func @a_rescale_per_channel_stays(%x: !sums) -> tensor<1x2x4x5x!quant.uniform<i8:f32, 0.5>> {
  %0 = qnn.requantize %x {numerics = #qnn.numerics<double_away>} : (!sums) -> !codes
  %1 = qnn.transpose %0 {permutation = array<i64: 0, 3, 1, 2>} : (!codes) -> tensor<1x2x4x5x!quant.uniform<i8:f32, 0.5>>
  return %1 : tensor<1x2x4x5x!quant.uniform<i8:f32, 0.5>>
}

// -----

!nchw = tensor<1x3x4x5xf32>
!nhwc = tensor<1x4x5x3xf32>

// Two readers that want the order behind the transpose share it; they are not made two.
// CHECK-LABEL: func.func @readers_share_a_transpose
// CHECK: qnn.transpose
// CHECK-NOT: qnn.transpose
// CHECK: return
func.func @readers_share_a_transpose(%x: !nhwc) -> (!nchw, !nchw) {
  %0 = qnn.transpose %x {permutation = array<i64: 0, 3, 1, 2>} : (!nhwc) -> !nchw
  %1 = qnn.unary exp %0 : (!nchw) -> !nchw
  %2 = qnn.unary abs %0 : (!nchw) -> !nchw
  return %1, %2 : !nchw, !nchw
}

// -----

// The second only moves a dimension of extent 1 of what the first makes for another reader.
// CHECK-LABEL: func.func @a_transpose_and_a_reshape_of_it
// CHECK-NEXT: %[[FIRST:.*]] = qnn.transpose %arg0
// CHECK-NEXT: %[[SECOND:.*]] = qnn.reshape %[[FIRST]] {shape = array<i64: 2, 3, 6, 1>}
// CHECK-NEXT: return %[[FIRST]], %[[SECOND]]
func.func @a_transpose_and_a_reshape_of_it(%x: tensor<2x6x1x3xf32>) -> (tensor<2x1x3x6xf32>, tensor<2x3x6x1xf32>) {
  %0 = qnn.transpose %x {permutation = array<i64: 0, 2, 3, 1>} : (tensor<2x6x1x3xf32>) -> tensor<2x1x3x6xf32>
  %1 = qnn.transpose %0 {permutation = array<i64: 0, 2, 3, 1>} : (tensor<2x1x3x6xf32>) -> tensor<2x3x6x1xf32>
  return %0, %1 : tensor<2x1x3x6xf32>, tensor<2x3x6x1xf32>
}
