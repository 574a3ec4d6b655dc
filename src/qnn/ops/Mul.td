def Qnn_MulOp : Qnn_PureOp<"mul", [Qnn_Elementwise]> {
  let summary = "Broadcasting product; of quantized tensors, to an int32 product that is not yet rescaled.";
  let description = [{
    (x - zx) * (y - zy): a qnn.requantize follows.
  }];
  let arguments = (ins Qnn_Tensor:$lhs, Qnn_Tensor:$rhs);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
