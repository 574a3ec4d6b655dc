// QuantizeLinear, DequantizeLinear, and the operators that are codes from end to end.
#include "import/onnx/Quantized.h"
#include "import/onnx/Operators.h"
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
      shape[quantization.axis] == static_cast<int64_t>(quantization.scales.size()))
    return success();
  return node.fail("has " + llvm::Twine(quantization.scales.size()) +
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

FailureOr<Value> integers(Node &node, size_t i, size_t zeroPoint, int64_t axis) {
  Value value = node.input(i);
  auto storage = qnn::storageOf(value.getType());
  if (!storage || storage->bits != 8)
    return node.error() << "multiplies integers of 8 bits, not " << qnn::elementType(value);
  storage = qnn::fullStorage(storage->bits, storage->isSigned);
  size_t count = 1;
  if (node.has(zeroPoint))
    count = static_cast<size_t>(qnn::tensorType(node.input(zeroPoint)).getNumElements());
  auto zeroPoints = zeroPointsOf(node, zeroPoint, count, *storage);
  if (failed(zeroPoints))
    return failure();
  if (llvm::all_equal(*zeroPoints))
    zeroPoints->resize(1);
  llvm::SmallVector<float> scales(zeroPoints->size(), 1);
  auto type = typeOfCodes(node, *storage, scales, *zeroPoints, axis);
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
  for (double scale : w.scales) {
    float product = static_cast<float>(x.scale()) * static_cast<float>(scale);
    float ratio = product / static_cast<float>(y.scale());
    scales.push_back(static_cast<double>(ratio) * y.scale());
  }
  return qnn::accumulatorType(node.build.context(), scales, rank);
}

Value rescale(Node &node, Value accumulator, Type result) {
  if (!accumulator)
    return {};
  return node.build.create<qnn::RequantizeOp>(result, accumulator,
                                              node.rounding(node.numerics.contraction),
                                              DenseF64ArrayAttr(), qnn::FloatRescaleAttr());
}

//===-- QuantizeLinear and DequantizeLinear --===//

// The axis that several scales are for.
static FailureOr<int64_t> scaleAxis(Node &node) {
  if (node.integer("block_size", 0) != 0)
    return node.fail("scales of blocks are not supported");
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

LogicalResult quantizeLinear(Node &node) {
  if (failed(node.expect(2, 3)))
    return failure();
  node.ignore({"saturate"}); // of float8 alone
  auto axis = scaleAxis(node);
  auto stated = static_cast<DataType>(node.integer("output_dtype", 0));
  if (failed(axis))
    return failure();
  Type storage = node.build.ir().getIntegerType(8, /*isSigned=*/false);
  if (node.has(2))
    storage = qnn::elementType(node.input(2));
  else if (stated != DataType::undefined)
    storage = elementTypeOf(node.build.context(), stated);
  if (!storage)
    return node.fail("codes of " + nameOf(stated) + " are not supported");
  auto type = codeType(node, storage, 1, 2, *axis);
  if (failed(type) || failed(checkAxis(node, node.input(0), *type)))
    return failure();
  Value input = node.input(0);
  if (!qnn::isFloat(input))
    return node.error() << "quantizes floats, not " << qnn::elementType(input);
  if (auto constant = Node::constantOf(input))
    return node.result(quantizeConstant(node, constant, *type));
  if (qnn::Quantization::of(*type)->isPerAxis())
    return node.fail("scales along an axis are supported for constants only");
  return node.result(node.build.create<qnn::QuantizeOp>(
      *type, input, node.rounding(qnn::Rounding::floatEven, node.numerics.quantize)));
}

LogicalResult dequantizeLinear(Node &node) {
  if (failed(node.expect(2, 3)))
    return failure();
  auto axis = scaleAxis(node);
  if (failed(axis))
    return failure();
  if (node.integer("output_dtype", 1) != 1)
    return node.fail("results other than FLOAT are not supported");
  auto type = codeType(node, qnn::elementType(node.input(0)), 1, 2, *axis);
  if (failed(type))
    return failure();
  auto value = typed(node, node.input(0), *type);
  if (failed(value))
    return failure();
  return node.result(node.build.create<qnn::DequantizeOp>(node.build.ir().getF32Type(), *value));
}

} // namespace octet::onnx
