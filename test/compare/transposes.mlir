// A model with transposes before and behind everything spatial, as files of NCHW images have them: cancelled, it
// computes the same.
// RUN: octet compare %s --seed 1 | FileCheck %s
// RUN: octet compare %s --seed 2 --target x86-64-v3 | FileCheck %s
// RUN: octet compare %s --seed 3 --target baseline | FileCheck %s
// RUN: octet-opt %s --raise | FileCheck %s --check-prefix=RAISED

// CHECK: compiled code equals the evaluator

// Only the caller's image and one output are moved.
// RAISED-LABEL: func.func @main
// RAISED-COUNT-2: qnn.transpose
// RAISED-NOT: qnn.transpose

!image = tensor<2x5x9x11xf32>
!codes = tensor<2x5x9x11x!quant.uniform<u8:f32, 0.0625:128>>
!nhwc = tensor<2x9x11x5x!quant.uniform<u8:f32, 0.0625:128>>
!sums = tensor<2x9x11x8x!quant.uniform<i32:f32:3, {0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08}>>
!weights = tensor<8x3x3x5x!quant.uniform<i8:f32:0, {0.16, 0.32, 0.48, 0.64, 0.8, 0.96, 1.12, 1.28}>>
!y = tensor<2x9x11x8x!quant.uniform<u8:f32, 0.5:100>>
!yNCHW = tensor<2x8x9x11x!quant.uniform<u8:f32, 0.5:100>>
!f = tensor<2x8x9x11xf32>
!fNHWC = tensor<2x9x11x8xf32>
!pooled = tensor<2x8x4x5x!quant.uniform<u8:f32, 0.5:100>>

func.func @main(%x: !image) -> (tensor<2x16xf32>, tensor<2x8x4x5x!quant.uniform<u8:f32, 0.5:100>>, tensor<2x9x11xi64>) {
  %w = qnn.constant dense<3> : tensor<8x3x3x5xi8> : !weights
  %0 = qnn.quantize %x : (!image) -> !codes
  %1 = qnn.transpose %0 {permutation = array<i64: 0, 2, 3, 1>} : (!codes) -> !nhwc
  %2 = qnn.conv2d %1, %w {padding = array<i64: 1, 1, 1, 1>} : (!nhwc, !weights) -> !sums
  %3 = qnn.requantize %2 {numerics = #qnn.numerics<double_away>} : (!sums) -> !y
  %4 = qnn.transpose %3 {permutation = array<i64: 0, 3, 1, 2>} : (!y) -> !yNCHW

  // Squeeze and excite, in float.
  %5 = qnn.dequantize %4 : (!yNCHW) -> !f
  %6 = qnn.reduce mean %5 {axes = array<i64: 2, 3>, keep_dims} : (!f) -> tensor<2x8x1x1xf32>
  %c = qnn.constant dense<[[[1.0]], [[2.0]], [[3.0]], [[4.0]], [[-1.0]], [[-2.0]], [[-3.0]], [[0.5]]]> : tensor<8x1x1xf32> : tensor<8x1x1xf32>
  %7 = qnn.mul %6, %c : (tensor<2x8x1x1xf32>, tensor<8x1x1xf32>) -> tensor<2x8x1x1xf32>
  %8 = qnn.unary hard_swish %7 : (tensor<2x8x1x1xf32>) -> tensor<2x8x1x1xf32>
  %9 = qnn.mul %5, %8 : (!f, tensor<2x8x1x1xf32>) -> !f
  %10 = qnn.quantize %9 : (!f) -> !yNCHW
  %11 = qnn.add %10, %4 {numerics = #qnn.numerics<double_away>} : (!yNCHW, !yNCHW) -> !yNCHW

  // A shuffle of channels, a pool, parts and joins.
  %12 = qnn.reshape %11 {shape = array<i64: 2, 2, 4, 9, 11>} : (!yNCHW) -> tensor<2x2x4x9x11x!quant.uniform<u8:f32, 0.5:100>>
  %13 = qnn.slice %12 {begin = array<i64: 0, 1, 0, 0, 0>, sizes = array<i64: 2, 2, 4, 9, 11>, strides = array<i64: 1, -1, 1, 1, 1>} : (tensor<2x2x4x9x11x!quant.uniform<u8:f32, 0.5:100>>) -> tensor<2x2x4x9x11x!quant.uniform<u8:f32, 0.5:100>>
  %14 = qnn.reshape %13 {shape = array<i64: 2, 8, 9, 11>} : (tensor<2x2x4x9x11x!quant.uniform<u8:f32, 0.5:100>>) -> !yNCHW
  %15 = qnn.transpose %14 {permutation = array<i64: 0, 2, 3, 1>} : (!yNCHW) -> !y
  %16 = qnn.max_pool2d %15 {window = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (!y) -> tensor<2x4x5x8x!quant.uniform<u8:f32, 0.5:100>>
  %17 = qnn.transpose %16 {permutation = array<i64: 0, 3, 1, 2>} : (tensor<2x4x5x8x!quant.uniform<u8:f32, 0.5:100>>) -> !pooled
  %18 = qnn.concat %11, %14 {axis = 1 : i64} : (!yNCHW, !yNCHW) -> tensor<2x16x9x11x!quant.uniform<u8:f32, 0.5:100>>
  %19 = qnn.dequantize %18 : (tensor<2x16x9x11x!quant.uniform<u8:f32, 0.5:100>>) -> tensor<2x16x9x11xf32>
  %20 = qnn.reduce mean %19 {axes = array<i64: 2, 3>} : (tensor<2x16x9x11xf32>) -> tensor<2x16xf32>
  %21 = qnn.arg_max %11 {axis = 1 : i64} : (!yNCHW) -> tensor<2x9x11xi64>
  return %20, %17, %21 : tensor<2x16xf32>, !pooled, tensor<2x9x11xi64>
}
