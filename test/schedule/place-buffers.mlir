// RUN: octet-opt %s --split-input-file --place-buffers | FileCheck %s

// CHECK-LABEL: func.func @a_reshape_is_a_view(
// CHECK-SAME: qnn.place = #qnn.place<input 0 + 0, strides = [4, 1]>
// CHECK: qnn.kernel map({{.*}}qnn.place = [#qnn.place<arena 0 + 0, strides = [4, 1]>]
// CHECK: qnn.reshape {{.*}}qnn.place = [#qnn.place<arena 0 + 0, strides = [1]>]
// CHECK: %[[LAST:.*]] = qnn.kernel map({{.*}}qnn.place = [#qnn.place<output 0 + 0, strides = [1]>]
// CHECK: return %[[LAST]]
func.func @a_reshape_is_a_view(%x: tensor<2x4xf32>) -> tensor<8xf32> {
  %0 = qnn.kernel map(%x) : (tensor<2x4xf32>) -> tensor<2x4xf32> {
  ^bb0(%a: tensor<2x4xf32>):
    %1 = qnn.unary exp %a : (tensor<2x4xf32>) -> tensor<2x4xf32>
    qnn.yield %1 : tensor<2x4xf32>
  }
  %2 = qnn.reshape %0 {shape = array<i64: 8>} : (tensor<2x4xf32>) -> tensor<8xf32>
  %3 = qnn.kernel map(%2) : (tensor<8xf32>) -> tensor<8xf32> {
  ^bb0(%a: tensor<8xf32>):
    %1 = qnn.unary exp %a : (tensor<8xf32>) -> tensor<8xf32>
    qnn.yield %1 : tensor<8xf32>
  }
  return %3 : tensor<8xf32>
}

// -----

!plain = tensor<2x4xui8>
!codes = tensor<2x4x!quant.uniform<u8:f32, 0.5:3>>

// CHECK-LABEL: func.func @a_reinterpretation_is_a_view(
// CHECK-SAME: qnn.place = #qnn.place<input 0 + 0, strides = [4, 1]>
// CHECK: qnn.reinterpret {{.*}}qnn.place = [#qnn.place<input 0 + 0, strides = [4, 1]>]
func.func @a_reinterpretation_is_a_view(%x: !plain) -> tensor<2x4xf32> {
  %0 = qnn.reinterpret %x : (!plain) -> !codes
  %1 = qnn.kernel map(%0) : (!codes) -> tensor<2x4xf32> {
  ^bb0(%a: !codes):
    %2 = qnn.dequantize %a : (!codes) -> tensor<2x4xf32>
    qnn.yield %2 : tensor<2x4xf32>
  }
  return %1 : tensor<2x4xf32>
}

// -----

!plain = tensor<8xui8>
!codes = tensor<2x4x!quant.uniform<u8:f32, 0.5:3>>
!rows = tensor<2x4xui8>

// Nothing is copied: the kernel writes the output.
// CHECK-LABEL: func.func @an_output_may_be_a_view
// CHECK: %[[CODES:.*]] = qnn.kernel map({{.*}}#qnn.place<output 0 + 0, strides = [4, 1]>
// CHECK: %[[ROWS:.*]] = qnn.reinterpret %[[CODES]]
// CHECK-NEXT: %[[ALL:.*]] = qnn.reshape %[[ROWS]] {qnn.place = [#qnn.place<output 0 + 0, strides = [1]>]
// CHECK-NEXT: return %[[ALL]]
func.func @an_output_may_be_a_view(%x: tensor<2x4xf32>) -> !plain {
  %0 = qnn.kernel map(%x) : (tensor<2x4xf32>) -> !codes {
  ^bb0(%a: tensor<2x4xf32>):
    %3 = qnn.quantize %a : (tensor<2x4xf32>) -> !codes
    qnn.yield %3 : !codes
  }
  %1 = qnn.reinterpret %0 : (!codes) -> !rows
  %2 = qnn.reshape %1 {shape = array<i64: 8>} : (!rows) -> !plain
  return %2 : !plain
}

