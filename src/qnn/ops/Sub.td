def Qnn_SubOp : Qnn_PureOp<"sub", [Qnn_Elementwise]> {
  let summary = "Broadcasting difference; on quantized tensors TFLite's recipe of three rescales.";
  let description = [{
    Quantized: each operand is shifted left by 20 bits (15 for int16) and rescaled to twice the larger
    scale, the difference is rescaled to the output. Float and plain integers: x - y.
  }];
  let arguments = (ins Qnn_Tensor:$lhs, Qnn_Tensor:$rhs, OptionalAttr<Qnn_NumericsAttr>:$numerics,
                       OptionalAttr<Qnn_SumFormAttr>:$form);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
