def Qnn_DepthwiseConv2dOp : Qnn_PureOp<"depthwise_conv2d", [Qnn_Anchor]> {
  let summary = "Depthwise convolution: every input channel with its own filters, 1HWO weights.";
  let description = [{
    Output channel o reads input channel o / (O / C). Otherwise as qnn.conv2d.
  }];
  let arguments = (ins Qnn_Tensor:$input, Qnn_Tensor:$weights, Qnn_OptionalTensor:$bias,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$padding,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilations);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    KernelKind kernelKind() { return KernelKind::depthwise; }
  }];
}
