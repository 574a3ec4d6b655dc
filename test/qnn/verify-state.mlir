// What variables, loops, kernels and recurrent layers refuse.
// RUN: octet-opt %s --split-input-file --verify-diagnostics

// expected-error @+1 {{'qnn.variable' op initial value of type 'tensor<3xi8>' does not store 'tensor<2xi8>'}}
qnn.variable @memory : tensor<2xi8> = dense<0> : tensor<3xi8>

// -----

func.func @read_of_nothing() {
  // expected-error @+1 {{'qnn.read' op names no variable: @memory}}
  %0 = qnn.read @memory : tensor<2xi8>
  return
}

// -----

qnn.variable @memory : tensor<2xi8> = dense<0> : tensor<2xi8>
func.func @assign_of_another_type(%x: tensor<3xi8>) {
  // expected-error @+1 {{'qnn.assign' op has type 'tensor<3xi8>', but the variable 'tensor<2xi8>'}}
  qnn.assign @memory, %x : tensor<3xi8>
  return
}

// -----

func.func @loop_without_a_boolean(%x: tensor<i32>) {
  // expected-error @+1 {{'qnn.while' op condition yields a single boolean, not 'tensor<i32>'}}
  %0 = qnn.while %x : (tensor<i32>) -> tensor<i32> condition {
  ^bb0(%a: tensor<i32>):
    qnn.yield %a : tensor<i32>
  } body {
  ^bb0(%a: tensor<i32>):
    qnn.yield %a : tensor<i32>
  }
  return
}

// -----

func.func @loop_body_that_yields_another_type(%x: tensor<i1>, %y: tensor<i32>) {
  // expected-error @+1 {{'qnn.while' op body yields other types than}}
  %0 = qnn.while %x : (tensor<i1>) -> tensor<i1> condition {
  ^bb0(%a: tensor<i1>):
    qnn.yield %a : tensor<i1>
  } body {
  ^bb0(%a: tensor<i1>):
    %1 = qnn.cast %a : (tensor<i1>) -> tensor<i32>
    qnn.yield %1 : tensor<i32>
  }
  return
}

// -----

func.func @kernel_of_other_operands(%x: tensor<2xf32>) {
  // expected-error @+1 {{'qnn.kernel' op region does not take the operands' types}}
  %0 = qnn.kernel map(%x) : (tensor<2xf32>) -> tensor<3xf32> {
  ^bb0(%a: tensor<3xf32>):
    qnn.yield %a : tensor<3xf32>
  }
  return
}

// -----

func.func @kernel_of_other_results(%x: tensor<2xf32>) {
  // expected-error @+1 {{'qnn.kernel' op region does not yield the results' types}}
  %0 = qnn.kernel map(%x) : (tensor<2xf32>) -> tensor<3xf32> {
  ^bb0(%a: tensor<2xf32>):
    qnn.yield %a : tensor<2xf32>
  }
  return
}

// -----

func.func @svdf_with_a_short_state(%x: tensor<1x3xf32>, %f: tensor<4x3xf32>, %t: tensor<4x5xf32>, %s: tensor<1x19xf32>) {
  // expected-error @+1 {{'qnn.svdf' op state needs batch * filters * memory elements}}
  %0:2 = qnn.svdf %x, %f, %t state(%s) {rank = 2 : i64} : (tensor<1x3xf32>, tensor<4x3xf32>, tensor<4x5xf32>, tensor<1x19xf32>) -> (tensor<1x2xf32>, tensor<1x19xf32>)
  return
}

// -----

func.func @lstm_with_half_an_input_gate(%x: tensor<1x7x3xf32>, %w: tensor<4x3xf32>, %r: tensor<4x4xf32>, %b: tensor<4xf32>, %s: tensor<1x4xf32>) {
  // expected-error @+1 {{'qnn.lstm' op has an input gate only in part}}
  %0:3 = qnn.lstm %x gates(%w, %w, %w, %w) recurrent(%r, %r, %r) bias(%b, %b, %b) state(%s, %s) {cell_clip = 0.0 : f32, projection_clip = 0.0 : f32} : (tensor<1x7x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> (tensor<1x7x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>)
  return
}

// -----

func.func @lstm_of_other_shapes(%x: tensor<1x7x3xf32>, %w: tensor<4x3xf32>, %r: tensor<4x4xf32>, %b: tensor<5xf32>, %s: tensor<1x4xf32>) {
  // expected-error @+1 {{'qnn.lstm' op operand shapes do not fit 3 inputs, 4 cells and 4 outputs}}
  %0:3 = qnn.lstm %x gates(%w, %w, %w) recurrent(%r, %r, %r) bias(%b, %b, %b) state(%s, %s) {cell_clip = 0.0 : f32, projection_clip = 0.0 : f32} : (tensor<1x7x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>, tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, tensor<1x4xf32>, tensor<1x4xf32>) -> (tensor<1x7x4xf32>, tensor<1x4xf32>, tensor<1x4xf32>)
  return
}
