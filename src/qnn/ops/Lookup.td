def Qnn_LookupOp : Qnn_PureOp<"lookup", [Qnn_Elementwise]> {
  let summary = "8-bit codes through a table of 256 entries.";
  let description = [{
    The code that lies n above the input's lowest becomes the one that lies table[n] (an unsigned byte) above the
    result's lowest. So a change of storage that keeps the codes' order leaves the table as it is.
  }];
  let arguments = (ins Qnn_Tensor:$input, DenseI8ArrayAttr:$table);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Whether every code stays as it is, and only what it stands for changes: where attention divides by the root
    /// of its depth, say.
    bool keepsCodes();
  }];
}
