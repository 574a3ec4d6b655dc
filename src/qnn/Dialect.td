// The qnn dialect and the attributes that its operators share.
#ifndef OCTET_QNN_DIALECT
#define OCTET_QNN_DIALECT

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"

def Qnn_Dialect : Dialect {
  let name = "qnn";
  let cppNamespace = "::octet::qnn";
  let summary = "Quantized neural networks with their quantization context in the types.";
  let description = [{
    A tensor is `tensor<1x56x56x64x!quant.uniform<i8:f32, 0.0235:-3>>`: shape, storage, scale and zero
    point. One set of operators serves quantized, float and plain integer tensors. Activations are
    NHWC. Every operator has a reference evaluator, which is its meaning; an operator that rounds says
    how in its `numerics`.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let dependentDialects = ["::mlir::quant::QuantizationDialect"];
  let extraClassDeclaration = [{
    /// Keeps the bytes of a large constant, until releaseConstants(); thread-safe.
    ::mlir::DenseResourceElementsAttr keep(::mlir::ShapedType type, ::llvm::ArrayRef<char> bytes);
    /// Frees the bytes of constants that no operator below `user` has, of all if it is null. What was freed must not be
    /// asked for any more; MLIR would keep everything that there ever was, folded or not, with the context.
    void releaseConstants(::mlir::Operation *user);

  private:
    std::mutex keptMutex;
    std::vector<::mlir::DenseResourceElementsHandle> kept;
  }];
}

//===-- Numerics --===//

def Qnn_Rounding : I32EnumAttr<"Rounding", "How a product with a real multiplier becomes an integer.", [
  I32EnumAttrCase<"doubleAway", 0, "double_away">,   // gemmlowp, TFLite reference: two roundings
  I32EnumAttrCase<"doubleUp", 1, "double_up">,       // TFLite on x86: two, the second ties upward
  I32EnumAttrCase<"singleUp", 2, "single_up">,       // ruy, TVM UPWARD
  I32EnumAttrCase<"singleAway", 3, "single_away">,   // TVM TONEAREST
  I32EnumAttrCase<"q15Up", 4, "q15_up">,             // TFLite int16: 15-bit multiplier, int64 sum
  I32EnumAttrCase<"floatEven", 5, "float_even">,     // XNNPACK, FBGEMM, ONNX Runtime: float32 product, ties to even
  I32EnumAttrCase<"q24Up", 6, "q24_up">,             // XNNPACK rndnu
  I32EnumAttrCase<"floatEvenShifted", 7, "float_even_shifted">,     // ONNX Runtime's elementwise kernels: zero point first
  I32EnumAttrCase<"float64EvenShifted", 8, "float64_even_shifted">, // ONNX's reference: the same in float64
]> {
  let cppNamespace = "::octet::qnn";
}

def Qnn_Recipe : I32EnumAttr<"Recipe", "Which of a framework's several algorithms an operator follows.", [
  I32EnumAttrCase<"plain", 0, "plain">,
  // softmax, logistic, tanh: gemmlowp fixed point, or a float table
  I32EnumAttrCase<"fixedPoint", 1, "fixed_point">,
  I32EnumAttrCase<"floatTable", 2, "float_table">,
  // mean and sum: rescale the sum and divide; divide and rescale in float (a sum wraps into the storage);
  // divide codes by a folded multiplier; fold the count into the multiplier
  I32EnumAttrCase<"rescaleThenDivide", 3, "rescale_then_divide">,
  I32EnumAttrCase<"floatMean", 4, "float_mean">,
  I32EnumAttrCase<"meanOfCodes", 5, "mean_of_codes">,
  I32EnumAttrCase<"foldCount", 6, "fold_count">,
  // lstm: TFLite 2.9 subtracts the hidden state's zero point, where adding it is right
  I32EnumAttrCase<"subtractZeroPoint", 7, "subtract_zero_point">,
  // lstm: composed of the reference kernels of FULLY_CONNECTED, LOGISTIC, TANH and MUL
  I32EnumAttrCase<"composed", 8, "composed">,
  // mean and sum: of the codes, whatever they stand for: a mean truncates, a sum wraps
  I32EnumAttrCase<"codes", 9, "codes">,
  // quantize: x / scale in double; float32 otherwise
  I32EnumAttrCase<"divideInDouble", 10, "divide_in_double">,
  // bilinear resize of codes in float32: pixel times one weight after the other, or times their product
  I32EnumAttrCase<"floatSteps", 11, "float_steps">,
  I32EnumAttrCase<"floatWeights", 12, "float_weights">,
]> {
  let cppNamespace = "::octet::qnn";
}

def Qnn_NumericsAttr : AttrDef<Qnn_Dialect, "Numerics"> {
  let mnemonic = "numerics";
  let summary = "How an operator rounds: fixed by the importer, never chosen afterwards.";
  let parameters = (ins EnumParameter<Qnn_Rounding>:$rounding,
                        DefaultValuedParameter<"Recipe", "Recipe::plain">:$recipe);
  let assemblyFormat = "`<` $rounding (`,` `recipe` `=` $recipe^)? `>`";
}

//===-- Decisions --===//

def Qnn_FloatShape : I32EnumAttr<"FloatShape", "Shapes of the proven float form of a rescale, cheapest first.", [
  I32EnumAttrCase<"single", 0>, I32EnumAttrCase<"singleSigned", 1, "single_signed">, I32EnumAttrCase<"floored", 2>,
  I32EnumAttrCase<"flooredSigned", 3, "floored_signed">, I32EnumAttrCase<"twice", 4>,
  I32EnumAttrCase<"twiceSigned", 5, "twice_signed">,
]> {
  let cppNamespace = "::octet::qnn";
}

def Qnn_FloatRescaleAttr : AttrDef<Qnn_Dialect, "FloatRescale"> {
  let mnemonic = "float_rescale";
  let summary = "A proof: code = clamp(round(x * multiplier + addend) + offset) equals the operator on all it can get.";
  // One multiplier and addend per channel of the last dimension, or one for all. Signed shapes give the
  // addend the sign of x. src/quant/Proof.h has the formula.
  let parameters = (ins EnumParameter<Qnn_FloatShape>:$shape, "bool":$fused, "int32_t":$offset,
                        "::mlir::DenseF64ArrayAttr":$multipliers, "::mlir::DenseF64ArrayAttr":$addends);
  let assemblyFormat = [{
    `<` $shape `,` `fused` `=` $fused `,` `offset` `=` $offset `,` `multipliers` `=` $multipliers `,`
    `addends` `=` $addends `>`
  }];
}

def Qnn_FloatSumAttr : AttrDef<Qnn_Dialect, "FloatSum"> {
  let mnemonic = "float_sum";
  let summary = "A proof: code = clamp(round_even(x * lhs + (y * rhs + addend)) + offset) equals the sum on all pairs of codes.";
  // Constants: lhs, rhs, addend. The origins of x and y are subtracted first, that of the result is added last. A
  // signed addend takes the sign of the sum before it.
  let parameters = (ins "bool":$fused, "bool":$takesSign, "::mlir::DenseI64ArrayAttr":$origins,
                        "::mlir::DenseF64ArrayAttr":$constants);
  let assemblyFormat = [{
    `<` `fused` `=` $fused `,` `takes_sign` `=` $takesSign `,` `origins` `=` $origins `,` $constants `>`
  }];
}

def Qnn_Registers : I32EnumAttr<"Registers", "The registers that a kernel keeps its results in.", [
  I32EnumAttrCase<"vectors", 0>, I32EnumAttrCase<"matrices", 1>, I32EnumAttrCase<"strips", 2>,
]> {
  let cppNamespace = "::octet::qnn";
}

def Qnn_Ahead : I32EnumAttr<"Ahead", "What a kernel asks memory for before it needs it.", [
  I32EnumAttrCase<"nothing", 0>, I32EnumAttrCase<"panel", 1>,
]> {
  let cppNamespace = "::octet::qnn";
}

// Where no such formula is found, a sum has the form of the rescale of its fixed-point total.
def Qnn_SumFormAttr : AnyAttrOf<[Qnn_FloatSumAttr, Qnn_FloatRescaleAttr]>;

def Qnn_TileAttr : AttrDef<Qnn_Dialect, "Tile"> {
  let mnemonic = "tile";
  let summary = "How a kernel walks over its result: the tile that it keeps in registers, the block that it keeps in cache.";
  // A tile is rows x columns pixels, vectors x lanes channels; a register that is a matrix holds `lanes` channels of
  // up to 16 pixels of one row. In strips, inputs are multiplied a register at a time as they were loaded, and a sum has
  // several lanes until it is done. All channels of `block` pixels are done before the next pixels are; 0 is all pixels.
  // While a panel of weights is multiplied, the next `panel` may be fetched.
  let parameters = (ins "int64_t":$rows, "int64_t":$columns, "int64_t":$vectors, "int64_t":$lanes,
                        DefaultValuedParameter<"int64_t", "0">:$block,
                        DefaultValuedParameter<"Registers", "Registers::vectors">:$registers,
                        DefaultValuedParameter<"Ahead", "Ahead::nothing">:$ahead);
  let assemblyFormat = [{
    `<` $rows `x` $columns `pixels` `,` $vectors `x` $lanes `channels` (`in` $registers^)?
        (`,` `blocks` `of` $block^)? (`,` `next` $ahead^)? `>`
  }];
}

def Qnn_Space : I32EnumAttr<"Space", "Where a tensor lives.", [
  I32EnumAttrCase<"arena", 0>, I32EnumAttrCase<"input", 1>, I32EnumAttrCase<"output", 2>, I32EnumAttrCase<"state", 3>,
  I32EnumAttrCase<"constant", 4>,
]> {
  let cppNamespace = "::octet::qnn";
}

def Qnn_PlacementAttr : AttrDef<Qnn_Dialect, "Placement"> {
  let mnemonic = "place";
  let summary = "Where a tensor's elements are: a space (and which input or output), a byte offset, strides in elements.";
  let parameters = (ins EnumParameter<Qnn_Space>:$space, "int64_t":$index, "int64_t":$offset,
                        ArrayRefParameter<"int64_t">:$strides);
  let assemblyFormat = "`<` $space $index `+` $offset `,` `strides` `=` `[` $strides `]` `>`";
}

//===-- Kinds --===//

class Qnn_Kinds<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::octet::qnn";
  let genSpecializedAttr = 0;
}
class Qnn_KindAttr<EnumAttrInfo kinds, string mnemonic> : EnumAttr<Qnn_Dialect, kinds, mnemonic>;

def Qnn_UnaryKinds : Qnn_Kinds<"UnaryKind", "A function of one number.", [
  I32EnumAttrCase<"abs", 0>, I32EnumAttrCase<"negate", 1>, I32EnumAttrCase<"square", 2>,
  I32EnumAttrCase<"sqrt", 3>, I32EnumAttrCase<"rsqrt", 4>, I32EnumAttrCase<"exp", 5>,
  I32EnumAttrCase<"log", 6>, I32EnumAttrCase<"sin", 7>, I32EnumAttrCase<"cos", 8>,
  I32EnumAttrCase<"tanh", 9>, I32EnumAttrCase<"logistic", 10>, I32EnumAttrCase<"hardSwish", 11, "hard_swish">,
  I32EnumAttrCase<"leakyRelu", 12, "leaky_relu">, I32EnumAttrCase<"elu", 13>, I32EnumAttrCase<"gelu", 14>,
  I32EnumAttrCase<"geluTanh", 15, "gelu_tanh">, I32EnumAttrCase<"floor", 16>, I32EnumAttrCase<"ceil", 17>,
  I32EnumAttrCase<"round", 18>, I32EnumAttrCase<"sign", 19>, I32EnumAttrCase<"erf", 20>,
  I32EnumAttrCase<"logicalNot", 21, "logical_not">,
]>;
def Qnn_UnaryKindAttr : Qnn_KindAttr<Qnn_UnaryKinds, "unary_kind">;

def Qnn_BinaryKinds : Qnn_Kinds<"BinaryKind", "A function of two numbers that needs no rescaling.", [
  I32EnumAttrCase<"minimum", 0>, I32EnumAttrCase<"maximum", 1>, I32EnumAttrCase<"divide", 2>,
  I32EnumAttrCase<"floorDivide", 3, "floor_divide">, I32EnumAttrCase<"floorModulo", 4, "floor_modulo">,
  I32EnumAttrCase<"squaredDifference", 5, "squared_difference">, I32EnumAttrCase<"equal", 6>,
  I32EnumAttrCase<"notEqual", 7, "not_equal">, I32EnumAttrCase<"less", 8>,
  I32EnumAttrCase<"lessEqual", 9, "less_equal">, I32EnumAttrCase<"greater", 10>,
  I32EnumAttrCase<"greaterEqual", 11, "greater_equal">, I32EnumAttrCase<"logicalAnd", 12, "logical_and">,
  I32EnumAttrCase<"logicalOr", 13, "logical_or">,
]>;
def Qnn_BinaryKindAttr : Qnn_KindAttr<Qnn_BinaryKinds, "binary_kind">;

def Qnn_ReduceKinds : Qnn_Kinds<"ReduceKind", "How a reduction combines.", [
  I32EnumAttrCase<"sum", 0>, I32EnumAttrCase<"mean", 1>, I32EnumAttrCase<"product", 2>,
  I32EnumAttrCase<"minimum", 3>, I32EnumAttrCase<"maximum", 4>, I32EnumAttrCase<"any", 5>,
  I32EnumAttrCase<"all", 6>,
]>;
def Qnn_ReduceKindAttr : Qnn_KindAttr<Qnn_ReduceKinds, "reduce_kind">;

def Qnn_ResizeKinds : Qnn_Kinds<"ResizeKind", "How a resize interpolates.", [
  I32EnumAttrCase<"nearest", 0>, I32EnumAttrCase<"bilinear", 1>,
]>;
def Qnn_ResizeKindAttr : Qnn_KindAttr<Qnn_ResizeKinds, "resize_kind">;

def Qnn_PadKinds : Qnn_Kinds<"PadKind", "What stands in the padding.", [
  I32EnumAttrCase<"constant", 0>, I32EnumAttrCase<"reflect", 1>, I32EnumAttrCase<"symmetric", 2>,
]>;
def Qnn_PadKindAttr : Qnn_KindAttr<Qnn_PadKinds, "pad_kind">;

def Qnn_KernelKinds : Qnn_Kinds<"KernelKind", "What a kernel is built around.", [
  I32EnumAttrCase<"contraction", 0>, I32EnumAttrCase<"depthwise", 1>, I32EnumAttrCase<"pool", 2>,
  I32EnumAttrCase<"map", 3>, I32EnumAttrCase<"fill", 4>, I32EnumAttrCase<"routine", 5>,
  I32EnumAttrCase<"pack", 6>,
]>;
def Qnn_KernelKindAttr : Qnn_KindAttr<Qnn_KernelKinds, "kernel_kind">;

#endif
