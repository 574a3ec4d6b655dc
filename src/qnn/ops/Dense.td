def Qnn_DenseOp : Qnn_PureOp<"dense", [Qnn_Anchor]> {
  let summary = "Fully connected: input [M, K] by weights [N, K] to accumulators [M, N].";
  let arguments = (ins Qnn_Tensor:$input, Qnn_Tensor:$weights, Qnn_OptionalTensor:$bias);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    KernelKind kernelKind() { return KernelKind::contraction; }
  }];
}
