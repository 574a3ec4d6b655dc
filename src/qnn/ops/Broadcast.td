def Qnn_BroadcastOp : Qnn_PureOp<"broadcast", [Qnn_Movement]> {
  let summary = "Repeats dimensions of extent 1 (and adds leading ones) to reach a shape.";
  let arguments = (ins Qnn_Tensor:$input, DenseI64ArrayAttr:$shape);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
