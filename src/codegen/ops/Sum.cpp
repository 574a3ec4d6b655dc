#include "codegen/ops/Sum.h"
#include "codegen/ops/Rescale.h"
#include "qnn/Numerics.h"
#include "qnn/ops/Sum.h"

using namespace mlir;

namespace octet::codegen {

// round(x * lhs + (y * rhs + addend)): proven equal on every pair of codes.
static Value emitSumForm(Lanes &lanes, qnn::FloatSumAttr form, Value x, Value y) {
  auto &ir = lanes.emit.ir;
  auto constant = [&](int i) { return lanes.everywhere(form.getConstants()[i], lanes.emit.f32()); };
  auto multiplyAdd = [&](Value value, Value by, Value addend) -> Value {
    if (form.getFused())
      return ir.create<LLVM::FMAOp>(value, by, addend);
    return ir.create<arith::AddFOp>(ir.create<arith::MulFOp>(value, by), addend);
  };
  Value realX = ir.create<arith::SIToFPOp>(lanes.f32Lanes(), x),
        realY = ir.create<arith::SIToFPOp>(lanes.f32Lanes(), y);
  Value sum = multiplyAdd(realX, constant(0), multiplyAdd(realY, constant(1), constant(2)));
  return lanes.machine.roundToInteger(lanes.emit, sum);
}

// TFLite's own integers, step by step as qnn::QuantizedSum has them.
static Value emitExactSum(Lanes &lanes, const qnn::QuantizedSum &sum, Value x, Value y) {
  auto &ir = lanes.emit.ir;
  auto all = [&](int64_t value) { return lanes.emit.integers(lanes.i32Lanes(), value); };
  auto scaled = [&](Value code, int64_t zeroPoint, quant::FixedPointMultiplier multiplier) {
    Value shifted = ir.create<arith::ShLIOp>(ir.create<arith::SubIOp>(code, all(zeroPoint)),
                                             all(sum.leftShift));
    return emitMultiply(lanes, quant::Rounding::doubleAway, shifted, multiplier, {});
  };
  Value scaledX = scaled(x, sum.lhsZeroPoint, sum.lhs),
        scaledY = scaled(y, sum.rhsZeroPoint, sum.rhs);
  Value total = sum.subtracts ? Value(ir.create<arith::SubIOp>(scaledX, scaledY))
                              : Value(ir.create<arith::AddIOp>(scaledX, scaledY));
  Value rounded =
      emitMultiply(lanes, sum.output.rounding, total, sum.output.fixed, sum.output.real);
  return ir.create<arith::AddIOp>(rounded, all(sum.output.zeroPoint));
}

Lane lowerSum(Operation *op, bool subtracts, std::optional<qnn::NumericsAttr> numerics,
              std::optional<qnn::FloatSumAttr> form, Lanes &lanes) {
  Value x = lanes.of(op->getOperand(0)), y = lanes.of(op->getOperand(1));
  auto &ir = lanes.emit.ir;
  auto quantization = qnn::Quantization::of(op->getResult(0).getType());
  if (!quantization) {
    bool isFloat = isa<FloatType>(cast<VectorType>(x.getType()).getElementType());
    if (isFloat)
      return subtracts ? Value(ir.create<arith::SubFOp>(x, y))
                       : Value(ir.create<arith::AddFOp>(x, y));
    return subtracts ? Value(ir.create<arith::SubIOp>(x, y))
                     : Value(ir.create<arith::AddIOp>(x, y));
  }
  int64_t lowest = quantization->storage.lowest, highest = quantization->storage.highest;
  if (form)
    return {emitSumForm(lanes, *form, x, y), lowest, highest};
  qnn::QuantizedSum sum(*qnn::Quantization::of(op->getOperand(0).getType()),
                        *qnn::Quantization::of(op->getOperand(1).getType()), *quantization,
                        qnn::roundingOf(numerics), subtracts);
  return {emitExactSum(lanes, sum, x, y), lowest, highest};
}

} // namespace octet::codegen
