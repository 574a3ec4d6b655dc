def Qnn_ReinterpretOp : Qnn_PureOp<"reinterpret", [Qnn_Movement]> {
  let summary = "The same stored integers under another quantization, or under none.";
  let description = [{
    Where a file has plain integers that the operator which reads them gives a scale. Both types store the same
    integers, and are quantized per tensor if at all.
  }];
  let arguments = (ins Qnn_Tensor:$input);
  let results = (outs Qnn_Tensor:$result);
  let hasFolder = 1;
  let hasVerifier = 1;
}
