// The inner loops of convolutions on Arms: what multiplies is one lane of a register, nothing comes from the stack, and
// sums stay in registers.
// RUN: octet compile %S/convolution-1x1.mlir --target cortex-a76 --emit asm -o - | %python %S/loop.py sdot | FileCheck %s --check-prefix=BYTES
// RUN: octet compile %S/convolution-1x1.mlir --target neoverse-n1 --emit asm -o - | %python %S/loop.py sdot | FileCheck %s --check-prefix=BYTES
// RUN: octet compile %S/convolution-1x1.mlir --target neoverse-v1 --emit asm -o - | %python %S/loop.py smmla | FileCheck %s --check-prefix=SQUARES
// RUN: octet compile %S/convolution-3x3.mlir --target neoverse-v1 --emit asm -o - | %python %S/loop.py smmla | FileCheck %s --check-prefix=SQUARES
// RUN: octet compile %S/convolution-1x1.mlir --target cortex-a53 --emit asm -o - | %python %S/loop.py sadalp | FileCheck %s --check-prefix=PAIRS
// RUN: octet compile %S/convolution-3x3.mlir --target cortex-a72 --emit asm -o - | %python %S/loop.py sadalp | FileCheck %s --check-prefix=PAIRS
// RUN: octet compile %S/convolution-3x3.mlir --target armv8-a --emit asm -o - | %python %S/loop.py sadalp | FileCheck %s --check-prefix=PAIRS
// RUN: octet compile %S/convolution-1x1.mlir --target cortex-a76 --emit llvm -o - | FileCheck %s --check-prefix=STORES
// RUN: octet compile %S/convolution-1x1.mlir --target cortex-a53 --emit llvm -o - | FileCheck %s --check-prefix=STORES
// RUN: octet compile %s --target cortex-a53 --emit asm -o - | %python %S/loop.py 'smlal2?' | FileCheck %s --check-prefix=WORDS
// RUN: octet compile %s --target cortex-a76 --emit asm -o - | %python %S/loop.py 'smlal2?' | FileCheck %s --check-prefix=WORDS

// BYTES: loop 1
// BYTES-NOT: {{\[sp|dup	}}
// BYTES: sdot v{{[0-9]+}}.4s, v{{[0-9]+}}.16b, v{{[0-9]+}}.4b[0]
// BYTES-NOT: {{\[sp|dup	}}
// BYTES: end

// Two products of bytes are summed in 16 bits, and then pairs of these in 32.
// PAIRS: loop 1
// PAIRS-NOT: [sp
// PAIRS: smull v{{[0-9]+}}.8h, v{{[0-9]+}}.8b
// PAIRS-NOT: {{\[sp|dup	}}
// PAIRS: smlal2 v{{[0-9]+}}.8h, v{{[0-9]+}}.16b
// PAIRS-NOT: {{\[sp|dup	}}
// PAIRS: sadalp v{{[0-9]+}}.4s, v{{[0-9]+}}.8h
// PAIRS-NOT: [sp
// PAIRS: end

// Two pixels by two channels.
// SQUARES: loop 1
// SQUARES-NOT: [sp
// SQUARES: smmla v{{[0-9]+}}.4s, v{{[0-9]+}}.16b, v{{[0-9]+}}.16b
// SQUARES-NOT: [sp
// SQUARES: end

// STORES-NOT: store <{{[0-9]+}} x i32>
// STORES: store <{{[0-9]+}} x i8>
// STORES-NOT: store <{{[0-9]+}} x i32>

// WORDS: loop 1
// WORDS-NOT: {{\[sp|dup	}}
// WORDS: smlal v{{[0-9]+}}.4s, v{{[0-9]+}}.4h, v{{[0-9]+}}.h[0]
// WORDS: smlal2 v{{[0-9]+}}.4s, v{{[0-9]+}}.8h, v{{[0-9]+}}.h[1]
// WORDS-NOT: {{\[sp|dup	}}
// WORDS: end

!image = tensor<1x14x14x96x!quant.uniform<i16:f32, 0.5>>
!weights = tensor<32x1x1x96x!quant.uniform<i8:f32, 0.0123>>
!sums = tensor<1x14x14x32x!quant.uniform<i32:f32, 0.00615>>
!result = tensor<1x14x14x32x!quant.uniform<i16:f32, 0.3>>

func.func @main(%x: !image) -> !result {
  %w = qnn.constant dense<3> : tensor<32x1x1x96xi8> : !weights
  %0 = qnn.conv2d %x, %w : (!image, !weights) -> !sums
  %1 = qnn.requantize %0 {numerics = #qnn.numerics<single_up>} : (!sums) -> !result
  return %1 : !result
}
