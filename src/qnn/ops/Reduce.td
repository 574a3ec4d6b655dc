def Qnn_ReduceOp : Qnn_RoutineOp_<"reduce"> {
  let summary = "Sum, mean, product, minimum, maximum, any or all over some axes.";
  let description = [{
    Quantized sums and means go by the recipe of their `numerics`: all but `codes` subtract the zero
    point and rescale. With float_even and fold_count that is one float product, as ONNX Runtime has it. Floats of the
    last dimension add up in eight partial sums, those of others one by one.
  }];
  let arguments = (ins Qnn_ReduceKindAttr:$kind, Qnn_Tensor:$input, DenseI64ArrayAttr:$axes,
                       UnitAttr:$keep_dims, OptionalAttr<Qnn_NumericsAttr>:$numerics);
  let results = (outs Qnn_Tensor:$result);
  let assemblyFormat = "$kind $input attr-dict `:` functional-type($input, results)";
  let hasVerifier = 1;
}
