def Qnn_PadOp : Qnn_PureOp<"pad", [Qnn_Movement]> {
  let summary = "Grows each dimension by low[d] before, high[d] behind and interior[d] between elements.";
  let description = [{
    `value` is a number, or a code of a quantized tensor; unused unless the kind is constant, which alone
    may have an interior (an absent one is none).
  }];
  let arguments = (ins Qnn_Tensor:$input, DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$interior,
                       DefaultValuedAttr<F64Attr, "0.0">:$value,
                       DefaultValuedAttr<Qnn_PadKindAttr, "::octet::qnn::PadKind::constant">:$kind);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
