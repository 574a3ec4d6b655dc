def Qnn_MaxPool2dOp : Qnn_PureOp<"max_pool2d", [Qnn_Anchor]> {
  let summary = "Largest code or number of each window; padding never wins.";
  let arguments = (ins Qnn_Tensor:$input, DenseI64ArrayAttr:$window,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$padding);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    KernelKind kernelKind() { return KernelKind::pool; }
  }];
}
