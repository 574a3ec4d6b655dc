// RUN: octet-opt %s --split-input-file --fuse-functions | FileCheck %s

!x = tensor<2x3x16xf32>
!row = tensor<2x3x1xf32>

// CHECK-LABEL: func.func @as_files_have_it(
// CHECK-NEXT: %[[NORM:.*]] = qnn.layer_norm %arg0 {epsilon = 9.99999974E-6 : f32}
// CHECK-NEXT: return %[[NORM]]
func.func @as_files_have_it(%x: !x) -> !x {
  %epsilon = qnn.constant dense<1.0e-5> : tensor<f32> : tensor<f32>
  %0 = qnn.reduce mean %x {axes = array<i64: 2>, keep_dims} : (!x) -> !row
  %1 = qnn.sub %x, %0 : (!x, !row) -> !x
  %2 = qnn.unary square %1 : (!x) -> !x
  %3 = qnn.reduce mean %2 {axes = array<i64: 2>, keep_dims} : (!x) -> !row
  %4 = qnn.add %3, %epsilon : (!row, tensor<f32>) -> !row
  %5 = qnn.unary sqrt %4 : (!row) -> !row
  %6 = qnn.binary divide %1, %5 : (!x, !row) -> !x
  return %6 : !x
}

// -----

!x = tensor<2x3x16xf32>
!row = tensor<2x3x1xf32>

// The variance of something else.
// CHECK-LABEL: func.func @another_variance(
// CHECK-NOT: qnn.layer_norm
func.func @another_variance(%x: !x, %y: !x) -> !x {
  %epsilon = qnn.constant dense<1.0e-5> : tensor<f32> : tensor<f32>
  %0 = qnn.reduce mean %x {axes = array<i64: 2>, keep_dims} : (!x) -> !row
  %1 = qnn.sub %x, %0 : (!x, !row) -> !x
  %2 = qnn.mul %y, %y : (!x, !x) -> !x
  %3 = qnn.reduce mean %2 {axes = array<i64: 2>, keep_dims} : (!x) -> !row
  %4 = qnn.add %3, %epsilon : (!row, tensor<f32>) -> !row
  %5 = qnn.unary sqrt %4 : (!row) -> !row
  %6 = qnn.binary divide %1, %5 : (!x, !row) -> !x
  return %6 : !x
}

// -----

!x = tensor<2x16x3xf32>
!row = tensor<2x1x3xf32>

// CHECK-LABEL: func.func @another_axis(
// CHECK-NOT: qnn.layer_norm
func.func @another_axis(%x: !x) -> !x {
  %epsilon = qnn.constant dense<1.0e-5> : tensor<f32> : tensor<f32>
  %0 = qnn.reduce mean %x {axes = array<i64: 1>, keep_dims} : (!x) -> !row
  %1 = qnn.sub %x, %0 : (!x, !row) -> !x
  %2 = qnn.unary square %1 : (!x) -> !x
  %3 = qnn.reduce mean %2 {axes = array<i64: 1>, keep_dims} : (!x) -> !row
  %4 = qnn.add %3, %epsilon : (!row, tensor<f32>) -> !row
  %5 = qnn.unary sqrt %4 : (!row) -> !row
  %6 = qnn.binary divide %1, %5 : (!x, !row) -> !x
  return %6 : !x
}

// -----

!x = tensor<2x3x16xf32>
!row = tensor<2x3x1xf32>
!scale = tensor<1x1x16xf32>
!codes = tensor<2x3x16x!quant.uniform<u8:f32, 0.1:128>>

