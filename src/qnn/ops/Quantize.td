def Qnn_QuantizeOp : Qnn_PureOp<"quantize", [Qnn_Elementwise]> {
  let summary = "float → codes: round half away from zero(x / scale) + zero point, saturated.";
  let arguments = (ins Qnn_Tensor:$input);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
