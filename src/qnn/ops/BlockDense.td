def Qnn_BlockDenseOp : Qnn_RoutineOp_<"block_dense"> {
  let summary = "Fully connected: float input [M, K] by weights [N, K] of 4 or 8 bits, with a scale for each block of each row.";
  let description = [{
    Weights stay codes in memory: rows of bytes, the first of two codes of 4 bits in the lower half. One is
    (code - zero point) * scale in float32, with the zero point of its block if there is an operand of them. Of input k
    the product is added to sum k mod 16, then sums i and i + 8, i + 4, i + 2, i + 1 are added.
  }];
  let arguments = (ins Qnn_Tensor:$input, Qnn_Tensor:$codes, Qnn_Tensor:$scales, Qnn_OptionalTensor:$zero_points,
                       I64Attr:$bits, I64Attr:$block_size, DefaultValuedAttr<I64Attr, "0">:$zero_point);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
