def Qnn_LstmOp : Qnn_RoutineOp_<"lstm", [AttrSizedOperandSegments]> {
  let summary = "A long short-term memory layer over a sequence, with its state as operand and result.";
  let description = [{
    input [batch, time, in] ([time, batch, in] with `time_major`); gates are named as in TFLite. Without
    input_to_input the input gate is 1 - forget gate. Optional peepholes (cell_to_*), projection and
    layer normalization (*_norm). Float, or TFLite's 8x8_16: int8 activations and weights, int16 cell
    state, gates in Q3.12. `hidden` is then the quantization of the hidden state before the projection,
    `preactivations` (input, forget, cell, output) those of the gates before a layer normalization.
  }];
  let arguments = (ins Qnn_Tensor:$input,
    Qnn_OptionalTensor:$input_to_input, Qnn_Tensor:$input_to_forget, Qnn_Tensor:$input_to_cell,
    Qnn_Tensor:$input_to_output,
    Qnn_OptionalTensor:$recurrent_to_input, Qnn_Tensor:$recurrent_to_forget, Qnn_Tensor:$recurrent_to_cell,
    Qnn_Tensor:$recurrent_to_output,
    Qnn_OptionalTensor:$cell_to_input, Qnn_OptionalTensor:$cell_to_forget, Qnn_OptionalTensor:$cell_to_output,
    Qnn_OptionalTensor:$input_bias, Qnn_Tensor:$forget_bias, Qnn_Tensor:$cell_bias, Qnn_Tensor:$output_bias,
    Qnn_OptionalTensor:$projection, Qnn_OptionalTensor:$projection_bias,
    Qnn_Tensor:$hidden_state, Qnn_Tensor:$cell_state,
    Qnn_OptionalTensor:$input_norm, Qnn_OptionalTensor:$forget_norm, Qnn_OptionalTensor:$cell_norm,
    Qnn_OptionalTensor:$output_norm,
    F32Attr:$cell_clip, F32Attr:$projection_clip, UnitAttr:$time_major,
    OptionalAttr<TypeAttr>:$hidden, OptionalAttr<TypeArrayAttr>:$preactivations, OptionalAttr<Qnn_NumericsAttr>:$numerics);
  let results = (outs Qnn_Tensor:$result, Qnn_Tensor:$next_hidden_state, Qnn_Tensor:$next_cell_state);
  let assemblyFormat = [{
    $input `gates` `(` $input_to_forget `,` $input_to_cell `,` $input_to_output (`,` $input_to_input^)? `)`
    `recurrent` `(` $recurrent_to_forget `,` $recurrent_to_cell `,` $recurrent_to_output (`,` $recurrent_to_input^)? `)`
    (`peephole` `(` $cell_to_forget^ `,` $cell_to_output (`,` $cell_to_input^)? `)`)?
    `bias` `(` $forget_bias `,` $cell_bias `,` $output_bias (`,` $input_bias^)? `)`
    (`projection` `(` $projection^ (`,` $projection_bias^)? `)`)?
    `state` `(` $hidden_state `,` $cell_state `)`
    (`norm` `(` $forget_norm^ `,` $cell_norm `,` $output_norm (`,` $input_norm^)? `)`)? attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}
