// Plain integers of the caller's get a scale, lose it, and get another; what is plain comes out as it was stored.
// RUN: octet compare %s --seed 1 | FileCheck %s
// RUN: octet compare %s --seed 2 --target x86-64-v3 | FileCheck %s
// RUN: octet compare %s --seed 3 --target baseline | FileCheck %s

// CHECK: compiled code equals the evaluator

!plain = tensor<1x6x6x5xui8>
!image = tensor<1x6x6x5x!quant.uniform<u8:f32, 0.02:7>>
!sums = tensor<1x4x4x9x!quant.uniform<i32:f32, 0.005>>
!codes = tensor<1x4x4x9x!quant.uniform<u8:f32, 0.125:100>>
!others = tensor<1x4x4x9x!quant.uniform<u8:f32, 0.03:11>>
!signed = tensor<16x9x!quant.uniform<i8:f32, 0.03:11>>

func.func @main(%x: !plain, %y: tensor<16x9xi8>) -> (tensor<1x4x4x9xui8>, tensor<144xui8>, tensor<1x4x4x9xf32>, tensor<144xi8>) {
  %w = qnn.constant dense<3> : tensor<9x3x3x5xi8> : tensor<9x3x3x5x!quant.uniform<i8:f32, 0.25>>
  %0 = qnn.reinterpret %x : (!plain) -> !image
  %1 = qnn.conv2d %0, %w : (!image, tensor<9x3x3x5x!quant.uniform<i8:f32, 0.25>>) -> !sums
  %2 = qnn.requantize %1 {numerics = #qnn.numerics<double_away>} : (!sums) -> !codes
  %3 = qnn.reinterpret %2 : (!codes) -> tensor<1x4x4x9xui8>
  %4 = qnn.reinterpret %3 : (tensor<1x4x4x9xui8>) -> !others
  %5 = qnn.add %4, %2 {numerics = #qnn.numerics<double_away>} : (!others, !codes) -> !others
  %6 = qnn.reinterpret %5 : (!others) -> tensor<1x4x4x9xui8>
  %7 = qnn.reshape %6 {shape = array<i64: 144>} : (tensor<1x4x4x9xui8>) -> tensor<144xui8>
  %8 = qnn.dequantize %5 : (!others) -> tensor<1x4x4x9xf32>
  %9 = qnn.reinterpret %y : (tensor<16x9xi8>) -> !signed
  %10 = qnn.constant dense<1> : tensor<9x9xi8> : tensor<9x9x!quant.uniform<i8:f32, 0.25>>
  %11 = qnn.dense %9, %10 : (!signed, tensor<9x9x!quant.uniform<i8:f32, 0.25>>) -> tensor<16x9x!quant.uniform<i32:f32, 0.0075>>
  %12 = qnn.requantize %11 {numerics = #qnn.numerics<double_away>} : (tensor<16x9x!quant.uniform<i32:f32, 0.0075>>) -> !signed
  %13 = qnn.reinterpret %12 : (!signed) -> tensor<16x9xi8>
  %14 = qnn.reshape %13 {shape = array<i64: 144>} : (tensor<16x9xi8>) -> tensor<144xi8>
  return %3, %7, %8, %14 : tensor<1x4x4x9xui8>, tensor<144xui8>, tensor<1x4x4x9xf32>, tensor<144xi8>
}
