def Qnn_DynamicQuantizeOp : Qnn_RoutineOp_<"dynamic_quantize"> {
  let summary = "Quantizes each row of the last dimension by its own range.";
  let description = [{
    TFLite's hybrid kernels. Symmetric: scale = max|x| / 127, code = half away from zero(x * (127 / max|x|)), in
    int8. Asymmetric: the row's range with 0 becomes the 256 codes of int8, one of them the zero point; the result
    is each code's distance to it, so i16 from -255 to 255, and needs no zero point.
  }];
  let arguments = (ins Qnn_Tensor:$input, UnitAttr:$asymmetric);
  let results = (outs Qnn_Tensor:$codes, Qnn_Tensor:$scales);
  let hasVerifier = 1;
}
