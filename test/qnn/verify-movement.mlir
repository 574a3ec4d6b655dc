// What constants and movement refuse.
// RUN: octet-opt %s --split-input-file --verify-diagnostics

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @constant_of_another_storage() {
  // expected-error @+1 {{'qnn.constant' op value of type 'tensor<2x3xi16>' does not store 'tensor<2x3x!quant.uniform<i8:f32, 5.000000e-01:1>>'}}
  %0 = qnn.constant dense<1> : tensor<2x3xi16> : !i8
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @broadcast_of_three_to_four(%x: !i8) {
  // expected-error @+1 {{'qnn.broadcast' op input does not broadcast to the shape}}
  %0 = qnn.broadcast %x {shape = array<i64: 2, 4>} : (!i8) -> tensor<2x4x!quant.uniform<i8:f32, 0.5:1>>
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @concat_along_an_axis_that_is_not_there(%x: !i8) {
  // expected-error @+1 {{'qnn.concat' op axis 2 is out of range}}
  %0 = qnn.concat %x, %x {axis = 2 : i64} : (!i8, !i8) -> tensor<2x6x!quant.uniform<i8:f32, 0.5:1>>
  return
}

// -----

func.func @concat_of_two_heights(%x: tensor<2x3xf32>, %y: tensor<1x3xf32>) {
  // expected-error @+1 {{'qnn.concat' op inputs differ in dimension 0}}
  %0 = qnn.concat %x, %y {axis = 1 : i64} : (tensor<2x3xf32>, tensor<1x3xf32>) -> tensor<2x6xf32>
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @concat_of_two_scales(%x: !i8, %y: tensor<2x3x!quant.uniform<i8:f32, 0.25:1>>) {
  // expected-error @+1 {{'qnn.concat' op needs equal element types, not '!quant.uniform<i8:f32, 2.500000e-01:1>' and '!quant.uniform<i8:f32, 5.000000e-01:1>'}}
  %0 = qnn.concat %x, %y {axis = 1 : i64} : (!i8, tensor<2x3x!quant.uniform<i8:f32, 0.25:1>>) -> tensor<2x6x!quant.uniform<i8:f32, 0.5:1>>
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @pad_with_what_is_no_code(%x: !i8) {
  // expected-error @+1 {{'qnn.pad' op value 3.000000e+02 is not a code of '!quant.uniform<i8:f32, 5.000000e-01:1>'}}
  %0 = qnn.pad %x {low = array<i64: 0, 1>, high = array<i64: 0, 0>, value = 300.0 : f64} : (!i8) -> tensor<2x4x!quant.uniform<i8:f32, 0.5:1>>
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @pad_that_crops(%x: !i8) {
  // expected-error @+1 {{'qnn.pad' op low must be at least 0, not -1}}
  %0 = qnn.pad %x {low = array<i64: 0, -1>, high = array<i64: 0, 0>} : (!i8) -> tensor<2x2x!quant.uniform<i8:f32, 0.5:1>>
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @pad_that_mirrors_too_much(%x: !i8) {
  // expected-error @+1 {{'qnn.pad' op mirrors more than dimension 1 has}}
  %0 = qnn.pad %x {low = array<i64: 0, 3>, high = array<i64: 0, 0>, kind = #qnn<pad_kind reflect>} : (!i8) -> tensor<2x6x!quant.uniform<i8:f32, 0.5:1>>
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @pad_that_mirrors_between_elements(%x: !i8) {
  // expected-error @+1 {{'qnn.pad' op mirrors borders only}}
  %0 = qnn.pad %x {low = array<i64: 0, 0>, high = array<i64: 0, 0>, interior = array<i64: 0, 1>, kind = #qnn<pad_kind symmetric>} : (!i8) -> tensor<2x5x!quant.uniform<i8:f32, 0.5:1>>
  return
}

// -----

func.func @reinterpret_unsigned_as_signed(%x: tensor<2xui8>) {
  // expected-error @+1 {{'qnn.reinterpret' op needs types that store the same integers, not 'ui8' and '!quant.uniform<i8:f32, 5.000000e-01>'}}
  %0 = qnn.reinterpret %x : (tensor<2xui8>) -> tensor<2x!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

func.func @reinterpret_codes_that_are_not_in_use(%x: tensor<2xi8>) {
  // expected-error @+1 {{'qnn.reinterpret' op needs types that store the same integers, not 'i8' and '!quant.uniform<i8<-127:127>:f32, 5.000000e-01>'}}
  %0 = qnn.reinterpret %x : (tensor<2xi8>) -> tensor<2x!quant.uniform<i8<-127:127>:f32, 0.5>>
  return
}

// -----

func.func @reinterpret_a_float(%x: tensor<2xf32>) {
  // expected-error @+1 {{'qnn.reinterpret' op needs types that store the same integers, not 'f32' and 'i32'}}
  %0 = qnn.reinterpret %x : (tensor<2xf32>) -> tensor<2xi32>
  return
}

// -----

func.func @reinterpret_per_axis(%x: tensor<2xi8>) {
  // expected-error @+1 {{'qnn.reinterpret' op result must be quantized per tensor, not per axis}}
  %0 = qnn.reinterpret %x : (tensor<2xi8>) -> tensor<2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @reshape_to_more_elements(%x: !i8) {
  // expected-error @+1 {{'qnn.reshape' op of 6 elements cannot have 8}}
  %0 = qnn.reshape %x {shape = array<i64: 8>} : (!i8) -> tensor<8x!quant.uniform<i8:f32, 0.5:1>>
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @reshape_to_another_zero_point(%x: !i8) {
  // expected-error @+1 {{'qnn.reshape' op needs equal element types, not '!quant.uniform<i8:f32, 5.000000e-01:1>' and '!quant.uniform<i8:f32, 5.000000e-01>'}}
  %0 = qnn.reshape %x {shape = array<i64: 6>} : (!i8) -> tensor<6x!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @slice_beyond_the_end(%x: !i8) {
  // expected-error @+1 {{'qnn.slice' op leaves dimension 1 of extent 3}}
  %0 = qnn.slice %x {begin = array<i64: 0, 1>, sizes = array<i64: 2, 2>, strides = array<i64: 1, 2>} : (!i8) -> tensor<2x2x!quant.uniform<i8:f32, 0.5:1>>
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @slice_that_stands_still(%x: !i8) {
  // expected-error @+1 {{'qnn.slice' op has a negative size or a stride of 0}}
  %0 = qnn.slice %x {begin = array<i64: 0, 1>, sizes = array<i64: 2, 2>, strides = array<i64: 1, 0>} : (!i8) -> tensor<2x2x!quant.uniform<i8:f32, 0.5:1>>
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @slice_of_one_dimension(%x: !i8) {
  // expected-error @+1 {{'qnn.slice' op needs 2 entries of begin, sizes and strides}}
  %0 = qnn.slice %x {begin = array<i64: 0>, sizes = array<i64: 2>, strides = array<i64: 1>} : (!i8) -> !i8
  return
}

// -----

!i8 = tensor<2x3x!quant.uniform<i8:f32, 0.5:1>>
func.func @transpose_that_repeats_a_dimension(%x: !i8) {
  // expected-error @+1 {{'qnn.transpose' op has no permutation of 2 dimensions}}
  %0 = qnn.transpose %x {permutation = array<i64: 1, 1>} : (!i8) -> tensor<3x3x!quant.uniform<i8:f32, 0.5:1>>
  return
}

// -----

func.func @transpose_that_forgets_the_axis(%x: tensor<2x1x!quant.uniform<i8:f32:0, {0.5, 0.25}>>) {
  // expected-error @+1 {{'qnn.transpose' op has a result of '!quant.uniform<i8:f32:1, {5.000000e-01,2.500000e-01}>', not '!quant.uniform<i8:f32:0, {5.000000e-01,2.500000e-01}>'}}
  %0 = qnn.transpose %x {permutation = array<i64: 1, 0>} : (tensor<2x1x!quant.uniform<i8:f32:0, {0.5, 0.25}>>) -> tensor<1x2x!quant.uniform<i8:f32:0, {0.5, 0.25}>>
  return
}
