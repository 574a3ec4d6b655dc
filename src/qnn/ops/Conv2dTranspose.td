def Qnn_Conv2dTransposeOp : Qnn_PureOp<"conv2d_transpose"> {
  let summary = "Transposed convolution: each input pixel adds its multiple of the OHWI filter to the output.";
  let description = [{
    Input pixel (y, x) reaches output (y * stride - top + i, x * stride - left + j). The output's
    height and width are given, because several fit the same input.
  }];
  let arguments = (ins Qnn_Tensor:$input, Qnn_Tensor:$weights, Qnn_OptionalTensor:$bias,
                       DenseI64ArrayAttr:$output_size,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$strides,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$padding);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
