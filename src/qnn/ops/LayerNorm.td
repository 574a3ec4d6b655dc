def Qnn_LayerNormOp : Qnn_RoutineOp_<"layer_norm"> {
  let summary = "(x - mean) / sqrt(mean of squares of that + epsilon) over the last dimension of a float tensor.";
  let description = [{
    Each operation rounds. Sums are those of `reduce`: sixteen interleaved ones, then pairs. A scale and a bias are operators
    behind it.
  }];
  let arguments = (ins Qnn_Tensor:$input, F32Attr:$epsilon);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Whether a `reduce` of rows of `depth` adds them up in the same order: not where they are short.
    static bool sumsAsMeansDo(int64_t depth);
  }];
}
