// RUN: octet compile %s --emit asm --target cascadelake -o %t.s
// RUN: sed -n '/^octet_contraction_2:/,/^.Lfunc_end/p' %t.s | FileCheck %s --check-prefix=MANY
// RUN: sed -n '/^octet_contraction_3:/,/^.Lfunc_end/p' %t.s | FileCheck %s --check-prefix=FEW
// RUN: octet compile %s --emit asm --target cortex-a72 -o - | FileCheck %s --check-prefix=ARM
// RUN: octet compare %s | FileCheck %s --check-prefix=EQUAL

!input = tensor<1x14x14x256x!quant.uniform<u8:f32, 0.02:3>>
!weights = tensor<512x1x1x256x!quant.uniform<i8:f32, 0.01>>
!sums = tensor<1x14x14x512x!quant.uniform<i32:f32, 0.0002>>
!result = tensor<1x14x14x512x!quant.uniform<u8:f32, 0.03>>
!fewWeights = tensor<64x1x1x512x!quant.uniform<i8:f32, 0.01>>
!fewSums = tensor<1x14x14x64x!quant.uniform<i32:f32, 0.0003>>
!fewResults = tensor<1x14x14x64x!quant.uniform<u8:f32, 0.03>>

// Of weights that no cache keeps, the next panel is fetched while one is multiplied: a line every few steps.
// MANY: prefetcht1
// MANY: vpdpbusd
// FEW-NOT: prefetcht1
// FEW: vpdpbusd
// FEW-NOT: prefetcht1
// ARM-NOT: prfm
// ARM: {{^}}octet_contraction_{{[0-9]}}:
// ARM-NOT: prfm
// EQUAL: compiled code equals the evaluator
func.func @main(%x: !input) -> !fewResults {
  %w = qnn.constant dense<3> : tensor<512x1x1x256xi8> : !weights
  %v = qnn.constant dense<2> : tensor<64x1x1x512xi8> : !fewWeights
  %0 = qnn.conv2d %x, %w : (!input, !weights) -> !sums
  %1 = qnn.requantize %0 {numerics = #qnn.numerics<float_even>} : (!sums) -> !result
  %2 = qnn.conv2d %1, %v : (!result, !fewWeights) -> !fewSums
  %3 = qnn.requantize %2 {numerics = #qnn.numerics<float_even>} : (!fewSums) -> !fewResults
  return %3 : !fewResults
}
