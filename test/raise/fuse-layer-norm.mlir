// RUN: octet-opt %s --split-input-file --fuse-layer-norm | FileCheck %s

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
