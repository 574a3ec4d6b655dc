def Qnn_QuantizeOp : Qnn_PureOp<"quantize", [Qnn_Elementwise]> {
  let summary = "float → codes: round(x / scale) + zero point, saturated.";
  let description = [{
    The division is one in float32, or in double where the recipe is `divide_in_double`. Ties go away from
    zero, a NaN becomes the zero point. With float_even ties go to even, with float_even_shifted to even
    after the zero point (less the `code_origin`, for codes that have been moved since import) was added;
    a NaN then becomes the lowest code.
  }];
  let arguments = (ins Qnn_Tensor:$input, OptionalAttr<Qnn_NumericsAttr>:$numerics,
                       DefaultValuedAttr<I64Attr, "0">:$code_origin);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
