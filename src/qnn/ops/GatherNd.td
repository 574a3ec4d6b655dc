def Qnn_GatherNdOp : Qnn_RoutineOp_<"gather_nd"> {
  let summary = "Slices of the input at coordinates: indices [.., D] address the first D dimensions.";
  let description = [{
    A coordinate out of range is clamped.
  }];
  let arguments = (ins Qnn_Tensor:$input, Qnn_Tensor:$indices);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
