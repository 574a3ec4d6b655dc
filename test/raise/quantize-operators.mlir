// RUN: octet-opt %s --split-input-file --quantize-operators | FileCheck %s

!x = tensor<1x2x!quant.uniform<u8:f32, 0.5:128>>
!w = tensor<3x2x!quant.uniform<i8:f32:0, {0.5, 0.25, 0.125}>>
!b = tensor<3x!quant.uniform<i32:f32:0, {0.25, 0.125, 0.0625}>>
!y = tensor<1x3x!quant.uniform<u8:f32, 2.0:3>>

// The bias has the scales of the sums already.
// CHECK-LABEL: func.func @sums_of_codes
// CHECK-DAG: %[[W:.*]] = qnn.constant {{.*}}tensor<3x2x!quant.uniform<i8
// CHECK-DAG: %[[B:.*]] = qnn.constant dense<[10, 20, 30]> : tensor<3xi32>
// CHECK: %[[SUMS:.*]] = qnn.dense %arg0, %[[W]], %[[B]] : {{.*}} -> tensor<1x3x!quant.uniform<i32:f32:1, {2.500000e-01,1.250000e-01,6.250000e-02}>>
// CHECK-NEXT: %[[CODES:.*]] = qnn.requantize %[[SUMS]] {numerics = #qnn.numerics<float_even>} : {{.*}} -> tensor<1x3x!quant.uniform<u8:f32, 2.000000e+00:3>>
// CHECK-NEXT: return %[[CODES]]
func.func @sums_of_codes(%x: !x) -> !y {
  %w = qnn.constant dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi8> : !w
  %b = qnn.constant dense<[10, 20, 30]> : tensor<3xi32> : !b
  %0 = qnn.dequantize %x : (!x) -> tensor<1x2xf32>
  %1 = qnn.dequantize %w : (!w) -> tensor<3x2xf32>
  %2 = qnn.dequantize %b : (!b) -> tensor<3xf32>
  %3 = qnn.dense %0, %1, %2 : (tensor<1x2xf32>, tensor<3x2xf32>, tensor<3xf32>) -> tensor<1x3xf32>
  %4 = qnn.quantize %3 {numerics = #qnn.numerics<float_even>} : (tensor<1x3xf32>) -> !y
  return %4 : !y
}

// -----

!x = tensor<1x2x!quant.uniform<u8:f32, 0.5:128>>
!w = tensor<3x2x!quant.uniform<i8:f32, 0.5>>
!b = tensor<3x!quant.uniform<i32:f32, 0.75:1>>

// (9, 19, 29) * 0.75 in units of 0.25; there is no quantize, so the sums become floats.
// CHECK-LABEL: func.func @a_bias_of_a_scale_of_its_own
// CHECK: %[[B:.*]] = qnn.constant dense<[27, 57, 87]> : tensor<3xi32>
// CHECK: %[[SUMS:.*]] = qnn.dense %arg0, {{.*}}, %[[B]]
// CHECK-NEXT: %[[REAL:.*]] = qnn.dequantize %[[SUMS]]
// CHECK-NEXT: return %[[REAL]]
func.func @a_bias_of_a_scale_of_its_own(%x: !x) -> tensor<1x3xf32> {
  %w = qnn.constant dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi8> : !w
  %b = qnn.constant dense<[10, 20, 30]> : tensor<3xi32> : !b
  %0 = qnn.dequantize %x : (!x) -> tensor<1x2xf32>
  %1 = qnn.dequantize %w : (!w) -> tensor<3x2xf32>
  %2 = qnn.dequantize %b : (!b) -> tensor<3xf32>
  %3 = qnn.dense %0, %1, %2 : (tensor<1x2xf32>, tensor<3x2xf32>, tensor<3xf32>) -> tensor<1x3xf32>
  return %3 : tensor<1x3xf32>
}

// -----

!x = tensor<1x2x!quant.uniform<u8:f32, 0.5:128>>
!w = tensor<3x2x!quant.uniform<i8:f32, 0.5>>

// Half a unit is rounded to even.
// CHECK-LABEL: func.func @a_bias_of_floats
// CHECK: %[[B:.*]] = qnn.constant dense<[4, 2, -10]> : tensor<3xi32>
// CHECK: qnn.dense %arg0, {{.*}}, %[[B]]
func.func @a_bias_of_floats(%x: !x) -> tensor<1x3xf32> {
  %w = qnn.constant dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi8> : !w
  %b = qnn.constant dense<[1.0, 0.625, -2.5]> : tensor<3xf32> : tensor<3xf32>
  %0 = qnn.dequantize %x : (!x) -> tensor<1x2xf32>
  %1 = qnn.dequantize %w : (!w) -> tensor<3x2xf32>
  %3 = qnn.dense %0, %1, %b : (tensor<1x2xf32>, tensor<3x2xf32>, tensor<3xf32>) -> tensor<1x3xf32>
  return %3 : tensor<1x3xf32>
}

// -----

!x = tensor<1x2x!quant.uniform<u8:f32, 0.5:128>>
!w = tensor<3x2x!quant.uniform<i8:f32, 0.5>>

// CHECK-LABEL: func.func @a_bias_that_is_no_sum
// CHECK: qnn.dense {{.*}} -> tensor<1x3xf32>
func.func @a_bias_that_is_no_sum(%x: !x) -> tensor<1x3xf32> {
  %w = qnn.constant dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi8> : !w
  %b = qnn.constant dense<[1.0e+30, 0.0, 0.0]> : tensor<3xf32> : tensor<3xf32>
  %0 = qnn.dequantize %x : (!x) -> tensor<1x2xf32>
  %1 = qnn.dequantize %w : (!w) -> tensor<3x2xf32>
  %3 = qnn.dense %0, %1, %b : (tensor<1x2xf32>, tensor<3x2xf32>, tensor<3xf32>) -> tensor<1x3xf32>
  return %3 : tensor<1x3xf32>
}

// -----

!x = tensor<1x2x!quant.uniform<u8:f32, 0.5:128>>
!w = tensor<3x2x!quant.uniform<i8:f32, 0.5>>

// CHECK-LABEL: func.func @a_bias_that_is_computed
// CHECK: qnn.dense {{.*}} -> tensor<1x3xf32>
func.func @a_bias_that_is_computed(%x: !x, %b: tensor<3xf32>) -> tensor<1x3xf32> {
  %w = qnn.constant dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi8> : !w
  %0 = qnn.dequantize %x : (!x) -> tensor<1x2xf32>
  %1 = qnn.dequantize %w : (!w) -> tensor<3x2xf32>
  %3 = qnn.dense %0, %1, %b : (tensor<1x2xf32>, tensor<3x2xf32>, tensor<3xf32>) -> tensor<1x3xf32>
  return %3 : tensor<1x3xf32>
}

// -----

!x = tensor<1x2x!quant.uniform<u8:f32, 0.5:128>>

// CHECK-LABEL: func.func @zero_points_of_channels
// CHECK: qnn.dense {{.*}} -> tensor<1x2xf32>
func.func @zero_points_of_channels(%x: !x) -> tensor<1x2xf32> {
  %w = qnn.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi8> : tensor<2x2x!quant.uniform<i8:f32:0, {0.5:1, 0.25:2}>>
  %0 = qnn.dequantize %x : (!x) -> tensor<1x2xf32>
  %1 = qnn.dequantize %w : (tensor<2x2x!quant.uniform<i8:f32:0, {0.5:1, 0.25:2}>>) -> tensor<2x2xf32>
  %2 = qnn.dense %0, %1 : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  return %2 : tensor<1x2xf32>
}

// -----

!x = tensor<1x2x!quant.uniform<u8:f32, 0.5:128>>
!w = tensor<2x2x!quant.uniform<i8:f32:1, {0.5, 0.25}>>

// Products of different scales have no sum of integers.
// CHECK-LABEL: func.func @scales_of_inputs
// CHECK: qnn.dense {{.*}} -> tensor<1x2xf32>
func.func @scales_of_inputs(%x: !x) -> tensor<1x2xf32> {
  %w = qnn.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi8> : !w
  %0 = qnn.dequantize %x : (!x) -> tensor<1x2xf32>
  %1 = qnn.dequantize %w : (!w) -> tensor<2x2xf32>
  %2 = qnn.dense %0, %1 : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  return %2 : tensor<1x2xf32>
}

// -----

!x = tensor<2x2x!quant.uniform<u8:f32, 0.5:128>>
!w = tensor<2x2x!quant.uniform<u8:f32, 0.25>>

// CHECK-LABEL: func.func @two_activations
// CHECK-NEXT: %[[SUMS:.*]] = qnn.batch_matmul %arg0, %arg1 {{.*}} -> tensor<2x2x!quant.uniform<i32:f32, 1.250000e-01>>
// CHECK-NEXT: qnn.dequantize %[[SUMS]]
func.func @two_activations(%x: !x, %w: !w) -> tensor<2x2xf32> {
  %0 = qnn.dequantize %x : (!x) -> tensor<2x2xf32>
  %1 = qnn.dequantize %w : (!w) -> tensor<2x2xf32>
  %2 = qnn.batch_matmul %0, %1 : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  return %2 : tensor<2x2xf32>
}

// -----

!x = tensor<1x2x!quant.uniform<u8:f32, 0.5:128>>
!w = tensor<3x2x!quant.uniform<i8:f32, 0.5>>
!y = tensor<1x3x!quant.uniform<i8:f32, 0.25:-100>>

// 0 is code -100, and 6 is code -76.
// CHECK-LABEL: func.func @bounds_are_on_codes
// CHECK: %[[CODES:.*]] = qnn.requantize
// CHECK-NEXT: %[[BOUNDED:.*]] = qnn.clamp %[[CODES]] {highest = -7.600000e+01 : f64, lowest = -1.000000e+02 : f64}
// CHECK-NEXT: return %[[BOUNDED]]
func.func @bounds_are_on_codes(%x: !x) -> !y {
  %w = qnn.constant dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi8> : !w
  %0 = qnn.dequantize %x : (!x) -> tensor<1x2xf32>
  %1 = qnn.dequantize %w : (!w) -> tensor<3x2xf32>
  %2 = qnn.dense %0, %1 : (tensor<1x2xf32>, tensor<3x2xf32>) -> tensor<1x3xf32>
  %3 = qnn.clamp %2 {lowest = 0.0 : f64, highest = 6.0 : f64} : (tensor<1x3xf32>) -> tensor<1x3xf32>
  %4 = qnn.quantize %3 {numerics = #qnn.numerics<float_even>} : (tensor<1x3xf32>) -> !y
  return %4 : !y
}

// -----

!x = tensor<1x2x!quant.uniform<u8:f32, 0.5:128>>
!w = tensor<3x2x!quant.uniform<i8:f32, 0.5>>
!y = tensor<1x3x!quant.uniform<u8:f32, 0.25>>

// No code is below 0.
// CHECK-LABEL: func.func @a_bound_that_codes_have_anyway
// CHECK: %[[CODES:.*]] = qnn.requantize
// CHECK-NEXT: return %[[CODES]]
func.func @a_bound_that_codes_have_anyway(%x: !x) -> !y {
  %w = qnn.constant dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi8> : !w
  %0 = qnn.dequantize %x : (!x) -> tensor<1x2xf32>
  %1 = qnn.dequantize %w : (!w) -> tensor<3x2xf32>
  %2 = qnn.dense %0, %1 : (tensor<1x2xf32>, tensor<3x2xf32>) -> tensor<1x3xf32>
  %3 = qnn.clamp %2 {lowest = 0.0 : f64, highest = 0x7FF0000000000000 : f64} : (tensor<1x3xf32>) -> tensor<1x3xf32>
  %4 = qnn.quantize %3 {numerics = #qnn.numerics<float_even>} : (tensor<1x3xf32>) -> !y
  return %4 : !y
}

// -----

!x = tensor<1x2x!quant.uniform<u8:f32, 0.5:128>>
!w = tensor<3x2x!quant.uniform<i8:f32, 0.5>>
!y = tensor<1x3x!quant.uniform<u8:f32, 0.25>>

// The floats are needed, and made of the sums; a second rounding would not be theirs.
// CHECK-LABEL: func.func @sums_that_others_read
// CHECK: %[[SUMS:.*]] = qnn.dense
// CHECK-NEXT: %[[REAL:.*]] = qnn.dequantize %[[SUMS]]
// CHECK-NEXT: %[[CODES:.*]] = qnn.quantize %[[REAL]]
// CHECK-NEXT: return %[[CODES]], %[[REAL]]
func.func @sums_that_others_read(%x: !x) -> (!y, tensor<1x3xf32>) {
  %w = qnn.constant dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi8> : !w
  %0 = qnn.dequantize %x : (!x) -> tensor<1x2xf32>
  %1 = qnn.dequantize %w : (!w) -> tensor<3x2xf32>
  %2 = qnn.dense %0, %1 : (tensor<1x2xf32>, tensor<3x2xf32>) -> tensor<1x3xf32>
  %3 = qnn.quantize %2 {numerics = #qnn.numerics<float_even>} : (tensor<1x3xf32>) -> !y
  return %3, %2 : !y, tensor<1x3xf32>
}

// -----

!x = tensor<1x2x!quant.uniform<u8:f32, 0.5:128>>
!w = tensor<3x2x!quant.uniform<i8:f32, 0.5>>
!y = tensor<1x3x!quant.uniform<u8:f32, 0.25>>

// Only what rounds to even has this form.
// CHECK-LABEL: func.func @a_quantize_that_rounds_otherwise
// CHECK: %[[SUMS:.*]] = qnn.dense
// CHECK-NEXT: %[[REAL:.*]] = qnn.dequantize %[[SUMS]]
// CHECK-NEXT: qnn.quantize %[[REAL]]
func.func @a_quantize_that_rounds_otherwise(%x: !x) -> !y {
  %w = qnn.constant dense<[[1, 2], [3, 4], [5, 6]]> : tensor<3x2xi8> : !w
  %0 = qnn.dequantize %x : (!x) -> tensor<1x2xf32>
  %1 = qnn.dequantize %w : (!w) -> tensor<3x2xf32>
  %2 = qnn.dense %0, %1 : (tensor<1x2xf32>, tensor<3x2xf32>) -> tensor<1x3xf32>
  %3 = qnn.quantize %2 : (tensor<1x3xf32>) -> !y
  return %3 : !y
}

// -----

!y = tensor<1x2x2x2x!quant.uniform<u8:f32, 0.25>>

// CHECK-LABEL: func.func @the_largest_code
// CHECK-NEXT: %[[CODES:.*]] = qnn.quantize %arg0
// CHECK-NEXT: %[[LARGEST:.*]] = qnn.max_pool2d %[[CODES]]
// CHECK-NEXT: return %[[LARGEST]]
func.func @the_largest_code(%x: tensor<1x3x3x2xf32>) -> !y {
  %0 = qnn.max_pool2d %x {window = array<i64: 2, 2>} : (tensor<1x3x3x2xf32>) -> tensor<1x2x2x2xf32>
  %1 = qnn.quantize %0 {numerics = #qnn.numerics<float_even>} : (tensor<1x2x2x2xf32>) -> !y
  return %1 : !y
}

// -----

!x = tensor<4x!quant.uniform<u8:f32, 0.5:128>>

// CHECK-LABEL: func.func @there_and_back
// CHECK-NEXT: return %arg0
func.func @there_and_back(%x: !x) -> !x {
  %0 = qnn.dequantize %x : (!x) -> tensor<4xf32>
  %1 = qnn.quantize %0 {numerics = #qnn.numerics<float_even>} : (tensor<4xf32>) -> !x
  return %1 : !x
}
