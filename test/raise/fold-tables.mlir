// RUN: octet-opt %s --split-input-file --fold-tables --canonicalize | FileCheck %s

!x = tensor<2x!quant.uniform<i8:f32, 0.0625>>
!gate = tensor<2x!quant.uniform<i8:f32, 3.906250e-03:-128>>
!product = tensor<2x!quant.uniform<i32:f32, 2.44140625E-4>>

// Nearly x for large x: its highest code becomes the highest.
// CHECK-LABEL: func.func @silu
// CHECK-NEXT: %[[RESULT:.*]] = qnn.lookup %arg0 {table = array<i8: {{.*}}, -2, -1>}
// CHECK-NEXT: return %[[RESULT]]
func.func @silu(%x: !x) -> !x {
  %0 = qnn.unary logistic %x {numerics = #qnn.numerics<double_away>} : (!x) -> !gate
  %1 = qnn.mul %x, %0 : (!x, !gate) -> !product
  %2 = qnn.requantize %1 {numerics = #qnn.numerics<double_away>} : (!product) -> !x
  return %2 : !x
}

// -----

!x = tensor<2x!quant.uniform<i8:f32, 0.0625>>

// Floats between codes.
// CHECK-LABEL: func.func @island
// CHECK-NEXT: qnn.lookup
func.func @island(%x: !x) -> !x {
  %0 = qnn.dequantize %x : (!x) -> tensor<2xf32>
  %1 = qnn.unary tanh %0 : (tensor<2xf32>) -> tensor<2xf32>
  %2 = qnn.quantize %1 : (tensor<2xf32>) -> !x
  return %2 : !x
}

// -----

!x = tensor<2x!quant.uniform<i8:f32, 0.0625>>
!gate = tensor<2x!quant.uniform<i8:f32, 3.906250e-03:-128>>
!product = tensor<2x!quant.uniform<i32:f32, 2.44140625E-4>>

// Of two tensors there is no table; a function alone is one already.
// CHECK-LABEL: func.func @two_tensors
// CHECK: qnn.unary
// CHECK: qnn.mul
// CHECK-NOT: qnn.lookup
func.func @two_tensors(%x: !x, %y: !x) -> !x {
  %0 = qnn.unary logistic %x {numerics = #qnn.numerics<double_away>} : (!x) -> !gate
  %1 = qnn.mul %y, %0 : (!x, !gate) -> !product
  %2 = qnn.requantize %1 {numerics = #qnn.numerics<double_away>} : (!product) -> !x
  return %2 : !x
}

// -----

!x = tensor<2x!quant.uniform<i8:f32, 0.0625>>
!column = tensor<2x1x!quant.uniform<i8:f32, 0.0625>>
!gates = tensor<2x1x!quant.uniform<i8:f32, 3.906250e-03:-128>>
!products = tensor<2x2x!quant.uniform<i32:f32, 2.44140625E-4>>
!result = tensor<2x2x!quant.uniform<i8:f32, 0.0625>>

// Nor where elements meet others than themselves.
// CHECK-LABEL: func.func @broadcast
// CHECK-NOT: qnn.lookup
func.func @broadcast(%x: !x, %y: !column) -> !result {
  %0 = qnn.unary logistic %y {numerics = #qnn.numerics<double_away>} : (!column) -> !gates
  %1 = qnn.mul %y, %0 : (!column, !gates) -> tensor<2x1x!quant.uniform<i32:f32, 2.44140625E-4>>
  %2 = qnn.mul %x, %0 : (!x, !gates) -> !products
  %3 = qnn.requantize %2 {numerics = #qnn.numerics<double_away>} : (!products) -> !result
  return %3 : !result
}
