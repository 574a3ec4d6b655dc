def Qnn_KernelOp : Op<Qnn_Dialect, "kernel",
    [IsolatedFromAbove, SingleBlockImplicitTerminator<"YieldOp">, DeclareOpInterfaceMethods<Qnn_Evaluable>]> {
  let summary = "One loop nest: a region of operators that run together, around an anchor or none.";
  let description = [{
    The region means what its operators mean. `tile` is a decision of the schedule; `scratch` the arena
    offset of working memory that a routine asked for. A kernel that fills writes a pad's border: the
    rest of the result is where the operand already is.
  }];
  let arguments = (ins Qnn_KernelKindAttr:$kind, Variadic<Qnn_Tensor>:$inputs, OptionalAttr<Qnn_TileAttr>:$tile,
                       OptionalAttr<I64Attr>:$scratch);
  let results = (outs Variadic<Qnn_Tensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "`` $kind `(` operands `)` attr-dict `:` functional-type(operands, results) $body";
  let hasVerifier = 1;
}
