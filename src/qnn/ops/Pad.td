def Qnn_PadOp : Qnn_PureOp<"pad"> {
  let summary = "Grows each dimension by low[d] before and high[d] behind.";
  // `value` is a number, or a code of a quantized tensor; unused unless the kind is constant.
  let arguments = (ins Qnn_Tensor:$input, DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high,
                       DefaultValuedAttr<F64Attr, "0.0">:$value,
                       DefaultValuedAttr<Qnn_PadKindAttr, "::octet::qnn::PadKind::constant">:$kind);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
