def Qnn_BatchMatmulOp : Qnn_RoutineOp_<"batch_matmul"> {
  let summary = "Matrix products [.., M, K] by [.., K, N] of two activations, to accumulators [.., M, N].";
  let description = [{
    Floats are multiplied and added in the order of K, each with a rounding of its own.
    `transpose_lhs` and `transpose_rhs` swap the last two dimensions of an operand.
  }];
  let arguments = (ins Qnn_Tensor:$lhs, Qnn_Tensor:$rhs, UnitAttr:$transpose_lhs, UnitAttr:$transpose_rhs);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
