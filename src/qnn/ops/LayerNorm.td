def Qnn_LayerNormOp : Qnn_RoutineOp_<"layer_norm"> {
  let summary = "(x - mean) / sqrt(variance + epsilon) over the last dimension of a float tensor.";
  let description = [{
    The difference d from the mean times 1 / sqrt(sum of squares / count + epsilon), as ONNX Runtime 1.30 has it on x86 for
    rows that its optimizer finds between a DequantizeLinear and a scale: the mean is that of `reduce`, the squares add up
    in eight partial sums of fused multiply-adds. In one pass, mean and variance are Welford's, and the root is divided by:
    that is its SkipLayerNormalization. A scale and a bias are operators behind it.
  }];
  let arguments = (ins Qnn_Tensor:$input, F32Attr:$epsilon, UnitAttr:$one_pass);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Whether rows of `depth` are normalized so: ONNX Runtime's shorter ones have other bits.
    static bool takesRowsOf(int64_t depth);
  }];
}
