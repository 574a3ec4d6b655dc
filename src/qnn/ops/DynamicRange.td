def Qnn_DynamicRangeOp : Qnn_RoutineOp_<"dynamic_range"> {
  let summary = "The scale and the zero point of uint8 codes that span a tensor's own range, found in one pass.";
  let description = [{
    ONNX's DynamicQuantizeLinear: the range from the least to the largest number, widened to hold 0, becomes 255 steps.
    scale = (largest - least) / 255, or 1 where all numbers are 0; zero point = -least / scale, to even, saturated; all in
    float32. A NaN is passed over.
  }];
  let arguments = (ins Qnn_Tensor:$input);
  let results = (outs Qnn_Tensor:$scale, Qnn_Tensor:$zero_point);
  let hasVerifier = 1;
}
