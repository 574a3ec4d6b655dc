def Qnn_VariableOp : Op<Qnn_Dialect, "variable", [Symbol]> {
  let summary = "A tensor that outlives a run: starts as `initial`, changed by qnn.assign.";
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<Qnn_Tensor>:$type, ElementsAttr:$initial);
  let assemblyFormat = "$sym_name attr-dict `:` $type `=` $initial";
  let hasVerifier = 1;
}

def Qnn_ReadOp : Op<Qnn_Dialect, "read", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "The value of a variable at this point of the run.";
  let arguments = (ins FlatSymbolRefAttr:$variable);
  let results = (outs Qnn_Tensor:$result);
  let assemblyFormat = "$variable attr-dict `:` type($result)";
}

def Qnn_AssignOp : Op<Qnn_Dialect, "assign", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "Gives a variable a new value.";
  let arguments = (ins FlatSymbolRefAttr:$variable, Qnn_Tensor:$value);
  let assemblyFormat = "$variable `,` $value attr-dict `:` type($value)";
}
