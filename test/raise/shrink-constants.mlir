// RUN: octet-opt %s --split-input-file --shrink-constants --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @a_row_of_one_number
// CHECK: %[[TWO:.*]] = qnn.constant dense<2.000000e+00> : tensor<f32> : tensor<f32>
// CHECK: qnn.mul %{{.*}}, %[[TWO]]
func.func @a_row_of_one_number(%x: tensor<4x3xf32>) -> tensor<4x3xf32> {
  %0 = qnn.constant dense<2.0> : tensor<3xf32> : tensor<3xf32>
  %1 = qnn.mul %x, %0 : (tensor<4x3xf32>, tensor<3xf32>) -> tensor<4x3xf32>
  return %1 : tensor<4x3xf32>
}

// -----

// CHECK-LABEL: func.func @a_row_of_several_numbers
// CHECK: qnn.mul %{{.*}}, %{{.*}} : (tensor<4x3xf32>, tensor<3xf32>)
func.func @a_row_of_several_numbers(%x: tensor<4x3xf32>) -> tensor<4x3xf32> {
  %0 = qnn.constant dense<[2.0, 2.0, 3.0]> : tensor<3xf32> : tensor<3xf32>
  %1 = qnn.mul %x, %0 : (tensor<4x3xf32>, tensor<3xf32>) -> tensor<4x3xf32>
  return %1 : tensor<4x3xf32>
}

// -----

// The constant makes the result larger than the other operand.
// CHECK-LABEL: func.func @a_constant_that_broadcasts
// CHECK: qnn.mul %{{.*}}, %{{.*}} : (tensor<1x3xf32>, tensor<4x3xf32>)
func.func @a_constant_that_broadcasts(%x: tensor<1x3xf32>) -> tensor<4x3xf32> {
  %0 = qnn.constant dense<2.0> : tensor<4x3xf32> : tensor<4x3xf32>
  %1 = qnn.mul %x, %0 : (tensor<1x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  return %1 : tensor<4x3xf32>
}
