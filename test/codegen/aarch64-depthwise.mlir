// A depthwise convolution and a table on Arms. Products of bytes are summed in 16 bits where weights are known to allow
// it, four taps at once where there are dot products; sums do not reach memory, nor does a register for want of others;
// codes are looked up 16 at a time.
// RUN: octet compile %s --target armv8-a --emit asm -o - | %python %S/loop.py 'smlal2?' | FileCheck %s --check-prefix=PAIRS --implicit-check-not='[sp'
// RUN: octet compile %s --target cortex-a53 --emit asm -o - | %python %S/loop.py 'smlal2?' | FileCheck %s --check-prefix=PAIRS --implicit-check-not='[sp'
// RUN: octet compile %s --target cortex-a72 --emit asm -o - | %python %S/loop.py 'smlal2?' | FileCheck %s --check-prefix=PAIRS --implicit-check-not='[sp'
// RUN: octet compile %s --target cortex-a76 --emit asm -o - | %python %S/loop.py sdot | FileCheck %s --check-prefix=DOTS --implicit-check-not='[sp'
// RUN: octet compile %s --target neoverse-n1 --emit asm -o - | %python %S/loop.py sdot | FileCheck %s --check-prefix=DOTS --implicit-check-not='[sp'
// RUN: octet compile %s --target neoverse-v1 --emit asm -o - | %python %S/loop.py sdot | FileCheck %s --check-prefix=DOTS --implicit-check-not='[sp'
// RUN: octet compile %s --target cortex-a53 --emit llvm -o - | FileCheck %s --check-prefix=STORES
// RUN: octet compile %s --target cortex-a76 --emit llvm -o - | FileCheck %s --check-prefix=STORES

// PAIRS: smlal{{2?}} v{{[0-9]+}}.8h, v{{[0-9]+}}
// PAIRS: saddw{{2?}} v{{[0-9]+}}.4s
// PAIRS: tbl v{{[0-9]+}}.16b
// PAIRS: tbx v{{[0-9]+}}.16b
// PAIRS: str q
// PAIRS: end

// DOTS: sdot v{{[0-9]+}}.4s, v{{[0-9]+}}.16b, v{{[0-9]+}}.16b
// DOTS: tbl v{{[0-9]+}}.16b
// DOTS: tbx v{{[0-9]+}}.16b
// DOTS: str q
// DOTS: end

// STORES-NOT: store <{{[0-9]+}} x i32>
// STORES: store <{{[0-9]+}} x i8>
// STORES-NOT: store <{{[0-9]+}} x i32>

!image = tensor<1x30x30x64x!quant.uniform<i8:f32, 0.5:3>>
!weights = tensor<1x3x3x64x!quant.uniform<i8<-127:127>:f32, 0.0123>>
!sums = tensor<1x28x28x64x!quant.uniform<i32:f32, 0.00615>>
!result = tensor<1x28x28x64x!quant.uniform<i8:f32, 0.3:5>>

func.func @main(%x: !image) -> !result {
  %w = qnn.constant dense<3> : tensor<1x3x3x64xi8> : !weights
  %0 = qnn.depthwise_conv2d %x, %w : (!image, !weights) -> !sums
  %1 = qnn.requantize %0 {numerics = #qnn.numerics<double_away>} : (!sums) -> !result
  %2 = qnn.unary hard_swish %1 {numerics = #qnn.numerics<double_away>} : (!result) -> !result
  return %2 : !result
}
