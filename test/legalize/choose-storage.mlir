// RUN: octet-opt %s --split-input-file --choose-storage=target=cascadelake | FileCheck %s --check-prefixes=CHECK,BYTE
// RUN: octet-opt %s --split-input-file --choose-storage=target=x86-64-v3 | FileCheck %s --check-prefixes=CHECK,WORD
// RUN: not octet-opt %s --split-input-file --choose-storage=target=z80 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// UNKNOWN: error: unknown target z80

!s8 = tensor<1x4x!quant.uniform<i8:f32, 0.5:-3>>
!sums = tensor<1x2x!quant.uniform<i32:f32, 0.125>>

// The caller's tensor stays as it is; a requantize of equal scale converts it.
// CHECK-LABEL: func.func @an_input_is_converted(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01:-3>>
// BYTE: %[[CODES:.*]] = qnn.requantize %[[X]] {{.*}} -> tensor<1x4x!quant.uniform<u8:f32, 5.000000e-01:125>>
// WORD: %[[CODES:.*]] = qnn.requantize %[[X]] {{.*}} -> tensor<1x4x!quant.uniform<i16<-128:127>:f32, 5.000000e-01:-3>>
// CHECK: qnn.dense %[[CODES]]
func.func @an_input_is_converted(%x: !s8) -> !sums {
  %w = qnn.constant dense<1> : tensor<2x4xi8> : tensor<2x4x!quant.uniform<i8:f32, 0.25>>
  %0 = qnn.dense %x, %w : (!s8, tensor<2x4x!quant.uniform<i8:f32, 0.25>>) -> !sums
  return %0 : !sums
}

// -----

!s8 = tensor<1x4x!quant.uniform<i8:f32, 0.5:-3>>
!weights = tensor<4x4x!quant.uniform<i8:f32, 0.25>>
!sums = tensor<1x4x!quant.uniform<i32:f32, 0.125>>

