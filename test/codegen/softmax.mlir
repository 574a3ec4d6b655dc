// Rows of codes whose shares are looked up: in registers where bytes can be permuted, 16 entries at a time elsewhere; what
// is left over of a row is part of a last vector, or comes byte by byte where there is none.
// RUN: octet compile %s --target znver4 --emit asm -o - | FileCheck %s --check-prefix=PERMUTE
// RUN: octet compile %s --target x86-64-v3 --emit asm -o - | FileCheck %s --check-prefix=SHUFFLE
// RUN: octet compile %s --target cortex-a53 --emit asm -o - | FileCheck %s --check-prefix=ARM
// RUN: octet compare %s --seed 1 | FileCheck %s
// RUN: octet compare %s --seed 2 --target cascadelake | FileCheck %s
// RUN: octet compare %s --seed 3 --target x86-64-v3 | FileCheck %s
// RUN: octet compare %s --seed 4 --target baseline | FileCheck %s

// CHECK: compiled code equals the evaluator

// PERMUTE-LABEL: octet_look_up_bytes:
// PERMUTE-COUNT-2: vperm{{[it]}}2b {{.*}}%zmm
// PERMUTE: retq
// SHUFFLE-LABEL: octet_look_up_bytes:
// SHUFFLE-COUNT-16: vpshufb {{.*}}%ymm
// SHUFFLE-NOT: vpinsrb
// SHUFFLE: retq
// ARM-LABEL: octet_look_up_bytes:
// ARM: tbl
// ARM-COUNT-3: tb{{[lx]}}
// ARM: ret

!x0 = tensor<9x7x!quant.uniform<u8:f32, 0.07:5>>
!p0 = tensor<9x7x!quant.uniform<u8:f32, 3.90625e-03:0>>
!x1 = tensor<9x16x!quant.uniform<i8:f32, 0.07:-3>>
!p1 = tensor<9x16x!quant.uniform<i8:f32, 3.90625e-03:-128>>
!x2 = tensor<9x40x!quant.uniform<u8:f32, 0.07:5>>
!p2 = tensor<9x40x!quant.uniform<u8:f32, 3.90625e-03:0>>
!x3 = tensor<9x63x!quant.uniform<i8:f32, 0.07:-3>>
!p3 = tensor<9x63x!quant.uniform<i8:f32, 3.90625e-03:-128>>
!x4 = tensor<9x64x!quant.uniform<u8:f32, 0.07:5>>
!p4 = tensor<9x64x!quant.uniform<u8:f32, 3.90625e-03:0>>
!x5 = tensor<9x83x!quant.uniform<i8:f32, 0.07:-3>>
!p5 = tensor<9x83x!quant.uniform<i8:f32, 3.90625e-03:-128>>
!x6 = tensor<9x197x!quant.uniform<u8:f32, 0.07:5>>
!p6 = tensor<9x197x!quant.uniform<u8:f32, 3.90625e-03:0>>
!x7 = tensor<9x300x!quant.uniform<i8:f32, 0.07:-3>>
!p7 = tensor<9x300x!quant.uniform<i8:f32, 3.90625e-03:-128>>

func.func @main(%x0: !x0, %x1: !x1, %x2: !x2, %x3: !x3, %x4: !x4, %x5: !x5, %x6: !x6, %x7: !x7) -> (!p0, !p1, !p2, !p3, !p4, !p5, !p6, !p7) {
  %0 = qnn.softmax %x0 {numerics = #qnn.numerics<float_even, recipe = float_table>} : (!x0) -> !p0
  %1 = qnn.softmax %x1 {numerics = #qnn.numerics<float_even, recipe = float_table>} : (!x1) -> !p1
  %2 = qnn.softmax %x2 {numerics = #qnn.numerics<double_away, recipe = fixed_point>} : (!x2) -> !p2
  %3 = qnn.softmax %x3 {numerics = #qnn.numerics<float_even, recipe = float_table>} : (!x3) -> !p3
  %4 = qnn.softmax %x4 {numerics = #qnn.numerics<double_away, recipe = float_table>} : (!x4) -> !p4
  %5 = qnn.softmax %x5 {numerics = #qnn.numerics<double_away, recipe = fixed_point>} : (!x5) -> !p5
  %6 = qnn.softmax %x6 {numerics = #qnn.numerics<float_even, recipe = float_table>} : (!x6) -> !p6
  %7 = qnn.softmax %x7 {numerics = #qnn.numerics<float_even, recipe = float_table>} : (!x7) -> !p7
  return %0, %1, %2, %3, %4, %5, %6, %7 : !p0, !p1, !p2, !p3, !p4, !p5, !p6, !p7
}
