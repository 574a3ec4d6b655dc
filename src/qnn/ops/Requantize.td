def Qnn_RequantizeOp : Qnn_PureOp<"requantize", [Qnn_Elementwise]> {
  let summary = "Rescales integers from the input's scale to the output's.";
  let description = [{
    The input may be per axis on its last dimension; the output is per tensor. An i64 accumulator,
    which no quantized type can hold, brings its scales in `accumulator_scales`; all roundings but
    q15_up take its low 32 bits. The shifted roundings add the zero point first, less `code_origin`:
    the code that was 0 at import.
  }];
  let arguments = (ins Qnn_Tensor:$input, Qnn_NumericsAttr:$numerics,
                       OptionalAttr<DenseF64ArrayAttr>:$accumulator_scales,
                       OptionalAttr<Qnn_FloatRescaleAttr>:$form,
                       DefaultValuedAttr<I64Attr, "0">:$code_origin);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Real multiplier and zero point of the input for channel c of the last dimension.
    double multiplier(int64_t channel);
    int64_t inputZeroPoint(int64_t channel);
    /// Number of distinct multipliers: 1, or the extent of the last dimension.
    int64_t channelCount();
  }];
}
