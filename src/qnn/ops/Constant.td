def Qnn_ConstantOp : Qnn_Op<"constant", [Pure, ConstantLike]> {
  let summary = "A value known at compile time: weights, biases, tables of indices.";
  let description = [{
    The attribute holds storage integers; the result type adds their quantization.
  }];
  let arguments = (ins ElementsAttr:$value);
  let results = (outs Qnn_Tensor:$result);
  let assemblyFormat = "attr-dict $value `:` type($result)";
  let hasFolder = 1;
  let hasVerifier = 1;
}
