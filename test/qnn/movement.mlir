// Constants and movement survive printing and parsing.
// RUN: octet-opt %s | octet-opt | FileCheck %s

// CHECK-LABEL: func.func @constant(
// CHECK: qnn.constant dense<[-1, 2]> : tensor<2xi8> : tensor<2x!quant.uniform<i8:f32, 5.000000e-01>>
// CHECK: qnn.constant dense<1.500000e+00> : tensor<f32> : tensor<f32>
func.func @constant() -> (tensor<2x!quant.uniform<i8:f32, 5.000000e-01>>, tensor<f32>) {
  %0 = qnn.constant dense<[-1, 2]> : tensor<2xi8> : tensor<2x!quant.uniform<i8:f32, 5.000000e-01>>
  %1 = qnn.constant dense<1.500000e+00> : tensor<f32> : tensor<f32>
  return %0, %1 : tensor<2x!quant.uniform<i8:f32, 5.000000e-01>>, tensor<f32>
}

// CHECK-LABEL: func.func @large_constant(
// CHECK: qnn.constant dense_resource<weights> : tensor<4xi8> : tensor<4x!quant.uniform<u8:f32, 5.000000e-01>>
func.func @large_constant() -> tensor<4x!quant.uniform<u8:f32, 5.000000e-01>> {
  %0 = qnn.constant dense_resource<weights> : tensor<4xi8> : tensor<4x!quant.uniform<u8:f32, 5.000000e-01>>
  return %0 : tensor<4x!quant.uniform<u8:f32, 5.000000e-01>>
}

// CHECK-LABEL: func.func @broadcast(
// CHECK: qnn.broadcast %arg0 {shape = array<i64: 3, 2, 4>} : (tensor<2x1xi8>) -> tensor<3x2x4xi8>
func.func @broadcast(%arg0: tensor<2x1xi8>) -> tensor<3x2x4xi8> {
  %0 = qnn.broadcast %arg0 {shape = array<i64: 3, 2, 4>} : (tensor<2x1xi8>) -> tensor<3x2x4xi8>
  return %0 : tensor<3x2x4xi8>
}

