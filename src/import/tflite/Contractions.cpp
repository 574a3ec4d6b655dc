// Convolutions, dense layers and matrix products.
#include "import/tflite/Node.h"
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
} // namespace

static Accumulator accumulatorOf(Node &node, Value input, Value weights, Product product,
                                 int64_t rank) {
  if (qnn::isFloat(input))
    return {qnn::elementType(input), {}};
  auto from = *qnn::Quantization::of(input.getType()),
       by = *qnn::Quantization::of(weights.getType());
  llvm::SmallVector<double> scales;
  for (double scale : by.scales)
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
static FailureOr<Value> plainBias(Node &node, size_t operand, Value input) {
  Value bias = node.input(operand);
  if (!bias)
    return Value();
  if (qnn::isFloat(input))
    return bias;
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
static LogicalResult finish(Node &node, Value accumulator, const Accumulator &form,
                            qnn::Rounding rounding, ActivationFunctionType activation,
                            llvm::ArrayRef<int64_t> shape = {}) {
  if (!accumulator)
    return failure();
  Value value = accumulator;
  if (!qnn::isFloat(accumulator)) {
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
static FailureOr<Window> windowOf(Node &node, const Options &options, Value input, int64_t height,
                                  int64_t width, int64_t dilationHeight, int64_t dilationWidth) {
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
  auto shape = qnn::shapeOf(input);
  if (options.padding() == Padding::SAME) {
    auto [top, bottom] = samePadding(shape[1], height, options.stride_h(), dilationHeight);
    auto [left, right] = samePadding(shape[2], width, options.stride_w(), dilationWidth);
    window.padding = {top, left, bottom, right};
  } else if (options.padding() != Padding::VALID) {
    return node.fail("unknown padding");
  }
  return window;
}

// Operands that every contraction checks: their ranks, and types of one scheme.
static LogicalResult checkOperands(Node &node, Value input, Value weights, int64_t inputRank,
                                   int64_t weightRank) {
  if (qnn::tensorType(input).getRank() != inputRank ||
      qnn::tensorType(weights).getRank() != weightRank)
    return node.fail("input must have rank " + llvm::Twine(inputRank) + " and weights rank " +
                     llvm::Twine(weightRank));
  if (qnn::isFloat(input)) {
    if (qnn::elementType(input) != qnn::elementType(weights))
      return node.error() << "weights of type " << qnn::elementType(weights)
                          << " with activations of type " << qnn::elementType(input)
                          << " are not supported by this operator";
    return success();
  }
  if (!qnn::isQuantized(input) || !qnn::isQuantized(weights))
    return node.fail("input or weights have no scale");
  return success();
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
  Value input = node.input(0), weights = node.input(1);
  if (failed(checkOperands(node, input, weights, 4, 4)))
    return failure();
  auto filter = qnn::shapeOf(weights);
  auto window = windowOf(node, *options, input, filter[1], filter[2], options->dilation_h_factor(),
                         options->dilation_w_factor());
  auto bias = plainBias(node, 2, input);
  if (failed(window) || failed(bias))
    return failure();
  int64_t channels = qnn::shapeOf(input)[3], groups = filter[3] > 0 ? channels / filter[3] : 1;
  Accumulator form = accumulatorOf(node, input, weights, productOf(input), 4);
  Value accumulator = node.build.create<qnn::Conv2dOp>(
      form.type, input, weights, *bias, window->strides, window->padding, window->dilations,
      static_cast<uint64_t>(std::max<int64_t>(groups, 1)));
  return finish(node, accumulator, form, node.numerics.contraction,
                options->fused_activation_function());
}

LogicalResult depthwiseConvolution(Node &node) {
  const auto *options = node.options<schema::DepthwiseConv2DOptions>();
  if (!options)
    return node.fail("has no options");
  if (failed(node.expect(2, 3)))
    return failure();
  Value input = node.input(0), weights = node.input(1);
  if (failed(checkOperands(node, input, weights, 4, 4)))
    return failure();
  auto filter = qnn::shapeOf(weights);
  auto window = windowOf(node, *options, input, filter[1], filter[2], options->dilation_h_factor(),
                         options->dilation_w_factor());
  auto bias = plainBias(node, 2, input);
  if (failed(window) || failed(bias))
    return failure();
  Accumulator form = accumulatorOf(node, input, weights, productOf(input), 4);
  Value accumulator = node.build.create<qnn::DepthwiseConv2dOp>(
      form.type, input, weights, *bias, window->strides, window->padding, window->dilations);
  return finish(node, accumulator, form, node.numerics.other, options->fused_activation_function());
}

// Inputs: output shape, weights, input, bias. The padding is that of the convolution whose gradient
// this is.
LogicalResult transposedConvolution(Node &node) {
  const auto *options = node.options<schema::TransposeConvOptions>();
  if (!options)
    return node.fail("has no options");
  if (failed(node.expect(3, 4)))
    return failure();
  Value weights = node.input(1), input = node.input(2);
  if (failed(checkOperands(node, input, weights, 4, 4)))
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
  auto filter = qnn::shapeOf(weights);
  auto strideHeight = positive(node, options->stride_h(), "the stride"),
       strideWidth = positive(node, options->stride_w(), "the stride");
  auto bias = plainBias(node, 3, input);
  if (failed(strideHeight) || failed(strideWidth) || failed(bias))
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
  Accumulator form = accumulatorOf(node, input, weights, productOf(input), 4);
  // Of int16 activations TFLite 2.9 sums in 32 bits where no bias says 64.
  if (!*bias)
    form.wideRounding = qnn::Rounding::doubleAway;
  llvm::SmallVector<int64_t, 2> size = {outputShape[1], outputShape[2]},
                                strides = {*strideHeight, *strideWidth};
  Value accumulator = node.build.create<qnn::Conv2dTransposeOp>(form.type, input, weights, *bias,
                                                                size, strides, padding);
  return finish(node, accumulator, form, node.numerics.other, options->fused_activation_function());
}

// Float activations with int8 weights: each row is quantized by its own range, multiplied in
// integers and brought back (TFLite's FullyConnectedHybrid, symmetric).
static LogicalResult hybridFullyConnected(Node &node, Value rows, Value weights,
                                          const schema::FullyConnectedOptions &options,
                                          llvm::ArrayRef<int64_t> shape) {
  if (options.asymmetric_quantize_inputs())
    return node.fail("asymmetric quantization of float inputs is not supported");
  auto quantization = *qnn::Quantization::of(weights.getType());
  if (quantization.isPerAxis() || quantization.hasZeroPoint())
    return node.fail("with float inputs, weights must be quantized per tensor with zero point 0");
  auto &build = node.build;
  auto &ir = build.ir();
  // Codes in units of themselves: the scales come in afterwards, as floats.
  Type f32 = ir.getF32Type(),
       unit = qnn::quantizedType(ir.getContext(), qnn::fullStorage(8, true), 1.0, 0);
  auto quantized = build.createMany<qnn::DynamicQuantizeOp>({unit, f32}, rows);
  if (quantized.empty())
    return failure();
  auto constant = weights.getDefiningOp<qnn::ConstantOp>();
  if (!constant)
    return node.fail("int8 weights must be constant");
  auto type = qnn::tensorType(weights);
  const qnn::Tensor held = qnn::Tensor::of(constant.getValue(), type);
  Value plain = build.constant(type.clone(unit), held.bytes());
  Value sum = build.create<qnn::DenseOp>(qnn::accumulatorType(ir.getContext(), {1.0}, 2),
                                         quantized[0], plain, Value());
  sum = sum ? build.create<qnn::DequantizeOp>(f32, sum) : sum;
  Value scale =
      build.create<qnn::MulOp>(f32, quantized[1], build.scalar(f32, quantization.scale()));
  Value product = sum && scale ? build.create<qnn::MulOp>(f32, sum, scale) : Value();
  if (product && node.has(2))
    product = build.create<qnn::AddOp>(f32, product, node.input(2), qnn::NumericsAttr(),
                                       qnn::FloatSumAttr());
  product = node.activate(product, options.fused_activation_function());
  return node.result(product ? build.reshape(product, shape) : product);
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
  if (qnn::isFloat(input) && qnn::isQuantized(weights))
    return hybridFullyConnected(node, flat, weights, *options, shape);
  auto bias = plainBias(node, 2, input);
  if (failed(checkOperands(node, flat, weights, 2, 2)) || failed(bias))
    return failure();
  auto quantization = qnn::Quantization::of(weights.getType());
  Product product = quantization && quantization->isPerAxis() ? Product::twice : Product::single;
  Accumulator form = accumulatorOf(node, input, weights, product, 2);
  Value accumulator = node.build.create<qnn::DenseOp>(form.type, flat, weights, *bias);
  return finish(node, accumulator, form, node.numerics.contraction,
                options->fused_activation_function(), shape);
}

LogicalResult batchMatmul(Node &node) {
  const auto *options = node.options<schema::BatchMatMulOptions>();
  if (failed(node.expect(2, 2)))
    return failure();
  Value lhs = node.input(0), rhs = node.input(1);
  if (qnn::isFloat(lhs) != qnn::isFloat(rhs) ||
      (!qnn::isFloat(lhs) && (!qnn::isQuantized(lhs) || !qnn::isQuantized(rhs))))
    return node.fail("needs two float or two quantized operands");
  Accumulator form = accumulatorOf(node, lhs, rhs, Product::single, 2);
  Value accumulator = node.build.create<qnn::BatchMatmulOp>(
      form.type, lhs, rhs, options && options->adj_x(), options && options->adj_y());
  return finish(node, accumulator, form, node.numerics.contraction, ActivationFunctionType::NONE);
}

} // namespace octet::tflite
