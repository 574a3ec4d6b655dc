def Qnn_DynamicQuantizeOp : Qnn_RoutineOp_<"dynamic_quantize"> {
  let summary = "Quantizes each row of the last dimension symmetrically to int8 by its own largest magnitude.";
  let description = [{
    TFLite's hybrid kernels: scale = max|x| / 127, code = half away from zero(x * (127 / max|x|)).
  }];
  let arguments = (ins Qnn_Tensor:$input);
  let results = (outs Qnn_Tensor:$codes, Qnn_Tensor:$scales);
  let hasVerifier = 1;
}
