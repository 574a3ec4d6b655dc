// Element-wise operators survive printing and parsing.
// RUN: octet-opt %s | octet-opt | FileCheck %s

// CHECK-LABEL: func.func @add(
// CHECK: qnn.add %arg0, %arg1 {numerics = #qnn.numerics<double_away>} : (tensor<2x4x!quant.uniform<i8:f32, 5.000000e-01:-3>>, tensor<4x!quant.uniform<i8:f32, 2.500000e-01>>) -> tensor<2x4x!quant.uniform<i8:f32, 7.500000e-01:5>>
func.func @add(%arg0: tensor<2x4x!quant.uniform<i8:f32, 5.000000e-01:-3>>, %arg1: tensor<4x!quant.uniform<i8:f32, 2.500000e-01>>) -> tensor<2x4x!quant.uniform<i8:f32, 7.500000e-01:5>> {
  %0 = qnn.add %arg0, %arg1 {numerics = #qnn.numerics<double_away>} : (tensor<2x4x!quant.uniform<i8:f32, 5.000000e-01:-3>>, tensor<4x!quant.uniform<i8:f32, 2.500000e-01>>) -> tensor<2x4x!quant.uniform<i8:f32, 7.500000e-01:5>>
  return %0 : tensor<2x4x!quant.uniform<i8:f32, 7.500000e-01:5>>
}

// CHECK-LABEL: func.func @add_with_a_proven_form(
// CHECK: qnn.add %arg0, %arg0 {form = #qnn.float_sum<fused = true, takes_sign = false, origins = [0, -3, 2], [5.000000e-01, 5.000000e-01, 1.250000e-01]>, numerics = #qnn.numerics<single_up>} : (tensor<4x!quant.uniform<i8:f32, 5.000000e-01>>, tensor<4x!quant.uniform<i8:f32, 5.000000e-01>>) -> tensor<4x!quant.uniform<i8:f32, 1.000000e+00>>
func.func @add_with_a_proven_form(%arg0: tensor<4x!quant.uniform<i8:f32, 5.000000e-01>>) -> tensor<4x!quant.uniform<i8:f32, 1.000000e+00>> {
  %0 = qnn.add %arg0, %arg0 {form = #qnn.float_sum<fused = true, takes_sign = false, origins = [0, -3, 2], [5.000000e-01, 5.000000e-01, 1.250000e-01]>, numerics = #qnn.numerics<single_up>} : (tensor<4x!quant.uniform<i8:f32, 5.000000e-01>>, tensor<4x!quant.uniform<i8:f32, 5.000000e-01>>) -> tensor<4x!quant.uniform<i8:f32, 1.000000e+00>>
  return %0 : tensor<4x!quant.uniform<i8:f32, 1.000000e+00>>
}

// CHECK-LABEL: func.func @sub(
// CHECK: qnn.sub %arg0, %arg1 : (tensor<2x1xf32>, tensor<1x3xf32>) -> tensor<2x3xf32>
func.func @sub(%arg0: tensor<2x1xf32>, %arg1: tensor<1x3xf32>) -> tensor<2x3xf32> {
  %0 = qnn.sub %arg0, %arg1 : (tensor<2x1xf32>, tensor<1x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @mul(
// CHECK: qnn.mul %arg0, %arg1 : (tensor<3x!quant.uniform<u8:f32, 5.000000e-01:128>>, tensor<3x!quant.uniform<u8:f32, 2.500000e-01:7>>) -> tensor<3x!quant.uniform<i32:f32, 1.250000e-01>>
func.func @mul(%arg0: tensor<3x!quant.uniform<u8:f32, 5.000000e-01:128>>, %arg1: tensor<3x!quant.uniform<u8:f32, 2.500000e-01:7>>) -> tensor<3x!quant.uniform<i32:f32, 1.250000e-01>> {
  %0 = qnn.mul %arg0, %arg1 : (tensor<3x!quant.uniform<u8:f32, 5.000000e-01:128>>, tensor<3x!quant.uniform<u8:f32, 2.500000e-01:7>>) -> tensor<3x!quant.uniform<i32:f32, 1.250000e-01>>
  return %0 : tensor<3x!quant.uniform<i32:f32, 1.250000e-01>>
}

// CHECK-LABEL: func.func @binary(
// CHECK: qnn.binary minimum %arg0, %arg1 : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
// CHECK: qnn.binary squared_difference %0, %arg1 : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
// CHECK: qnn.binary floor_divide %1, %arg1 : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
// CHECK: qnn.binary greater_equal %2, %arg1 : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
// CHECK: qnn.binary logical_and %3, %3 : (tensor<2xi1>, tensor<2xi1>) -> tensor<2xi1>
func.func @binary(%arg0: tensor<2xi32>, %arg1: tensor<2xi32>) -> (tensor<2xi32>, tensor<2xi1>) {
  %0 = qnn.binary minimum %arg0, %arg1 : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  %1 = qnn.binary squared_difference %0, %arg1 : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  %2 = qnn.binary floor_divide %1, %arg1 : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  %3 = qnn.binary greater_equal %2, %arg1 : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
  %4 = qnn.binary logical_and %3, %3 : (tensor<2xi1>, tensor<2xi1>) -> tensor<2xi1>
  return %2, %4 : tensor<2xi32>, tensor<2xi1>
}

// CHECK-LABEL: func.func @unary(
// CHECK: qnn.unary leaky_relu %arg0 {alpha = 1.000000e-01 : f32, numerics = #qnn.numerics<double_away>} : (tensor<8x!quant.uniform<i8:f32, 1.000000e-01:3>>) -> tensor<8x!quant.uniform<i8:f32, 1.000000e-01:3>>
// CHECK: qnn.unary logistic %0 {numerics = #qnn.numerics<double_away, recipe = fixed_point>} : (tensor<8x!quant.uniform<i8:f32, 1.000000e-01:3>>) -> tensor<8x!quant.uniform<i8:f32, 3.906250e-03:-128>>
func.func @unary(%arg0: tensor<8x!quant.uniform<i8:f32, 1.000000e-01:3>>) -> tensor<8x!quant.uniform<i8:f32, 3.906250e-03:-128>> {
  %0 = qnn.unary leaky_relu %arg0 {alpha = 1.000000e-01 : f32, numerics = #qnn.numerics<double_away>} : (tensor<8x!quant.uniform<i8:f32, 1.000000e-01:3>>) -> tensor<8x!quant.uniform<i8:f32, 1.000000e-01:3>>
  %1 = qnn.unary logistic %0 {numerics = #qnn.numerics<double_away, recipe = fixed_point>} : (tensor<8x!quant.uniform<i8:f32, 1.000000e-01:3>>) -> tensor<8x!quant.uniform<i8:f32, 3.906250e-03:-128>>
  return %1 : tensor<8x!quant.uniform<i8:f32, 3.906250e-03:-128>>
}

// CHECK-LABEL: func.func @unary_of_floats(
// CHECK: qnn.unary gelu_tanh %arg0 : (tensor<8xf32>) -> tensor<8xf32>
// CHECK: qnn.unary logical_not %arg1 : (tensor<8xi1>) -> tensor<8xi1>
func.func @unary_of_floats(%arg0: tensor<8xf32>, %arg1: tensor<8xi1>) -> (tensor<8xf32>, tensor<8xi1>) {
  %0 = qnn.unary gelu_tanh %arg0 : (tensor<8xf32>) -> tensor<8xf32>
  %1 = qnn.unary logical_not %arg1 : (tensor<8xi1>) -> tensor<8xi1>
  return %0, %1 : tensor<8xf32>, tensor<8xi1>
}

// CHECK-LABEL: func.func @clamp(
// CHECK: qnn.clamp %arg0 {highest = 6.300000e+01 : f64, lowest = 3.000000e+00 : f64} : (tensor<8x!quant.uniform<u8:f32, 1.000000e-01:3>>) -> tensor<8x!quant.uniform<u8:f32, 1.000000e-01:3>>
func.func @clamp(%arg0: tensor<8x!quant.uniform<u8:f32, 1.000000e-01:3>>) -> tensor<8x!quant.uniform<u8:f32, 1.000000e-01:3>> {
  %0 = qnn.clamp %arg0 {highest = 6.300000e+01 : f64, lowest = 3.000000e+00 : f64} : (tensor<8x!quant.uniform<u8:f32, 1.000000e-01:3>>) -> tensor<8x!quant.uniform<u8:f32, 1.000000e-01:3>>
  return %0 : tensor<8x!quant.uniform<u8:f32, 1.000000e-01:3>>
}

// CHECK-LABEL: func.func @cast(
// CHECK: qnn.cast %arg0 : (tensor<3xi64>) -> tensor<3xf32>
func.func @cast(%arg0: tensor<3xi64>) -> tensor<3xf32> {
  %0 = qnn.cast %arg0 : (tensor<3xi64>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func.func @prelu(
// CHECK: qnn.prelu %arg0, %arg1 : (tensor<1x2x2x3xf32>, tensor<1x1x3xf32>) -> tensor<1x2x2x3xf32>
func.func @prelu(%arg0: tensor<1x2x2x3xf32>, %arg1: tensor<1x1x3xf32>) -> tensor<1x2x2x3xf32> {
  %0 = qnn.prelu %arg0, %arg1 : (tensor<1x2x2x3xf32>, tensor<1x1x3xf32>) -> tensor<1x2x2x3xf32>
  return %0 : tensor<1x2x2x3xf32>
}

// CHECK-LABEL: func.func @select(
// CHECK: qnn.select %arg0, %arg1, %arg2 : (tensor<2x1xi1>, tensor<2x3xi32>, tensor<i32>) -> tensor<2x3xi32>
func.func @select(%arg0: tensor<2x1xi1>, %arg1: tensor<2x3xi32>, %arg2: tensor<i32>) -> tensor<2x3xi32> {
  %0 = qnn.select %arg0, %arg1, %arg2 : (tensor<2x1xi1>, tensor<2x3xi32>, tensor<i32>) -> tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}

// CHECK-LABEL: func.func @quantize(
// CHECK: qnn.quantize %arg0 : (tensor<4xf32>) -> tensor<4x!quant.uniform<i8:f32, 2.350000e-02:-3>>
// CHECK: qnn.dequantize %0 : (tensor<4x!quant.uniform<i8:f32, 2.350000e-02:-3>>) -> tensor<4xf32>
func.func @quantize(%arg0: tensor<4xf32>) -> tensor<4xf32> {
  %0 = qnn.quantize %arg0 : (tensor<4xf32>) -> tensor<4x!quant.uniform<i8:f32, 2.350000e-02:-3>>
  %1 = qnn.dequantize %0 : (tensor<4x!quant.uniform<i8:f32, 2.350000e-02:-3>>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// CHECK-LABEL: func.func @requantize_per_channel(
// CHECK: qnn.requantize %arg0 {numerics = #qnn.numerics<double_up>} : (tensor<1x2x!quant.uniform<i32:f32:1, {1.000000e-02,2.000000e-02}>>) -> tensor<1x2x!quant.uniform<i8:f32, 5.000000e-01:1>>
func.func @requantize_per_channel(%arg0: tensor<1x2x!quant.uniform<i32:f32:1, {1.000000e-02,2.000000e-02}>>) -> tensor<1x2x!quant.uniform<i8:f32, 5.000000e-01:1>> {
  %0 = qnn.requantize %arg0 {numerics = #qnn.numerics<double_up>} : (tensor<1x2x!quant.uniform<i32:f32:1, {1.000000e-02,2.000000e-02}>>) -> tensor<1x2x!quant.uniform<i8:f32, 5.000000e-01:1>>
  return %0 : tensor<1x2x!quant.uniform<i8:f32, 5.000000e-01:1>>
}

// CHECK-LABEL: func.func @requantize_of_int64(
// CHECK: qnn.requantize %arg0 {accumulator_scales = array<f64: 1.000000e-02, 2.000000e-02>, numerics = #qnn.numerics<q15_up>} : (tensor<1x2xi64>) -> tensor<1x2x!quant.uniform<i16:f32, 5.000000e-01>>
func.func @requantize_of_int64(%arg0: tensor<1x2xi64>) -> tensor<1x2x!quant.uniform<i16:f32, 5.000000e-01>> {
  %0 = qnn.requantize %arg0 {accumulator_scales = array<f64: 1.000000e-02, 2.000000e-02>, numerics = #qnn.numerics<q15_up>} : (tensor<1x2xi64>) -> tensor<1x2x!quant.uniform<i16:f32, 5.000000e-01>>
  return %0 : tensor<1x2x!quant.uniform<i16:f32, 5.000000e-01>>
}

// CHECK-LABEL: func.func @requantize_with_a_proven_form(
// CHECK: qnn.requantize %arg0 {form = #qnn.float_rescale<twice_signed, fused = false, offset = 1, multipliers = [2.000000e-02], addends = [1.000000e-09]>, numerics = #qnn.numerics<single_away>} : (tensor<2x!quant.uniform<i32:f32, 1.000000e-02>>) -> tensor<2x!quant.uniform<i8:f32, 5.000000e-01:1>>
func.func @requantize_with_a_proven_form(%arg0: tensor<2x!quant.uniform<i32:f32, 1.000000e-02>>) -> tensor<2x!quant.uniform<i8:f32, 5.000000e-01:1>> {
  %0 = qnn.requantize %arg0 {form = #qnn.float_rescale<twice_signed, fused = false, offset = 1, multipliers = [2.000000e-02], addends = [1.000000e-09]>, numerics = #qnn.numerics<single_away>} : (tensor<2x!quant.uniform<i32:f32, 1.000000e-02>>) -> tensor<2x!quant.uniform<i8:f32, 5.000000e-01:1>>
  return %0 : tensor<2x!quant.uniform<i8:f32, 5.000000e-01:1>>
}

// CHECK-LABEL: func.func @lookup(
// CHECK: qnn.lookup %arg0 {table = array<i8: 0, 1, 2, {{.*}}-2, -1>} : (tensor<4x!quant.uniform<u8:f32, 5.000000e-01:3>>) -> tensor<4x!quant.uniform<i8:f32, 2.500000e-01>>
func.func @lookup(%arg0: tensor<4x!quant.uniform<u8:f32, 5.000000e-01:3>>) -> tensor<4x!quant.uniform<i8:f32, 2.500000e-01>> {
  %0 = qnn.lookup %arg0 {table = array<i8: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127, -128, -127, -126, -125, -124, -123, -122, -121, -120, -119, -118, -117, -116, -115, -114, -113, -112, -111, -110, -109, -108, -107, -106, -105, -104, -103, -102, -101, -100, -99, -98, -97, -96, -95, -94, -93, -92, -91, -90, -89, -88, -87, -86, -85, -84, -83, -82, -81, -80, -79, -78, -77, -76, -75, -74, -73, -72, -71, -70, -69, -68, -67, -66, -65, -64, -63, -62, -61, -60, -59, -58, -57, -56, -55, -54, -53, -52, -51, -50, -49, -48, -47, -46, -45, -44, -43, -42, -41, -40, -39, -38, -37, -36, -35, -34, -33, -32, -31, -30, -29, -28, -27, -26, -25, -24, -23, -22, -21, -20, -19, -18, -17, -16, -15, -14, -13, -12, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2, -1>} : (tensor<4x!quant.uniform<u8:f32, 5.000000e-01:3>>) -> tensor<4x!quant.uniform<i8:f32, 2.500000e-01>>
  return %0 : tensor<4x!quant.uniform<i8:f32, 2.500000e-01>>
}

// CHECK-LABEL: func.func @float_rescale(
// CHECK: qnn.float_rescale %arg0 : (tensor<4x!quant.uniform<u8:f32, 5.000000e-01:3>>) -> tensor<4x!quant.uniform<u8:f32, 2.500000e-01>>
func.func @float_rescale(%arg0: tensor<4x!quant.uniform<u8:f32, 5.000000e-01:3>>) -> tensor<4x!quant.uniform<u8:f32, 2.500000e-01>> {
  %0 = qnn.float_rescale %arg0 : (tensor<4x!quant.uniform<u8:f32, 5.000000e-01:3>>) -> tensor<4x!quant.uniform<u8:f32, 2.500000e-01>>
  return %0 : tensor<4x!quant.uniform<u8:f32, 2.500000e-01>>
}
