def Qnn_AvgPool2dOp : Qnn_PureOp<"avg_pool2d", [Qnn_Anchor]> {
  let summary = "Mean of each window, padding not counted; of codes, rounded half away from zero.";
  let description = [{
    TFLite divides the sum of the codes as they are stored in its file. Where a tensor's codes have
    been moved by a constant since, `code_origin` is the code that was 0: the side from which ties
    round away. `form` divides: one multiplier per count of elements that a window can have.
  }];
  let arguments = (ins Qnn_Tensor:$input, DenseI64ArrayAttr:$window,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$padding,
                       DefaultValuedAttr<I64Attr, "0">:$code_origin,
                       OptionalAttr<Qnn_FloatRescaleAttr>:$form);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    KernelKind kernelKind() { return KernelKind::pool; }
  }];
}
