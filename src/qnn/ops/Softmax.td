def Qnn_SoftmaxOp : Qnn_RoutineOp_<"softmax"> {
  let summary = "exp(beta * x) / sum over the last dimension.";
  let description = [{
    8 bits: gemmlowp fixed point (recipe fixed_point), or a float table (float_table; with
    float_even as ONNX Runtime makes it, otherwise as TFLite does); int16: two tables of 513 entries with interpolation.
  }];
  let arguments = (ins Qnn_Tensor:$input, DefaultValuedAttr<F32Attr, "1.0f">:$beta,
                       OptionalAttr<Qnn_NumericsAttr>:$numerics);
  let results = (outs Qnn_Tensor:$result);
  let hasVerifier = 1;
}
