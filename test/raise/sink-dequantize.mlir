// RUN: octet-opt %s --split-input-file --sink-dequantize | FileCheck %s

!codes = tensor<1x4x4x2x!quant.uniform<u8:f32, 0.5:100>>
!f = tensor<1x4x4x2xf32>

// CHECK-LABEL: func.func @movement
// CHECK-NEXT: %[[T:.*]] = qnn.transpose %arg0 {{.*}} -> tensor<1x2x4x4x!quant.uniform<u8:f32, 5.000000e-01:100>>
// CHECK-NEXT: %[[R:.*]] = qnn.reshape %[[T]] {{.*}} -> tensor<2x16x!quant.uniform<u8:f32, 5.000000e-01:100>>
// CHECK-NEXT: %[[S:.*]] = qnn.slice %[[R]]
// CHECK-NEXT: %[[P:.*]] = qnn.pad %[[S]] {high = array<i64: 0, 0>, low = array<i64: 0, 1>, value = 1.000000e+02 : f64}
// CHECK-NEXT: %[[C:.*]] = qnn.concat %[[P]], %[[P]]
// CHECK-NEXT: %[[B:.*]] = qnn.broadcast %[[C]]
// CHECK-NEXT: %[[F:.*]] = qnn.dequantize %[[B]] : (tensor<3x2x18x!quant.uniform<u8:f32, 5.000000e-01:100>>) -> tensor<3x2x18xf32>
// CHECK-NEXT: return %[[F]]
func.func @movement(%x: !codes) -> tensor<3x2x18xf32> {
  %0 = qnn.dequantize %x : (!codes) -> !f
  %1 = qnn.transpose %0 {permutation = array<i64: 0, 3, 1, 2>} : (!f) -> tensor<1x2x4x4xf32>
  %2 = qnn.reshape %1 {shape = array<i64: 2, 16>} : (tensor<1x2x4x4xf32>) -> tensor<2x16xf32>
  %3 = qnn.slice %2 {begin = array<i64: 0, 0>, sizes = array<i64: 2, 8>, strides = array<i64: 1, 2>} : (tensor<2x16xf32>) -> tensor<2x8xf32>
  %4 = qnn.pad %3 {low = array<i64: 0, 1>, high = array<i64: 0, 0>} : (tensor<2x8xf32>) -> tensor<2x9xf32>
  %5 = qnn.concat %4, %4 {axis = 1 : i64} : (tensor<2x9xf32>, tensor<2x9xf32>) -> tensor<2x18xf32>
  %6 = qnn.broadcast %5 {shape = array<i64: 3, 2, 18>} : (tensor<2x18xf32>) -> tensor<3x2x18xf32>
  return %6 : tensor<3x2x18xf32>
}

// -----

!codes = tensor<1x4x4x2x!quant.uniform<u8:f32, 0.5:100>>
!f = tensor<1x4x4x2xf32>

// No code is a quarter.
// CHECK-LABEL: func.func @a_pad_with_what_is_no_code
// CHECK-NEXT: qnn.dequantize
// CHECK-NEXT: qnn.pad
func.func @a_pad_with_what_is_no_code(%x: !codes) -> tensor<1x5x4x2xf32> {
  %0 = qnn.dequantize %x : (!codes) -> !f
  %1 = qnn.pad %0 {low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 0, 0, 0>, value = 0.25 : f64} : (!f) -> tensor<1x5x4x2xf32>
  return %1 : tensor<1x5x4x2xf32>
}

// -----

!codes = tensor<1x4x4x2x!quant.uniform<u8:f32, 0.5:100>>
!f = tensor<1x4x4x2xf32>

// CHECK-LABEL: func.func @extremes
// CHECK-NEXT: %[[P:.*]] = qnn.max_pool2d %arg0
// CHECK-NEXT: %[[R:.*]] = qnn.reduce maximum %[[P]]
// CHECK-NEXT: %[[F:.*]] = qnn.dequantize %[[R]]
// CHECK-NEXT: return %[[F]]
func.func @extremes(%x: !codes) -> tensor<1x2xf32> {
  %0 = qnn.dequantize %x : (!codes) -> !f
  %1 = qnn.max_pool2d %0 {window = array<i64: 2, 2>} : (!f) -> tensor<1x3x3x2xf32>
  %2 = qnn.reduce maximum %1 {axes = array<i64: 1, 2>} : (tensor<1x3x3x2xf32>) -> tensor<1x2xf32>
  return %2 : tensor<1x2xf32>
}

