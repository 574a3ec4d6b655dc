// A depthwise convolution of more taps than registers can keep: weights are loaded for each pixel, in the loop over
// tiles and in the smaller tile at the end of a row.
// RUN: octet compile %s --target cortex-a53 --emit asm -o - | %python %S/loop.py 'smlal2?' | FileCheck %s
// RUN: octet compile %s --target cortex-a76 -o %t.so

// CHECK: smlal{{2?}} v{{[0-9]+}}.8h
// CHECK: end

!image = tensor<1x18x18x32x!quant.uniform<i8:f32, 0.5:3>>
!weights = tensor<1x5x5x32x!quant.uniform<i8<-127:127>:f32, 0.0123>>
!sums = tensor<1x14x14x32x!quant.uniform<i32:f32, 0.00615>>
!result = tensor<1x14x14x32x!quant.uniform<i8:f32, 0.3:5>>

func.func @main(%x: !image) -> !result {
  %w = qnn.constant dense<3> : tensor<1x5x5x32xi8> : !weights
  %0 = qnn.depthwise_conv2d %x, %w : (!image, !weights) -> !sums
  %1 = qnn.requantize %0 {numerics = #qnn.numerics<double_away>} : (!sums) -> !result
  return %1 : !result
}
