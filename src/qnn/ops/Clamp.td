def Qnn_ClampOp : Qnn_PureOp<"clamp", [Qnn_Elementwise]> {
  let summary = "Bounds numbers, or the codes of a quantized tensor: what a fused Relu or Relu6 becomes.";
  let arguments = (ins Qnn_Tensor:$input, F64Attr:$lowest, F64Attr:$highest);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The bounds for integers and codes.
    std::pair<int64_t, int64_t> integerBounds();
  }];
}
