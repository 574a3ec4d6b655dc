def Qnn_ScatterNdOp : Qnn_RoutineOp_<"scatter_nd"> {
  let summary = "Zeros of the given shape, with updates added at coordinates: the inverse of gather_nd.";
  let description = [{
    A coordinate out of range is clamped.
  }];
  let arguments = (ins Qnn_Tensor:$indices, Qnn_Tensor:$updates, DenseI64ArrayAttr:$shape);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
