def Qnn_SvdfOp : Qnn_RoutineOp_<"svdf"> {
  let summary = "TFLite's SVDF: a rank-decomposed layer with a memory of past feature activations.";
  let description = [{
    state [batch, filters * memory] shifts by one and takes feature . input as its newest column; each
    unit sums state . time over `rank` filters. Int8 with an int16 state, or float.
  }];
  let arguments = (ins Qnn_Tensor:$input, Qnn_Tensor:$feature, Qnn_Tensor:$time, Qnn_OptionalTensor:$bias,
                       Qnn_Tensor:$state, I64Attr:$rank, OptionalAttr<Qnn_NumericsAttr>:$numerics);
  let results = (outs Qnn_Tensor:$result, Qnn_Tensor:$next_state);
  let assemblyFormat = [{
    $input `,` $feature `,` $time (`,` $bias^)? `state` `(` $state `)` attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}
