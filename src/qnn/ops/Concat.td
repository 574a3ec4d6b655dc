def Qnn_ConcatOp : Qnn_PureOp<"concat", [Qnn_Movement]> {
  let summary = "Joins tensors of one type along an axis; differing quantizations are rescaled before.";
  let arguments = (ins Variadic<Qnn_Tensor>:$inputs, I64Attr:$axis);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
