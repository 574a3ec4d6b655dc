def Qnn_PreluOp : Qnn_PureOp<"prelu", [Qnn_Elementwise]> {
  let summary = "x where x >= 0, else x * slope, the slope broadcast (per channel, as a rule).";
  let description = [{
    Quantized: both branches rescale in fixed point (TFLite's BroadcastPrelu4DSlow).
  }];
  let arguments = (ins Qnn_Tensor:$input, Qnn_Tensor:$slope, OptionalAttr<Qnn_NumericsAttr>:$numerics);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