// Between two layers nothing converts: the first writes what the second wants, and bounds move with the codes.
// CHECK-LABEL: func.func @a_layer_writes_what_the_next_one_reads
// CHECK: %[[SUMS:.*]] = qnn.dense
// BYTE: %[[CODES:.*]] = qnn.requantize %[[SUMS]] {{.*}} -> tensor<1x4x!quant.uniform<u8:f32, 5.000000e-01:125>>
// BYTE: %[[CLAMPED:.*]] = qnn.clamp %[[CODES]] {highest = 1.370000e+02 : f64, lowest = 1.250000e+02 : f64}
// WORD: %[[CODES:.*]] = qnn.requantize %[[SUMS]] {{.*}} -> tensor<1x4x!quant.uniform<i16<-128:127>:f32, 5.000000e-01:-3>>
// WORD: %[[CLAMPED:.*]] = qnn.clamp %[[CODES]] {highest = 9.000000e+00 : f64, lowest = -3.000000e+00 : f64}
// CHECK: qnn.dense %[[CLAMPED]]
func.func @a_layer_writes_what_the_next_one_reads(%x: !s8) -> !sums {
  %w = qnn.constant dense<1> : tensor<4x4xi8> : !weights
  %0 = qnn.dense %x, %w : (!s8, !weights) -> !sums
  %1 = qnn.requantize %0 {numerics = #qnn.numerics<double_away>} : (!sums) -> !s8
  %2 = qnn.clamp %1 {lowest = -3.0 : f64, highest = 9.0 : f64} : (!s8) -> !s8
  %3 = qnn.dense %2, %w : (!s8, !weights) -> !sums
  return %3 : !sums
}

// -----

!s8 = tensor<1x2x2x4x!quant.uniform<i8:f32, 0.5:-3>>
!padded = tensor<1x4x4x4x!quant.uniform<i8:f32, 0.5:-3>>
!sums = tensor<1x4x4x1x!quant.uniform<i32:f32, 0.125>>

// CHECK-LABEL: func.func @a_pad_moves_its_value_and_a_pool_its_origin
// BYTE: qnn.pad %{{.*}} {{.*}}value = 1.250000e+02
// BYTE: qnn.avg_pool2d %{{.*}} {code_origin = 128 : i64
// WORD: qnn.pad %{{.*}} {{.*}}value = -3.000000e+00
// WORD: qnn.avg_pool2d %{{.*}} {window
func.func @a_pad_moves_its_value_and_a_pool_its_origin(%x: !s8) -> !sums {
  %w = qnn.constant dense<1> : tensor<1x1x1x4xi8> : tensor<1x1x1x4x!quant.uniform<i8:f32, 0.25>>
  %0 = qnn.pad %x {low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 1, 1, 0>, value = -3.0 : f64} : (!s8) -> !padded
  %1 = qnn.avg_pool2d %0 {window = array<i64: 1, 1>} : (!padded) -> !padded
  %2 = qnn.conv2d %1, %w : (!padded, tensor<1x1x1x4x!quant.uniform<i8:f32, 0.25>>) -> !sums
  return %2 : !sums
}

// -----

!s8 = tensor<1x4x!quant.uniform<i8:f32, 0.5:-3>>
!joined = tensor<1x8x!quant.uniform<i8:f32, 0.5:-3>>
!sums = tensor<1x1x!quant.uniform<i32:f32, 0.125>>

// A concatenation's operands have one type, so what only one of them feeds changes as well.
// CHECK-LABEL: func.func @tied_tensors_change_together
// BYTE-COUNT-2: qnn.add {{.*}} -> tensor<1x4x!quant.uniform<u8:f32, 5.000000e-01:125>>
// BYTE: qnn.concat {{.*}} -> tensor<1x8x!quant.uniform<u8:f32, 5.000000e-01:125>>
// WORD-COUNT-2: qnn.add {{.*}} -> tensor<1x4x!quant.uniform<i16<-128:127>:f32, 5.000000e-01:-3>>
// WORD: qnn.concat {{.*}} -> tensor<1x8x!quant.uniform<i16<-128:127>:f32, 5.000000e-01:-3>>
func.func @tied_tensors_change_together(%x: !s8, %y: !s8) -> !sums {
  %w = qnn.constant dense<1> : tensor<1x8xi8> : tensor<1x8x!quant.uniform<i8:f32, 0.25>>
  %0 = qnn.add %x, %x {numerics = #qnn.numerics<double_away>} : (!s8, !s8) -> !s8
  %1 = qnn.add %y, %y {numerics = #qnn.numerics<double_away>} : (!s8, !s8) -> !s8
  %2 = qnn.concat %0, %1 {axis = 1 : i64} : (!s8, !s8) -> !joined
  %3 = qnn.dense %2, %w : (!joined, tensor<1x8x!quant.uniform<i8:f32, 0.25>>) -> !sums
  return %3 : !sums
}

// -----

!u8 = tensor<1x4x!quant.uniform<u8:f32, 0.5:128>>
!sums = tensor<1x2x!quant.uniform<i32:f32, 0.125>>

// Bytes that are unsigned already are what VNNI multiplies.
// CHECK-LABEL: func.func @uint8_stays
// BYTE-NOT: qnn.requantize
// WORD: qnn.requantize {{.*}} -> tensor<1x4x!quant.uniform<i16<0:255>:f32, 5.000000e-01:128>>
// CHECK: qnn.dense
func.func @uint8_stays(%x: !u8) -> !sums {
  %w = qnn.constant dense<[[127, 128, 129, 130], [126, 125, 124, 123]]> : tensor<2x4xi8> : tensor<2x4x!quant.uniform<u8:f32, 0.25:127>>
  %0 = qnn.dense %x, %w : (!u8, tensor<2x4x!quant.uniform<u8:f32, 0.25:127>>) -> !sums
  return %0 : !sums
}

// -----

!s8 = tensor<1x4x!quant.uniform<i8:f32, 0.5:-3>>

// CHECK-LABEL: func.func @without_a_contraction_nothing_changes
// CHECK-NEXT: qnn.add {{.*}} -> tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01:-3>>
// CHECK-NEXT: return
func.func @without_a_contraction_nothing_changes(%x: !s8) -> !s8 {
  %0 = qnn.add %x, %x {numerics = #qnn.numerics<double_away>} : (!s8, !s8) -> !s8
  return %0 : !s8
}

// -----

!s8 = tensor<1x4x!quant.uniform<i8:f32, 0.5:-3>>
!weights = tensor<4x4x!quant.uniform<i8:f32, 0.25>>
!sums = tensor<1x4x!quant.uniform<i32:f32, 0.125>>
!share = tensor<1x4x!quant.uniform<i8:f32, 0.00390625:-128>>

// A routine reads int8 as the file has it.
// CHECK-LABEL: func.func @a_routine_reads_its_own_type
// CHECK: %[[ADDED:.*]] = qnn.add
// CHECK: %[[BACK:.*]] = qnn.requantize %[[ADDED]] {{.*}} -> tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01:-3>>
// CHECK: qnn.softmax %[[BACK]]
func.func @a_routine_reads_its_own_type(%x: !s8) -> (!sums, !share) {
  %w = qnn.constant dense<1> : tensor<4x4xi8> : !weights
  %0 = qnn.add %x, %x {numerics = #qnn.numerics<double_away>} : (!s8, !s8) -> !s8
  %1 = qnn.dense %0, %w : (!s8, !weights) -> !sums
  %2 = qnn.softmax %0 {numerics = #qnn.numerics<double_away, recipe = fixed_point>} : (!s8) -> !share
  return %1, %2 : !sums, !share
}

// -----

!s8 = tensor<1x4x!quant.uniform<i8:f32, 0.5:-3>>
!halved = tensor<1x4x!quant.uniform<i8:f32, 0.25:5>>
!sums = tensor<1x4x!quant.uniform<i32:f32, 0.125>>

// Both sides of a reinterpretation move by the same amount.
// CHECK-LABEL: func.func @reinterpreted_codes_change_together
// BYTE: %[[ADDED:.*]] = qnn.add {{.*}} -> tensor<1x4x!quant.uniform<u8:f32, 5.000000e-01:125>>
// BYTE: %[[CODES:.*]] = qnn.reinterpret %[[ADDED]] {{.*}} -> tensor<1x4x!quant.uniform<u8:f32, 2.500000e-01:133>>
// WORD: %[[ADDED:.*]] = qnn.add {{.*}} -> tensor<1x4x!quant.uniform<i16<-128:127>:f32, 5.000000e-01:-3>>
// WORD: %[[CODES:.*]] = qnn.reinterpret %[[ADDED]] {{.*}} -> tensor<1x4x!quant.uniform<i16<-128:127>:f32, 2.500000e-01:5>>
// CHECK: qnn.dense %[[CODES]]
func.func @reinterpreted_codes_change_together(%x: !s8) -> !sums {
  %w = qnn.constant dense<1> : tensor<4x4xi8> : tensor<4x4x!quant.uniform<i8:f32, 0.5>>
  %0 = qnn.add %x, %x {numerics = #qnn.numerics<double_away>} : (!s8, !s8) -> !s8
  %1 = qnn.reinterpret %0 : (!s8) -> !halved
  %2 = qnn.dense %1, %w : (!halved, tensor<4x4x!quant.uniform<i8:f32, 0.5>>) -> !sums
  return %2 : !sums
}

// -----

!s8 = tensor<1x4x!quant.uniform<i8:f32, 0.5:-3>>
!sums = tensor<1x4x!quant.uniform<i32:f32, 0.125>>

// Plain integers keep their type on either side, whatever the contraction between them wants.
// CHECK-LABEL: func.func @plain_integers_stay
// CHECK: %[[READ:.*]] = qnn.reinterpret %{{.*}} : (tensor<1x4xi8>) -> tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01:-3>>
// CHECK: %[[CODES:.*]] = qnn.requantize %[[READ]]
// CHECK: %[[SUM:.*]] = qnn.add %[[CODES]], %[[CODES]]
// CHECK: qnn.dense %[[SUM]]
// CHECK: %[[BACK:.*]] = qnn.requantize %[[SUM]] {{.*}} -> tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01:-3>>
// CHECK: qnn.reinterpret %[[BACK]] : (tensor<1x4x!quant.uniform<i8:f32, 5.000000e-01:-3>>) -> tensor<1x4xi8>
func.func @plain_integers_stay(%x: tensor<1x4xi8>) -> (!sums, !sums, tensor<1x4xi8>) {
  %w = qnn.constant dense<1> : tensor<4x4xi8> : tensor<4x4x!quant.uniform<i8:f32, 0.25>>
  %0 = qnn.reinterpret %x : (tensor<1x4xi8>) -> !s8
  %1 = qnn.add %0, %0 {numerics = #qnn.numerics<double_away>} : (!s8, !s8) -> !s8
  %2 = qnn.dense %0, %w : (!s8, tensor<4x4x!quant.uniform<i8:f32, 0.25>>) -> !sums
  %3 = qnn.dense %1, %w : (!s8, tensor<4x4x!quant.uniform<i8:f32, 0.25>>) -> !sums
  %4 = qnn.reinterpret %1 : (!s8) -> tensor<1x4xi8>
  return %2, %3, %4 : !sums, !sums, tensor<1x4xi8>
}

// -----

!s8 = tensor<1x4x!quant.uniform<i8:f32, 0.5:-3>>
!weights = tensor<4x4x!quant.uniform<i8:f32, 0.25>>
!sums = tensor<1x4x!quant.uniform<i32:f32, 0.125>>

// Floats that are rounded after the zero point was added: the sum they came from is remembered.
// CHECK-LABEL: func.func @what_rounds_with_a_zero_point_keeps_it
// BYTE: %[[A:.*]] = qnn.quantize %{{.*}} {code_origin = 128 : i64, {{.*}} -> tensor<1x4x!quant.uniform<u8:f32, 5.000000e-01:125>>
// BYTE: %[[B:.*]] = qnn.requantize %{{.*}} {code_origin = 128 : i64, {{.*}} -> tensor<1x4x!quant.uniform<u8:f32, 5.000000e-01:125>>
// BYTE: qnn.add %[[A]], %[[B]] {code_origins = array<i64: 128, 128, 128>
// WORD: qnn.quantize %{{[a-z0-9]+}} {numerics
// WORD: qnn.requantize %{{[a-z0-9]+}} {numerics
// WORD: qnn.add %{{[a-z0-9]+}}, %{{[a-z0-9]+}} {numerics
func.func @what_rounds_with_a_zero_point_keeps_it(%x: tensor<1x4xf32>, %y: !sums) -> !sums {
  %w = qnn.constant dense<1> : tensor<4x4xi8> : !weights
  %0 = qnn.quantize %x {numerics = #qnn.numerics<float_even_shifted>} : (tensor<1x4xf32>) -> !s8
  %1 = qnn.requantize %y {numerics = #qnn.numerics<float_even_shifted>} : (!sums) -> !s8
  %2 = qnn.add %0, %1 {numerics = #qnn.numerics<float_even_shifted>} : (!s8, !s8) -> !s8
  %3 = qnn.dense %0, %w : (!s8, !weights) -> !sums
  %4 = qnn.dense %1, %w : (!s8, !weights) -> !sums
  %5 = qnn.dense %2, %w : (!s8, !weights) -> !sums
  return %5 : !sums
}
