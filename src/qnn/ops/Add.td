def Qnn_AddOp : Qnn_PureOp<"add", [Qnn_Elementwise]> {
  let summary = "Broadcasting sum; on quantized tensors TFLite's recipe of three rescales, or floats.";
  let description = [{
    Quantized: each operand is shifted left by 20 bits (15 for int16) and rescaled to twice the larger
    scale, the sum is rescaled to the output. With float_even_shifted 8-bit codes are summed as ONNX
    Runtime does on x86: rounded to even, x * r + (y * s + c) of two fused multiply-adds in float32, where
    c has the zero points. These are codes as they were at import: `code_origins` are those that were 0
    then, of both operands and the result. Float and plain integers: x + y.
  }];
  let arguments = (ins Qnn_Tensor:$lhs, Qnn_Tensor:$rhs, OptionalAttr<Qnn_NumericsAttr>:$numerics,
                       OptionalAttr<Qnn_SumFormAttr>:$form,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0}">:$code_origins);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