// -----

!codes = tensor<2x!quant.uniform<u8:f32, 0.5:100>>

// 0 is code 100, 6 is code 112.
// CHECK-LABEL: func.func @bounds_that_are_codes
// CHECK-NEXT: %[[C:.*]] = qnn.clamp %arg0 {highest = 1.120000e+02 : f64, lowest = 1.000000e+02 : f64}
// CHECK-NEXT: %[[F:.*]] = qnn.dequantize %[[C]]
// CHECK-NEXT: return %[[F]]
func.func @bounds_that_are_codes(%x: !codes) -> tensor<2xf32> {
  %0 = qnn.dequantize %x : (!codes) -> tensor<2xf32>
  %1 = qnn.clamp %0 {lowest = 0.0 : f64, highest = 6.0 : f64} : (tensor<2xf32>) -> tensor<2xf32>
  return %1 : tensor<2xf32>
}

// -----

!codes = tensor<2x!quant.uniform<u8:f32, 0.5:100>>

// No code is beyond 100.
// CHECK-LABEL: func.func @a_bound_beyond_all_codes
// CHECK-NEXT: qnn.clamp %arg0 {highest = 2.550000e+02 : f64, lowest = 1.000000e+02 : f64}
func.func @a_bound_beyond_all_codes(%x: !codes) -> tensor<2xf32> {
  %0 = qnn.dequantize %x : (!codes) -> tensor<2xf32>
  %1 = qnn.clamp %0 {lowest = 0.0 : f64, highest = 100.0 : f64} : (tensor<2xf32>) -> tensor<2xf32>
  return %1 : tensor<2xf32>
}

// -----

!codes = tensor<2x!quant.uniform<u8:f32, 0.4:100>>

// 6 / 0.4 is no code.
// CHECK-LABEL: func.func @a_bound_between_codes
// CHECK-NEXT: qnn.dequantize
// CHECK-NEXT: qnn.clamp
func.func @a_bound_between_codes(%x: !codes) -> tensor<2xf32> {
  %0 = qnn.dequantize %x : (!codes) -> tensor<2xf32>
  %1 = qnn.clamp %0 {lowest = 0.0 : f64, highest = 6.1 : f64} : (tensor<2xf32>) -> tensor<2xf32>
  return %1 : tensor<2xf32>
}

// -----

!codes = tensor<1x2x!quant.uniform<u8:f32, 0.5:100>>
!others = tensor<1x2x!quant.uniform<u8:f32, 0.25:100>>

// CHECK-LABEL: func.func @two_quantizations_are_joined_as_floats
// CHECK-NEXT: qnn.dequantize
// CHECK-NEXT: qnn.dequantize
// CHECK-NEXT: qnn.concat
func.func @two_quantizations_are_joined_as_floats(%x: !codes, %y: !others) -> tensor<2x2xf32> {
  %0 = qnn.dequantize %x : (!codes) -> tensor<1x2xf32>
  %1 = qnn.dequantize %y : (!others) -> tensor<1x2xf32>
  %2 = qnn.concat %0, %1 {axis = 0 : i64} : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<2x2xf32>
  return %2 : tensor<2x2xf32>
}

// -----

// [K, N] to [1, 1, K, N]; a reshape that cuts channels keeps the floats.
// CHECK-LABEL: func.func @weights_keep_their_channels
// CHECK-NEXT: %[[T:.*]] = qnn.transpose %arg0 {{.*}} -> tensor<2x3x!quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>>
// CHECK-NEXT: %[[R:.*]] = qnn.reshape %[[T]] {{.*}} -> tensor<1x2x3x1x!quant.uniform<i8:f32:1, {5.000000e-01,2.500000e-01}>>
// CHECK-NEXT: %[[F:.*]] = qnn.dequantize %[[R]]
// CHECK-NEXT: %[[ALL:.*]] = qnn.reshape %[[F]] {shape = array<i64: 6>}
// CHECK-NEXT: return %[[F]], %[[ALL]]
func.func @weights_keep_their_channels(%x: tensor<3x2x!quant.uniform<i8:f32:1, {0.5, 0.25}>>) -> (tensor<1x2x3x1xf32>, tensor<6xf32>) {
  %0 = qnn.dequantize %x : (tensor<3x2x!quant.uniform<i8:f32:1, {0.5, 0.25}>>) -> tensor<3x2xf32>
  %1 = qnn.transpose %0 {permutation = array<i64: 1, 0>} : (tensor<3x2xf32>) -> tensor<2x3xf32>
  %2 = qnn.reshape %1 {shape = array<i64: 1, 2, 3, 1>} : (tensor<2x3xf32>) -> tensor<1x2x3x1xf32>
  %3 = qnn.reshape %2 {shape = array<i64: 6>} : (tensor<1x2x3x1xf32>) -> tensor<6xf32>
  return %2, %3 : tensor<1x2x3x1xf32>, tensor<6xf32>
}