// CHECK-LABEL: func.func @concat(
// CHECK: qnn.concat %arg0, %arg1 {axis = 1 : i64} : (tensor<2x1xf32>, tensor<2x3xf32>) -> tensor<2x4xf32>
func.func @concat(%arg0: tensor<2x1xf32>, %arg1: tensor<2x3xf32>) -> tensor<2x4xf32> {
  %0 = qnn.concat %arg0, %arg1 {axis = 1 : i64} : (tensor<2x1xf32>, tensor<2x3xf32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// CHECK-LABEL: func.func @pad(
// CHECK: qnn.pad %arg0 {high = array<i64: 0, 1>, interior = array<i64: 1, 1>, low = array<i64: 1, 1>, value = 7.000000e+00 : f64} : (tensor<2x3x!quant.uniform<i8:f32, 5.000000e-01:7>>) -> tensor<4x7x!quant.uniform<i8:f32, 5.000000e-01:7>>
func.func @pad(%arg0: tensor<2x3x!quant.uniform<i8:f32, 5.000000e-01:7>>) -> tensor<4x7x!quant.uniform<i8:f32, 5.000000e-01:7>> {
  %0 = qnn.pad %arg0 {high = array<i64: 0, 1>, interior = array<i64: 1, 1>, low = array<i64: 1, 1>, value = 7.000000e+00 : f64} : (tensor<2x3x!quant.uniform<i8:f32, 5.000000e-01:7>>) -> tensor<4x7x!quant.uniform<i8:f32, 5.000000e-01:7>>
  return %0 : tensor<4x7x!quant.uniform<i8:f32, 5.000000e-01:7>>
}

// CHECK-LABEL: func.func @mirrored_pad(
// CHECK: qnn.pad %arg0 {high = array<i64: 2>, kind = #qnn<pad_kind reflect>, low = array<i64: 1>} : (tensor<3xf32>) -> tensor<6xf32>
func.func @mirrored_pad(%arg0: tensor<3xf32>) -> tensor<6xf32> {
  %0 = qnn.pad %arg0 {high = array<i64: 2>, kind = #qnn<pad_kind reflect>, low = array<i64: 1>} : (tensor<3xf32>) -> tensor<6xf32>
  return %0 : tensor<6xf32>
}

// CHECK-LABEL: func.func @reinterpret(
// CHECK: qnn.reinterpret %arg0 : (tensor<2xui8>) -> tensor<2x!quant.uniform<u8:f32, 5.000000e-01:7>>
func.func @reinterpret(%arg0: tensor<2xui8>) -> tensor<2x!quant.uniform<u8:f32, 0.5:7>> {
  %0 = qnn.reinterpret %arg0 : (tensor<2xui8>) -> tensor<2x!quant.uniform<u8:f32, 0.5:7>>
  return %0 : tensor<2x!quant.uniform<u8:f32, 0.5:7>>
}

// CHECK-LABEL: func.func @reshape(
// CHECK: qnn.reshape %arg0 {shape = array<i64: 1, 6, 1>} : (tensor<2x3xf32>) -> tensor<1x6x1xf32>
// CHECK: qnn.slice %0 {begin = array<i64: 0, 5, 0>, sizes = array<i64: 1, 1, 1>, strides = array<i64: 1, -1, 1>} : (tensor<1x6x1xf32>) -> tensor<1x1x1xf32>
// CHECK: qnn.reshape %1 {shape = array<i64>} : (tensor<1x1x1xf32>) -> tensor<f32>
func.func @reshape(%arg0: tensor<2x3xf32>) -> tensor<f32> {
  %0 = qnn.reshape %arg0 {shape = array<i64: 1, 6, 1>} : (tensor<2x3xf32>) -> tensor<1x6x1xf32>
  %1 = qnn.slice %0 {begin = array<i64: 0, 5, 0>, sizes = array<i64: 1, 1, 1>, strides = array<i64: 1, -1, 1>} : (tensor<1x6x1xf32>) -> tensor<1x1x1xf32>
  %2 = qnn.reshape %1 {shape = array<i64>} : (tensor<1x1x1xf32>) -> tensor<f32>
  return %2 : tensor<f32>
}

// CHECK-LABEL: func.func @transpose(
// CHECK: qnn.transpose %arg0 {permutation = array<i64: 2, 0, 1>} : (tensor<2x3x4xi16>) -> tensor<4x2x3xi16>
func.func @transpose(%arg0: tensor<2x3x4xi16>) -> tensor<4x2x3xi16> {
  %0 = qnn.transpose %arg0 {permutation = array<i64: 2, 0, 1>} : (tensor<2x3x4xi16>) -> tensor<4x2x3xi16>
  return %0 : tensor<4x2x3xi16>
}

// The scales stay with their channels.
// CHECK-LABEL: func.func @transpose_per_axis(
// CHECK: qnn.transpose %arg0 {permutation = array<i64: 1, 0>} : (tensor<2x3x!quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>>) -> tensor<3x2x!quant.uniform<i8:f32:1, {5.000000e-01,2.500000e-01}>>
func.func @transpose_per_axis(%arg0: tensor<2x3x!quant.uniform<i8:f32:0, {0.5, 0.25}>>) -> tensor<3x2x!quant.uniform<i8:f32:1, {0.5, 0.25}>> {
  %0 = qnn.transpose %arg0 {permutation = array<i64: 1, 0>} : (tensor<2x3x!quant.uniform<i8:f32:0, {0.5, 0.25}>>) -> tensor<3x2x!quant.uniform<i8:f32:1, {0.5, 0.25}>>
  return %0 : tensor<3x2x!quant.uniform<i8:f32:1, {0.5, 0.25}>>
}

// CHECK: weights: "0x4000000001020304"
{-# dialect_resources: { builtin: { weights: "0x4000000001020304" } } #-}
