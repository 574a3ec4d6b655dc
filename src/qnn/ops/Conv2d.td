def Qnn_Conv2dOp : Qnn_PureOp<"conv2d", [Qnn_Anchor]> {
  let summary = "2-D convolution: NHWC input, OHWI weights, to accumulators that are not yet rescaled.";
  let description = [{
    acc = sum (x - zx) * (w - zw) + bias, exact: int32 wraps, int64 where the result type says so.
    Outside the image stands the zero point, so padding adds nothing. padding = top, left, bottom, right.
  }];
  let arguments = (ins Qnn_Tensor:$input, Qnn_Tensor:$weights, Qnn_OptionalTensor:$bias,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$padding,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilations,
                       DefaultValuedAttr<I64Attr, "1">:$groups);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    KernelKind kernelKind() { return KernelKind::contraction; }
  }];
}
