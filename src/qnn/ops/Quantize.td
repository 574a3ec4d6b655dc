def Qnn_QuantizeOp : Qnn_PureOp<"quantize", [Qnn_Elementwise]> {
  let summary = "float → codes: round(x / scale) + zero point, saturated.";
  let description = [{
    The division is one in float32, or in double where the recipe is `divide_in_double`. Ties go away from
    zero, a NaN becomes the zero point. With float_even ties go to even, with float_even_shifted to even
    after the zero point (less the `code_origin`, for codes that have been moved since import) was added;
    a NaN then becomes the lowest code. A `reciprocal` of two parts is a proof that x * high + x * low, the
    sum fused with the first product, gives the same codes as the division to even.
  }];
  let arguments = (ins Qnn_Tensor:$input, OptionalAttr<Qnn_NumericsAttr>:$numerics,
                       OptionalAttr<DenseF32ArrayAttr>:$reciprocal,
                       DefaultValuedAttr<I64Attr, "0">:$code_origin);
  let results = (outs Qnn_Tensor:$result);
  let builders = [OpBuilder<(ins "::mlir::Type":$result, "::mlir::Value":$input, "NumericsAttr":$numerics),
                            [{ build($_builder, $_state, result, input, numerics, nullptr); }]>];
  let hasVerifier = 1;
}
