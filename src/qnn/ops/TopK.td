def Qnn_TopKOp : Qnn_RoutineOp_<"top_k"> {
  let summary = "The k largest elements of each row, in falling order, and their indices; of equals the first.";
  let arguments = (ins Qnn_Tensor:$input, I64Attr:$k);
  let results = (outs Qnn_Tensor:$values, Qnn_Tensor:$indices);
  let hasVerifier = 1;
}
