// What was read before an assignment stays what it was, through a view of it and where a loop assigns.
// RUN: octet-opt %s --split-input-file --place-buffers | FileCheck %s

qnn.variable @memory : tensor<4xf32> = dense<0.0> : tensor<4xf32>

// CHECK-LABEL: func.func @a_view_is_saved
// CHECK: %[[OLD:.*]] = qnn.read @memory
// CHECK: %[[VIEW:.*]] = qnn.reshape %[[OLD]] {qnn.place = [#qnn.place<state
// CHECK: %[[SAVED:.*]] = qnn.kernel map(%[[VIEW]]) {{.*}}#qnn.place<arena
// CHECK: qnn.assign
// CHECK: qnn.kernel map(%[[SAVED]])
func.func @a_view_is_saved(%x: tensor<4xf32>) -> tensor<2x2xf32> {
  %0 = qnn.read @memory : tensor<4xf32>
  %1 = qnn.reshape %0 {shape = array<i64: 2, 2>} : (tensor<4xf32>) -> tensor<2x2xf32>
  qnn.assign @memory, %x : tensor<4xf32>
  %2 = qnn.kernel map(%1) : (tensor<2x2xf32>) -> tensor<2x2xf32> {
  ^bb0(%a: tensor<2x2xf32>):
    %3 = qnn.unary exp %a : (tensor<2x2xf32>) -> tensor<2x2xf32>
    qnn.yield %3 : tensor<2x2xf32>
  }
  return %2 : tensor<2x2xf32>
}

// -----

qnn.variable @memory : tensor<4xf32> = dense<0.0> : tensor<4xf32>

// CHECK-LABEL: func.func @a_loop_that_assigns_is_an_assignment
// CHECK: %[[OLD:.*]] = qnn.read @memory
// CHECK: %[[SAVED:.*]] = qnn.kernel map(%[[OLD]]) {{.*}}#qnn.place<arena
// CHECK: qnn.while
// CHECK: qnn.kernel map(%[[SAVED]])
func.func @a_loop_that_assigns_is_an_assignment(%go: tensor<i1>, %x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = qnn.read @memory : tensor<4xf32>
  %1:2 = qnn.while %go, %x : (tensor<i1>, tensor<4xf32>) -> (tensor<i1>, tensor<4xf32>) condition {
  ^bb0(%a: tensor<i1>, %b: tensor<4xf32>):
    qnn.yield %a : tensor<i1>
  } body {
  ^bb0(%a: tensor<i1>, %b: tensor<4xf32>):
    qnn.assign @memory, %b : tensor<4xf32>
    qnn.yield %a, %b : tensor<i1>, tensor<4xf32>
  }
  %2 = qnn.kernel map(%0) : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>):
    %3 = qnn.unary exp %a : (tensor<4xf32>) -> tensor<4xf32>
    qnn.yield %3 : tensor<4xf32>
  }
  return %2 : tensor<4xf32>
}

// -----

qnn.variable @memory : tensor<4xf32> = dense<0.0> : tensor<4xf32>

// CHECK-LABEL: func.func @a_part_is_saved
// CHECK: %[[PART:.*]] = qnn.slice
// CHECK: %[[SAVED:.*]] = qnn.kernel map(%[[PART]]) {{.*}}#qnn.place<arena
// CHECK: qnn.assign
// CHECK: qnn.kernel map(%[[SAVED]])
func.func @a_part_is_saved(%x: tensor<4xf32>) -> tensor<2xf32> {
  %0 = qnn.read @memory : tensor<4xf32>
  %1 = qnn.slice %0 {begin = array<i64: 1>, sizes = array<i64: 2>, strides = array<i64: 1>} : (tensor<4xf32>) -> tensor<2xf32>
  qnn.assign @memory, %x : tensor<4xf32>
  %2 = qnn.kernel map(%1) : (tensor<2xf32>) -> tensor<2xf32> {
  ^bb0(%a: tensor<2xf32>):
    %3 = qnn.unary exp %a : (tensor<2xf32>) -> tensor<2xf32>
    qnn.yield %3 : tensor<2xf32>
  }
  return %2 : tensor<2xf32>
}
