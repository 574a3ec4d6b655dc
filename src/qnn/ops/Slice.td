def Qnn_SliceOp : Qnn_PureOp<"slice", [Qnn_Movement]> {
  let summary = "Every strides[d]-th index from begin[d], sizes[d] of them; a stride may be negative.";
  let arguments = (ins Qnn_Tensor:$input, DenseI64ArrayAttr:$begin, DenseI64ArrayAttr:$sizes,
                       DenseI64ArrayAttr:$strides);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