// -----

// Element (3, 1) is the 19th: 76 bytes from the start. Every second row backwards, every third column.
// CHECK-LABEL: func.func @a_slice_is_a_view
// CHECK: qnn.kernel map({{.*}}#qnn.place<arena 0 + 0, strides = [6, 1]>
// CHECK: qnn.slice {{.*}}#qnn.place<arena 0 + 76, strides = [-12, 3]>
func.func @a_slice_is_a_view(%x: tensor<4x6xf32>) -> tensor<2x2xf32> {
  %0 = qnn.kernel map(%x) : (tensor<4x6xf32>) -> tensor<4x6xf32> {
  ^bb0(%a: tensor<4x6xf32>):
    %1 = qnn.unary exp %a : (tensor<4x6xf32>) -> tensor<4x6xf32>
    qnn.yield %1 : tensor<4x6xf32>
  }
  %2 = qnn.slice %0 {begin = array<i64: 3, 1>, sizes = array<i64: 2, 2>, strides = array<i64: -2, 3>} : (tensor<4x6xf32>) -> tensor<2x2xf32>
  %3 = qnn.kernel map(%2) : (tensor<2x2xf32>) -> tensor<2x2xf32> {
  ^bb0(%a: tensor<2x2xf32>):
    %1 = qnn.unary exp %a : (tensor<2x2xf32>) -> tensor<2x2xf32>
    qnn.yield %1 : tensor<2x2xf32>
  }
  return %3 : tensor<2x2xf32>
}

// -----

