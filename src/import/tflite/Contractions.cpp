// Convolutions, dense layers and matrix products.
#include "import/tflite/Hybrid.h"
#include "qnn/Ops.h"

using namespace mlir;

namespace octet::tflite {

using schema::ActivationFunctionType;
using schema::Padding;

/// How TFLite forms the product of input and weight scales: legacy uint8 kernels and every
/// per-tensor FULLY_CONNECTED multiply in float32, the others in double.
enum class Product { single, twice };

namespace {
/// A contraction's accumulator: its element type and, for int64 sums, the scales that type cannot
/// hold.
struct Accumulator {
  Type type;
  DenseF64ArrayAttr scales;
  qnn::Rounding wideRounding = qnn::Rounding::q15Up;
};

/// A contraction's operands, checked. The bias is null where there is none, or where it is a float
/// that a hybrid product adds at its end.
struct Operands {
  Value input, weights, bias;
  std::optional<Hybrid> hybrid;
};
} // namespace

static Accumulator accumulatorOf(Node &node, const Operands &operands, Product product,
                                 int64_t rank) {
  Value input = operands.input, weights = operands.weights;
  if (operands.hybrid)
    return {qnn::accumulatorType(node.build.context(), {1.0}, rank), {}};
  if (qnn::isFloat(input))
    return {qnn::elementType(input), {}};
  auto from = *qnn::Quantization::of(input.getType()),
       by = *qnn::Quantization::of(weights.getType());
  llvm::SmallVector<double> scales;
  for (double scale : by.scales())
    scales.push_back(
        product == Product::twice
            ? from.scale() * scale
            : static_cast<double>(static_cast<float>(from.scale()) * static_cast<float>(scale)));
  MLIRContext *context = node.build.context();
  // int16 activations sum in 64 bits, which no quantized type has.
  if (from.storage.bits == 16)
    return {IntegerType::get(context, 64), DenseF64ArrayAttr::get(context, scales)};
  return {qnn::accumulatorType(context, scales, rank), {}};
}

// The bias as plain integers: its stated scale is the accumulator's, give or take a rounding.
static FailureOr<Value> plainBias(Node &node, Value bias) {
  auto constant = bias.getDefiningOp<qnn::ConstantOp>();
  auto storage = qnn::storageOf(bias.getType());
  if (!constant || !storage || storage->bits < 32)
    return node.fail("the bias must be a constant of int32 or int64");
  auto type = qnn::tensorType(bias);
  auto plain = type.clone(IntegerType::get(node.build.context(), storage->bits));
  const qnn::Tensor held = qnn::Tensor::of(constant.getValue(), type);
  return node.build.constant(plain, held.bytes());
}

// Rescales the accumulator to the output's type and appends the activation.
static LogicalResult finish(Node &node, Value accumulator, const Operands &operands,
                            const Accumulator &form, qnn::Rounding rounding,
                            ActivationFunctionType activation, llvm::ArrayRef<int64_t> shape = {}) {
  if (!accumulator)
    return failure();
  Value value = accumulator;
  if (operands.hybrid) {
    value = operands.hybrid->real(node, accumulator);
  } else if (!qnn::isFloat(accumulator)) {
    Type type = node.outputType();
    if (!type || !qnn::Quantization::of(type))
      return node.fail("the output has no scale");
    if (form.scales)
      rounding = form.wideRounding;
    value = node.build.create<qnn::RequantizeOp>(type, accumulator, node.rounding(rounding),
                                                 form.scales, qnn::FloatRescaleAttr());
  }
  value = node.activate(value, activation);
  if (value && !shape.empty())
    value = node.build.reshape(value, shape);
  return node.result(value);
}

static FailureOr<int64_t> positive(Node &node, int64_t value, const char *name) {
  if (value < 1)
    return node.fail(llvm::Twine(name) + " must be positive, not " + llvm::Twine(value));
  return value;
}

namespace {
struct Window {
  llvm::SmallVector<int64_t, 2> strides, dilations;
  llvm::SmallVector<int64_t, 4> padding;
};
} // namespace

// TFLite's SAME: as much padding as makes ceil(input / stride) outputs, the odd one behind.
static std::pair<int64_t, int64_t> samePadding(int64_t input, int64_t window, int64_t stride,
                                               int64_t dilation) {
  int64_t reach = (window - 1) * dilation + 1, outputs = (input + stride - 1) / stride;
  int64_t total = std::max<int64_t>((outputs - 1) * stride + reach - input, 0);
  return {total / 2, total - total / 2};
}

template <typename Options>
static FailureOr<Window> windowOf(Node &node, const Options &options, llvm::ArrayRef<int64_t> shape,
                                  int64_t height, int64_t width, int64_t dilationHeight,
                                  int64_t dilationWidth) {
  for (auto [value, name] : {std::pair<int64_t, const char *>{options.stride_h(), "the stride"},
                             {options.stride_w(), "the stride"},
                             {dilationHeight, "the dilation"},
                             {dilationWidth, "the dilation"},
                             {height, "the window"},
                             {width, "the window"}})
    if (failed(positive(node, value, name)))
      return failure();
  Window window{
      {options.stride_h(), options.stride_w()}, {dilationHeight, dilationWidth}, {0, 0, 0, 0}};
  if (options.padding() == Padding::SAME) {
    auto [top, bottom] = samePadding(shape[1], height, options.stride_h(), dilationHeight);
    auto [left, right] = samePadding(shape[2], width, options.stride_w(), dilationWidth);
    window.padding = {top, left, bottom, right};
  } else if (options.padding() != Padding::VALID) {
    return node.fail("unknown padding");
  }
  return window;
}

// Operands of one scheme, or float activations and int8 weights where `hybrid` says how TFLite
// multiplies them.
static FailureOr<Operands> operandsOf(Node &node, Value input, Value weights, Value bias,
                                      int64_t rank, std::optional<HybridForm> hybrid) {
  if (qnn::tensorType(input).getRank() != rank || qnn::tensorType(weights).getRank() != rank)
    return node.fail("input and weights must have rank " + llvm::Twine(rank));
  Operands operands{input, weights, bias, {}};
  if (qnn::isFloat(input) && qnn::elementType(input) == qnn::elementType(weights))
    return operands;
  if (qnn::isFloat(input)) {
    if (!hybrid || !qnn::isQuantized(weights))
      return node.error() << "weights of type " << qnn::elementType(weights)
                          << " with activations of type " << qnn::elementType(input)
                          << " are not supported by this operator";
    auto product = Hybrid::of(node, input, weights, bias, *hybrid);
    if (failed(product))
      return failure();
    return Operands{product->codes, product->weights, Value(), *product};
  }
  if (!qnn::isQuantized(input) || !qnn::isQuantized(weights))
    return node.fail("input or weights have no scale");
  if (bias) {
    auto plain = plainBias(node, bias);
    if (failed(plain))
      return failure();
    operands.bias = *plain;
  }
  return operands;
}

static Product productOf(Value input) {
  auto storage = qnn::storageOf(input.getType());
  return storage && !storage->isSigned ? Product::single : Product::twice;
}

LogicalResult convolution(Node &node) {
  const auto *options = node.options<schema::Conv2DOptions>();
  if (!options)
    return node.fail("has no options");
  if (failed(node.expect(2, 3)))
    return failure();
  // TFLite's HybridConv where all filters have one scale, else its HybridConvPerChannel.
  auto scales = qnn::Quantization::of(node.input(1).getType());
  bool isPerAxis = scales && scales->isPerAxis();
  auto operands =
      operandsOf(node, node.input(0), node.input(1), node.input(2), 4,
                 HybridForm{.rowRank = 1, .isAsymmetric = isPerAxis, .channelsFirst = isPerAxis});
  if (failed(operands))
    return failure();
  auto shape = qnn::shapeOf(operands->input), filter = qnn::shapeOf(operands->weights);
  auto window = windowOf(node, *options, shape, filter[1], filter[2], options->dilation_h_factor(),
                         options->dilation_w_factor());
  if (failed(window))
    return failure();
  int64_t groups = filter[3] > 0 ? std::max<int64_t>(shape[3] / filter[3], 1) : 1;
  if (operands->hybrid && groups > 1 && !isPerAxis)
    return node.fail("with float inputs and groups, weights need a scale for each channel");
  Accumulator form = accumulatorOf(node, *operands, productOf(operands->input), 4);
  Value accumulator = node.build.create<qnn::Conv2dOp>(
      form.type, operands->input, operands->weights, operands->bias, window->strides,
      window->padding, window->dilations, static_cast<uint64_t>(groups));
  return finish(node, accumulator, *operands, form, node.numerics.contraction,
                options->fused_activation_function());
}

LogicalResult depthwiseConvolution(Node &node) {
  const auto *options = node.options<schema::DepthwiseConv2DOptions>();
  if (!options)
    return node.fail("has no options");
  if (failed(node.expect(2, 3)))
    return failure();
  auto operands = operandsOf(node, node.input(0), node.input(1), node.input(2), 4,
                             HybridForm{.rowRank = 1, .isAsymmetric = true});
  if (failed(operands))
    return failure();
  auto filter = qnn::shapeOf(operands->weights);
  if (operands->hybrid &&
      qnn::tensorType(operands->hybrid->weightScales).getNumElements() != filter[3])
    return node.fail("with float inputs, weights need a scale for each channel");
  auto window = windowOf(node, *options, qnn::shapeOf(operands->input), filter[1], filter[2],
                         options->dilation_h_factor(), options->dilation_w_factor());
  if (failed(window))
    return failure();
  Accumulator form = accumulatorOf(node, *operands, productOf(operands->input), 4);
  Value accumulator = node.build.create<qnn::DepthwiseConv2dOp>(
      form.type, operands->input, operands->weights, operands->bias, window->strides,
      window->padding, window->dilations);
  return finish(node, accumulator, *operands, form, node.numerics.other,
                options->fused_activation_function());
}

// Inputs: output shape, weights, input, bias. The padding is that of the convolution whose gradient
// this is.
LogicalResult transposedConvolution(Node &node) {
  const auto *options = node.options<schema::TransposeConvOptions>();
  if (!options)
    return node.fail("has no options");
  if (failed(node.expect(3, 4)))
    return failure();
  auto operands = operandsOf(node, node.input(2), node.input(1), node.input(3), 4, std::nullopt);
  if (failed(operands))
    return failure();
  // Some files leave the output shape to an input; the output tensor states it then.
  llvm::SmallVector<int64_t> outputShape(node.outputTensor().shape.begin(),
                                         node.outputTensor().shape.end());
  if (node.input(0).getDefiningOp<qnn::ConstantOp>()) {
    auto constants = node.constants(0);
    if (failed(constants))
      return failure();
    outputShape = *constants;
  }
  auto filter = qnn::shapeOf(operands->weights);
  auto strideHeight = positive(node, options->stride_h(), "the stride"),
       strideWidth = positive(node, options->stride_w(), "the stride");
  if (failed(strideHeight) || failed(strideWidth))
    return failure();
  if (outputShape.size() != 4 || outputShape[1] < 1 || outputShape[2] < 1 ||
      outputShape[1] > INT32_MAX || outputShape[2] > INT32_MAX)
    return node.fail("has no valid output shape");
  llvm::SmallVector<int64_t, 4> padding(4, 0);
  if (options->padding() == Padding::SAME) {
    auto [top, bottom] = samePadding(outputShape[1], filter[1], *strideHeight, 1);
    auto [left, right] = samePadding(outputShape[2], filter[2], *strideWidth, 1);
    padding = {top, left, bottom, right};
  }
  Accumulator form = accumulatorOf(node, *operands, productOf(operands->input), 4);
  // Of int16 activations TFLite 2.9 sums in 32 bits where no bias says 64.
  if (!operands->bias)
    form.wideRounding = qnn::Rounding::doubleAway;
  llvm::SmallVector<int64_t, 2> size = {outputShape[1], outputShape[2]},
                                strides = {*strideHeight, *strideWidth};
  Value accumulator = node.build.create<qnn::Conv2dTransposeOp>(
      form.type, operands->input, operands->weights, operands->bias, size, strides, padding);
  return finish(node, accumulator, *operands, form, node.numerics.other,
                options->fused_activation_function());
}

LogicalResult fullyConnected(Node &node) {
  const auto *options = node.options<schema::FullyConnectedOptions>();
  if (!options)
    return node.fail("has no options");
  if (failed(node.expect(2, 3)))
    return failure();
  if (options->weights_format() != schema::FullyConnectedOptionsWeightsFormat::DEFAULT)
    return node.fail("shuffled weights are not supported");
  Value input = node.input(0), weights = node.input(1);
  auto filter = qnn::shapeOf(weights);
  int64_t count = qnn::tensorType(input).getNumElements();
  if (filter.size() != 2 || filter[1] == 0 || count % filter[1] != 0)
    return node.fail("weights must be [units, depth], the depth a divisor of the input's size");
  int64_t rows = count / filter[1];
  qnn::Shape shape = {rows, filter[0]};
  if (options->keep_num_dims()) {
    shape = qnn::Shape(qnn::shapeOf(input));
    if (shape.empty() || shape.back() != filter[1])
      return node.fail("the input's last dimension must be the weights' depth");
    shape.back() = filter[0];
  }
  Value flat = node.build.reshape(input, {rows, filter[1]});
  if (!flat)
    return failure();
  auto operands =
      operandsOf(node, flat, weights, node.input(2), 2,
                 HybridForm{.rowRank = 1, .isAsymmetric = options->asymmetric_quantize_inputs()});
  if (failed(operands))
    return failure();
  if (operands->hybrid && qnn::tensorType(operands->hybrid->weightScales).getNumElements() != 1)
    return node.fail("with float inputs, weights must have one scale");
  auto quantization = qnn::Quantization::of(weights.getType());
  Product product = quantization && quantization->isPerAxis() ? Product::twice : Product::single;
  Accumulator form = accumulatorOf(node, *operands, product, 2);
  Value accumulator = node.build.create<qnn::DenseOp>(form.type, operands->input, operands->weights,
                                                      operands->bias);
  return finish(node, accumulator, *operands, form, node.numerics.contraction,
                options->fused_activation_function(), shape);
}

// Float rows times a constant int8 matrix, which lies as a dense layer's weights do.
static LogicalResult hybridBatchMatmul(Node &node, bool transposeLhs, bool transposeRhs,
                                       bool isAsymmetric) {
  Value lhs = node.input(0), rhs = node.input(1);
  if (qnn::tensorType(rhs).getRank() != 2)
    return node.fail("with a float operand, the other one must be a matrix of int8 weights");
  auto rank = qnn::tensorType(lhs).getRank();
  if (rank < 2)
    return node.fail("needs operands of rank 2 or more");
  if (transposeLhs) {
    llvm::SmallVector<int64_t> permutation = llvm::to_vector(llvm::seq<int64_t>(rank));
    std::swap(permutation[rank - 2], permutation[rank - 1]);
    lhs = node.build.transpose(lhs, permutation);
  }
  if (!lhs)
    return failure();
  qnn::Shape shape(qnn::shapeOf(lhs));
  int64_t depth = shape.pop_back_val();
  lhs = node.build.reshape(lhs, {ShapedType::getNumElements(shape), depth});
  if (!lhs)
    return failure();
  auto operands = operandsOf(node, lhs, rhs, Value(), 2,
                             HybridForm{.rowRank = 1, .isAsymmetric = isAsymmetric});
  if (failed(operands))
    return failure();
  if (!transposeRhs)
    operands->weights = node.build.transpose(operands->weights, {1, 0});
  Accumulator form = accumulatorOf(node, *operands, Product::single, 2);
  Value accumulator =
      operands->weights
          ? node.build.create<qnn::DenseOp>(form.type, operands->input, operands->weights, Value())
          : Value();
  shape.push_back(qnn::shapeOf(rhs)[transposeRhs ? 0 : 1]);
  return finish(node, accumulator, *operands, form, node.numerics.contraction,
                ActivationFunctionType::NONE, shape);
}

LogicalResult batchMatmul(Node &node) {
  const auto *options = node.options<schema::BatchMatMulOptions>();
  if (failed(node.expect(2, 2)))
    return failure();
  Operands operands{node.input(0), node.input(1), {}, {}};
  bool transposeLhs = options && options->adj_x(), transposeRhs = options && options->adj_y();
  if (qnn::isFloat(operands.input) && qnn::isQuantized(operands.weights))
    return hybridBatchMatmul(node, transposeLhs, transposeRhs,
                             options && options->asymmetric_quantize_inputs());
  if (qnn::isFloat(operands.input) != qnn::isFloat(operands.weights) ||
      (!qnn::isFloat(operands.input) &&
       (!qnn::isQuantized(operands.input) || !qnn::isQuantized(operands.weights))))
    return node.fail("needs two float or two quantized operands");
  Accumulator form = accumulatorOf(node, operands, Product::single, 2);
  Value accumulator = node.build.create<qnn::BatchMatmulOp>(
      form.type, operands.input, operands.weights, transposeLhs, transposeRhs);
  return finish(node, accumulator, operands, form, node.numerics.contraction,
                ActivationFunctionType::NONE);
}

} // namespace octet::tflite
