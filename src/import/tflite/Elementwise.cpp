// Operators that work element by element.
#include "import/tflite/Node.h"
#include "qnn/Ops.h"

#include <cmath>

using namespace mlir;

namespace octet::tflite {

using schema::ActivationFunctionType;

// The quantized output type that a rescaling operator needs, or the operands' own type for plain
// numbers.
static FailureOr<Type> resultType(Node &node, Value operand) {
  if (!qnn::isQuantized(operand))
    return qnn::elementType(operand);
  Type type = node.outputType();
  if (!type || !qnn::Quantization::of(type))
    return node.fail("the output has no scale");
  return type;
}

template <typename Op, typename Options> static LogicalResult sum(Node &node) {
  const auto *options = node.options<Options>();
  if (failed(node.expect(2, 2)))
    return failure();
  Value lhs = node.input(0), rhs = node.input(1);
  auto type = resultType(node, lhs);
  if (failed(type))
    return failure();
  auto quantization = qnn::Quantization::of(*type);
  if (quantization && quantization->storage.bits == 16) {
    // With the option set and scales that are powers of two, TFLite shifts instead; files made
    // since 2020 leave it unset.
    int exponent = 0;
    bool powersOfTwo = options && options->pot_scale_int16();
    for (Type operand : {lhs.getType(), rhs.getType(), *type})
      powersOfTwo &= std::frexp(qnn::Quantization::of(operand)->scale(), &exponent) == 0.5;
    if (powersOfTwo)
      return node.fail("the power-of-two form of int16 sums is not supported");
  }
  auto numerics = quantization ? node.rounding(node.numerics.other) : qnn::NumericsAttr();
  Value value = node.build.create<Op>(*type, lhs, rhs, numerics, Attribute());
  return node.result(node.activate(value, options ? options->fused_activation_function()
                                                  : ActivationFunctionType::NONE));
}

LogicalResult add(Node &node) { return sum<qnn::AddOp, schema::AddOptions>(node); }
LogicalResult subtract(Node &node) { return sum<qnn::SubOp, schema::SubOptions>(node); }

LogicalResult multiply(Node &node) {
  const auto *options = node.options<schema::MulOptions>();
  if (failed(node.expect(2, 2)))
    return failure();
  Value lhs = node.input(0), rhs = node.input(1);
  auto type = resultType(node, lhs);
  if (failed(type))
    return failure();
  auto activation = options ? options->fused_activation_function() : ActivationFunctionType::NONE;
  auto x = qnn::Quantization::of(lhs.getType()), y = qnn::Quantization::of(rhs.getType());
  if (!x)
    return node.result(node.activate(node.build.create<qnn::MulOp>(*type, lhs, rhs), activation));
  if (!y)
    return node.fail("the second operand has no scale");
  // TFLite forms the multiplier in float32: scale1 * scale2 / scaleOut.
  float ratio = static_cast<float>(x->scale()) * static_cast<float>(y->scale()) /
                static_cast<float>(qnn::Quantization::of(*type)->scale());
  double scale = static_cast<double>(ratio) * qnn::Quantization::of(*type)->scale();
  Type product = qnn::accumulatorType(node.build.context(), {scale}, 1);
  Value value = node.build.create<qnn::MulOp>(product, lhs, rhs);
  if (value)
    value = node.build.create<qnn::RequantizeOp>(*type, value, node.rounding(node.numerics.other),
                                                 DenseF64ArrayAttr(), qnn::FloatRescaleAttr());
  return node.result(node.activate(value, activation));
}

LogicalResult divide(Node &node) {
  const auto *options = node.options<schema::DivOptions>();
  if (failed(node.expect(2, 2)))
    return failure();
  Value lhs = node.input(0);
  auto storage = qnn::storageOf(lhs.getType());
  if (qnn::isQuantized(lhs) && (storage->isSigned || storage->bits != 8))
    return node.fail("quantized division is supported for uint8 only");
  auto type = resultType(node, lhs);
  if (failed(type))
    return failure();
  Value value =
      node.build.create<qnn::BinaryOp>(*type, qnn::BinaryKind::divide, lhs, node.input(1));
  return node.result(node.activate(value, options ? options->fused_activation_function()
                                                  : ActivationFunctionType::NONE));
}

template <qnn::BinaryKind kind> LogicalResult binary(Node &node) {
  if (failed(node.expect(2, 2)))
    return failure();
  Value lhs = node.input(0), rhs = node.input(1);
  bool yieldsBoolean = kind >= qnn::BinaryKind::equal;
  bool isSquare = kind == qnn::BinaryKind::squaredDifference;
  auto storage = qnn::storageOf(lhs.getType()), other = qnn::storageOf(rhs.getType());
  bool rescales = qnn::isQuantized(lhs) && qnn::isQuantized(rhs) && storage->bits == 8 &&
                  other->bits == 8 && storage->isSigned == other->isSigned &&
                  (yieldsBoolean || (isSquare && storage->isSigned));
  if (qnn::elementType(lhs) != qnn::elementType(rhs) && !rescales)
    return node.fail("operands of different types or scales are not supported");
  Type type = yieldsBoolean ? Type(node.build.ir().getI1Type()) : qnn::elementType(lhs);
  if (rescales && !yieldsBoolean) {
    auto result = resultType(node, lhs);
    if (failed(result))
      return failure();
    type = *result;
  }
  if (!yieldsBoolean && !rescales && qnn::isQuantized(lhs) && node.outputType() != type)
    return node.fail("an output of another scale than the operands' is not supported");
  return node.result(node.build.create<qnn::BinaryOp>(type, kind, lhs, rhs));
}
#define INSTANTIATE(kind) template LogicalResult binary<qnn::BinaryKind::kind>(Node &);
INSTANTIATE(minimum)
INSTANTIATE(maximum)
INSTANTIATE(floorDivide)
INSTANTIATE(floorModulo)
INSTANTIATE(squaredDifference)
INSTANTIATE(equal)
INSTANTIATE(notEqual)
INSTANTIATE(less)
INSTANTIATE(lessEqual)
INSTANTIATE(greater)
INSTANTIATE(greaterEqual)
INSTANTIATE(logicalAnd)
INSTANTIATE(logicalOr)
#undef INSTANTIATE

static LogicalResult function(Node &node, qnn::UnaryKind kind, float alpha = 0) {
  if (failed(node.expect(1, 1)))
    return failure();
  Value input = node.input(0);
  auto type = resultType(node, input);
  if (failed(type))
    return failure();
  // The reference kernels of logistic and tanh compute int8 codes in fixed point; all else is a
  // float table.
  bool isSigmoid = kind == qnn::UnaryKind::logistic || kind == qnn::UnaryKind::tanh;
  auto storage = qnn::storageOf(input.getType());
  qnn::Recipe recipe = qnn::Recipe::plain;
  if (isSigmoid && storage && storage->isSigned)
    recipe = storage->bits == 8 ? node.numerics.activation : node.numerics.wideActivation;
  auto numerics =
      qnn::isQuantized(input) ? node.rounding(node.numerics.other, recipe) : qnn::NumericsAttr();
  return node.result(
      node.build.create<qnn::UnaryOp>(*type, kind, input, llvm::APFloat(alpha), numerics));
}

template <qnn::UnaryKind kind> LogicalResult unary(Node &node) { return function(node, kind); }
#define INSTANTIATE(kind) template LogicalResult unary<qnn::UnaryKind::kind>(Node &);
INSTANTIATE(abs)
INSTANTIATE(negate)
INSTANTIATE(square)
INSTANTIATE(sqrt)
INSTANTIATE(rsqrt)
INSTANTIATE(exp)
INSTANTIATE(log)
INSTANTIATE(sin)
INSTANTIATE(cos)
INSTANTIATE(tanh)
INSTANTIATE(logistic)
INSTANTIATE(hardSwish)
INSTANTIATE(elu)
INSTANTIATE(floor)
INSTANTIATE(ceil)
INSTANTIATE(round)
INSTANTIATE(sign)
INSTANTIATE(logicalNot)
#undef INSTANTIATE

LogicalResult leakyRelu(Node &node) {
  const auto *options = node.options<schema::LeakyReluOptions>();
  if (options && !std::isfinite(options->alpha()))
    return node.fail("alpha must be a finite number, not " +
                     llvm::Twine(std::to_string(options->alpha())));
  return function(node, qnn::UnaryKind::leakyRelu, options ? options->alpha() : 0.0f);
}

LogicalResult gelu(Node &node) {
  const auto *options = node.options<schema::GeluOptions>();
  return function(node, options && options->approximate() ? qnn::UnaryKind::geluTanh
                                                          : qnn::UnaryKind::gelu);
}

// RELU and its kin as operators of their own: a rescale where the scales differ, then the bounds.
template <ActivationFunctionType kind> LogicalResult activation(Node &node) {
  if (failed(node.expect(1, 1)))
    return failure();
  Value value = node.input(0);
  auto type = resultType(node, value);
  if (failed(type))
    return failure();
  if (*type != qnn::elementType(value))
    value = node.build.create<qnn::RequantizeOp>(*type, value, node.rounding(node.numerics.other),
                                                 DenseF64ArrayAttr(), qnn::FloatRescaleAttr());
  return node.result(node.activate(value, kind));
}
template LogicalResult activation<ActivationFunctionType::RELU>(Node &);
template LogicalResult activation<ActivationFunctionType::RELU6>(Node &);
template LogicalResult activation<ActivationFunctionType::RELU_N1_TO_1>(Node &);

LogicalResult prelu(Node &node) {
  if (failed(node.expect(2, 2)))
    return failure();
  Value input = node.input(0);
  auto type = resultType(node, input);
  if (failed(type))
    return failure();
  auto numerics =
      qnn::isQuantized(input) ? node.rounding(node.numerics.other) : qnn::NumericsAttr();
  return node.result(node.build.create<qnn::PreluOp>(*type, input, node.input(1), numerics));
}

LogicalResult addMany(Node &node) {
  if (failed(node.expect(1, 1 << 16)))
    return failure();
  Value total = node.input(0);
  if (qnn::isQuantized(total))
    return node.fail("quantized ADD_N is not supported");
  for (size_t i = 1; i < node.inputCount() && total; ++i) {
    if (!node.has(i))
      return node.fail("input " + llvm::Twine(i) + " is missing");
    total = node.build.create<qnn::AddOp>(qnn::elementType(total), total, node.input(i),
                                          qnn::NumericsAttr(), Attribute());
  }
  return node.result(total);
}

// QUANTIZE of a float makes codes, of codes rescales them.
LogicalResult quantize(Node &node) {
  if (failed(node.expect(1, 1)))
    return failure();
  Value input = node.input(0);
  Type type = node.outputType();
  if (!type || !qnn::Quantization::of(type))
    return node.fail("the output has no scale");
  if (qnn::isFloat(input))
    return node.result(node.build.create<qnn::QuantizeOp>(
        type, input, node.rounding(node.numerics.other, node.numerics.quantize)));
  if (!qnn::isQuantized(input))
    return node.fail("the input has no scale");
  return node.result(
      node.build.create<qnn::RequantizeOp>(type, input, node.rounding(node.numerics.other),
                                           DenseF64ArrayAttr(), qnn::FloatRescaleAttr()));
}

LogicalResult dequantize(Node &node) {
  if (failed(node.expect(1, 1)))
    return failure();
  Value input = node.input(0);
  Type f32 = node.build.ir().getF32Type();
  if (qnn::isFloat(input))
    return node.result(node.build.create<qnn::CastOp>(f32, input));
  if (!qnn::isQuantized(input))
    return node.fail("the input has no scale");
  return node.result(node.build.create<qnn::DequantizeOp>(f32, input));
}

LogicalResult cast(Node &node) {
  if (failed(node.expect(1, 1)))
    return failure();
  // CAST converts the numbers as stored, whatever scales the file gives them.
  auto plain = [&](const Tensor &tensor) {
    Tensor withoutScales = tensor;
    withoutScales.quantization.reset();
    return elementTypeOf(node.build.context(), withoutScales);
  };
  Type type = plain(node.outputTensor());
  if (!type)
    return node.fail(llvm::Twine("the type ") +
                     schema::EnumNameTensorType(node.outputTensor().type) + " is not supported");
  if (qnn::isQuantized(node.input(0)) || qnn::Quantization::of(node.outputType()))
    return node.fail("a cast of quantized tensors is not supported");
  return node.result(node.build.create<qnn::CastOp>(type, node.input(0)));
}

LogicalResult select(Node &node) {
  if (failed(node.expect(3, 3)))
    return failure();
  Value condition = node.input(0), onTrue = node.input(1);
  auto conditionShape = qnn::shapeOf(condition), shape = qnn::shapeOf(onTrue);
  // SELECT with a vector of conditions chooses whole slices of the first dimension.
  if (node.op.code == schema::BuiltinOperator::SELECT && conditionShape.size() == 1 &&
      shape.size() > 1 && conditionShape[0] == shape[0]) {
    qnn::Shape column(shape.size(), 1);
    column[0] = shape[0];
    condition = node.build.reshape(condition, column);
  }
  return node.result(
      node.build.create<qnn::SelectOp>(qnn::elementType(onTrue), condition, onTrue, node.input(2)));
}

} // namespace octet::tflite
