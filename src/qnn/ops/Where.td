def Qnn_WhereOp : Qnn_RoutineOp_<"where"> {
  let summary = "Coordinates of the nonzero elements, in row-major order, and how many there are.";
  let description = [{
    The first result has a row per element of the input; rows past the count are zero.
  }];
  let arguments = (ins Qnn_Tensor:$condition);
  let results = (outs Qnn_Tensor:$coordinates, Qnn_Tensor:$count);
  let hasVerifier = 1;
}
