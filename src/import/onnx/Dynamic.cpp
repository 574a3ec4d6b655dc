#include "import/onnx/Dynamic.h"
#include "import/onnx/Arithmetic.h"
#include "import/onnx/Operators.h"
#include "import/onnx/Quantized.h"
#include "qnn/Ops.h"

using namespace mlir;

namespace octet::onnx {

static Type f32(Node &node) { return node.build.ir().getF32Type(); }
static Type i32(Node &node) { return node.build.ir().getI32Type(); }

//===-- QuantizeLinear and DequantizeLinear --===//

bool hasComputedScale(Node &node) {
  for (size_t i : {1, 2})
    if (node.has(i) && !Node::constantOf(node.input(i)))
      return true;
  return qnn::tensorType(node.input(1)).getNumElements() != 1 && !Node::constantOf(node.input(0));
}

// A scale or zero point so that it broadcasts to the tensor that it is for, whose blocks are
// dimensions of their own; null with a diagnostic.
static Value placed(Node &node, Value given, llvm::ArrayRef<int64_t> shape, int64_t axis,
                    int64_t blockSize) {
  auto type = qnn::tensorType(given);
  if (type.getNumElements() == 1)
    return node.build.reshape(given, {});
  if (blockSize != 0) {
    qnn::Shape blocks(type.getShape());
    if (blocks.size() == shape.size())
      blocks.insert(blocks.begin() + axis + 1, 1);
    qnn::Shape wanted(shape);
    wanted[axis] /= blockSize;
    wanted.insert(wanted.begin() + axis + 1, 1);
    if (blocks == wanted)
      return node.build.reshape(given, blocks);
  } else if (type.getRank() == 1 && axis >= 0 && type.getDimSize(0) == shape[axis]) {
    qnn::Shape along(shape.size(), 1);
    along[axis] = shape[axis];
    return node.build.reshape(given, along);
  }
  node.error() << "scales or zero points of shape [" << type.getShape() << "] do not fit axis "
               << axis << " of [" << shape << "]";
  return {};
}

namespace {
/// The three operands of QuantizeLinear or DequantizeLinear, broadcasting.
struct Operands {
  Value value, scale, zeroPoint;
};
} // namespace

static FailureOr<Operands> operandsOf(Node &node, int64_t axis, int64_t blockSize) {
  Operands operands{node.plain(node.input(0)), node.input(1), node.plain(node.input(2))};
  qnn::Shape shape(qnn::shapeOf(node.input(0))), split(shape);
  if (axis < 0)
    blockSize = 0;
  if (blockSize != 0) {
    if (blockSize < 0 || shape[axis] % blockSize != 0)
      return node.fail("blocks of " + llvm::Twine(blockSize) + " do not divide an axis of " +
                       llvm::Twine(shape[axis]));
    split[axis] /= blockSize;
    split.insert(split.begin() + axis + 1, blockSize);
  }
  if (!qnn::elementType(operands.scale).isF32())
    return node.error() << "scales of " << qnn::elementType(operands.scale) << " are not supported";
  operands.scale = placed(node, operands.scale, shape, axis, blockSize);
  if (operands.scale && operands.zeroPoint) {
    operands.zeroPoint = placed(node, operands.zeroPoint, shape, axis, blockSize);
    if (!operands.zeroPoint)
      return failure();
  }
  operands.value = node.build.reshape(operands.value, split);
  if (!operands.value || !operands.scale)
    return failure();
  return operands;
}

// round(x / scale) to even, plus the zero point, saturated. The sum is one of integers, and the
// quantize at its end only bounds and stores it.
static Value rounded(Node &node, const Operands &from, const qnn::Storage &to) {
  Type real = f32(node);
  Value value =
      node.build.create<qnn::BinaryOp>(real, qnn::BinaryKind::divide, from.value, from.scale);
  if (value)
    value = node.build.create<qnn::UnaryOp>(real, qnn::UnaryKind::round, value, llvm::APFloat(0.0f),
                                            qnn::NumericsAttr());
  Value zeroPoint = castTo(node, from.zeroPoint, real);
  if (value && zeroPoint)
    value = node.build.create<qnn::AddOp>(real, value, zeroPoint, qnn::NumericsAttr(), Attribute());
  // Codes of 4 bits are a range within those of 8.
  qnn::Storage held = qnn::fullStorage(to.bits, to.isSigned);
  auto &ir = node.build.ir();
  if (value && (held.lowest != to.lowest || held.highest != to.highest))
    value = node.build.create<qnn::ClampOp>(real, value,
                                            ir.getF64FloatAttr(static_cast<double>(to.lowest)),
                                            ir.getF64FloatAttr(static_cast<double>(to.highest)));
  return value ? node.build.create<qnn::QuantizeOp>(
                     qnn::quantizedType(node.build.context(), held, 1.0, 0), value,
                     node.rounding(qnn::Rounding::floatEven))
               : Value();
}

Value quantizeByOperands(Node &node, const qnn::Storage &to, int64_t axis, int64_t blockSize) {
  auto operands = operandsOf(node, axis, blockSize);
  Value codes = succeeded(operands) ? rounded(node, *operands, to) : Value();
  return codes ? node.build.reshape(codes, qnn::shapeOf(node.input(0))) : Value();
}

Value dequantizeByOperands(Node &node, int64_t axis, int64_t blockSize) {
  auto operands = operandsOf(node, axis, blockSize);
  if (failed(operands))
    return {};
  Value integers = castTo(node, operands->value, i32(node));
  if (operands->zeroPoint)
    integers = difference(node, integers, castTo(node, operands->zeroPoint, i32(node)));
  Value reals = product(node, castTo(node, integers, f32(node)), operands->scale);
  return reals ? node.build.reshape(reals, qnn::shapeOf(node.input(0))) : Value();
}

//===-- DynamicQuantizeLinear --===//

FailureOr<DynamicCodes> quantizeByRange(Node &node, Value reals) {
  if (!qnn::elementType(reals).isF32())
    return node.error() << "quantizes floats, not " << qnn::elementType(reals);
  Type byte = node.build.ir().getIntegerType(8, /*isSigned=*/false);
  auto range = node.build.createMany<qnn::DynamicRangeOp>({f32(node), byte}, reals);
  if (range.empty())
    return failure();
  DynamicCodes result{{}, range[0], range[1]};
  result.codes = rounded(node, {reals, result.scale, result.zeroPoint}, qnn::fullStorage(8, false));
  if (!result.codes)
    return failure();
  return result;
}

LogicalResult dynamicQuantizeLinear(Node &node) {
  if (failed(node.expect(1, 1, 3)))
    return failure();
  auto quantized = quantizeByRange(node, node.input(0));
  if (failed(quantized) || failed(node.result(quantized->codes)) ||
      failed(node.result(quantized->scale, 1)))
    return failure();
  return node.result(quantized->zeroPoint, 2);
}

//===-- Products of integers --===//

FailureOr<IntegerOperand> integerOperand(Node &node, Value integers, Value zeroPoint,
                                         int64_t axis) {
  auto storage = qnn::storageOf(integers.getType());
  if (!storage || storage->bits != 8)
    return node.error() << "multiplies integers of 8 bits, not " << qnn::elementType(integers);
  storage = qnn::fullStorage(8, storage->isSigned);
  zeroPoint = node.plain(zeroPoint);
  llvm::SmallVector<int64_t> zeroPoints = {0};
  if (auto constant = Node::constantOf(zeroPoint)) {
    auto held = qnn::Tensor::of(constant.getValue(), qnn::tensorType(zeroPoint));
    auto codes = held.isFloat() ? std::vector<int32_t>() : held.codes();
    bool areSlices = axis >= 0 && held.rank() == 1 && Node::constantOf(integers) &&
                     held.size() == qnn::shapeOf(integers)[axis];
    if (!codes.empty() && (areSlices || llvm::all_equal(codes))) {
      zeroPoints.assign(codes.begin(), codes.end());
      zeroPoint = {};
    }
  }
  if (llvm::all_equal(zeroPoints))
    zeroPoints.resize(1);
  if (llvm::any_of(zeroPoints,
                   [&](int64_t code) { return code < storage->lowest || code > storage->highest; }))
    return node.fail("a zero point is no code");
  MLIRContext *context = node.build.context();
  llvm::SmallVector<double> units(zeroPoints.size(), 1);
  Type type =
      zeroPoints.size() == 1
          ? Type(qnn::quantizedType(context, *storage, 1.0, zeroPoints[0]))
          : Type(qnn::quantizedType(context, *storage, units, zeroPoints, static_cast<int>(axis)));
  Value codes = node.retyped(node.plain(integers), type);
  if (!codes)
    return failure();
  return IntegerOperand{codes, zeroPoint};
}

Value distances(Node &node, const IntegerOperand &operand) {
  Value value = node.build.create<qnn::DequantizeOp>(f32(node), operand.codes);
  if (operand.zeroPoint)
    value = difference(node, value, castTo(node, operand.zeroPoint, f32(node)));
  auto type = qnn::quantizedType(node.build.context(), {16, true, -255, 255}, 1.0, 0);
  return value ? node.build.create<qnn::QuantizeOp>(type, value,
                                                    node.rounding(qnn::Rounding::floatEven))
               : Value();
}

// The sums of a constant's slices along an axis, less their zero points.
static Value sumsOfSlices(Node &node, Value weights, int64_t axis) {
  const auto held = qnn::Tensor::of(Node::constantOf(weights).getValue(), qnn::tensorType(weights));
  auto quantization = *qnn::Quantization::of(weights.getType());
  int64_t slices = held.shape()[axis], inner = 1;
  for (int64_t extent : held.shape().drop_front(axis + 1))
    inner *= extent;
  qnn::Tensor sums(RankedTensorType::get({slices}, i32(node)));
  std::vector<int32_t> codes = held.codes();
  for (size_t i = 0; i < codes.size(); ++i) {
    int64_t slice = static_cast<int64_t>(i) / inner % slices;
    sums.setInteger(slice, sums.integer(slice) + codes[i] - quantization.zeroPoint(slice));
  }
  return node.build.constant(sums.type(), std::as_const(sums).bytes());
}

Value subtractZeroPoint(Node &node, Value sums, Value zeroPoint, Value weights, int64_t axis) {
  Value ofWeights = sumsOfSlices(node, weights, axis);
  zeroPoint = castTo(node, zeroPoint, i32(node));
  if (!sums || !zeroPoint || failed(node.alignRanks(zeroPoint, ofWeights)))
    return {};
  Value excess = product(node, zeroPoint, ofWeights);
  if (!excess || failed(node.alignRanks(sums, excess)))
    return {};
  return difference(node, sums, excess);
}

} // namespace octet::onnx
