def Qnn_L2NormOp : Qnn_RoutineOp_<"l2_norm"> {
  let summary = "x / sqrt(sum x²) over the last dimension.";
  let description = [{
    Quantized: the integer inverse square root of TFLite, to scale 1/128.
  }];
  let arguments = (ins Qnn_Tensor:$input);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
