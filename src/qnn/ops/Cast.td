def Qnn_CastOp : Qnn_PureOp<"cast", [Qnn_Elementwise]> {
  let summary = "Converts plain numbers between integer, float and boolean types, as C does.";
  let description = [{
    Float to integer truncates and saturates (a NaN becomes 0); anything to boolean is x != 0.
  }];
  let arguments = (ins Qnn_Tensor:$input);
  let results = (outs Qnn_Tensor:$result);
}
