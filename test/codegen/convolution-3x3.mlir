// A 3x3 convolution with a border: the loops run over the window, each step over four channels of the input.
// RUN: octet compile %s --target cascadelake --emit asm -o - | %python %S/loop.py vpdpbusd | FileCheck %s --check-prefix=BYTES
// RUN: octet compile %s --target icelake-server --emit asm -o - | %python %S/loop.py vpdpbusd | FileCheck %s --check-prefix=BYTES
// RUN: octet compile %s --target alderlake --emit asm -o - | %python %S/loop.py vpdpbusd | FileCheck %s --check-prefix=BYTES
// RUN: octet compile %s --target skylake-avx512 --emit asm -o - | %python %S/loop.py vpmaddwd | FileCheck %s --check-prefix=WORDS
// RUN: octet compile %s --target x86-64-v3 --emit asm -o - | %python %S/loop.py vpmaddwd | FileCheck %s --check-prefix=WORDS
// RUN: octet compile %s --target baseline --emit asm -o - | %python %S/loop.py pmaddwd | FileCheck %s --check-prefix=WORDS
// RUN: octet compile %s --target cascadelake --emit llvm -o - | FileCheck %s --check-prefix=STORES
// RUN: octet compile %s --target x86-64-v3 --emit llvm -o - | FileCheck %s --check-prefix=STORES
// RUN: octet compile %s --target baseline --emit llvm -o - | FileCheck %s --check-prefix=STORES

// Four products a lane and instruction. Nothing is stored, and no vector comes from the stack: the sums stay in registers.
// BYTES: loop 1
// BYTES-NOT: {{%[xyz]mm[0-9]+, [-0-9]*\(}}
// BYTES-NOT: {{\(%rsp\), .*mm}}
// BYTES: vpdpbusd
// BYTES-NOT: {{%[xyz]mm[0-9]+, [-0-9]*\(}}
// BYTES-NOT: {{\(%rsp\), .*mm}}
// BYTES: end

// Two products a lane; neither the slow multiplication nor the one that saturates.
// WORDS: loop 1
// WORDS-NOT: pmulld
// WORDS-NOT: pmaddubsw
// WORDS: pmaddwd
// WORDS-NOT: pmulld
// WORDS-NOT: pmaddubsw
// WORDS: end

// Sums of 32 bits never reach memory.
// STORES-NOT: store <{{[0-9]+}} x i32>
// STORES: store <{{[0-9]+}} x i8>
// STORES-NOT: store <{{[0-9]+}} x i32>

!image = tensor<1x14x14x64x!quant.uniform<i8:f32, 0.5:3>>
!weights = tensor<64x3x3x64x!quant.uniform<i8:f32, 0.0123>>
!sums = tensor<1x14x14x64x!quant.uniform<i32:f32, 0.00615>>
!result = tensor<1x14x14x64x!quant.uniform<i8:f32, 0.3:5>>

func.func @main(%x: !image) -> !result {
  %w = qnn.constant dense<3> : tensor<64x3x3x64xi8> : !weights
  %0 = qnn.conv2d %x, %w {padding = array<i64: 1, 1, 1, 1>} : (!image, !weights) -> !sums
  %1 = qnn.requantize %0 {numerics = #qnn.numerics<double_away>} : (!sums) -> !result
  return %1 : !result
}
