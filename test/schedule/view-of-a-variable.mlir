// A view of what was read before an assignment is not a view of what was assigned.
// RUN: octet-opt %s --place-buffers | FileCheck %s

qnn.variable @memory : tensor<4xf32> = dense<0.0> : tensor<4xf32>

// CHECK-LABEL: func.func @a_view_is_saved
// CHECK: qnn.kernel map({{.*}}#qnn.place<arena 0 + [[SAVED:[0-9]+]],
// CHECK: qnn.assign @memory
// CHECK-NOT: qnn.kernel map({{.*}}state
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
