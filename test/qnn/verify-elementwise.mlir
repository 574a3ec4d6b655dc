// What element-wise operators refuse.
// RUN: octet-opt %s --split-input-file --verify-diagnostics

func.func @add_of_three_and_four(%x: tensor<3xf32>, %y: tensor<4xf32>) {
  // expected-error @+1 {{'qnn.add' op operands do not broadcast}}
  %0 = qnn.add %x, %y : (tensor<3xf32>, tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @add_of_floats_and_integers(%x: tensor<4xf32>, %y: tensor<4xi32>) {
  // expected-error @+1 {{'qnn.add' op needs equal element types, not 'f32' and 'i32'}}
  %0 = qnn.add %x, %y : (tensor<4xf32>, tensor<4xi32>) -> tensor<4xf32>
  return
}

// -----

!i8 = tensor<4x!quant.uniform<i8:f32, 0.5:1>>
func.func @add_of_codes_and_plain_integers(%x: !i8, %y: tensor<4xi8>) {
  // expected-error @+1 {{'qnn.add' op needs quantized operands of at most 16 bits, not 'i8'}}
  %0 = qnn.add %x, %y : (!i8, tensor<4xi8>) -> !i8
  return
}

// -----

!i8 = tensor<4x!quant.uniform<i8:f32, 0.5:1>>
!axis = tensor<4x!quant.uniform<i8:f32:0, {0.5, 0.25, 0.5, 0.5}>>
func.func @sub_per_axis(%x: !i8, %y: !axis) {
  // expected-error @+1 {{'qnn.sub' op every operand must be quantized per tensor, not per axis}}
  %0 = qnn.sub %x, %y : (!i8, !axis) -> !i8
  return
}

// -----

!i8 = tensor<4x!quant.uniform<i8:f32, 0.5:1>>
func.func @mul_that_does_not_rescale(%x: !i8) {
  // expected-error @+1 {{'qnn.mul' op the product of quantized tensors is an i32 accumulator, not '!quant.uniform<i8:f32, 5.000000e-01:1>'}}
  %0 = qnn.mul %x, %x : (!i8, !i8) -> !i8
  return
}

// -----

!i32 = tensor<4x!quant.uniform<i32:f32, 0.25>>
func.func @mul_of_accumulators(%x: !i32) {
  // expected-error @+1 {{'qnn.mul' op needs per-tensor quantized operands of at most 16 bits}}
  %0 = qnn.mul %x, %x : (!i32, !i32) -> !i32
  return
}

// -----

!i16 = tensor<4x!quant.uniform<i16:f32, 0.5>>
!other = tensor<4x!quant.uniform<i16:f32, 0.25>>
func.func @comparison_of_wide_codes_of_two_scales(%x: !i16, %y: !other) {
  // expected-error @+1 {{'qnn.binary' op needs equal element types, not '!quant.uniform<i16:f32, 5.000000e-01>' and '!quant.uniform<i16:f32, 2.500000e-01>'}}
  %0 = qnn.binary less %x, %y : (!i16, !other) -> tensor<4xi1>
  return
}

// -----

!i16 = tensor<4x!quant.uniform<i16:f32, 0.5>>
func.func @division_of_wide_codes(%x: !i16) {
  // expected-error @+1 {{'qnn.binary' op has no quantized form}}
  %0 = qnn.binary divide %x, %x : (!i16, !i16) -> !i16
  return
}

// -----

!u8 = tensor<4x!quant.uniform<u8:f32, 0.5:1>>
func.func @division_of_codes_to_words(%x: !u8) {
  // expected-error @+1 {{'qnn.binary' op of 8-bit codes has a per-tensor quantized result of 8 bits}}
  %0 = qnn.binary divide %x, %x : (!u8, !u8) -> tensor<4x!quant.uniform<i16:f32, 0.5>>
  return
}

// -----

func.func @comparison_to_bytes(%x: tensor<4xf32>) {
  // expected-error @+1 {{'qnn.binary' op yields booleans, not 'i8'}}
  %0 = qnn.binary equal %x, %x : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi8>
  return
}

// -----

func.func @logic_of_integers(%x: tensor<4xi32>) {
  // expected-error @+1 {{'qnn.binary' op needs booleans, not 'i32'}}
  %0 = qnn.binary logical_or %x, %x : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi1>
  return
}

// -----

func.func @exp_of_integers(%x: tensor<4xi32>) {
  // expected-error @+1 {{'qnn.unary' op of plain integers is defined for abs, negate, square and sign only}}
  %0 = qnn.unary exp %x : (tensor<4xi32>) -> tensor<4xi32>
  return
}

// -----

func.func @exp_of_half_floats(%x: tensor<4xf16>) {
  // expected-error @+1 {{'qnn.unary' op computes in f32, not 'f16'}}
  %0 = qnn.unary exp %x : (tensor<4xf16>) -> tensor<4xf16>
  return
}

// -----

!i8 = tensor<4x!quant.uniform<i8:f32, 0.5:1>>
func.func @logistic_in_fixed_point_to_another_scale(%x: !i8) {
  // expected-error @+1 {{'qnn.unary' op in fixed point has a result of scale 3.906250e-03}}
  %0 = qnn.unary logistic %x {numerics = #qnn.numerics<double_away, recipe = fixed_point>} : (!i8) -> !i8
  return
}

// -----

!i16 = tensor<4x!quant.uniform<i16:f32, 0.5>>
func.func @exponential_of_words(%x: !i16) {
  // expected-error @+1 {{'qnn.unary' op of 16-bit codes is defined for leaky_relu, abs, logistic and tanh only}}
  %0 = qnn.unary exp %x : (!i16) -> !i16
  return
}

// -----

!i16 = tensor<4x!quant.uniform<i16:f32, 0.5>>
func.func @tanh_of_words_to_another_scale(%x: !i16) {
  // expected-error @+1 {{'qnn.unary' op of 16-bit codes has zero points of 0, a result of scale 1/32768, and an input of scale 2.66 at most}}
  %0 = qnn.unary tanh %x : (!i16) -> !i16
  return
}

// -----

func.func @not_of_integers(%x: tensor<4xi32>) {
  // expected-error @+1 {{'qnn.unary' op needs booleans, not 'i32'}}
  %0 = qnn.unary logical_not %x : (tensor<4xi32>) -> tensor<4xi32>
  return
}

// -----

func.func @clamp_to_nothing(%x: tensor<4xf32>) {
  // expected-error @+1 {{'qnn.clamp' op lowest is above highest}}
  %0 = qnn.clamp %x {lowest = 1.0 : f64, highest = 0.0 : f64} : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @prelu_with_too_many_slopes(%x: tensor<4x1xf32>, %s: tensor<3xf32>) {
  // expected-error @+1 {{'qnn.prelu' op the slope does not broadcast to the input}}
  %0 = qnn.prelu %x, %s : (tensor<4x1xf32>, tensor<3xf32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @select_by_bytes(%c: tensor<4xi8>, %x: tensor<4xf32>) {
  // expected-error @+1 {{'qnn.select' op needs booleans, not 'i8'}}
  %0 = qnn.select %c, %x, %x : (tensor<4xi8>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

!i8 = tensor<4x!quant.uniform<i8:f32, 0.5:1>>
func.func @quantize_of_half_floats(%x: tensor<4xf16>) {
  // expected-error @+1 {{'qnn.quantize' op needs an f32 input, not 'f16'}}
  %0 = qnn.quantize %x : (tensor<4xf16>) -> !i8
  return
}

// -----

!axis = tensor<4x!quant.uniform<i8:f32:0, {0.5, 0.25, 0.5, 0.5}>>
func.func @quantize_per_axis(%x: tensor<4xf32>) {
  // expected-error @+1 {{'qnn.quantize' op result must be quantized per tensor, not per axis}}
  %0 = qnn.quantize %x : (tensor<4xf32>) -> !axis
  return
}

// -----

func.func @dequantize_of_plain_integers(%x: tensor<4xi8>) {
  // expected-error @+1 {{'qnn.dequantize' op needs a quantized input, not 'i8'}}
  %0 = qnn.dequantize %x : (tensor<4xi8>) -> tensor<4xf32>
  return
}

// -----

!i8 = tensor<4x!quant.uniform<i8:f32, 0.5:1>>
func.func @requantize_of_plain_integers(%x: tensor<4xi32>) {
  // expected-error @+1 {{'qnn.requantize' op needs a quantized or i64 input, not 'i32'}}
  %0 = qnn.requantize %x {numerics = #qnn.numerics<double_away>} : (tensor<4xi32>) -> !i8
  return
}

// -----

!i16 = tensor<4x!quant.uniform<i16:f32, 0.5>>
func.func @requantize_of_int64_without_scales(%x: tensor<4xi64>) {
  // expected-error @+1 {{'qnn.requantize' op accumulator_scales belong to an i64 input, and to that alone}}
  %0 = qnn.requantize %x {numerics = #qnn.numerics<q15_up>} : (tensor<4xi64>) -> !i16
  return
}

// -----

!i16 = tensor<4x!quant.uniform<i16:f32, 0.5>>
func.func @requantize_of_int64_by_another_rounding(%x: tensor<4xi64>) {
  // expected-error @+1 {{'qnn.requantize' op an i64 accumulator is rescaled by q15_up, or its low 32 bits by double_away}}
  %0 = qnn.requantize %x {accumulator_scales = array<f64: 0.5>, numerics = #qnn.numerics<double_up>} : (tensor<4xi64>) -> !i16
  return
}

// -----

!i16 = tensor<4x!quant.uniform<i16:f32, 0.5>>
func.func @requantize_of_int64_with_two_scales(%x: tensor<4xi64>) {
  // expected-error @+1 {{'qnn.requantize' op needs 1 or 4 accumulator scales, not 2}}
  %0 = qnn.requantize %x {accumulator_scales = array<f64: 0.5, 0.5>, numerics = #qnn.numerics<q15_up>} : (tensor<4xi64>) -> !i16
  return
}

// -----

func.func @requantize_per_row(%x: tensor<2x4x!quant.uniform<i32:f32:0, {0.5, 0.25}>>) {
  // expected-error @+1 {{'qnn.requantize' op input must be per axis on its last dimension}}
  %0 = qnn.requantize %x {numerics = #qnn.numerics<double_away>} : (tensor<2x4x!quant.uniform<i32:f32:0, {0.5, 0.25}>>) -> tensor<2x4x!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

!i8 = tensor<4x!quant.uniform<i8:f32, 0.5>>
func.func @lookup_in_a_short_table(%x: !i8) {
  // expected-error @+1 {{'qnn.lookup' op needs a table of 256 entries, not 2}}
  %0 = qnn.lookup %x {table = array<i8: 1, 2>} : (!i8) -> !i8
  return
}

// -----

!i16 = tensor<4x!quant.uniform<i16:f32, 0.5>>
func.func @float_rescale_of_words(%x: !i16) {
  // expected-error @+1 {{'qnn.float_rescale' op needs 8-bit per-tensor quantized tensors}}
  %0 = qnn.float_rescale %x : (!i16) -> !i16
  return
}

// -----

func.func @cast_to_another_shape(%x: tensor<4xf32>) {
  // expected-error @+1 {{'qnn.cast' op result 0 has shape [3], but its operands give [4]}}
  %0 = qnn.cast %x : (tensor<4xf32>) -> tensor<3xi32>
  return
}

// -----

!i8 = tensor<4x!quant.uniform<i8:f32, 0.5:1>>
func.func @sub_of_floats(%x: !i8) {
  // expected-error @+1 {{'qnn.sub' op has no form that rounds like this; an add has float_even_shifted}}
  %0 = qnn.sub %x, %x {numerics = #qnn.numerics<float_even_shifted>} : (!i8, !i8) -> !i8
  return
}

// -----

!i16 = tensor<4x!quant.uniform<i16:f32, 0.5>>
func.func @float_sum_of_words(%x: !i16) {
  // expected-error @+1 {{'qnn.add' op rounds sums of 8-bit codes to even, not of '!quant.uniform<i16:f32, 5.000000e-01>'}}
  %0 = qnn.add %x, %x {numerics = #qnn.numerics<float_even_shifted>} : (!i16, !i16) -> !i16
  return
}

// -----

!fine = tensor<4x!quant.uniform<i8:f32, 1.0e-6>>
!coarse = tensor<4x!quant.uniform<i8:f32, 8.0>>
func.func @float_sum_of_distant_scales(%x: !coarse) {
  // expected-error @+1 {{'qnn.add' op cannot sum with scales that differ by a factor of 2^20}}
  %0 = qnn.add %x, %x {numerics = #qnn.numerics<float_even_shifted>} : (!coarse, !coarse) -> !fine
  return
}

// -----

!i32 = tensor<4x!quant.uniform<i32:f32, 0.5:1>>
func.func @quantize_to_words_and_even(%x: tensor<4xf32>) {
  // expected-error @+1 {{'qnn.quantize' op rounds to even codes of at most 16 bits}}
  %0 = qnn.quantize %x {numerics = #qnn.numerics<float_even>} : (tensor<4xf32>) -> !i32
  return
}

// -----

!i8 = tensor<4x!quant.uniform<i8:f32, 0.5:1>>
func.func @function_that_rounds_with_a_zero_point(%x: !i8) {
  // expected-error @+1 {{'qnn.unary' op has no form that rounds by float_even_shifted}}
  %0 = qnn.unary abs %x {numerics = #qnn.numerics<float_even_shifted>} : (!i8) -> !i8
  return
}
