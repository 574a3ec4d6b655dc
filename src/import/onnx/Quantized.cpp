// QuantizeLinear, DequantizeLinear, and the operators that are codes from end to end.
#include "import/onnx/Quantized.h"
#include "import/onnx/Arithmetic.h"
#include "import/onnx/BlockWeights.h"
#include "import/onnx/Dynamic.h"
#include "import/onnx/Operators.h"
#include "import/onnx/Window.h"
#include "import/onnx/onnx.pb.h"
#include "qnn/Ops.h"

#include <cmath>

using namespace mlir;

namespace octet::onnx {

//===-- Types of codes --===//

static FailureOr<llvm::SmallVector<int64_t>>
zeroPointsOf(Node &node, size_t zeroPoint, size_t count, const qnn::Storage &storage) {
  llvm::SmallVector<int64_t> zeroPoints(count, 0);
  if (!node.has(zeroPoint))
    return zeroPoints;
  auto given = node.constants(zeroPoint);
  if (failed(given))
    return failure();
  if (given->size() != 1 && given->size() != count)
    return node.fail("has " + llvm::Twine(count) + " scales and " + llvm::Twine(given->size()) +
                     " zero points");
  for (size_t c = 0; c < count; ++c) {
    zeroPoints[c] = (*given)[given->size() == 1 ? 0 : c];
    if (zeroPoints[c] < storage.lowest || zeroPoints[c] > storage.highest)
      return node.fail("zero point " + llvm::Twine(zeroPoints[c]) + " is no code");
  }
  return zeroPoints;
}

// Several scales are one where all are equal: per tensor costs less.
static FailureOr<Type> typeOfCodes(Node &node, const qnn::Storage &storage,
                                   llvm::ArrayRef<float> scales, llvm::ArrayRef<int64_t> zeroPoints,
                                   int64_t axis) {
  for (float scale : scales)
    if (!std::isfinite(scale) || scale < 0)
      return node.fail("scale " + llvm::Twine(std::to_string(scale)) + " is not a positive number");
  MLIRContext *context = node.build.context();
  if (scales.size() == 1)
    return Type(
        qnn::quantizedType(context, storage, static_cast<double>(scales[0]), zeroPoints[0]));
  if (scales.empty() || axis < 0)
    return node.fail("needs one scale, not " + llvm::Twine(scales.size()));
  llvm::SmallVector<double> wide(scales.begin(), scales.end());
  return Type(qnn::quantizedType(context, storage, wide, zeroPoints, static_cast<int>(axis)));
}

FailureOr<Type> codeType(Node &node, Type storageType, size_t scale, size_t zeroPoint,
                         int64_t axis) {
  auto storage = qnn::storageOf(storageType);
  if (!storage)
    return node.error() << "codes of type " << storageType << " are not supported";
  storage = qnn::fullStorage(storage->bits, storage->isSigned);
  auto scales = node.realConstants(scale);
  if (failed(scales))
    return failure();
  auto zeroPoints = zeroPointsOf(node, zeroPoint, scales->size(), *storage);
  if (failed(zeroPoints))
    return failure();
  return typeOfCodes(node, *storage, *scales, *zeroPoints, axis);
}

// Scales along an axis are as many as it is long.
static LogicalResult checkAxis(Node &node, Value value, Type type) {
  auto quantization = *qnn::Quantization::of(type);
  if (!quantization.isPerAxis())
    return success();
  auto shape = qnn::shapeOf(value);
  if (quantization.axis < static_cast<int>(shape.size()) &&
      shape[quantization.axis] == static_cast<int64_t>(quantization.scales().size()))
    return success();
  return node.fail("has " + llvm::Twine(quantization.scales().size()) +
                   " scales, which is not the extent of axis " + llvm::Twine(quantization.axis));
}

static FailureOr<Value> typed(Node &node, Value value, Type type) {
  if (failed(checkAxis(node, value, type)))
    return failure();
  if (qnn::Quantization::of(type)->isPerAxis() && !Node::constantOf(value))
    return node.fail("scales along an axis are supported for constants only");
  value = node.retyped(value, type);
  if (!value)
    return failure();
  return value;
}

FailureOr<Value> codes(Node &node, size_t i, int64_t axis) {
  Value value = node.input(i);
  auto type = codeType(node, qnn::elementType(value), i + 1, i + 2, axis);
  if (failed(type))
    return failure();
  return typed(node, value, *type);
}

//===-- Rescaling --===//

// ONNX Runtime (QLinearConv, QLinearMatMul, QGemm): (x scale * w scale) / y scale, each step in
// float32.
Type accumulatorOf(Node &node, Value lhs, Value rhs, Type result, int64_t rank) {
  auto x = *qnn::Quantization::of(lhs.getType()), w = *qnn::Quantization::of(rhs.getType()),
       y = *qnn::Quantization::of(result);
  llvm::SmallVector<double> scales;
  for (double scale : w.scales()) {
    float product = static_cast<float>(x.scale()) * static_cast<float>(scale);
    scales.push_back(import::accumulatorScale(product / static_cast<float>(y.scale()), y.scale()));
  }
  return qnn::accumulatorType(node.build.context(), scales, rank);
}

Type realAccumulatorOf(Node &node, Value lhs, Value rhs, int64_t rank) {
  auto x = *qnn::Quantization::of(lhs.getType()), w = *qnn::Quantization::of(rhs.getType());
  llvm::SmallVector<double> scales;
  for (double scale : w.scales())
    scales.push_back(
        static_cast<double>(static_cast<float>(x.scale()) * static_cast<float>(scale)));
  return qnn::accumulatorType(node.build.context(), scales, rank);
}

static Value rescale(Node &node, Value accumulator, Type result, qnn::Rounding rounding) {
  if (!accumulator)
    return {};
  return node.build.create<qnn::RequantizeOp>(result, accumulator, node.rounding(rounding),
                                              DenseF64ArrayAttr(), qnn::FloatRescaleAttr());
}

Value rescale(Node &node, Value accumulator, Type result) {
  return rescale(node, accumulator, result, node.numerics.contraction);
}

//===-- QuantizeLinear and DequantizeLinear --===//

// The axis that several scales are for.
static FailureOr<int64_t> scaleAxis(Node &node) {
  int64_t axis = node.integer("axis", 1), rank = node.rank();
  // With one scale nothing depends on the axis, and it need not exist.
  if (qnn::tensorType(node.input(1)).getNumElements() == 1)
    return int64_t{-1};
  return node.axis(axis, rank);
}

// Float weights that are quantized in the file, as training with quantization leaves them.
static Value quantizeConstant(Node &node, qnn::ConstantOp constant, Type type) {
  const auto from = qnn::Tensor::of(constant.getValue(), qnn::tensorType(constant.getResult()));
  auto to = *qnn::Quantization::of(type);
  qnn::Tensor result(from.type().clone(type));
  int64_t inner = 1;
  for (int64_t d = to.axis + 1; to.isPerAxis() && d < from.rank(); ++d)
    inner *= from.shape()[d];
  for (int64_t i = 0; i < result.size(); ++i) {
    int64_t c = to.isPerAxis() ? i / inner % from.shape()[to.axis] : 0;
    float ratio = static_cast<float>(from.real(i)) / static_cast<float>(to.scale(c));
    double code = (std::isnan(ratio) ? 0.0 : static_cast<double>(std::nearbyint(ratio))) +
                  static_cast<double>(to.zeroPoint(c));
    result.setInteger(i,
                      static_cast<int64_t>(std::clamp(code, static_cast<double>(to.storage.lowest),
                                                      static_cast<double>(to.storage.highest))));
  }
  return node.build.constant(result.type(), std::as_const(result).bytes());
}

// The codes to be made: of the zero point's type, or a stated one.
static FailureOr<qnn::Storage> storageToMake(Node &node, DataType stated) {
  Type type = node.build.ir().getIntegerType(8, /*isSigned=*/false);
  if (node.has(2))
    type = qnn::elementType(node.input(2));
  else if (stated != DataType::undefined)
    type = elementTypeOf(node.build.context(), stated);
  if (!type)
    return node.fail("codes of " + nameOf(stated) + " are not supported");
  auto storage = qnn::storageOf(type);
  if (!storage || storage->bits < 8 || storage->bits > 16)
    return node.error() << "codes of type " << type << " are not supported";
  if (node.has(2) ? node.model.nibbles.contains(node.proto.input(2)) : isNibble(stated))
    return storage->isSigned ? qnn::Storage{8, true, -8, 7} : qnn::Storage{8, false, 0, 15};
  return qnn::fullStorage(storage->bits, storage->isSigned);
}

LogicalResult quantizeLinear(Node &node) {
  if (failed(node.expect(2, 3)))
    return failure();
  node.ignore({"saturate"}); // of float8 alone
  auto axis = scaleAxis(node);
  int64_t blockSize = node.integer("block_size", 0);
  auto storage = storageToMake(node, static_cast<DataType>(node.integer("output_dtype", 0)));
  if (failed(axis) || failed(storage))
    return failure();
  Value input = node.input(0);
  if (!qnn::elementType(input).isF32())
    return node.error() << "quantizes floats, not " << qnn::elementType(input);
  qnn::Storage full = qnn::fullStorage(storage->bits, storage->isSigned);
  bool isNarrow = storage->highest != full.highest;
  if (hasComputedScale(node) || blockSize != 0 || isNarrow)
    return node.result(quantizeByOperands(node, *storage, *axis, blockSize));
  auto storageType = node.build.ir().getIntegerType(storage->bits, storage->isSigned);
  auto type = codeType(node, storageType, 1, 2, *axis);
  if (failed(type) || failed(checkAxis(node, input, *type)))
    return failure();
  if (auto constant = Node::constantOf(input))
    return node.result(quantizeConstant(node, constant, *type));
  return node.result(node.build.create<qnn::QuantizeOp>(
      *type, input, node.rounding(node.numerics.quantizeRounding)));
}

LogicalResult dequantizeLinear(Node &node) {
  if (failed(node.expect(2, 3)))
    return failure();
  auto axis = scaleAxis(node);
  int64_t blockSize = node.integer("block_size", 0);
  if (failed(axis))
    return failure();
  if (node.integer("output_dtype", 1) != 1)
    return node.fail("results other than FLOAT are not supported");
  if (blockSize != 0 && *axis >= 0)
    recordBlocks(node);
  if (hasComputedScale(node) || blockSize != 0)
    return node.result(dequantizeByOperands(node, *axis, blockSize));
  auto type = codeType(node, qnn::elementType(node.input(0)), 1, 2, *axis);
  if (failed(type))
    return failure();
  auto value = typed(node, node.input(0), *type);
  if (failed(value))
    return failure();
  return node.result(node.build.create<qnn::DequantizeOp>(node.build.ir().getF32Type(), *value));
}

//===-- Operators from codes to codes --===//

static Value dequantized(Node &node, Value codes) {
  return codes ? node.build.create<qnn::DequantizeOp>(node.build.ir().getF32Type(), codes)
               : Value();
}
static Value quantized(Node &node, Value reals, Type type, qnn::Rounding rounding) {
  return reals ? node.build.create<qnn::QuantizeOp>(type, reals, node.rounding(rounding)) : Value();
}

namespace {
/// a, its scale and zero point, b, its scale and zero point, those of the result.
struct Pair {
  Value lhs, rhs;
  Type result;
};
} // namespace

static FailureOr<Pair> pairOf(Node &node) {
  if (failed(node.expect(7, 8)))
    return failure();
  auto lhs = codes(node, 0), rhs = codes(node, 3);
  auto result = codeType(node, qnn::elementType(node.input(0)), 6, 7);
  if (failed(lhs) || failed(rhs) || failed(result))
    return failure();
  Pair pair{*lhs, *rhs, *result};
  if (failed(node.alignRanks(pair.lhs, pair.rhs)))
    return failure();
  return pair;
}

LogicalResult quantizedSum(Node &node) {
  auto pair = pairOf(node);
  if (failed(pair))
    return failure();
  // ONNX Runtime begins with the operand that is not one number along the last dimension, and the
  // order decides the last bit.
  auto isSpread = [](Value value) {
    auto shape = qnn::shapeOf(value);
    return shape.empty() || shape.back() == 1;
  };
  if (isSpread(pair->lhs) && !isSpread(pair->rhs))
    std::swap(pair->lhs, pair->rhs);
  if (node.numerics.fusesOperators)
    return node.result(node.build.create<qnn::AddOp>(
        pair->result, pair->lhs, pair->rhs, node.rounding(node.numerics.other), Attribute()));
  Value lhs = dequantized(node, pair->lhs), rhs = dequantized(node, pair->rhs);
  Value sum = lhs && rhs ? node.build.create<qnn::AddOp>(qnn::elementType(lhs), lhs, rhs,
                                                         qnn::NumericsAttr(), Attribute())
                         : Value();
  return node.result(quantized(node, sum, pair->result, node.numerics.quantizeRounding));
}

LogicalResult quantizedProduct(Node &node) {
  auto pair = pairOf(node);
  if (failed(pair))
    return failure();
  if (node.numerics.fusesOperators) {
    Type form = accumulatorOf(node, pair->lhs, pair->rhs, pair->result, 1);
    Value product = node.build.create<qnn::MulOp>(form, pair->lhs, pair->rhs);
    return node.result(rescale(node, product, pair->result, node.numerics.other));
  }
  Value lhs = dequantized(node, pair->lhs), rhs = dequantized(node, pair->rhs);
  Value product =
      lhs && rhs ? node.build.create<qnn::MulOp>(qnn::elementType(lhs), lhs, rhs) : Value();
  return node.result(quantized(node, product, pair->result, node.numerics.quantizeRounding));
}

// x, its scale and zero point, those of the result.
static FailureOr<std::pair<Value, Type>> oneOperand(Node &node) {
  if (failed(node.expect(4, 5)))
    return failure();
  auto input = codes(node, 0);
  auto result = codeType(node, qnn::elementType(node.input(0)), 3, 4);
  if (failed(input) || failed(result))
    return failure();
  return std::pair(*input, *result);
}

static LogicalResult quantizedFunction(Node &node, qnn::UnaryKind kind, float alpha) {
  auto operand = oneOperand(node);
  if (failed(operand))
    return failure();
  auto [input, type] = *operand;
  if (node.numerics.fusesOperators)
    return node.result(node.build.create<qnn::UnaryOp>(
        type, kind, input, llvm::APFloat(alpha),
        node.rounding(node.numerics.quantizeRounding, node.numerics.activation)));
  Value real = dequantized(node, input);
  Value value = real ? node.build.create<qnn::UnaryOp>(qnn::elementType(real), kind, real,
                                                       llvm::APFloat(alpha), qnn::NumericsAttr())
                     : Value();
  return node.result(quantized(node, value, type, node.numerics.quantizeRounding));
}
LogicalResult quantizedSigmoid(Node &node) {
  return quantizedFunction(node, qnn::UnaryKind::logistic, 0);
}
LogicalResult quantizedLeakyRelu(Node &node) {
  return quantizedFunction(node, qnn::UnaryKind::leakyRelu, node.real("alpha", 0.01f));
}

// com.microsoft.QLinearWhere: a condition, x and y with their scales and zero points, those of z.
LogicalResult quantizedChoice(Node &node) {
  if (failed(node.expect(9, 9)))
    return failure();
  auto type = codeType(node, qnn::elementType(node.input(1)), 7, 8);
  if (failed(type))
    return failure();
  llvm::SmallVector<Value, 2> parts;
  for (size_t i : {1, 4}) {
    auto part = codes(node, i);
    if (failed(part))
      return failure();
    bool isSame = qnn::elementType(*part) == *type;
    parts.push_back(
        isSame ? *part
               : quantized(node, dequantized(node, *part), *type, node.numerics.quantizeRounding));
  }
  return node.result(choice(node, node.input(0), parts[0], parts[1]));
}

// The result's scale and zero point, then each input with its own.
LogicalResult quantizedConcatenation(Node &node) {
  if (failed(node.expect(5, SIZE_MAX)))
    return failure();
  if (node.inputCount() % 3 != 2)
    return node.fail("needs a scale and a zero point for each input");
  auto axis = node.axis(node.integer("axis", 1), node.rank(2));
  auto type = codeType(node, qnn::elementType(node.input(2)), 0, 1);
  if (failed(axis) || failed(type))
    return failure();
  llvm::SmallVector<Value> parts;
  for (size_t i = 2; i < node.inputCount(); i += 3) {
    if (!node.has(i) || !node.has(i + 1))
      return node.fail("input " + llvm::Twine(i) + " or its scale is missing");
    auto part = codes(node, i);
    if (failed(part))
      return failure();
    Value value = *part;
    if (qnn::elementType(value) != *type)
      value = quantized(node, dequantized(node, value), *type, node.numerics.quantizeRounding);
    if (!value)
      return failure();
    parts.push_back(value);
  }
  return node.result(node.build.create<qnn::ConcatOp>(*type, parts, static_cast<uint64_t>(*axis)));
}

LogicalResult quantizedGlobalAveragePool(Node &node) {
  auto operand = oneOperand(node);
  if (failed(operand))
    return failure();
  auto [input, type] = *operand;
  int64_t rank = node.rank();
  if (rank < 3)
    return node.fail("needs an image");
  bool channelsLast = node.integer("channels_last", 0) != 0;
  auto axes =
      llvm::to_vector(llvm::seq<int64_t>(channelsLast ? 1 : 2, channelsLast ? rank - 1 : rank));
  if (node.numerics.fusesOperators)
    return node.result(node.build.create<qnn::ReduceOp>(
        type, qnn::ReduceKind::mean, input, axes, /*keep_dims=*/true,
        node.rounding(node.numerics.contraction, node.numerics.mean)));
  Value real = dequantized(node, input);
  Value mean = real ? node.build.create<qnn::ReduceOp>(qnn::elementType(real),
                                                       qnn::ReduceKind::mean, real, axes,
                                                       /*keep_dims=*/true, qnn::NumericsAttr())
                    : Value();
  return node.result(quantized(node, mean, type, node.numerics.quantizeRounding));
}

LogicalResult quantizedAveragePool(Node &node) {
  auto operand = oneOperand(node);
  if (failed(operand))
    return failure();
  auto [input, type] = *operand;
  if (node.integer("channels_last", 0) != 0)
    return node.fail("channels_last is not supported");
  Value mean = averageOfWindows(node, dequantized(node, input));
  auto rounding =
      node.numerics.fusesOperators ? node.numerics.other : node.numerics.quantizeRounding;
  return node.result(quantized(node, mean, type, rounding));
}

LogicalResult quantizedSoftmax(Node &node) {
  auto operand = oneOperand(node);
  if (failed(operand))
    return failure();
  auto [input, type] = *operand;
  int64_t rank = node.rank(), opset = node.integer("opset", 13);
  auto axis = node.axis(node.integer("axis", opset < 13 ? 1 : -1), std::max<int64_t>(rank, 1));
  if (failed(axis))
    return failure();
  if (*axis != rank - 1)
    return node.fail("an axis other than the last is not supported");
  if (node.numerics.fusesOperators)
    return node.result(node.build.create<qnn::SoftmaxOp>(
        type, input, llvm::APFloat(1.0f),
        node.rounding(node.numerics.quantizeRounding, node.numerics.softmax)));
  Value real = dequantized(node, input);
  Value shares = real ? node.build.create<qnn::SoftmaxOp>(qnn::elementType(real), real,
                                                          llvm::APFloat(1.0f), qnn::NumericsAttr())
                      : Value();
  return node.result(quantized(node, shares, type, node.numerics.quantizeRounding));
}

} // namespace octet::onnx
