// Floats on Arms: what is multiplied by is one lane of a register, products are fused into sums, and these stay in
// registers.
// RUN: octet compile %s --target cortex-a53 --emit asm -o - | %python %S/loop.py fmla | FileCheck %s
// RUN: octet compile %s --target cortex-a76 --emit asm -o - | %python %S/loop.py fmla | FileCheck %s
// RUN: octet compile %s --target neoverse-v1 --emit asm -o - | %python %S/loop.py fmla | FileCheck %s

// CHECK: loop 1
// CHECK-NOT: {{\[sp|dup	|fmul}}
// CHECK: fmla v{{[0-9]+}}.4s, v{{[0-9]+}}.4s, v{{[0-9]+}}.s[0]
// CHECK-NOT: {{\[sp|dup	|fmul}}
// CHECK: end

!image = tensor<1x14x14x64xf32>
!weights = tensor<32x3x3x64xf32>
!result = tensor<1x12x12x32xf32>

func.func @main(%x: !image) -> !result {
  %w = qnn.constant dense<3.0> : !weights : !weights
  %0 = qnn.conv2d %x, %w : (!image, !weights) -> !result
  return %0 : !result
}
