// The epilogue of a convolution that ends in a residual sum.
// RUN: octet compile %s --target cascadelake --emit asm -o - | FileCheck %s --check-prefixes=CHECK,DOWN
// RUN: octet compile %s --target x86-64-v3 --emit asm -o - | FileCheck %s

// The first rescale rounds and stays real, here a sum in float32 rounded down; bytes of the other operand become lanes
// where they are; nothing is multiplied in 64 bits.
// CHECK-LABEL: octet_contraction_{{[0-9]+}}:
// CHECK-NOT: vpmuldq
// DOWN: {rd-sae}
// DOWN: vrndscaleps $9
// CHECK: vpshufb
// CHECK-NOT: vpmuldq
// CHECK: .Lfunc_end

!image = tensor<1x14x14x64x!quant.uniform<u8:f32, 0.5>>
!weights = tensor<64x1x1x64x!quant.uniform<i8:f32, 0.000123>>
!sums = tensor<1x14x14x64x!quant.uniform<i32:f32, 0.0000615>>
!part = tensor<1x14x14x64x!quant.uniform<u8:f32, 0.2:5>>
!result = tensor<1x14x14x64x!quant.uniform<u8:f32, 0.3:7>>

func.func @main(%x: !image, %y: !part) -> !result {
  %w = qnn.constant dense<100> : tensor<64x1x1x64xi8> : !weights
  %0 = qnn.conv2d %x, %w : (!image, !weights) -> !sums
  %1 = qnn.requantize %0 {numerics = #qnn.numerics<double_away>} : (!sums) -> !part
  %2 = qnn.add %1, %y {numerics = #qnn.numerics<double_away>} : (!part, !part) -> !result
  return %2 : !result
}