// The kernel writes its part of the joined tensor; an input of the caller's has to be copied there.
// CHECK-LABEL: func.func @a_concatenation_is_written_in_place(
// CHECK-SAME: %{{[a-z0-9]+}}: tensor<2x3xf32> {{{.*}}}, %[[Y:[a-z0-9]+]]: tensor<2x1xf32>
// CHECK: %[[LEFT:.*]] = qnn.kernel map({{.*}}#qnn.place<arena 0 + 0, strides = [4, 1]>
// CHECK: qnn.unary exp
// CHECK: %[[RIGHT:.*]] = qnn.kernel map(%[[Y]]) {{.*}}#qnn.place<arena 0 + 12, strides = [4, 1]>
// CHECK-NEXT: ^bb0(%[[COPIED:.*]]: tensor
// CHECK-NEXT: qnn.yield %[[COPIED]]
// CHECK: qnn.concat %[[LEFT]], %[[RIGHT]] {{.*}}#qnn.place<arena 0 + 0, strides = [4, 1]>
func.func @a_concatenation_is_written_in_place(%x: tensor<2x3xf32>, %y: tensor<2x1xf32>) -> tensor<2x4xf32> {
  %0 = qnn.kernel map(%x) : (tensor<2x3xf32>) -> tensor<2x3xf32> {
  ^bb0(%a: tensor<2x3xf32>):
    %1 = qnn.unary exp %a : (tensor<2x3xf32>) -> tensor<2x3xf32>
    qnn.yield %1 : tensor<2x3xf32>
  }
  %2 = qnn.concat %0, %y {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  %3 = qnn.kernel map(%2) : (tensor<2x4xf32>) -> tensor<2x4xf32> {
  ^bb0(%a: tensor<2x4xf32>):
    %1 = qnn.unary exp %a : (tensor<2x4xf32>) -> tensor<2x4xf32>
    qnn.yield %1 : tensor<2x4xf32>
  }
  return %3 : tensor<2x4xf32>
}

// -----

// One row of five and one element: 24 bytes into the padded tensor.
// CHECK-LABEL: func.func @the_inside_of_a_pad_is_written_in_place
// CHECK: qnn.kernel map({{.*}}#qnn.place<arena 0 + 24, strides = [5, 1]>
// CHECK: qnn.kernel fill({{.*}}#qnn.place<arena 0 + 0, strides = [5, 1]>
func.func @the_inside_of_a_pad_is_written_in_place(%x: tensor<2x3xf32>) -> tensor<4x5xf32> {
  %0 = qnn.kernel map(%x) : (tensor<2x3xf32>) -> tensor<2x3xf32> {
  ^bb0(%a: tensor<2x3xf32>):
    %1 = qnn.unary exp %a : (tensor<2x3xf32>) -> tensor<2x3xf32>
    qnn.yield %1 : tensor<2x3xf32>
  }
  %2 = qnn.kernel fill(%0) : (tensor<2x3xf32>) -> tensor<4x5xf32> {
  ^bb0(%a: tensor<2x3xf32>):
    %1 = qnn.pad %a {low = array<i64: 1, 1>, high = array<i64: 1, 1>} : (tensor<2x3xf32>) -> tensor<4x5xf32>
    qnn.yield %1 : tensor<4x5xf32>
  }
  %3 = qnn.kernel map(%2) : (tensor<4x5xf32>) -> tensor<4x5xf32> {
  ^bb0(%a: tensor<4x5xf32>):
    %1 = qnn.unary exp %a : (tensor<4x5xf32>) -> tensor<4x5xf32>
    qnn.yield %1 : tensor<4x5xf32>
  }
  return %3 : tensor<4x5xf32>
}

// -----

// 100 floats take 448 bytes in steps of 64. Only two of the three tensors are alive at a time.
// CHECK-LABEL: func.func @a_dead_buffer_is_used_again
// CHECK-SAME: octet.arena_bytes = 896 : i64, octet.arena_lower_bound = 896 : i64
// CHECK: qnn.kernel map({{.*}}#qnn.place<arena 0 + 0,
// CHECK: qnn.kernel map({{.*}}#qnn.place<arena 0 + 448,
// CHECK: qnn.kernel map({{.*}}#qnn.place<arena 0 + 0,
// CHECK: qnn.kernel map({{.*}}#qnn.place<output 0 + 0,
func.func @a_dead_buffer_is_used_again(%x: tensor<100xf32>) -> tensor<100xf32> {
  %0 = qnn.kernel map(%x) : (tensor<100xf32>) -> tensor<100xf32> {
  ^bb0(%a: tensor<100xf32>):
    %1 = qnn.unary exp %a : (tensor<100xf32>) -> tensor<100xf32>
    qnn.yield %1 : tensor<100xf32>
  }
  %2 = qnn.kernel map(%0) : (tensor<100xf32>) -> tensor<100xf32> {
  ^bb0(%a: tensor<100xf32>):
    %1 = qnn.unary exp %a : (tensor<100xf32>) -> tensor<100xf32>
    qnn.yield %1 : tensor<100xf32>
  }
  %3 = qnn.kernel map(%2) : (tensor<100xf32>) -> tensor<100xf32> {
  ^bb0(%a: tensor<100xf32>):
    %1 = qnn.unary exp %a : (tensor<100xf32>) -> tensor<100xf32>
    qnn.yield %1 : tensor<100xf32>
  }
  %4 = qnn.kernel map(%3) : (tensor<100xf32>) -> tensor<100xf32> {
  ^bb0(%a: tensor<100xf32>):
    %1 = qnn.unary exp %a : (tensor<100xf32>) -> tensor<100xf32>
    qnn.yield %1 : tensor<100xf32>
  }
  return %4 : tensor<100xf32>
}

// -----

// A convolution may read past the end of its input, and the caller's memory may end there.
// CHECK-LABEL: func.func @a_contraction_reads_a_copy_of_an_input(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK: %[[COPY:.*]] = qnn.kernel map(%[[X]]) {{.*}}#qnn.place<arena
// CHECK: qnn.kernel contraction(%[[COPY]])
func.func @a_contraction_reads_a_copy_of_an_input(%x: tensor<2x4xf32>) -> tensor<2x3xf32> {
  %0 = qnn.kernel contraction(%x) : (tensor<2x4xf32>) -> tensor<2x3xf32> {
  ^bb0(%a: tensor<2x4xf32>):
    %w = qnn.constant dense<1.0> : tensor<3x4xf32> : tensor<3x4xf32>
    %1 = qnn.dense %a, %w : (tensor<2x4xf32>, tensor<3x4xf32>) -> tensor<2x3xf32>
    qnn.yield %1 : tensor<2x3xf32>
  }
  return %0 : tensor<2x3xf32>
}

// -----

// CHECK: qnn.variable @first {qnn.place = #qnn.place<state 0 + 0, strides = [1]>}
// CHECK: qnn.variable @second {qnn.place = #qnn.place<state 0 + 64, strides = [1]>}
qnn.variable @first : tensor<4xf32> = dense<0.0> : tensor<4xf32>
qnn.variable @second : tensor<4xf32> = dense<0.0> : tensor<4xf32>

// What was read before the assignment is read after it, so it is saved; the new value is copied to its place.
// CHECK-LABEL: func.func @a_variable_keeps_what_was_read(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor
// CHECK-SAME: octet.state_bytes = 128 : i64
// CHECK: %[[OLD:.*]] = qnn.read @second {qnn.place = [#qnn.place<state 0 + 64,
// CHECK: %[[SAVED:.*]] = qnn.kernel map(%[[OLD]]) {{.*}}#qnn.place<arena
// CHECK: %[[NEW:.*]] = qnn.kernel map(%[[X]]) {{.*}}#qnn.place<state 0 + 64,
// CHECK: qnn.assign @second, %[[NEW]]
// CHECK: qnn.kernel map(%[[SAVED]])
func.func @a_variable_keeps_what_was_read(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = qnn.read @second : tensor<4xf32>
  qnn.assign @second, %x : tensor<4xf32>
  %1 = qnn.kernel map(%0) : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>):
    %2 = qnn.unary exp %a : (tensor<4xf32>) -> tensor<4xf32>
    qnn.yield %2 : tensor<4xf32>
  }
  return %1 : tensor<4xf32>
}

