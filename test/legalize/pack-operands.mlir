// RUN: octet-opt %s --split-input-file --choose-storage=target=cascadelake --pack-operands=target=cascadelake | FileCheck %s --check-prefixes=CHECK,BYTE
// RUN: octet-opt %s --split-input-file --choose-storage=target=x86-64-v3 --pack-operands=target=x86-64-v3 | FileCheck %s --check-prefixes=CHECK,WORD

!x = tensor<3x5x6x!quant.uniform<u8:f32, 0.5:3>>
!y = tensor<3x6x7x!quant.uniform<u8:f32, 0.5:120>>

// Bytes are s8, four of a column side by side, and whoever multiplies knows their zero point. Words have none left.
// CHECK-LABEL: func.func @two_activations(
// BYTE: %[[PANELS:.*]], %[[SUMS:.*]] = qnn.pack %arg1 {group = 4 : i64, width = 16 : i64}
// BYTE-SAME: -> (tensor<3x2x16x4x!quant.uniform<i8:f32, 5.000000e-01:-8>>, tensor<3x16xi32>)
// BYTE: qnn.packed_matmul %arg0, %[[PANELS]], %[[SUMS]] {columns = 7 : i64}
// WORD: qnn.pack %arg1 {group = 2 : i64, width = 8 : i64}
// WORD-SAME: -> (tensor<3x3x8x2x!quant.uniform<i16<-120:135>:f32, 5.000000e-01>>, tensor<3x8xi32>)
func.func @two_activations(%x: !x, %y: !y) -> tensor<3x5x7xi32> {
  %0 = qnn.batch_matmul %x, %y : (!x, !y) -> tensor<3x5x7xi32>
  return %0 : tensor<3x5x7xi32>
}

// -----

// What says that rows are columns is how they are packed; what is left of the transpose keeps runs of elements.
// CHECK-LABEL: func.func @keys_of_attention(
// CHECK: %[[Q:.*]] = qnn.transpose %arg0 {permutation = array<i64: 0, 2, 1, 3>}
// CHECK: %[[K:.*]] = qnn.transpose %arg1 {permutation = array<i64: 0, 2, 1, 3>}
// CHECK: %[[PANELS:.*]] = qnn.pack %[[K]] {group = 1 : i64, transpose,
// CHECK: qnn.packed_matmul %[[Q]], %[[PANELS]] {columns = 9 : i64}
func.func @keys_of_attention(%q: tensor<1x9x2x8xf32>, %k: tensor<1x9x2x8xf32>) -> tensor<1x2x9x9xf32> {
  %0 = qnn.transpose %q {permutation = array<i64: 0, 2, 1, 3>} : (tensor<1x9x2x8xf32>) -> tensor<1x2x9x8xf32>
  %1 = qnn.transpose %k {permutation = array<i64: 0, 2, 3, 1>} : (tensor<1x9x2x8xf32>) -> tensor<1x2x8x9xf32>
  %2 = qnn.batch_matmul %0, %1 : (tensor<1x2x9x8xf32>, tensor<1x2x8x9xf32>) -> tensor<1x2x9x9xf32>
  return %2 : tensor<1x2x9x9xf32>
}

// -----

// CHECK-LABEL: func.func @columns_that_are_rows(
// CHECK: %[[X:.*]] = qnn.transpose %arg0 {permutation = array<i64: 1, 0>}
// CHECK: qnn.packed_matmul %[[X]],
func.func @columns_that_are_rows(%x: tensor<8x5xf32>, %y: tensor<8x3xf32>) -> tensor<5x3xf32> {
  %0 = qnn.batch_matmul %x, %y {transpose_lhs} : (tensor<8x5xf32>, tensor<8x3xf32>) -> tensor<5x3xf32>
  return %0 : tensor<5x3xf32>
}

// -----

// Kernels walk over two dimensions of matrices; more are one.
// CHECK-LABEL: func.func @many_batches(
// CHECK: %[[ALL:.*]] = qnn.broadcast %arg1 {shape = array<i64: 2, 2, 3, 4, 5>}
// CHECK: %[[Y:.*]] = qnn.reshape %[[ALL]] {shape = array<i64: 12, 4, 5>}
// CHECK: qnn.packed_matmul {{.*}} -> tensor<12x6x5xf32>
// CHECK: qnn.reshape {{.*}} -> tensor<2x2x3x6x5xf32>
func.func @many_batches(%x: tensor<2x2x3x6x4xf32>, %y: tensor<2x1x4x5xf32>) -> tensor<2x2x3x6x5xf32> {
  %0 = qnn.batch_matmul %x, %y : (tensor<2x2x3x6x4xf32>, tensor<2x1x4x5xf32>) -> tensor<2x2x3x6x5xf32>
  return %0 : tensor<2x2x3x6x5xf32>
}
