def Qnn_ReshapeOp : Qnn_PureOp<"reshape", [Qnn_Movement]> {
  let summary = "The same elements in the same order under another shape.";
  let arguments = (ins Qnn_Tensor:$input, DenseI64ArrayAttr:$shape);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
