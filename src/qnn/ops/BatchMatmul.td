def Qnn_BatchMatmulOp : Qnn_PureOp<"batch_matmul"> {
  let summary = "Matrix products [.., M, K] by [.., K, N] of two activations, to accumulators [.., M, N].";
  let description = [{
    Floats add up in the order of K, one fused multiply-add per term.
    `transpose_lhs` and `transpose_rhs` swap the last two dimensions of an operand.
  }];
  let arguments = (ins Qnn_Tensor:$lhs, Qnn_Tensor:$rhs, UnitAttr:$transpose_lhs, UnitAttr:$transpose_rhs);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
