// RUN: octet-opt %s --split-input-file --prove-forms=target=cascadelake | FileCheck %s --check-prefixes=CHECK,FUSED,DOWN
// RUN: octet-opt %s --split-input-file --prove-forms=target=x86-64-v3 | FileCheck %s --check-prefixes=CHECK,FUSED,NEAREST
// RUN: octet-opt %s --split-input-file --prove-forms=target=baseline | FileCheck %s --check-prefixes=CHECK,APART,NEAREST

!u8 = tensor<1x4x!quant.uniform<u8:f32, 0.5:3>>
!weights = tensor<2x4x!quant.uniform<i8:f32, 0.0123>>
!sums = tensor<1x2x!quant.uniform<i32:f32, 0.00615>>
!result = tensor<1x2x!quant.uniform<u8:f32, 0.3:5>>

// The weights bound the sums, and on all of them single precision is right, with an addend of the sum's sign because
// the framework rounds ties away from zero. Where the machine has a fused multiply-add the proof is about that.
// CHECK-LABEL: func.func @a_small_sum_needs_single_precision
// FUSED: qnn.requantize {{.*}}form = #qnn.float_rescale<single_signed, fused = true, offset = {{.*}}, multipliers = [{{[^,]+}}, {{[^,]+}}], addends
// APART: qnn.requantize {{.*}}form = #qnn.float_rescale<single_signed, fused = false, offset = {{.*}}, multipliers = [{{[^,]+}}, {{[^,]+}}], addends
func.func @a_small_sum_needs_single_precision(%x: !u8) -> !result {
  %w = qnn.constant dense<[[1, -2, 3, -4], [5, 6, 7, 8]]> : tensor<2x4xi8> : !weights
  %b = qnn.constant dense<[10, -20]> : tensor<2xi32> : tensor<2xi32>
  %0 = qnn.dense %x, %w, %b : (!u8, !weights, tensor<2xi32>) -> !sums
  %1 = qnn.requantize %0 {numerics = #qnn.numerics<double_away>} : (!sums) -> !result
  return %1 : !result
}

// -----

!u8 = tensor<1x4x!quant.uniform<u8:f32, 0.5:3>>
!weights = tensor<2x4x!quant.uniform<i8:f32:0, {0.0123, 0.0321}>>
!sums = tensor<1x2x!quant.uniform<i32:f32:1, {0.00615, 0.01605}>>
!result = tensor<1x2x!quant.uniform<u8:f32, 0.3:5>>

// CHECK-LABEL: func.func @each_channel_has_its_constants
// CHECK: multipliers = [{{[^,]+}}, {{[^,]+}}], addends = [{{[^,]+}}, {{[^,]+}}]>
func.func @each_channel_has_its_constants(%x: !u8) -> !result {
  %w = qnn.constant dense<[[1, -2, 3, -4], [5, 6, 7, 8]]> : tensor<2x4xi8> : !weights
  %0 = qnn.dense %x, %w : (!u8, !weights) -> !sums
  %1 = qnn.requantize %0 {numerics = #qnn.numerics<double_away>} : (!sums) -> !result
  return %1 : !result
}

// -----

!u8 = tensor<1x32x!quant.uniform<u8:f32, 0.5:3>>
!weights = tensor<8x32x!quant.uniform<i8:f32:0, {0.0000123, 0.0000231, 0.0000331, 0.0000271, 0.0000193, 0.0000177, 0.0000211, 0.0000303}>>
!sums = tensor<1x8x!quant.uniform<i32:f32:1, {0.00000615, 0.00001155, 0.00001655, 0.00001355, 0.00000965, 0.00000885, 0.00001055, 0.00001515}>>
!result = tensor<1x8x!quant.uniform<u8:f32, 0.041>>

// The codes' steps are a few thousandths apart. Rounding to nearest blurs them; rounding down does not.
// CHECK-LABEL: func.func @fine_steps_round_down
// DOWN: qnn.requantize {{.*}}form = #qnn.float_rescale<floored,
// NEAREST: qnn.requantize {{.*}}form = #qnn.float_rescale<twice
func.func @fine_steps_round_down(%x: !u8) -> !result {
  %w = qnn.constant dense<127> : tensor<8x32xi8> : !weights
  %0 = qnn.dense %x, %w : (!u8, !weights) -> !sums
  %1 = qnn.requantize %0 {numerics = #qnn.numerics<double_up>} : (!sums) -> !result
  return %1 : !result
}

// -----

!sums = tensor<1x2x!quant.uniform<i32:f32, 0.00000123>>
!result = tensor<1x2x!quant.uniform<u8:f32, 0.3:5>>

// Without weights that bound it, a sum can be anything: single precision cannot tell 2^24 from its neighbours.
// CHECK-LABEL: func.func @any_sum_needs_double_precision
// CHECK: form = #qnn.float_rescale<twice,
func.func @any_sum_needs_double_precision(%x: !sums) -> !result {
  %0 = qnn.requantize %x {numerics = #qnn.numerics<single_up>} : (!sums) -> !result
  return %0 : !result
}

// -----

!sums = tensor<1x2x!quant.uniform<i32:f32, 0.3>>
!result = tensor<1x2x!quant.uniform<u8:f32, 0.3:5>>

// Adding the zero point to the largest sum wraps in the framework's integers, and a line does not wrap.
// CHECK-LABEL: func.func @a_sum_that_wraps_stays_integers
// CHECK-NOT: form =
// CHECK: return
func.func @a_sum_that_wraps_stays_integers(%x: !sums) -> !result {
  %0 = qnn.requantize %x {numerics = #qnn.numerics<single_up>} : (!sums) -> !result
  return %0 : !result
}

// -----

!a = tensor<4x!quant.uniform<i8:f32, 0.0235:-3>>
!b = tensor<4x!quant.uniform<i8:f32, 0.0471:7>>
!c = tensor<4x!quant.uniform<i8:f32, 0.0613:1>>

// CHECK-LABEL: func.func @sums_have_a_form_for_all_pairs
// FUSED: qnn.add {{.*}}form = #qnn.float_sum<fused = true, takes_sign = false, origins = [0, 0, 0], [{{[^,]+}}, {{[^,]+}}, {{[^,]+}}]>
// APART: qnn.add {{.*}}form = #qnn.float_sum<fused = false, takes_sign = false, origins = [0, 0, 0], [{{[^,]+}}, {{[^,]+}}, {{[^,]+}}]>
// CHECK: qnn.sub {{.*}}form = #qnn.float_sum<
func.func @sums_have_a_form_for_all_pairs(%x: !a, %y: !b) -> (!c, !c) {
  %0 = qnn.add %x, %y {numerics = #qnn.numerics<double_away>} : (!a, !b) -> !c
  %1 = qnn.sub %x, %y {numerics = #qnn.numerics<double_away>} : (!a, !b) -> !c
  return %0, %1 : !c, !c
}

// -----

!a = tensor<4x!quant.uniform<i8:f32, 1.5:66>>
!b = tensor<4x!quant.uniform<i8:f32, 0.125:87>>
!c = tensor<4x!quant.uniform<i8:f32, 0.5:-45>>

// Halves round away from the zero point: where single precision has no slope that does so, the addend that decides
// them takes the sum's sign.
// CHECK-LABEL: func.func @ties_on_both_sides_of_zero
// CHECK: form = #qnn.float_sum<fused = {{[a-z]+}}, takes_sign = true, origins = [66, 87, -45], [{{[^,]+}}, {{[^,]+}}, {{[^,]+}}]>
func.func @ties_on_both_sides_of_zero(%x: !a, %y: !b) -> !c {
  %0 = qnn.add %x, %y {numerics = #qnn.numerics<double_away>} : (!a, !b) -> !c
  return %0 : !c
}

// -----

!a = tensor<4x!quant.uniform<i8:f32, 1.125:27>>
!b = tensor<4x!quant.uniform<i8:f32, 1.0:-110>>
!c = tensor<4x!quant.uniform<i8:f32, 0.75:-111>>

// Where the rounding of one operand decides ties there is no such formula, but the total's rescale has one.
// CHECK-LABEL: func.func @a_total_of_rounded_parts
// CHECK: form = #qnn.float_rescale<twice{{(_signed)?}},
func.func @a_total_of_rounded_parts(%x: !a, %y: !b) -> !c {
  %0 = qnn.add %x, %y {numerics = #qnn.numerics<double_away>} : (!a, !b) -> !c
  return %0 : !c
}

// -----

!u8 = tensor<1x4x!quant.uniform<u8:f32, 0.5:3>>
!weights = tensor<2x4x!quant.uniform<i8:f32, 0.0123>>
!sums = tensor<1x2x!quant.uniform<i32:f32, 0.00615>>
!part = tensor<1x2x!quant.uniform<u8:f32, 0.3:5>>
!result = tensor<1x2x!quant.uniform<u8:f32, 0.4:9>>

// A rescale that adds its zero point last leaves that to the sum.
// CHECK-LABEL: func.func @a_sum_counts_from_its_operands_offset
// CHECK: qnn.requantize {{.*}}form = #qnn.float_rescale<single_signed, {{.*}}offset = 5,
// CHECK: qnn.add {{.*}}origins = [5, 0, 0]
func.func @a_sum_counts_from_its_operands_offset(%x: !u8, %y: !part) -> !result {
  %w = qnn.constant dense<[[1, -2, 3, -4], [5, 6, 7, 8]]> : tensor<2x4xi8> : !weights
  %0 = qnn.dense %x, %w : (!u8, !weights) -> !sums
  %1 = qnn.requantize %0 {numerics = #qnn.numerics<double_away>} : (!sums) -> !part
  %2 = qnn.add %1, %y {numerics = #qnn.numerics<double_away>} : (!part, !part) -> !result
  return %2 : !result
}

// -----

!image = tensor<1x4x4x8x!quant.uniform<i8:f32, 0.5:-3>>
!pooled = tensor<1x2x2x8x!quant.uniform<i8:f32, 0.5:-3>>

// Without padding every window has nine elements; with it, each count has its own division.
// CHECK-LABEL: func.func @a_pool_divides_by_each_count
// CHECK: qnn.avg_pool2d {{.*}}form = #qnn.float_rescale<{{.*}}multipliers = [{{[^,]+}}], addends
// CHECK: qnn.avg_pool2d {{.*}}form = #qnn.float_rescale<{{.*}}multipliers = [{{[^,]+, [^,]+, [^,]+, [^,]+}}], addends
func.func @a_pool_divides_by_each_count(%x: !image) -> (!pooled, !image) {
  %0 = qnn.avg_pool2d %x {window = array<i64: 3, 3>} : (!image) -> !pooled
  %1 = qnn.avg_pool2d %x {window = array<i64: 2, 2>, padding = array<i64: 1, 1, 0, 0>} : (!image) -> !image
  return %0, %1 : !pooled, !image
}

// -----

!words = tensor<4x!quant.uniform<i16:f32, 0.0235>>

// 65,536 codes a side are too many pairs: the integers stay.
// CHECK-LABEL: func.func @sums_of_words_stay_integers
// CHECK-NOT: form =
// CHECK: return
func.func @sums_of_words_stay_integers(%x: !words) -> !words {
  %0 = qnn.add %x, %x {numerics = #qnn.numerics<double_away>} : (!words, !words) -> !words
  return %0 : !words
}

// -----

!a = tensor<1x8x!quant.uniform<i8:f32, 0.013:-3>>
!b = tensor<1x8x!quant.uniform<i8:f32, 0.021:11>>
!c = tensor<1x8x!quant.uniform<i8:f32, 0.027:5>>

// A sum in floats has the form of its proof already.
// CHECK-LABEL: func.func @a_sum_of_floats
// FUSED: qnn.add {{.*}}form = #qnn.float_sum<fused = true, takes_sign = false, origins = [0, 0, 0], [4.814815e-01, 7.777777e-01, {{[^,]+}}]>
// APART: qnn.add {{.*}}form = #qnn.float_sum<fused = false, takes_sign = false, origins = [0, 0, 0], [{{[^,]+}}, {{[^,]+}}, {{[^,]+}}]>
func.func @a_sum_of_floats(%x: !a, %y: !b) -> !c {
  %0 = qnn.add %x, %y {numerics = #qnn.numerics<float_even_shifted>} : (!a, !b) -> !c
  return %0 : !c
}

// -----

!sums = tensor<1x8x!quant.uniform<i32<-40000:40000>:f32, 0.00013>>
!c = tensor<1x8x!quant.uniform<i8:f32, 0.027:5>>

// A zero point that is added before the rounding stands in the addend.
// CHECK-LABEL: func.func @a_zero_point_before_the_rounding
// FUSED: qnn.requantize {{.*}}form = #qnn.float_rescale<single, fused = true, offset = 0, multipliers = [{{[^,]+}}], addends = [5.000000e+00]>
// APART: qnn.requantize {{.*}}form = #qnn.float_rescale<single, fused = false, offset = 0, multipliers = [{{[^,]+}}], addends = [5.000000e+00]>
func.func @a_zero_point_before_the_rounding(%x: !sums) -> !c {
  %0 = qnn.requantize %x {numerics = #qnn.numerics<float_even_shifted>} : (!sums) -> !c
  return %0 : !c
}

// -----

!sums = tensor<1x8x!quant.uniform<i32<-4000000:4000000>:f32, 0.00000013>>
!c = tensor<1x8x!quant.uniform<i8:f32, 0.027:5>>

// Products that float32 rounds to a tie lie on no line of reals, but on the framework's own.
// CHECK-LABEL: func.func @ties_made_by_rounding
// CHECK: qnn.requantize {{.*}}form = #qnn.float_rescale<single_signed, {{.*}}offset = 5, {{.*}}addends = [0.000000e+00]>
func.func @ties_made_by_rounding(%x: !sums) -> !c {
  %0 = qnn.requantize %x {numerics = #qnn.numerics<float_even>} : (!sums) -> !c
  return %0 : !c
}

// -----

!codes = tensor<4x!quant.uniform<u8:f32, 0.03:128>>
!eighths = tensor<4x!quant.uniform<i8:f32, 0.125>>

// Two products are as good as the division where a sum is fused with one of them; ties away from zero are divided.
// CHECK-LABEL: func.func @a_division_is_two_products
// FUSED: qnn.quantize {{.*}}reciprocal = array<f32: 33.3333321, {{[^,]+}}>
// APART-NOT: reciprocal
// FUSED: qnn.quantize {{.*}}reciprocal = array<f32: 8.000000e+00, 0.000000e+00>
// CHECK: qnn.quantize %{{[a-z0-9]+}} {numerics = #qnn.numerics<double_away>}
func.func @a_division_is_two_products(%x: tensor<4xf32>) -> (!codes, !eighths, !codes) {
  %0 = qnn.quantize %x {numerics = #qnn.numerics<float_even>} : (tensor<4xf32>) -> !codes
  %1 = qnn.quantize %x {numerics = #qnn.numerics<float_even>} : (tensor<4xf32>) -> !eighths
  %2 = qnn.quantize %x {numerics = #qnn.numerics<double_away>} : (tensor<4xf32>) -> !codes
  return %0, %1, %2 : !codes, !eighths, !codes
}
