def Qnn_SelectOp : Qnn_PureOp<"select", [Qnn_Elementwise]> {
  let summary = "Broadcasting choice: on_true where the condition holds, else on_false.";
  let arguments = (ins Qnn_Tensor:$condition, Qnn_Tensor:$on_true, Qnn_Tensor:$on_false);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
