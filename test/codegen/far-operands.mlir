// RUN: octet compile %s --emit asm --target cascadelake -o %t.s
// RUN: sed -n '/^octet_contraction_3:/,/^.Lfunc_end/p' %t.s | FileCheck %s --check-prefix=FAR
// RUN: sed -n '/^octet_contraction_5:/,/^.Lfunc_end/p' %t.s | FileCheck %s --check-prefix=NEAR
// RUN: octet compare %s | FileCheck %s --check-prefix=EQUAL

!input = tensor<1x56x56x32xf32>
!wide = tensor<1x56x56x128xf32>
!narrow = tensor<1x56x56x16xf32>

// What a residual sum reads of an operand that the second cache does not hold is on its way while products are summed.
// FAR: prefetcht0
// FAR: vfmadd
// NEAR-NOT: prefetcht0
// NEAR: vfmadd
// NEAR-NOT: prefetcht0
// EQUAL: compiled code equals the evaluator
func.func @main(%x: !input, %y: !wide, %z: !narrow) -> (!wide, !narrow) {
  %w = qnn.constant dense<0.5> : tensor<128x1x1x32xf32> : tensor<128x1x1x32xf32>
  %v = qnn.constant dense<0.25> : tensor<16x1x1x32xf32> : tensor<16x1x1x32xf32>
  %0 = qnn.conv2d %x, %w : (!input, tensor<128x1x1x32xf32>) -> !wide
  %1 = qnn.add %0, %y : (!wide, !wide) -> !wide
  %2 = qnn.conv2d %x, %v : (!input, tensor<16x1x1x32xf32>) -> !narrow
  %3 = qnn.add %2, %z : (!narrow, !narrow) -> !narrow
  return %1, %3 : !wide, !narrow
}
