def Qnn_TransposeOp : Qnn_PureOp<"transpose", [Qnn_Movement]> {
  let summary = "Permutes dimensions: result dimension i is input dimension permutation[i].";
  let arguments = (ins Qnn_Tensor:$input, DenseI64ArrayAttr:$permutation);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
