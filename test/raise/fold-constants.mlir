// RUN: octet-opt %s --split-input-file --fold-constants | FileCheck %s

!half = tensor<4x!quant.uniform<i8:f32, 0.5:1>>

// 3 * 0.5 + 1 in codes of scale 0.5 and zero point 1; what is beyond the range saturates.
// CHECK-LABEL: func.func @quantize_of_a_constant
// CHECK: %[[CODES:.*]] = qnn.constant dense<[1, 7, -128, 127]> : tensor<4xi8> : tensor<4x!quant.uniform<i8:f32, 5.000000e-01:1>>
// CHECK: return %[[CODES]]
func.func @quantize_of_a_constant() -> !half {
  %0 = qnn.constant dense<[0.0, 3.0, -1000.0, 1000.0]> : tensor<4xf32> : tensor<4xf32>
  %1 = qnn.quantize %0 : (tensor<4xf32>) -> !half
  return %1 : !half
}

// -----

// CHECK-LABEL: func.func @a_chain_of_constants
// CHECK: %[[SUM:.*]] = qnn.constant dense<[11, 22]> : tensor<2xi32>
// CHECK: return %[[SUM]]
func.func @a_chain_of_constants() -> tensor<2xi32> {
  %0 = qnn.constant dense<[[1], [2]]> : tensor<2x1xi32> : tensor<2x1xi32>
  %1 = qnn.reshape %0 {shape = array<i64: 2>} : (tensor<2x1xi32>) -> tensor<2xi32>
  %2 = qnn.constant dense<[10, 20]> : tensor<2xi32> : tensor<2xi32>
  %3 = qnn.add %1, %2 : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  return %3 : tensor<2xi32>
}

// -----

// CHECK-LABEL: func.func @two_results
// CHECK-DAG: %[[VALUES:.*]] = qnn.constant dense<[9, 5]> : tensor<2xi32>
// CHECK-DAG: %[[INDICES:.*]] = qnn.constant dense<[2, 0]> : tensor<2xi32>
// CHECK: return %[[VALUES]], %[[INDICES]]
func.func @two_results() -> (tensor<2xi32>, tensor<2xi32>) {
  %0 = qnn.constant dense<[5, 1, 9]> : tensor<3xi32> : tensor<3xi32>
  %1:2 = qnn.top_k %0 {k = 2 : i64} : (tensor<3xi32>) -> (tensor<2xi32>, tensor<2xi32>)
  return %1#0, %1#1 : tensor<2xi32>, tensor<2xi32>
}

// -----

// CHECK-LABEL: func.func @an_operand_at_run_time_stays
// CHECK: qnn.add
func.func @an_operand_at_run_time_stays(%x: tensor<2xi32>) -> tensor<2xi32> {
  %0 = qnn.constant dense<[10, 20]> : tensor<2xi32> : tensor<2xi32>
  %1 = qnn.add %x, %0 : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  return %1 : tensor<2xi32>
}

// -----

// A megabyte that says one number.
// CHECK-LABEL: func.func @a_large_broadcast_stays
// CHECK: qnn.broadcast
func.func @a_large_broadcast_stays() -> tensor<1048576xi8> {
  %0 = qnn.constant dense<3> : tensor<1xi8> : tensor<1xi8>
  %1 = qnn.broadcast %0 {shape = array<i64: 1048576>} : (tensor<1xi8>) -> tensor<1048576xi8>
  return %1 : tensor<1048576xi8>
}

// -----

qnn.variable @memory : tensor<2xi32> = dense<0> : tensor<2xi32>

// CHECK-LABEL: func.func @a_variable_is_no_constant
// CHECK: qnn.assign
// CHECK: %[[VALUE:.*]] = qnn.read
// CHECK: return %[[VALUE]]
func.func @a_variable_is_no_constant() -> tensor<2xi32> {
  %0 = qnn.constant dense<[10, 20]> : tensor<2xi32> : tensor<2xi32>
  qnn.assign @memory, %0 : tensor<2xi32>
  %1 = qnn.read @memory : tensor<2xi32>
  return %1 : tensor<2xi32>
}

// -----

// What has no elements needs no code.
// CHECK-LABEL: func.func @tensors_without_elements(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<2x3xf32>
// CHECK-NEXT: qnn.constant dense<>
// CHECK-NEXT: %[[EMPTY:.*]] = qnn.constant dense<> : tensor<0x3xf32>
// CHECK-NEXT: %[[TWICE:.*]] = qnn.concat %[[X]], %[[X]] {
// CHECK-NEXT: return %[[EMPTY]], %[[TWICE]]
func.func @tensors_without_elements(%x: tensor<2x3xf32>) -> (tensor<0x3xf32>, tensor<4x3xf32>) {
  %0 = qnn.slice %x {begin = array<i64: 0, 0>, sizes = array<i64: 0, 3>, strides = array<i64: 1, 1>} : (tensor<2x3xf32>) -> tensor<0x3xf32>
  %1 = qnn.unary abs %0 : (tensor<0x3xf32>) -> tensor<0x3xf32>
  %2 = qnn.concat %x, %1, %x {axis = 0 : i64} : (tensor<2x3xf32>, tensor<0x3xf32>, tensor<2x3xf32>) -> tensor<4x3xf32>
  return %1, %2 : tensor<0x3xf32>, tensor<4x3xf32>
}
