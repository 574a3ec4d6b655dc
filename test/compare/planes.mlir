// Planes of a caller's image become pixels in the kernel that quantizes them: rows of any width, several channels,
// a border around them, a batch, and what no such kernel can do.
// RUN: octet compare %s --seed 1 | FileCheck %s
// RUN: octet compare %s --seed 2 --target x86-64-v3 | FileCheck %s
// RUN: octet compare %s --seed 3 --target baseline | FileCheck %s
// RUN: octet compile %s --target cascadelake --emit kernel -o - | FileCheck %s --check-prefix=KERNEL

// CHECK: compiled code equals the evaluator

// Runs of 64 pixels, and not one element after the other.
// KERNEL: tile = #qnn.tile<1 x 1 pixels, 4 x 16 channels>} : (tensor<2x3x19x37xf32>) -> tensor<2x19x37x3xf32>

!image = tensor<2x3x19x37xf32>
!codes = tensor<2x19x37x3x!quant.uniform<u8:f32, 0.0625:128>>
!sums = tensor<2x19x37x4x!quant.uniform<i32:f32, 0.015625>>
!weights = tensor<4x3x3x3x!quant.uniform<i8:f32, 0.25>>
!bytes = tensor<1x5x16x4xui8>
!small = tensor<1x7x3x5xf32>
!words = tensor<3x2x17x1xi32>

func.func @main(%x: !image, %y: !bytes, %z: !small, %v: !words) -> (!sums, !codes, tensor<1x16x4x5xui8>, tensor<1x3x5x7xf32>, tensor<3x17x1x2xi32>, tensor<2x19x37x3xf32>) {
  %w = qnn.constant dense<3> : tensor<4x3x3x3xi8> : !weights
  %half = qnn.constant dense<0.5> : tensor<f32> : tensor<f32>
  %0 = qnn.sub %x, %half : (!image, tensor<f32>) -> !image
  %1 = qnn.transpose %0 {permutation = array<i64: 0, 2, 3, 1>} : (!image) -> tensor<2x19x37x3xf32>
  %2 = qnn.quantize %1 : (tensor<2x19x37x3xf32>) -> !codes
  %3 = qnn.conv2d %2, %w {padding = array<i64: 1, 1, 1, 1>} : (!codes, !weights) -> !sums
  %4 = qnn.clamp %2 {lowest = 100.0 : f64, highest = 200.0 : f64} : (!codes) -> !codes
  %5 = qnn.transpose %y {permutation = array<i64: 0, 2, 3, 1>} : (!bytes) -> tensor<1x16x4x5xui8>
  %6 = qnn.transpose %z {permutation = array<i64: 0, 2, 3, 1>} : (!small) -> tensor<1x3x5x7xf32>
  %7 = qnn.unary negate %6 : (tensor<1x3x5x7xf32>) -> tensor<1x3x5x7xf32>
  %8 = qnn.transpose %v {permutation = array<i64: 0, 2, 3, 1>} : (!words) -> tensor<3x17x1x2xi32>
  %9 = qnn.add %8, %8 : (tensor<3x17x1x2xi32>, tensor<3x17x1x2xi32>) -> tensor<3x17x1x2xi32>
  %10 = qnn.add %0, %x : (!image, !image) -> !image
  %11 = qnn.transpose %10 {permutation = array<i64: 0, 2, 3, 1>} : (!image) -> tensor<2x19x37x3xf32>
  return %3, %4, %5, %7, %9, %11 : !sums, !codes, tensor<1x16x4x5xui8>, tensor<1x3x5x7xf32>, tensor<3x17x1x2xi32>, tensor<2x19x37x3xf32>
}
