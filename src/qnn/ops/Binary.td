def Qnn_BinaryOp : Qnn_PureOp<"binary", [Qnn_Elementwise]> {
  let summary = "Broadcasting functions of two numbers that round at most once: comparisons, minimum, division …";
  let description = [{
    Minimum and maximum of quantized tensors need equal quantization and act on codes, as comparisons do
    that are wider than 8 bits. On 8-bit codes comparison, division and squared difference are TFLite's,
    in fixed point.
  }];
  let arguments = (ins Qnn_BinaryKindAttr:$kind, Qnn_Tensor:$lhs, Qnn_Tensor:$rhs);
  let results = (outs Qnn_Tensor:$result);
  let assemblyFormat = "$kind operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}
