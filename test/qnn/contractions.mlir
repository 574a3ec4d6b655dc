// Contractions survive printing and parsing; attributes at their defaults are not printed.
// RUN: octet-opt %s | octet-opt | FileCheck %s

// CHECK-LABEL: func.func @conv2d(
// CHECK: qnn.conv2d %arg0, %arg1, %arg2 {dilations = array<i64: 1, 2>, groups = 2 : i64, padding = array<i64: 0, 1, 1, 2>, strides = array<i64: 2, 2>} : (tensor<1x6x6x4x!quant.uniform<i8:f32, 5.000000e-01:-3>>, tensor<2x3x3x2x!quant.uniform<i8<-127:127>:f32:0, {2.500000e-01,1.250000e-01}>>, tensor<2xi32>) -> tensor<1x3x3x2x!quant.uniform<i32:f32:3, {1.250000e-01,6.250000e-02}>>
func.func @conv2d(%arg0: tensor<1x6x6x4x!quant.uniform<i8:f32, 5.000000e-01:-3>>, %arg1: tensor<2x3x3x2x!quant.uniform<i8<-127:127>:f32:0, {2.500000e-01,1.250000e-01}>>, %arg2: tensor<2xi32>) -> tensor<1x3x3x2x!quant.uniform<i32:f32:3, {1.250000e-01,6.250000e-02}>> {
  %0 = qnn.conv2d %arg0, %arg1, %arg2 {dilations = array<i64: 1, 2>, groups = 2 : i64, padding = array<i64: 0, 1, 1, 2>, strides = array<i64: 2, 2>} : (tensor<1x6x6x4x!quant.uniform<i8:f32, 5.000000e-01:-3>>, tensor<2x3x3x2x!quant.uniform<i8<-127:127>:f32:0, {2.500000e-01,1.250000e-01}>>, tensor<2xi32>) -> tensor<1x3x3x2x!quant.uniform<i32:f32:3, {1.250000e-01,6.250000e-02}>>
  return %0 : tensor<1x3x3x2x!quant.uniform<i32:f32:3, {1.250000e-01,6.250000e-02}>>
}

// CHECK-LABEL: func.func @conv2d_of_int16(
// CHECK: qnn.conv2d %arg0, %arg1 : (tensor<1x2x2x4x!quant.uniform<i16:f32, 5.000000e-01>>, tensor<2x1x1x4x!quant.uniform<i8:f32, 2.500000e-01>>) -> tensor<1x2x2x2xi64>
func.func @conv2d_of_int16(%arg0: tensor<1x2x2x4x!quant.uniform<i16:f32, 5.000000e-01>>, %arg1: tensor<2x1x1x4x!quant.uniform<i8:f32, 2.500000e-01>>) -> tensor<1x2x2x2xi64> {
  %0 = qnn.conv2d %arg0, %arg1 : (tensor<1x2x2x4x!quant.uniform<i16:f32, 5.000000e-01>>, tensor<2x1x1x4x!quant.uniform<i8:f32, 2.500000e-01>>) -> tensor<1x2x2x2xi64>
  return %0 : tensor<1x2x2x2xi64>
}

// CHECK-LABEL: func.func @depthwise_conv2d(
// CHECK: qnn.depthwise_conv2d %arg0, %arg1 : (tensor<1x4x4x2xf32>, tensor<1x3x3x4xf32>) -> tensor<1x2x2x4xf32>
func.func @depthwise_conv2d(%arg0: tensor<1x4x4x2xf32>, %arg1: tensor<1x3x3x4xf32>) -> tensor<1x2x2x4xf32> {
  %0 = qnn.depthwise_conv2d %arg0, %arg1 : (tensor<1x4x4x2xf32>, tensor<1x3x3x4xf32>) -> tensor<1x2x2x4xf32>
  return %0 : tensor<1x2x2x4xf32>
}

// CHECK-LABEL: func.func @conv2d_transpose(
// CHECK: qnn.conv2d_transpose %arg0, %arg1, %arg2 {output_size = array<i64: 4, 4>, padding = array<i64: 0, 0, 1, 1>, strides = array<i64: 2, 2>} : (tensor<1x2x2x3xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<1x4x4x4xf32>
func.func @conv2d_transpose(%arg0: tensor<1x2x2x3xf32>, %arg1: tensor<4x3x3x3xf32>, %arg2: tensor<4xf32>) -> tensor<1x4x4x4xf32> {
  %0 = qnn.conv2d_transpose %arg0, %arg1, %arg2 {output_size = array<i64: 4, 4>, padding = array<i64: 0, 0, 1, 1>, strides = array<i64: 2, 2>} : (tensor<1x2x2x3xf32>, tensor<4x3x3x3xf32>, tensor<4xf32>) -> tensor<1x4x4x4xf32>
  return %0 : tensor<1x4x4x4xf32>
}

// CHECK-LABEL: func.func @dense(
// CHECK: qnn.dense %arg0, %arg1, %arg2 : (tensor<2x4x!quant.uniform<u8:f32, 5.000000e-01:128>>, tensor<3x4x!quant.uniform<u8:f32, 2.500000e-01:117>>, tensor<3xi32>) -> tensor<2x3x!quant.uniform<i32:f32, 1.250000e-01>>
func.func @dense(%arg0: tensor<2x4x!quant.uniform<u8:f32, 5.000000e-01:128>>, %arg1: tensor<3x4x!quant.uniform<u8:f32, 2.500000e-01:117>>, %arg2: tensor<3xi32>) -> tensor<2x3x!quant.uniform<i32:f32, 1.250000e-01>> {
  %0 = qnn.dense %arg0, %arg1, %arg2 : (tensor<2x4x!quant.uniform<u8:f32, 5.000000e-01:128>>, tensor<3x4x!quant.uniform<u8:f32, 2.500000e-01:117>>, tensor<3xi32>) -> tensor<2x3x!quant.uniform<i32:f32, 1.250000e-01>>
  return %0 : tensor<2x3x!quant.uniform<i32:f32, 1.250000e-01>>
}

// CHECK-LABEL: func.func @batch_matmul(
// CHECK: qnn.batch_matmul %arg0, %arg1 {transpose_lhs, transpose_rhs} : (tensor<2x4x3xf32>, tensor<5x4xf32>) -> tensor<2x3x5xf32>
func.func @batch_matmul(%arg0: tensor<2x4x3xf32>, %arg1: tensor<5x4xf32>) -> tensor<2x3x5xf32> {
  %0 = qnn.batch_matmul %arg0, %arg1 {transpose_lhs, transpose_rhs} : (tensor<2x4x3xf32>, tensor<5x4xf32>) -> tensor<2x3x5xf32>
  return %0 : tensor<2x3x5xf32>
}
