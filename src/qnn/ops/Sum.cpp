#include "qnn/ops/Sum.h"
#include "qnn/Numerics.h"

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

LogicalResult verifySum(Operation *op) {
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
  return success();
}

LogicalResult inferSumShape(Operation *op, llvm::SmallVectorImpl<Shape> &shapes) {
  Shape shape;
  if (!broadcastShapes(shapeOf(op->getOperand(0)), shapeOf(op->getOperand(1)), shape))
    return op->emitOpError("operands do not broadcast");
  shapes.push_back(shape);
  return success();
}

LogicalResult evaluateSum(Operation *op, bool subtracts, std::optional<NumericsAttr> numerics,
                          llvm::ArrayRef<Tensor> operands, llvm::SmallVectorImpl<Tensor> &results) {
  Tensor result(tensorType(op->getResult(0)));
  const Tensor &lhs = operands[0], &rhs = operands[1];
  Shape lhsStrides = broadcastStrides(lhs.shape(), result.shape()),
        rhsStrides = broadcastStrides(rhs.shape(), result.shape());
  std::optional<QuantizedSum> sum;
  if (auto quantization = Quantization::of(result.type()))
    sum.emplace(*Quantization::of(lhs.type()), *Quantization::of(rhs.type()), *quantization,
                roundingOf(numerics), subtracts);
  forEachIndex(result.shape(), [&](int64_t at, llvm::ArrayRef<int64_t> index) {
    int64_t i = offsetOf(index, lhsStrides), j = offsetOf(index, rhsStrides);
    if (sum)
      result.setInteger(
          at, (*sum)(static_cast<int32_t>(lhs.integer(i)), static_cast<int32_t>(rhs.integer(j))));
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
