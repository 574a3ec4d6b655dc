def Qnn_PackedMatmulOp : Qnn_PureOp<"packed_matmul", [Qnn_Anchor]> {
  let summary = "Matrix products of an activation [.., M, K] by what `pack` made of another, to accumulators [.., M, N].";
  let description = [{
    What `batch_matmul` means, with N = `columns`: the sums of columns are there for the zero point of `lhs`, which the inner
    loop leaves out.
  }];
  let arguments = (ins Qnn_Tensor:$lhs, Qnn_Tensor:$panels, Variadic<Qnn_Tensor>:$sums, I64Attr:$columns);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    KernelKind kernelKind() { return KernelKind::contraction; }
    int64_t depth() { return getLhs().getType().getShape().back(); }
  }];
}
