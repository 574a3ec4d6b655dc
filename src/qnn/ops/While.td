def Qnn_WhileOp : Op<Qnn_Dialect, "while", [SingleBlockImplicitTerminator<"YieldOp">, IsolatedFromAbove]> {
  let summary = "Runs the body on its own results as long as the condition, a single boolean, yields true.";
  let arguments = (ins Variadic<Qnn_Tensor>:$initial);
  let results = (outs Variadic<Qnn_Tensor>:$results);
  let regions = (region SizedRegion<1>:$condition, SizedRegion<1>:$body);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results) `condition` $condition `body` $body";
  let hasVerifier = 1;
}

def Qnn_YieldOp : Op<Qnn_Dialect, "yield", [Pure, Terminator]> {
  let summary = "Ends a region with its results.";
  let arguments = (ins Variadic<Qnn_Tensor>:$values);
  let builders = [OpBuilder<(ins), [{ build($_builder, $_state, mlir::ValueRange()); }]>];
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}