// -----

// The condition and the body work on the same buffer as the result.
// CHECK-LABEL: func.func @a_loop_carries_its_values_in_place
// CHECK: qnn.kernel map({{.*}}#qnn.place<arena 0 + [[HERE:[0-9]+]],
// CHECK: qnn.while {{.*}}qnn.place = [#qnn.place<arena 0 + [[HERE]],
// CHECK: } body {
// CHECK: qnn.kernel map({{.*}}#qnn.place<arena 0 + [[HERE]],
// CHECK: qnn.yield %{{[0-9]+}} : tensor<4xi32>
// CHECK-NEXT: }
// CHECK: qnn.kernel map({{.*}}#qnn.place<output 0 + 0,
func.func @a_loop_carries_its_values_in_place(%x: tensor<4xi32>) -> tensor<4xi32> {
  %0 = qnn.while %x : (tensor<4xi32>) -> tensor<4xi32> condition {
  ^bb0(%a: tensor<4xi32>):
    %1 = qnn.kernel routine(%a) : (tensor<4xi32>) -> tensor<1xi1> {
    ^bb0(%b: tensor<4xi32>):
      %2 = qnn.constant dense<false> : tensor<1xi1> : tensor<1xi1>
      %3 = qnn.reduce any %2 {axes = array<i64: 0>, keep_dims} : (tensor<1xi1>) -> tensor<1xi1>
      qnn.yield %3 : tensor<1xi1>
    }
    qnn.yield %1 : tensor<1xi1>
  } body {
  ^bb0(%a: tensor<4xi32>):
    %1 = qnn.kernel map(%a) : (tensor<4xi32>) -> tensor<4xi32> {
    ^bb0(%b: tensor<4xi32>):
      %2 = qnn.add %b, %b : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
      qnn.yield %2 : tensor<4xi32>
    }
    qnn.yield %1 : tensor<4xi32>
  }
  return %0 : tensor<4xi32>
}
