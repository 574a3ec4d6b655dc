// A model without an operator still has its inputs copied to its outputs.
// RUN: octet-opt %s --place-buffers | FileCheck %s

// CHECK-LABEL: func.func @an_input_is_an_output(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK: %[[FIRST:.*]] = qnn.kernel map(%[[X]]) {{.*}}#qnn.place<output 0 + 0,
// CHECK: %[[SECOND:.*]] = qnn.kernel map(%[[X]]) {{.*}}#qnn.place<output 1 + 0,
// CHECK: return %[[FIRST]], %[[SECOND]]
func.func @an_input_is_an_output(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  return %x, %x : tensor<4xf32>, tensor<4xf32>
}
