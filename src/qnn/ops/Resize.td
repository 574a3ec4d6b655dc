def Qnn_ResizeOp : Qnn_RoutineOp_<"resize"> {
  let summary = "Changes height and width of an NHWC image by nearest or bilinear interpolation.";
  let description = [{
    Bilinear on codes: TFLite's integer form with 10 fractional bits, the last division rounding half
    away from zero; u8 codes in float32, half up, where the recipe says so. `code_origin` as in
    qnn.avg_pool2d.
  }];
  let arguments = (ins Qnn_ResizeKindAttr:$kind, Qnn_Tensor:$input, DenseI64ArrayAttr:$size,
                       UnitAttr:$align_corners, UnitAttr:$half_pixel_centers,
                       DefaultValuedAttr<I64Attr, "0">:$code_origin,
                       OptionalAttr<Qnn_NumericsAttr>:$numerics);
  let results = (outs Qnn_Tensor:$result);
  let assemblyFormat = "$kind $input attr-dict `:` functional-type($input, results)";
  let hasVerifier = 1;
}
