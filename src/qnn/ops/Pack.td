def Qnn_PackOp : Qnn_PureOp<"pack"> {
  let summary = "The right operand of a matrix product as its inner loop reads it, with the sums of its columns.";
  let description = [{
    [.., K, N], or [.., N, K] with `transpose`, becomes panels [.., ceil(K / group), `width`, group], `width` >= N:
    element (k, n) is at (k / group, n, k mod group), and what is left over is 0. Codes move with their zero
    point to the panels' storage. Of integers the sums [.., `width`] are added: for each column, those of its
    codes less their zero point.
  }];
  let arguments = (ins Qnn_Tensor:$rhs, UnitAttr:$transpose, I64Attr:$group, I64Attr:$width);
  let results = (outs Qnn_Tensor:$panels, Variadic<Qnn_Tensor>:$sums);
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    int64_t depth() { return extent(getTranspose() ? 1 : 2); }
    int64_t columns() { return extent(getTranspose() ? 2 : 1); }
    /// An extent of the operand, counted from its last dimension.
    int64_t extent(size_t fromEnd) {
      auto shape = getRhs().getType().getShape();
      return shape[shape.size() - fromEnd];
    }
  }];
}
