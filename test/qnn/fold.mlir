// What the dialect's traits let MLIR's own passes do.
// RUN: octet-opt %s --split-input-file --cse --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @equal_constants_are_one
// CHECK: %[[ONE:.*]] = qnn.constant dense<1>
// CHECK-NOT: qnn.constant
// CHECK: qnn.add %[[ONE]], %[[ONE]]
func.func @equal_constants_are_one() -> tensor<2xi32> {
  %0 = qnn.constant dense<1> : tensor<2xi32> : tensor<2xi32>
  %1 = qnn.constant dense<1> : tensor<2xi32> : tensor<2xi32>
  %2 = qnn.add %0, %1 : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  return %2 : tensor<2xi32>
}

// -----

!half = tensor<2x!quant.uniform<i8:f32, 0.5>>
!quarter = tensor<2x!quant.uniform<i8:f32, 0.25>>

// CHECK-LABEL: func.func @equal_codes_of_two_scales_are_two_constants
// CHECK-DAG: %[[HALF:.*]] = qnn.constant dense<1> : tensor<2xi8> : tensor<2x!quant.uniform<i8:f32, 5.000000e-01>>
// CHECK-DAG: %[[QUARTER:.*]] = qnn.constant dense<1> : tensor<2xi8> : tensor<2x!quant.uniform<i8:f32, 2.500000e-01>>
// CHECK: return %[[HALF]], %[[QUARTER]]
func.func @equal_codes_of_two_scales_are_two_constants() -> (!half, !quarter) {
  %0 = qnn.constant dense<1> : tensor<2xi8> : !half
  %1 = qnn.constant dense<1> : tensor<2xi8> : !quarter
  return %0, %1 : !half, !quarter
}

// -----

// CHECK-LABEL: func.func @equal_operators_are_one
// CHECK: %[[EXP:.*]] = qnn.unary exp
// CHECK-NOT: qnn.unary
// CHECK: return %[[EXP]], %[[EXP]]
func.func @equal_operators_are_one(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %0 = qnn.unary exp %x : (tensor<2xf32>) -> tensor<2xf32>
  %1 = qnn.unary exp %x : (tensor<2xf32>) -> tensor<2xf32>
  return %0, %1 : tensor<2xf32>, tensor<2xf32>
}

// -----

// CHECK-LABEL: func.func @roundings_keep_operators_apart
// CHECK-DAG: double_away
// CHECK-DAG: double_up
// CHECK: return
!wide = tensor<2x!quant.uniform<i32:f32, 0.01>>
!byte = tensor<2x!quant.uniform<i8:f32, 0.5>>
func.func @roundings_keep_operators_apart(%x: !wide) -> (!byte, !byte) {
  %0 = qnn.requantize %x {numerics = #qnn.numerics<double_away>} : (!wide) -> !byte
  %1 = qnn.requantize %x {numerics = #qnn.numerics<double_up>} : (!wide) -> !byte
  return %0, %1 : !byte, !byte
}

// -----

// CHECK-LABEL: func.func @what_nobody_reads_goes
// CHECK-NEXT: return
func.func @what_nobody_reads_goes(%x: tensor<2xf32>) {
  %0 = qnn.unary exp %x : (tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

qnn.variable @memory : tensor<2xf32> = dense<0.0> : tensor<2xf32>

// CHECK-LABEL: func.func @a_variable_is_read_again_after_an_assignment
// CHECK: %[[BEFORE:.*]] = qnn.read @memory
// CHECK: qnn.assign @memory
// CHECK: %[[AFTER:.*]] = qnn.read @memory
// CHECK: return %[[BEFORE]], %[[AFTER]]
func.func @a_variable_is_read_again_after_an_assignment(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
  %0 = qnn.read @memory : tensor<2xf32>
  qnn.assign @memory, %x : tensor<2xf32>
  %1 = qnn.read @memory : tensor<2xf32>
  return %0, %1 : tensor<2xf32>, tensor<2xf32>
}

// -----

!codes = tensor<2x!quant.uniform<i8:f32, 0.5>>
!others = tensor<2x!quant.uniform<i8:f32, 0.25:3>>

// CHECK-LABEL: func.func @there_and_back
// CHECK-NEXT: return %arg0
func.func @there_and_back(%x: !codes) -> !codes {
  %0 = qnn.reinterpret %x : (!codes) -> !others
  %1 = qnn.reinterpret %0 : (!others) -> !codes
  return %1 : !codes
}

// -----

!codes = tensor<2x!quant.uniform<i8:f32, 0.5>>
!others = tensor<2x!quant.uniform<i8:f32, 0.25:3>>

// CHECK-LABEL: func.func @one_reinterpretation_after_the_other
// CHECK-NEXT: qnn.reinterpret %arg0 : (tensor<2xi8>) -> tensor<2x!quant.uniform<i8:f32, 2.500000e-01:3>>
// CHECK-NEXT: return
func.func @one_reinterpretation_after_the_other(%x: tensor<2xi8>) -> !others {
  %0 = qnn.reinterpret %x : (tensor<2xi8>) -> !codes
  %1 = qnn.reinterpret %0 : (!codes) -> !others
  return %1 : !others
}
