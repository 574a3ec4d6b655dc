// Division by 8 in reals leaves codes as they are when the scale is divided too, as attention has it: a table, but
// nothing is looked up.
// RUN: octet compile %s --emit kernel -o - | FileCheck %s --check-prefix=TABLE
// RUN: octet compile %s --target znver4 --emit asm -o - | FileCheck %s --check-prefix=PERMUTE
// RUN: octet compile %s --target x86-64-v3 --emit asm -o - | FileCheck %s --check-prefix=SHUFFLE
// RUN: octet compare %s --seed 1 | FileCheck %s
// RUN: octet compare %s --seed 2 --target x86-64-v3 | FileCheck %s
// RUN: octet compare %s --seed 3 --target baseline | FileCheck %s

// CHECK: compiled code equals the evaluator
// TABLE-COUNT-2: qnn.lookup
// PERMUTE-LABEL: octet_contraction_{{[0-9]+}}:
// PERMUTE-NOT: vperm{{[it]}}2b
// SHUFFLE-LABEL: octet_contraction_{{[0-9]+}}:
// SHUFFLE-NOT: vpshufb

!x = tensor<1x12x32x!quant.uniform<u8:f32, 0.5:123>>
!y = tensor<1x12x32x!quant.uniform<u8:f32, 0.0625:123>>
!w = tensor<64x32x!quant.uniform<i8:f32, 0.01>>
!sums = tensor<12x64x!quant.uniform<i32:f32, 5.0e-3>>
!codes = tensor<12x64x!quant.uniform<u8:f32, 0.5:123>>
!steps = tensor<12x64x!quant.uniform<u8:f32, 0.0625:123>>

func.func @main(%a: !x) -> (!y, !steps) {
  %eight = qnn.constant dense<8.0> : tensor<f32> : tensor<f32>
  %0 = qnn.dequantize %a : (!x) -> tensor<1x12x32xf32>
  %1 = qnn.binary divide %0, %eight : (tensor<1x12x32xf32>, tensor<f32>) -> tensor<1x12x32xf32>
  %2 = qnn.quantize %1 {numerics = #qnn.numerics<float_even>} : (tensor<1x12x32xf32>) -> !y
  %3 = qnn.reshape %a {shape = array<i64: 12, 32>} : (!x) -> tensor<12x32x!quant.uniform<u8:f32, 0.5:123>>
  %w = qnn.constant dense<7> : tensor<64x32xi8> : !w
  %4 = qnn.dense %3, %w : (tensor<12x32x!quant.uniform<u8:f32, 0.5:123>>, !w) -> !sums
  %5 = qnn.requantize %4 {numerics = #qnn.numerics<float_even>} : (!sums) -> !codes
  %6 = qnn.dequantize %5 : (!codes) -> tensor<12x64xf32>
  %7 = qnn.binary divide %6, %eight : (tensor<12x64xf32>, tensor<f32>) -> tensor<12x64xf32>
  %8 = qnn.quantize %7 {numerics = #qnn.numerics<float_even>} : (tensor<12x64xf32>) -> !steps
  return %2, %8 : !y, !steps
}
