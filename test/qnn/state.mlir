// Variables, loops, recurrent layers and kernels survive printing and parsing.
// RUN: octet-opt %s | octet-opt | FileCheck %s

// CHECK: qnn.variable @memory : tensor<1x2x!quant.uniform<i8:f32, 5.000000e-01:1>> = dense<1> : tensor<1x2xi8>
qnn.variable @memory : tensor<1x2x!quant.uniform<i8:f32, 5.000000e-01:1>> = dense<1> : tensor<1x2xi8>

// CHECK-LABEL: func.func @variables(
// CHECK: qnn.read @memory : tensor<1x2x!quant.uniform<i8:f32, 5.000000e-01:1>>
// CHECK: qnn.assign @memory, %arg0 : tensor<1x2x!quant.uniform<i8:f32, 5.000000e-01:1>>
func.func @variables(%arg0: tensor<1x2x!quant.uniform<i8:f32, 5.000000e-01:1>>) -> tensor<1x2x!quant.uniform<i8:f32, 5.000000e-01:1>> {
  %0 = qnn.read @memory : tensor<1x2x!quant.uniform<i8:f32, 5.000000e-01:1>>
  qnn.assign @memory, %arg0 : tensor<1x2x!quant.uniform<i8:f32, 5.000000e-01:1>>
  return %0 : tensor<1x2x!quant.uniform<i8:f32, 5.000000e-01:1>>
}

// CHECK-LABEL: func.func @while(
// CHECK: qnn.while %arg0, %arg1 : (tensor<i32>, tensor<i32>) -> (tensor<i32>, tensor<i32>) condition {
// CHECK: qnn.binary less %arg2, %arg3 : (tensor<i32>, tensor<i32>) -> tensor<i1>
// CHECK: qnn.yield %1 : tensor<i1>
// CHECK: qnn.add %arg2, %arg2 : (tensor<i32>, tensor<i32>) -> tensor<i32>
// CHECK: qnn.yield %1, %arg3 : tensor<i32>, tensor<i32>
func.func @while(%arg0: tensor<i32>, %arg1: tensor<i32>) -> tensor<i32> {
  %0:2 = qnn.while %arg0, %arg1 : (tensor<i32>, tensor<i32>) -> (tensor<i32>, tensor<i32>) condition {
  ^bb0(%arg2: tensor<i32>, %arg3: tensor<i32>):
    %1 = qnn.binary less %arg2, %arg3 : (tensor<i32>, tensor<i32>) -> tensor<i1>
    qnn.yield %1 : tensor<i1>
  } body {
  ^bb0(%arg2: tensor<i32>, %arg3: tensor<i32>):
    %1 = qnn.add %arg2, %arg2 : (tensor<i32>, tensor<i32>) -> tensor<i32>
    qnn.yield %1, %arg3 : tensor<i32>, tensor<i32>
  }
  return %0#0 : tensor<i32>
}

// CHECK-LABEL: func.func @svdf(
// CHECK: qnn.svdf %arg0, %arg1, %arg2, %arg3 state(%arg4) {rank = 2 : i64} : (tensor<1x3xf32>, tensor<4x3xf32>, tensor<4x5xf32>, tensor<2xf32>, tensor<1x20xf32>) -> (tensor<1x2xf32>, tensor<1x20xf32>)
func.func @svdf(%arg0: tensor<1x3xf32>, %arg1: tensor<4x3xf32>, %arg2: tensor<4x5xf32>, %arg3: tensor<2xf32>, %arg4: tensor<1x20xf32>) -> tensor<1x2xf32> {
  %result, %next_state = qnn.svdf %arg0, %arg1, %arg2, %arg3 state(%arg4) {rank = 2 : i64} : (tensor<1x3xf32>, tensor<4x3xf32>, tensor<4x5xf32>, tensor<2xf32>, tensor<1x20xf32>) -> (tensor<1x2xf32>, tensor<1x20xf32>)
  return %result : tensor<1x2xf32>
}

// CHECK-LABEL: func.func @lstm(
// CHECK: qnn.lstm %arg0 gates(%arg1, %arg1, %arg1) recurrent(%arg2, %arg2, %arg2) peephole(%arg3, %arg3) bias(%arg3, %arg3, %arg3) projection(%arg4) state(%arg5, %arg6) norm(%arg3, %arg3, %arg3) {cell_clip = 1.000000e+00 : f32, projection_clip = 0.000000e+00 : f32} : (tensor<1x7x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x2xf32>, tensor<4x2xf32>, tensor<4x2xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<2x4xf32>, tensor<1x2xf32>, tensor<1x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<1x7x2xf32>, tensor<1x2xf32>, tensor<1x4xf32>)
func.func @lstm(%arg0: tensor<1x7x3xf32>, %arg1: tensor<4x3xf32>, %arg2: tensor<4x2xf32>, %arg3: tensor<4xf32>, %arg4: tensor<2x4xf32>, %arg5: tensor<1x2xf32>, %arg6: tensor<1x4xf32>) -> tensor<1x7x2xf32> {
  %result, %next_hidden_state, %next_cell_state = qnn.lstm %arg0 gates(%arg1, %arg1, %arg1) recurrent(%arg2, %arg2, %arg2) peephole(%arg3, %arg3) bias(%arg3, %arg3, %arg3) projection(%arg4) state(%arg5, %arg6) norm(%arg3, %arg3, %arg3) {cell_clip = 1.000000e+00 : f32, projection_clip = 0.000000e+00 : f32} : (tensor<1x7x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x2xf32>, tensor<4x2xf32>, tensor<4x2xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<2x4xf32>, tensor<1x2xf32>, tensor<1x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> (tensor<1x7x2xf32>, tensor<1x2xf32>, tensor<1x4xf32>)
  return %result : tensor<1x7x2xf32>
}

// CHECK-LABEL: func.func @kernel(
// CHECK: qnn.kernel map(%arg0) {qnn.place = [#qnn.place<arena 0 + 64, strides = [2, 1]>], tile = #qnn.tile<1 x 4 pixels, 2 x 16 channels>} : (tensor<1x2xf32>) -> tensor<1x2xf32> {
// CHECK: qnn.unary exp %arg1 : (tensor<1x2xf32>) -> tensor<1x2xf32>
// CHECK: qnn.yield %1 : tensor<1x2xf32>
func.func @kernel(%arg0: tensor<1x2xf32> {qnn.place = #qnn.place<input 0 + 0, strides = [2, 1]>}) -> tensor<1x2xf32> {
  %0 = qnn.kernel map(%arg0) {qnn.place = [#qnn.place<arena 0 + 64, strides = [2, 1]>], tile = #qnn.tile<1 x 4 pixels, 2 x 16 channels>} : (tensor<1x2xf32>) -> tensor<1x2xf32> {
  ^bb0(%arg1: tensor<1x2xf32>):
    %1 = qnn.unary exp %arg1 : (tensor<1x2xf32>) -> tensor<1x2xf32>
    qnn.yield %1 : tensor<1x2xf32>
  }
  return %0 : tensor<1x2xf32>
}
