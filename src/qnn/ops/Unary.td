def Qnn_UnaryOp : Qnn_PureOp<"unary", [Qnn_Elementwise]> {
  let summary = "A function of one number. On 8-bit codes it is a table of 256 entries.";
  let description = [{
    `alpha` is leaky_relu's slope. The table is made as TFLite makes it, in float32: code → real,
    function, round half away from zero(value * (1 / scale)) + zero point; hard_swish and leaky_relu
    have integer recipes, int16 functions interpolate 513 entries. With float_even and recipe float_table it
    is ONNX Runtime's: the value is divided by the scale and ties go to even, for every function.
  }];
  let arguments = (ins Qnn_UnaryKindAttr:$kind, Qnn_Tensor:$input, DefaultValuedAttr<F32Attr, "0.0f">:$alpha,
                       OptionalAttr<Qnn_NumericsAttr>:$numerics);
  let results = (outs Qnn_Tensor:$result);
  let assemblyFormat = "$kind $input attr-dict `:` functional-type($input, results)";
  let hasVerifier = 1;
}
