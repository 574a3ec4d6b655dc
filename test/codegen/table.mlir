// A table of 256 codes: from registers where bytes can be permuted, 16 entries at a time elsewhere. Codes are packed
// before they are looked up, and stored as they come out.
// RUN: octet compile %s --target znver4 --emit asm -o - | FileCheck %s --check-prefix=PERMUTE
// RUN: octet compile %s --target cascadelake --emit asm -o - | FileCheck %s --check-prefix=WIDE
// RUN: octet compile %s --target x86-64-v3 --emit asm -o - | FileCheck %s --check-prefix=SHUFFLE
// RUN: octet compile %s --target baseline --emit asm -o - | FileCheck %s --check-prefix=NARROW
// RUN: octet compare %s
// RUN: octet compare %s --target x86-64-v3
// RUN: octet compare %s --target baseline

// PERMUTE-LABEL: octet_contraction_{{[0-9]+}}:
// PERMUTE: vpacksswb
// PERMUTE: vperm{{[it]}}2b
// PERMUTE: vperm{{[it]}}2b
// PERMUTE-NOT: vpmovdb
// WIDE-LABEL: octet_contraction_{{[0-9]+}}:
// WIDE: vpshufb {{.*}}%zmm
// SHUFFLE-LABEL: octet_contraction_{{[0-9]+}}:
// SHUFFLE: vpshufb {{.*}}%ymm
// SHUFFLE-NOT: vpinsrb
// NARROW-LABEL: octet_contraction_{{[0-9]+}}:
// NARROW: pshufb {{.*}}%xmm
// NARROW-NOT: pinsrb

!image = tensor<1x4x4x16x!quant.uniform<i8:f32, 0.05:3>>
!weights = tensor<64x1x1x16x!quant.uniform<i8:f32, 0.01>>
!sums = tensor<1x4x4x64x!quant.uniform<i32:f32, 5.0e-4>>
!result = tensor<1x4x4x64x!quant.uniform<i8:f32, 0.03:-7>>

func.func @main(%x: !image) -> !result {
  %w = qnn.constant dense<7> : tensor<64x1x1x16xi8> : !weights
  %0 = qnn.conv2d %x, %w : (!image, !weights) -> !sums
  %1 = qnn.requantize %0 {numerics = #qnn.numerics<double_away>} : (!sums) -> !result
  %2 = qnn.unary hard_swish %1 {numerics = #qnn.numerics<double_away>} : (!result) -> !result
  return %2 : !result
}
