def Qnn_GatherOp : Qnn_RoutineOp_<"gather"> {
  let summary = "Slices of the input along an axis, chosen by a tensor of indices.";
  let description = [{
    The first `batch_dims` dimensions of both run together. An index out of range is clamped.
  }];
  let arguments = (ins Qnn_Tensor:$input, Qnn_Tensor:$indices, I64Attr:$axis,
                       DefaultValuedAttr<I64Attr, "0">:$batch_dims);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
