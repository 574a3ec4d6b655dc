// 25 taps with strides of two: inputs are loaded, interleaved and multiplied group by group, and no register has to wait
// in memory for others. Seven groups of four taps: the last taps of four columns share one.
// RUN: octet compile %s --target cortex-a53 --emit asm -o - | %python %S/loop.py 'smlal2?' | FileCheck %s --check-prefix=PAIRS --implicit-check-not='[sp'
// RUN: octet compile %s --target cortex-a76 --emit asm -o - | %python %S/loop.py sdot | FileCheck %s --check-prefix=DOTS --implicit-check-not='[sp'
// RUN: octet compile %s --target neoverse-v1 --emit asm -o - | %python %S/loop.py sdot | FileCheck %s --check-prefix=DOTS --implicit-check-not='[sp'
// RUN: octet compile %s --target baseline --emit asm -o - | %python %S/loop.py pmaddwd | FileCheck %s --check-prefix=WORDS --implicit-check-not='(%%rsp)'
// RUN: octet compile %s --target x86-64-v3 --emit asm -o - | %python %S/loop.py vpmaddwd | FileCheck %s --check-prefix=WORDS --implicit-check-not='(%%rsp)'
// RUN: octet compile %s --target cascadelake --emit asm -o - | %python %S/loop.py vpdpbusd | FileCheck %s --check-prefix=DOTS --implicit-check-not='(%%rsp)'
// RUN: octet compile %s --target znver4 --emit asm -o - | %python %S/loop.py vpdpbusd | FileCheck %s --check-prefix=DOTS --implicit-check-not='(%%rsp)'
// RUN: octet compile %s --target cascadelake --emit asm -o - | %python %S/loop.py vpdpbusd | grep -c vpdpbusd | FileCheck %s --check-prefix=COUNT

// PAIRS: loop 1 of 1
// PAIRS: smlal
// PAIRS: end
// DOTS: loop 1 of 1
// DOTS: {{sdot|vpdpbusd}}
// DOTS: end
// WORDS: loop 1 of 1
// WORDS: pmaddwd
// WORDS: end

// Four pixels, four vectors, seven groups.
// COUNT: {{^}}112{{$}}

!image = tensor<1x57x57x64x!quant.uniform<i8:f32, 0.5:3>>
!weights = tensor<1x5x5x64x!quant.uniform<i8<-127:127>:f32, 0.0123>>
!sums = tensor<1x27x27x64x!quant.uniform<i32:f32, 0.00615>>
!result = tensor<1x27x27x64x!quant.uniform<i8:f32, 0.3:5>>

func.func @main(%x: !image) -> !result {
  %w = qnn.constant dense<3> : tensor<1x5x5x64xi8> : !weights
  %0 = qnn.depthwise_conv2d %x, %w {strides = array<i64: 2, 2>} : (!image, !weights) -> !sums
  %1 = qnn.requantize %0 {numerics = #qnn.numerics<double_away>} : (!sums) -> !result
  return %1 : !result
}
