#include "qnn/ops/Sum.h"
#include "qnn/Numerics.h"

#include <cmath>
#include <functional>

using namespace mlir;

namespace octet::qnn {

QuantizedSum::QuantizedSum(const Quantization &x, const Quantization &y, const Quantization &z,
                           Rounding rounding, bool subtracts)
    : leftShift(z.storage.bits == 16 && z.storage.highest > 255 ? 15 : 20), subtracts(subtracts),
      lhsZeroPoint(static_cast<int32_t>(x.zeroPoint())),
      rhsZeroPoint(static_cast<int32_t>(y.zeroPoint())) {
  double twiceLarger = 2 * std::max(x.scale(), y.scale());
  lhs = quant::toFixedPoint(x.scale() / twiceLarger);
  rhs = quant::toFixedPoint(y.scale() / twiceLarger);
  output = rescaleOf(rounding, twiceLarger / (static_cast<double>(1 << leftShift) * z.scale()), z);
}

int32_t QuantizedSum::total(int32_t x, int32_t y) const {
  int32_t shiftedX = quant::shiftLeftWrapping(x - lhsZeroPoint, leftShift);
  int32_t shiftedY = quant::shiftLeftWrapping(y - rhsZeroPoint, leftShift);
  int32_t scaledX = quant::multiplyDoubleAway(shiftedX, lhs),
          scaledY = quant::multiplyDoubleAway(shiftedY, rhs);
  return quant::wrapToInt32(subtracts ? int64_t{scaledX} - scaledY : int64_t{scaledX} + scaledY);
}

bool isFloatSum(Operation *op, std::optional<NumericsAttr> numerics) {
  return isQuantized(op->getResult(0)) && isShifted(roundingOf(numerics));
}

quant::FloatSum floatSum(AddOp op) {
  auto x = *Quantization::of(op.getLhs().getType()), y = *Quantization::of(op.getRhs().getType()),
       z = *Quantization::of(op.getResult().getType());
  llvm::ArrayRef<int64_t> origins = op.getCodeOrigins();
  auto zeroPoint = [&](const Quantization &quantization, int i) {
    return static_cast<float>(quantization.zeroPoint() - origins[i]);
  };
  quant::FloatSum sum;
  auto scale = static_cast<float>(z.scale());
  sum.xMultiplier = static_cast<float>(x.scale()) / scale;
  sum.yMultiplier = static_cast<float>(y.scale()) / scale;
  // The library's compiler fuses one of these products too.
  sum.addend = zeroPoint(z, 2) -
               std::fma(sum.xMultiplier, zeroPoint(x, 0), sum.yMultiplier * zeroPoint(y, 1));
  sum.xOrigin = static_cast<int32_t>(origins[0]);
  sum.yOrigin = static_cast<int32_t>(origins[1]);
  sum.offset = static_cast<int32_t>(origins[2]);
  sum.lowest = static_cast<int32_t>(z.storage.lowest);
  sum.highest = static_cast<int32_t>(z.storage.highest);
  return sum;
}

FloatSumAttr attributeOf(MLIRContext *context, const quant::FloatSum &sum) {
  int64_t origins[] = {sum.xOrigin, sum.yOrigin, sum.offset};
  double constants[] = {sum.xMultiplier, sum.yMultiplier, sum.addend};
  return FloatSumAttr::get(context, sum.fused, sum.takesSign,
                           DenseI64ArrayAttr::get(context, origins),
                           DenseF64ArrayAttr::get(context, constants));
}

static LogicalResult verifyFloatSum(Operation *op) {
  auto add = dyn_cast<AddOp>(op);
  if (!add || add.getNumerics()->getRounding() != Rounding::floatEvenShifted)
    return op->emitOpError("has no form that rounds like this; an add has float_even_shifted");
  if (add.getCodeOrigins().size() != 3)
    return op->emitOpError("needs three code_origins");
  double scale = Quantization::of(add.getResult().getType())->scale();
  for (Value value : {add.getLhs(), add.getRhs(), add.getResult()}) {
    auto quantization = *Quantization::of(value.getType());
    if (quantization.storage.highest - quantization.storage.lowest > 255)
      return op->emitOpError("rounds sums of 8-bit codes to even, not of ") << elementType(value);
    // What is rounded has to fit an int32.
    if (!(quantization.scale() / scale < 0x1p20))
      return op->emitOpError("cannot sum with scales that differ by a factor of 2^20");
  }
  return success();
}

LogicalResult verifySum(Operation *op, std::optional<NumericsAttr> numerics) {
  Value lhs = op->getOperand(0), rhs = op->getOperand(1), result = op->getResult(0);
  if (!isQuantized(result)) {
    if (failed(requireSameElementType(op, lhs, rhs)))
      return failure();
    return requireSameElementType(op, lhs, result);
  }
  for (Value value : {lhs, rhs, result}) {
    auto storage = storageOf(value.getType());
    if (!isQuantized(value) || storage->bits > 16)
      return op->emitOpError("needs quantized operands of at most 16 bits, not ")
             << elementType(value);
    if (failed(requirePerTensor(op, value, "every operand")))
      return failure();
  }
  return isFloatSum(op, numerics) ? verifyFloatSum(op) : success();
}

LogicalResult inferSumShape(Operation *op, llvm::SmallVectorImpl<Shape> &shapes) {
  Shape shape;
  if (!broadcastShapes(shapeOf(op->getOperand(0)), shapeOf(op->getOperand(1)), shape))
    return op->emitOpError("operands do not broadcast");
  shapes.push_back(shape);
  return success();
}

using CodeSum = std::function<int32_t(int32_t, int32_t)>;

static CodeSum codeSum(Operation *op, bool subtracts, std::optional<NumericsAttr> numerics) {
  if (isFloatSum(op, numerics))
    return floatSum(cast<AddOp>(op));
  auto quantization = [](Value value) { return *Quantization::of(value.getType()); };
  return QuantizedSum(quantization(op->getOperand(0)), quantization(op->getOperand(1)),
                      quantization(op->getResult(0)), roundingOf(numerics), subtracts);
}

LogicalResult evaluateSum(Operation *op, bool subtracts, std::optional<NumericsAttr> numerics,
                          llvm::ArrayRef<Tensor> operands, llvm::SmallVectorImpl<Tensor> &results) {
  Tensor result(tensorType(op->getResult(0)));
  const Tensor &lhs = operands[0], &rhs = operands[1];
  Shape lhsStrides = broadcastStrides(lhs.shape(), result.shape()),
        rhsStrides = broadcastStrides(rhs.shape(), result.shape());
  CodeSum sum;
  if (isQuantized(op->getResult(0)))
    sum = codeSum(op, subtracts, numerics);
  forEachIndex(result.shape(), [&](int64_t at, llvm::ArrayRef<int64_t> index) {
    int64_t i = offsetOf(index, lhsStrides), j = offsetOf(index, rhsStrides);
    if (sum)
      result.setInteger(
          at, sum(static_cast<int32_t>(lhs.integer(i)), static_cast<int32_t>(rhs.integer(j))));
    else if (result.isFloat())
      // One operation in double, rounded to float, is the float operation.
      result.setReal(at, subtracts ? lhs.real(i) - rhs.real(j) : lhs.real(i) + rhs.real(j));
    else
      result.setInteger(at, static_cast<int64_t>(subtracts
                                                     ? static_cast<uint64_t>(lhs.integer(i)) -
                                                           static_cast<uint64_t>(rhs.integer(j))
                                                     : static_cast<uint64_t>(lhs.integer(i)) +
                                                           static_cast<uint64_t>(rhs.integer(j))));
  });
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
