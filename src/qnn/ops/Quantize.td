def Qnn_QuantizeOp : Qnn_PureOp<"quantize", [Qnn_Elementwise]> {
  let summary = "float → codes: round half away from zero(x / scale) + zero point, saturated.";
  let description = [{
    The division is one in float32, or in double where the recipe is `divide_in_double`.
  }];
  let arguments = (ins Qnn_Tensor:$input, OptionalAttr<Qnn_NumericsAttr>:$numerics);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