// -----

!codes = tensor<4x!quant.uniform<u8:f32, 0.5:100>>

// CHECK-LABEL: func.func @each_reader_has_its_own
// CHECK-NEXT: %[[X:.*]] = qnn.dequantize %arg0
// CHECK-NEXT: qnn.unary exp %[[X]]
// CHECK-NEXT: %[[R:.*]] = qnn.reshape %arg0
// CHECK-NEXT: qnn.dequantize %[[R]]
func.func @each_reader_has_its_own(%x: !codes) -> (tensor<4xf32>, tensor<2x2xf32>) {
  %0 = qnn.dequantize %x : (!codes) -> tensor<4xf32>
  %1 = qnn.unary exp %0 : (tensor<4xf32>) -> tensor<4xf32>
  %2 = qnn.reshape %0 {shape = array<i64: 2, 2>} : (tensor<4xf32>) -> tensor<2x2xf32>
  return %1, %2 : tensor<4xf32>, tensor<2x2xf32>
}

// -----

!codes = tensor<1x6x4x2x!quant.uniform<u8:f32, 0.5:100>>

// CHECK-LABEL: func.func @codes_are_moved_behind_a_quantize
// CHECK: %[[X:.*]] = qnn.quantize %arg0 {numerics = #qnn.numerics<double_away, recipe = divide_in_double>} : (tensor<1x2x4x4xf32>)
// CHECK: %[[T:.*]] = qnn.transpose %[[X]]
// CHECK: %[[P:.*]] = qnn.pad %[[T]] {{.*}}value = 1.040000e+02
// CHECK: %[[Y:.*]] = qnn.quantize %arg1
// CHECK: %[[C:.*]] = qnn.concat %[[P]], %[[Y]]
// CHECK-NEXT: return %[[C]]
func.func @codes_are_moved_behind_a_quantize(%x: tensor<1x2x4x4xf32>, %y: tensor<1x1x4x2xf32>) -> !codes {
  %0 = qnn.transpose %x {permutation = array<i64: 0, 2, 3, 1>} : (tensor<1x2x4x4xf32>) -> tensor<1x4x4x2xf32>
  %1 = qnn.pad %0 {low = array<i64: 0, 1, 0, 0>, high = array<i64: 0, 0, 0, 0>, value = 2.0 : f64} : (tensor<1x4x4x2xf32>) -> tensor<1x5x4x2xf32>
  %2 = qnn.concat %1, %y {axis = 1 : i64} : (tensor<1x5x4x2xf32>, tensor<1x1x4x2xf32>) -> tensor<1x6x4x2xf32>
  %3 = qnn.quantize %2 {numerics = #qnn.numerics<double_away, recipe = divide_in_double>} : (tensor<1x6x4x2xf32>) -> !codes
  return %3 : !codes
}

// -----

!codes = tensor<2x!quant.uniform<u8:f32, 0.5:100>>

// All of the four would be quantized for two.
// CHECK-LABEL: func.func @a_part_is_taken_first
// CHECK-NEXT: qnn.slice
// CHECK-NEXT: qnn.quantize
func.func @a_part_is_taken_first(%x: tensor<4xf32>) -> !codes {
  %0 = qnn.slice %x {begin = array<i64: 0>, sizes = array<i64: 2>, strides = array<i64: 1>} : (tensor<4xf32>) -> tensor<2xf32>
  %1 = qnn.quantize %0 : (tensor<2xf32>) -> !codes
  return %1 : !codes
}
