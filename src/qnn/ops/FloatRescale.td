def Qnn_FloatRescaleOp : Qnn_PureOp<"float_rescale", [Qnn_Elementwise]> {
  let summary = "Moves uint8 codes to another quantization the way TFLite's uint8 CONCATENATION does.";
  let description = [{
    round half away from zero(code * (si / so) - zi * (si / so)) + zo in float32.
  }];
  let arguments = (ins Qnn_Tensor:$input);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