// A sum's norm that becomes codes is ONNX Runtime's SkipLayerNormalization.
// CHECK-LABEL: func.func @of_a_sum_to_codes(
// CHECK: %[[SUM:.*]] = qnn.add %arg0, %arg1
// CHECK: qnn.layer_norm %[[SUM]] {epsilon = 9.99999974E-6 : f32, one_pass}
func.func @of_a_sum_to_codes(%x: !x, %y: !x, %scale: !scale, %bias: !scale) -> !codes {
  %epsilon = qnn.constant dense<1.0e-5> : tensor<f32> : tensor<f32>
  %sum = qnn.add %x, %y : (!x, !x) -> !x
  %0 = qnn.reduce mean %sum {axes = array<i64: 2>, keep_dims} : (!x) -> !row
  %1 = qnn.sub %sum, %0 : (!x, !row) -> !x
  %2 = qnn.unary square %1 : (!x) -> !x
  %3 = qnn.reduce mean %2 {axes = array<i64: 2>, keep_dims} : (!x) -> !row
  %4 = qnn.add %3, %epsilon : (!row, tensor<f32>) -> !row
  %5 = qnn.unary sqrt %4 : (!row) -> !row
  %6 = qnn.binary divide %1, %5 : (!x, !row) -> !x
  %7 = qnn.mul %6, %scale : (!x, !scale) -> !x
  %8 = qnn.add %7, %bias : (!x, !scale) -> !x
  %9 = qnn.quantize %8 {numerics = #qnn.numerics<float_even>} : (!x) -> !codes
  return %9 : !codes
}

// -----

!x = tensor<2x3x16xf32>
!row = tensor<2x3x1xf32>
!scale = tensor<1x1x16xf32>

// CHECK-LABEL: func.func @of_a_sum_to_floats(
// CHECK: qnn.layer_norm %{{.*}} {epsilon = 9.99999974E-6 : f32} :
func.func @of_a_sum_to_floats(%x: !x, %y: !x, %scale: !scale) -> !x {
  %epsilon = qnn.constant dense<1.0e-5> : tensor<f32> : tensor<f32>
  %sum = qnn.add %x, %y : (!x, !x) -> !x
  %0 = qnn.reduce mean %sum {axes = array<i64: 2>, keep_dims} : (!x) -> !row
  %1 = qnn.sub %sum, %0 : (!x, !row) -> !x
  %2 = qnn.unary square %1 : (!x) -> !x
  %3 = qnn.reduce mean %2 {axes = array<i64: 2>, keep_dims} : (!x) -> !row
  %4 = qnn.add %3, %epsilon : (!row, tensor<f32>) -> !row
  %5 = qnn.unary sqrt %4 : (!row) -> !row
  %6 = qnn.binary divide %1, %5 : (!x, !row) -> !x
  %7 = qnn.mul %6, %scale : (!x, !scale) -> !x
  return %7 : !x
}

// -----

!x = tensor<2x3x16xf32>

// As PyTorch writes it, and with factors in another order.
// CHECK-LABEL: func.func @gelu(
// CHECK-NEXT: %[[FIRST:.*]] = qnn.unary gelu %arg0
// CHECK-NEXT: %[[SECOND:.*]] = qnn.unary gelu %[[FIRST]]
// CHECK-NEXT: return %[[SECOND]]
func.func @gelu(%x: !x) -> !x {
  %root = qnn.constant dense<1.41421354> : tensor<f32> : tensor<f32>
  %inverse = qnn.constant dense<0.707106769> : tensor<1xf32> : tensor<1xf32>
  %one = qnn.constant dense<1.0> : tensor<f32> : tensor<f32>
  %half = qnn.constant dense<0.5> : tensor<f32> : tensor<f32>
  %0 = qnn.binary divide %x, %root : (!x, tensor<f32>) -> !x
  %1 = qnn.unary erf %0 : (!x) -> !x
  %2 = qnn.add %1, %one : (!x, tensor<f32>) -> !x
  %3 = qnn.mul %x, %2 : (!x, !x) -> !x
  %4 = qnn.mul %3, %half : (!x, tensor<f32>) -> !x
  %5 = qnn.mul %inverse, %4 : (tensor<1xf32>, !x) -> !x
  %6 = qnn.unary erf %5 : (!x) -> !x
  %7 = qnn.add %one, %6 : (tensor<f32>, !x) -> !x
  %8 = qnn.mul %4, %half : (!x, tensor<f32>) -> !x
  %9 = qnn.mul %7, %8 : (!x, !x) -> !x
  return %9 : !x
}

// -----

!x = tensor<2x3x16xf32>

// CHECK-LABEL: func.func @nearly_gelu(
// CHECK-NOT: qnn.unary gelu
func.func @nearly_gelu(%x: !x, %y: !x) -> (!x, !x) {
  %root = qnn.constant dense<1.41421354> : tensor<f32> : tensor<f32>
  %two = qnn.constant dense<2.0> : tensor<f32> : tensor<f32>
  %one = qnn.constant dense<1.0> : tensor<f32> : tensor<f32>
  %half = qnn.constant dense<0.5> : tensor<f32> : tensor<f32>
  %0 = qnn.binary divide %x, %root : (!x, tensor<f32>) -> !x
  %1 = qnn.unary erf %0 : (!x) -> !x
  %2 = qnn.add %1, %one : (!x, tensor<f32>) -> !x
  %3 = qnn.mul %y, %2 : (!x, !x) -> !x
  %4 = qnn.mul %3, %half : (!x, tensor<f32>) -> !x
  %5 = qnn.mul %x, %2 : (!x, !x) -> !x
  %6 = qnn.mul %5, %two : (!x, tensor<f32>) -> !x
  return %4, %6 : !x, !x
}

// -----

!x = tensor<2x3x16xf32>
!codes = tensor<2x3x16x!quant.uniform<u8:f32, 0.1:128>>

// CHECK-LABEL: func.func @gelu_of_codes(
// CHECK-NOT: qnn.unary gelu
func.func @gelu_of_codes(%codes: !codes) -> !x {
  %root = qnn.constant dense<1.41421354> : tensor<f32> : tensor<f32>
  %one = qnn.constant dense<1.0> : tensor<f32> : tensor<f32>
  %half = qnn.constant dense<0.5> : tensor<f32> : tensor<f32>
  %x = qnn.dequantize %codes : (!codes) -> !x
  %0 = qnn.binary divide %x, %root : (!x, tensor<f32>) -> !x
  %1 = qnn.unary erf %0 : (!x) -> !x
  %2 = qnn.add %1, %one : (!x, tensor<f32>) -> !x
  %3 = qnn.mul %x, %2 : (!x, !x) -> !x
  %4 = qnn.mul %3, %half : (!x, tensor<f32>) -> !x
  return %4 : !x
}
