// Attention as files of transformers have it: heads are transposed to the front and back, both products are of two
// activations, and a mask is added. Nothing is transposed in memory: what kernels read and write is strided.
// RUN: octet compare %s --seed 1 | FileCheck %s
// RUN: octet compare %s --seed 2 --target x86-64-v3 | FileCheck %s
// RUN: octet compare %s --seed 3 --target baseline | FileCheck %s
// RUN: octet compare %s --seed 4 --target cascadelake | FileCheck %s
// RUN: octet compile %s --emit kernel --target cascadelake -o - | FileCheck %s --check-prefix=KERNELS

// CHECK: compiled code equals the evaluator

// KERNELS: qnn.kernel pack
// KERNELS: qnn.kernel contraction
// KERNELS: qnn.packed_matmul
// KERNELS: qnn.kernel pack
// KERNELS: qnn.kernel contraction{{.*}}strides = [1008, 16, 48, 1]>
// KERNELS: qnn.packed_matmul
// KERNELS: qnn.transpose {{.*}}strides = [1008, 48, 16, 1]>

!x = tensor<2x21x48x!quant.uniform<u8:f32, 0.05:130>>
!heads = tensor<2x21x3x16x!quant.uniform<u8:f32, 0.05:130>>
!queries = tensor<2x3x21x16x!quant.uniform<u8:f32, 0.05:130>>
!keys = tensor<2x3x16x21x!quant.uniform<u8:f32, 0.05:130>>
!shares = tensor<2x3x21x21x!quant.uniform<u8:f32, 0.00390625:2>>
!sums = tensor<2x3x21x16x!quant.uniform<i32:f32, 0.0001953125>>
!context = tensor<2x3x21x16x!quant.uniform<u8:f32, 0.04:117>>
!places = tensor<2x21x3x16x!quant.uniform<u8:f32, 0.04:117>>
!y = tensor<2x21x48x!quant.uniform<u8:f32, 0.04:117>>
func.func @main(%q: !x, %k: !x, %v: !x, %mask: tensor<2x1x1x21xf32>) -> !y {
  %0 = qnn.reshape %q {shape = array<i64: 2, 21, 3, 16>} : (!x) -> !heads
  %1 = qnn.transpose %0 {permutation = array<i64: 0, 2, 1, 3>} : (!heads) -> !queries
  %2 = qnn.reshape %k {shape = array<i64: 2, 21, 3, 16>} : (!x) -> !heads
  %3 = qnn.transpose %2 {permutation = array<i64: 0, 2, 3, 1>} : (!heads) -> !keys
  %4 = qnn.reshape %v {shape = array<i64: 2, 21, 3, 16>} : (!x) -> !heads
  %5 = qnn.transpose %4 {permutation = array<i64: 0, 2, 1, 3>} : (!heads) -> !queries
  %6 = qnn.batch_matmul %1, %3 : (!queries, !keys) -> tensor<2x3x21x21x!quant.uniform<i32:f32, 0.0025>>
  %7 = qnn.dequantize %6 : (tensor<2x3x21x21x!quant.uniform<i32:f32, 0.0025>>) -> tensor<2x3x21x21xf32>
  %8 = qnn.add %7, %mask : (tensor<2x3x21x21xf32>, tensor<2x1x1x21xf32>) -> tensor<2x3x21x21xf32>
  %9 = qnn.quantize %8 {numerics = #qnn.numerics<float_even>} : (tensor<2x3x21x21xf32>) -> !shares
  %10 = qnn.batch_matmul %9, %5 : (!shares, !queries) -> !sums
  %11 = qnn.requantize %10 {numerics = #qnn.numerics<float_even>} : (!sums) -> !context
  %12 = qnn.transpose %11 {permutation = array<i64: 0, 2, 1, 3>} : (!context) -> !places
  %13 = qnn.reshape %12 {shape = array<i64: 2, 21, 48>} : (!places) -> !y
  return %13 : !y
}
