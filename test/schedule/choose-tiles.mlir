// A tile follows from where tensors lie, so buffers are placed first.
// RUN: octet-opt %s --split-input-file --fuse-kernels --place-buffers --choose-tiles=target=cascadelake | FileCheck %s --check-prefixes=CHECK,WIDE
// RUN: octet-opt %s --split-input-file --fuse-kernels --place-buffers --choose-tiles=target=x86-64-v3 | FileCheck %s --check-prefixes=CHECK,V3
// RUN: octet-opt %s --split-input-file --fuse-kernels --place-buffers --choose-tiles=target=baseline | FileCheck %s --check-prefixes=CHECK,BASE
// RUN: octet-opt %s --split-input-file --fuse-kernels --place-buffers --choose-tiles=target=sapphirerapids | FileCheck %s --check-prefixes=CHECK,MATRIX
// RUN: octet-opt %s --split-input-file --fuse-kernels --place-buffers --choose-tiles="target=cascadelake variant=7" | FileCheck %s --check-prefix=OTHER
// RUN: not octet-opt %s --split-input-file --choose-tiles=target=z80 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// UNKNOWN: error: unknown target z80

!image = tensor<1x56x56x64x!quant.uniform<u8:f32, 0.5:3>>
!weights = tensor<64x1x1x64x!quant.uniform<i8:f32, 0.25>>
!sums = tensor<1x56x56x64x!quant.uniform<i32:f32, 0.125>>

