def Qnn_ArgMaxOp : Qnn_RoutineOp_<"arg_max"> {
  let summary = "Index of the largest element along an axis (of the smallest with `minimum`); the first of equals.";
  let arguments = (ins Qnn_Tensor:$input, I64Attr:$axis, UnitAttr:$minimum);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
