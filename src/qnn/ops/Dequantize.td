def Qnn_DequantizeOp : Qnn_PureOp<"dequantize", [Qnn_Elementwise]> {
  let summary = "codes → float: (code - zero point) * scale in float32.";
  let arguments = (ins Qnn_Tensor:$input);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