// 24 accumulators, 4 vectors of weights and a broadcast input of 32 registers; with 16 registers 8 accumulators.
// Where the second cache does not hold the image, all channels of a block of it are done before the next block.
// Of 8 matrices 4 are sums, 2 pixels and 2 weights.
// CHECK-LABEL: func.func @pointwise(
// WIDE: qnn.kernel contraction({{.*}}tile = #qnn.tile<1 x 6 pixels, 4 x 16 channels>
// MATRIX: qnn.kernel contraction({{.*}}tile = #qnn.tile<1 x 32 pixels, 2 x 16 channels in matrices>
// OTHER-NOT: contraction({{.*}}#qnn.tile<1 x 6 pixels, 4 x 16 channels>
// V3: qnn.kernel contraction({{.*}}tile = #qnn.tile<1 x 6 pixels, 2 x 8 channels, blocks of 1984>
// BASE: qnn.kernel contraction({{.*}}tile = #qnn.tile<1 x 2 pixels, 4 x 4 channels, blocks of 1984>
func.func @pointwise(%x: !image) -> !image {
  %w = qnn.constant dense<1> : tensor<64x1x1x64xi8> : !weights
  %0 = qnn.conv2d %x, %w : (!image, !weights) -> !sums
  %1 = qnn.requantize %0 {numerics = #qnn.numerics<double_away>} : (!sums) -> !image
  return %1 : !image
}

// -----

!words = tensor<1x56x56x64x!quant.uniform<i16<-128:127>:f32, 0.5:3>>
!weights = tensor<64x1x1x64x!quant.uniform<i8:f32, 0.25>>
!sums = tensor<1x56x56x64x!quant.uniform<i32:f32, 0.125>>

// CHECK-LABEL: func.func @pointwise_of_words(
// WIDE: qnn.kernel contraction({{.*}}tile = #qnn.tile<1 x 6 pixels, 4 x 16 channels>
// MATRIX: qnn.kernel contraction({{.*}}tile = #qnn.tile<1 x 6 pixels, 4 x 16 channels>
// V3: qnn.kernel contraction({{.*}}tile = #qnn.tile<1 x 2 pixels, 4 x 8 channels, blocks of 960>
// BASE: qnn.kernel contraction({{.*}}tile = #qnn.tile<1 x 2 pixels, 4 x 4 channels, blocks of 960>
func.func @pointwise_of_words(%x: !words) -> !words {
  %w = qnn.constant dense<1> : tensor<64x1x1x64xi8> : !weights
  %0 = qnn.conv2d %x, %w : (!words, !weights) -> !sums
  %1 = qnn.requantize %0 {numerics = #qnn.numerics<double_away>} : (!sums) -> !words
  return %1 : !words
}

// -----

!image = tensor<1x30x30x256x!quant.uniform<u8:f32, 0.5:3>>
!weights = tensor<256x3x3x256x!quant.uniform<i8:f32, 0.25>>
!sums = tensor<1x28x28x256x!quant.uniform<i32:f32, 0.125>>

// Weights come from the second cache: a tile of many pixels loads fewer of them for each dot product than the tile of
// eight vectors that would otherwise have the least rest.
// CHECK-LABEL: func.func @weights_from_the_second_cache(
// WIDE: qnn.kernel contraction({{.*}}tile = #qnn.tile<2 x 6 pixels, 2 x 16 channels, next panel>
func.func @weights_from_the_second_cache(%x: !image) -> !sums {
  %w = qnn.constant dense<1> : tensor<256x3x3x256xi8> : !weights
  %0 = qnn.conv2d %x, %w : (!image, !weights) -> !sums
  return %0 : !sums
}

// -----

!row = tensor<1x256x!quant.uniform<u8:f32, 0.5:3>>
!weights = tensor<10x256x!quant.uniform<i8:f32, 0.25>>
!sums = tensor<1x10x!quant.uniform<i32:f32, 0.125>>

// One row and ten channels: no more registers than there is work for.
// CHECK-LABEL: func.func @classifier(
// WIDE: qnn.kernel contraction({{.*}}tile = #qnn.tile<1 x 1 pixels, 1 x 16 channels>
// MATRIX: qnn.kernel contraction({{.*}}tile = #qnn.tile<1 x 1 pixels, 1 x 16 channels>
// V3: qnn.kernel contraction({{.*}}tile = #qnn.tile<1 x 1 pixels, 2 x 8 channels>
// BASE: qnn.kernel contraction({{.*}}tile = #qnn.tile<1 x 1 pixels, 3 x 4 channels>
func.func @classifier(%x: !row) -> !sums {
  %w = qnn.constant dense<1> : tensor<10x256xi8> : !weights
  %0 = qnn.dense %x, %w : (!row, !weights) -> !sums
  return %0 : !sums
}

// -----

!image = tensor<1x14x14x24x!quant.uniform<u8:f32, 0.5:3>>
!sums = tensor<1x12x12x24x!quant.uniform<i32:f32, 0.125>>

// 24 channels fill a vector of 32 bytes better than one of 64.
// CHECK-LABEL: func.func @depthwise(
// WIDE: qnn.kernel depthwise({{.*}}tile = #qnn.tile<1 x 4 pixels, 4 x 8 channels>
// MATRIX: qnn.kernel depthwise({{.*}}tile = #qnn.tile<1 x 4 pixels, 4 x 8 channels>
// V3: qnn.kernel depthwise({{.*}}tile = #qnn.tile<1 x 4 pixels, 4 x 8 channels>
// BASE: qnn.kernel depthwise({{.*}}tile = #qnn.tile<1 x 4 pixels, 4 x 4 channels>
func.func @depthwise(%x: !image) -> !sums {
  %w = qnn.constant dense<1> : tensor<1x3x3x24xi8> : tensor<1x3x3x24x!quant.uniform<i8:f32, 0.25>>
  %0 = qnn.depthwise_conv2d %x, %w : (!image, tensor<1x3x3x24x!quant.uniform<i8:f32, 0.25>>) -> !sums
  return %0 : !sums
}

// -----

// Without dot products four vectors at a time, or as much as there is.
// CHECK-LABEL: func.func @map(
// WIDE: qnn.kernel map({{.*}}tile = #qnn.tile<1 x 1 pixels, 4 x 16 channels>
// MATRIX: qnn.kernel map({{.*}}tile = #qnn.tile<1 x 1 pixels, 4 x 16 channels>
// V3: qnn.kernel map({{.*}}tile = #qnn.tile<1 x 1 pixels, 4 x 8 channels>
// BASE: qnn.kernel map({{.*}}tile = #qnn.tile<1 x 1 pixels, 4 x 4 channels>
// CHECK: qnn.kernel map({{.*}}tile = #qnn.tile<1 x 1 pixels, 1 x 2 channels>
func.func @map(%x: tensor<1000xf32>, %y: tensor<3xf32>) -> (tensor<1000xf32>, tensor<3xf32>) {
  %0 = qnn.unary exp %x : (tensor<1000xf32>) -> tensor<1000xf32>
  %1 = qnn.unary exp %y : (tensor<3xf32>) -> tensor<3xf32>
  return %0, %1 : tensor<1000xf32>, tensor<3xf32>
}

// -----

// CHECK-LABEL: func.func @routine(
// CHECK: qnn.kernel routine
// CHECK-NOT: tile
// CHECK: return
func.func @routine(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = qnn.softmax %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

!image = tensor<1x16x16x64x!quant.uniform<u8:f32, 0.5:3>>
!weights = tensor<64x3x3x64x!quant.uniform<i8:f32, 0.25>>
!sums = tensor<1x14x14x64x!quant.uniform<i32:f32, 0.125>>
!result = tensor<1x14x14x64x!quant.uniform<u8:f32, 0.5:3>>

// A matrix holds pixels of one row; two rows, where one fills no two of them.
// CHECK-LABEL: func.func @window(
// MATRIX: qnn.kernel contraction({{.*}}tile = #qnn.tile<2 x 14 pixels, 2 x 16 channels in matrices>
func.func @window(%x: !image) -> !result {
  %w = qnn.constant dense<1> : tensor<64x3x3x64xi8> : !weights
  %0 = qnn.conv2d %x, %w : (!image, !weights) -> !sums
  %1 = qnn.requantize %0 {numerics = #qnn.numerics<double_away>} : (!sums) -> !result
  return %1 : !result
}

// -----

!image = tensor<1x56x56x64x!quant.uniform<u8:f32, 0.5:3>>
!weights = tensor<64x1x1x64x!quant.uniform<i8:f32, 0.25>>

// Matrices have sums of 32 bits.
// CHECK-LABEL: func.func @long_sums(
// CHECK: qnn.kernel contraction(
// CHECK-NOT: matrices
// CHECK: return
func.func @long_sums(%x: !image) -> tensor<1x56x56x64xi64> {
  %w = qnn.constant dense<1> : tensor<64x1x1x64xi8> : !weights
  %0 = qnn.conv2d %x, %w : (!image, !weights) -> tensor<1x56x56x64xi64>
  return %0 : tensor<1x56x56x64xi64>
}

// -----

// Sums of nothing.
// CHECK-LABEL: func.func @no_inputs(
// CHECK: qnn.kernel contraction(
// CHECK-NOT: matrices
// CHECK: return
func.func @no_inputs(%x: tensor<40x0x!quant.uniform<u8:f32, 0.5:3>>) -> tensor<40x10xi32> {
  %w = qnn.constant dense<> : tensor<10x0xi8> : tensor<10x0x!quant.uniform<i8:f32, 0.25>>
  %0 = qnn.dense %x, %w : (tensor<40x0x!quant.uniform<u8:f32, 0.5:3>>, tensor<10x0x!quant.uniform<i8:f32, 0.25>>) -> tensor<40x10xi32>
  return %0 : tensor<40x10xi32>
}

// -----

!image = tensor<1x33x33x3x!quant.uniform<u8:f32, 0.5:3>>
!weights = tensor<16x3x3x3x!quant.uniform<i8:f32, 0.25>>
!sums = tensor<1x31x31x16x!quant.uniform<i32:f32, 0.125>>
!result = tensor<1x31x31x16x!quant.uniform<u8:f32, 0.5:3>>

// Runs of nine inputs leave most of a matrix empty.
// CHECK-LABEL: func.func @short_runs(
// CHECK: qnn.kernel contraction(
// CHECK-NOT: matrices
// CHECK: return
func.func @short_runs(%x: !image) -> !result {
  %w = qnn.constant dense<1> : tensor<16x3x3x3xi8> : !weights
  %0 = qnn.conv2d %x, %w : (!image, !weights) -> !sums
  %1 = qnn.requantize %0 {numerics = #qnn.numerics<double_away>} : (!sums) -> !result
  return %1 : !result
}

// -----

!words = tensor<1x56x56x64x!quant.uniform<i16<-128:127>:f32, 0.5:3>>
!weights = tensor<64x1x1x64x!quant.uniform<i8:f32, 0.25>>
!sums = tensor<1x56x56x64x!quant.uniform<i32:f32, 0.125>>

// Pixels of a reversed input lie before its first; their lines wrap around the sets of the first cache all the same.
// CHECK-LABEL: func.func @reversed(
// V3: qnn.slice {{.*}}strides = [200704, -3584, -64, 1]>
// V3-NEXT: qnn.kernel contraction({{.*}}tile = #qnn.tile<1 x 2 pixels, 4 x 8 channels, blocks of 960>
func.func @reversed(%x: !words) -> !sums {
  %p = qnn.clamp %x {lowest = 0.0 : f64, highest = 5.0 : f64} : (!words) -> !words
  %r = qnn.slice %p {begin = array<i64: 0, 55, 55, 0>, sizes = array<i64: 1, 56, 56, 64>, strides = array<i64: 1, -1, -1, 1>} : (!words) -> !words
  %w = qnn.constant dense<1> : tensor<64x1x1x64xi8> : !weights
  %0 = qnn.conv2d %r, %w : (!words, !weights) -> !sums
  return %0 : !sums
}
