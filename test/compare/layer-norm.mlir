// A norm in pieces and the routine that it becomes have the same bits, whatever is left over of a row.
// RUN: octet compare %s --seed 1 | FileCheck %s
// RUN: octet compare %s --seed 2 --target x86-64-v3 | FileCheck %s
// RUN: octet compare %s --seed 3 --target baseline | FileCheck %s
// RUN: octet compile %s --emit kernel -o - | FileCheck %s --check-prefix=KERNELS

// CHECK: compiled code equals the evaluator
// KERNELS-COUNT-1: qnn.layer_norm

!x = tensor<5x3x93xf32>
!row = tensor<5x3x1xf32>
func.func @main(%x: !x) -> !x {
  %epsilon = qnn.constant dense<1.0e-5> : tensor<f32> : tensor<f32>
  %scale = qnn.constant dense<0.75> : tensor<93xf32> : tensor<93xf32>
  %0 = qnn.reduce mean %x {axes = array<i64: 2>, keep_dims} : (!x) -> !row
  %1 = qnn.sub %x, %0 : (!x, !row) -> !x
  %2 = qnn.mul %1, %1 : (!x, !x) -> !x
  %3 = qnn.reduce mean %2 {axes = array<i64: 2>, keep_dims} : (!x) -> !row
  %4 = qnn.add %3, %epsilon : (!row, tensor<f32>) -> !row
  %5 = qnn.unary sqrt %4 : (!row) -> !row
  %6 = qnn.binary divide %1, %5 : (!x, !row) -> !x
  %7 = qnn.mul %6, %scale : (!x, tensor<93xf32>) -> !x
  return %7 : !x
}
