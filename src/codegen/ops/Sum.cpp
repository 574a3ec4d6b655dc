#include "codegen/ops/Sum.h"
#include "codegen/ops/Rescale.h"
#include "qnn/Numerics.h"
#include "qnn/ops/Sum.h"

using namespace mlir;

namespace octet::codegen {

// round(x * lhs + (y * rhs + addend)): proven equal on every pair of codes.
static Lane emitSumForm(Lanes &lanes, qnn::FloatSumAttr form, Value lhs, Value rhs) {
  auto &ir = lanes.emit.ir;
  auto constant = [&](int i) { return lanes.everywhere(form.getConstants()[i], lanes.emit.f32()); };
  auto multiplyAdd = [&](Value value, Value by, Value addend) -> Value {
    if (form.getFused())
      return ir.create<LLVM::FMAOp>(value, by, addend);
    return ir.create<arith::AddFOp>(ir.create<arith::MulFOp>(value, by), addend);
  };
  auto origins = form.getOrigins().asArrayRef();
  Value x = lanes.realOf(lhs, origins[0]), y = lanes.realOf(rhs, origins[1]);
  if (!form.getTakesSign())
    return rounded(lanes, multiplyAdd(x, constant(0), multiplyAdd(y, constant(1), constant(2))),
                   origins[2]);
  Value sum = multiplyAdd(x, constant(0), ir.create<arith::MulFOp>(y, constant(1)));
  Value addend = ir.create<LLVM::CopySignOp>(constant(2), sum);
  return rounded(lanes, ir.create<arith::AddFOp>(sum, addend), origins[2]);
}

// The total of TFLite's own integers, step by step as qnn::QuantizedSum has it.
static Value emitTotal(Lanes &lanes, const qnn::QuantizedSum &sum, Value x, Value y) {
  auto &ir = lanes.emit.ir;
  auto all = [&](int64_t value) { return lanes.emit.integers(lanes.i32Lanes(), value); };
  auto scaled = [&](Value code, int64_t zeroPoint,
                    quant::FixedPointMultiplier multiplier) -> Value {
    Value centered = ir.create<arith::SubIOp>(code, all(zeroPoint));
    // The operand of the larger scale is halved.
    if (multiplier == quant::toFixedPoint(0.5))
      return ir.create<arith::ShLIOp>(centered, all(sum.leftShift - 1));
    Value shifted = ir.create<arith::ShLIOp>(centered, all(sum.leftShift));
    return emitMultiply(lanes, quant::Rounding::doubleAway, shifted, multiplier, {});
  };
  Value scaledX = scaled(x, sum.lhsZeroPoint, sum.lhs),
        scaledY = scaled(y, sum.rhsZeroPoint, sum.rhs);
  if (sum.subtracts)
    return ir.create<arith::SubIOp>(scaledX, scaledY);
  return ir.create<arith::AddIOp>(scaledX, scaledY);
}

static Lane emitExactSum(Lanes &lanes, const qnn::QuantizedSum &sum,
                         std::optional<Attribute> rescale, Value x, Value y) {
  auto &ir = lanes.emit.ir;
  Value total = emitTotal(lanes, sum, x, y);
  if (rescale)
    return emitForm(lanes, cast<qnn::FloatRescaleAttr>(*rescale), total);
  Value rounded =
      emitMultiply(lanes, sum.output.rounding, total, sum.output.fixed, sum.output.real);
  return Value(ir.create<arith::AddIOp>(
      rounded, lanes.emit.integers(lanes.i32Lanes(), sum.output.zeroPoint)));
}

static Lane emitPlainSum(Lanes &lanes, bool subtracts, Value x, Value y) {
  auto &ir = lanes.emit.ir;
  if (isa<FloatType>(cast<VectorType>(x.getType()).getElementType()))
    return subtracts ? Value(ir.create<arith::SubFOp>(x, y))
                     : Value(ir.create<arith::AddFOp>(x, y));
  return subtracts ? Value(ir.create<arith::SubIOp>(x, y)) : Value(ir.create<arith::AddIOp>(x, y));
}

Lane lowerSum(Operation *op, bool subtracts, std::optional<qnn::NumericsAttr> numerics,
              std::optional<Attribute> form, Lanes &lanes) {
  Value lhs = op->getOperand(0), rhs = op->getOperand(1);
  auto to = qnn::Quantization::of(op->getResult(0).getType());
  if (!to)
    return emitPlainSum(lanes, subtracts, lanes.of(lhs), lanes.of(rhs));
  auto linear = form ? dyn_cast<qnn::FloatSumAttr>(*form) : qnn::FloatSumAttr();
  // What is not proven otherwise is the framework's own formula.
  if (!linear && qnn::isFloatSum(op, numerics))
    linear = qnn::attributeOf(op->getContext(), qnn::floatSum(cast<qnn::AddOp>(op)));
  if (linear)
    return emitSumForm(lanes, linear, lhs, rhs).within(to->storage.lowest, to->storage.highest);
  qnn::QuantizedSum sum(*qnn::Quantization::of(lhs.getType()),
                        *qnn::Quantization::of(rhs.getType()), *to, qnn::roundingOf(numerics),
                        subtracts);
  return emitExactSum(lanes, sum, form, lanes.of(lhs), lanes.of(rhs))
      .within(to->storage.lowest, to->storage.highest);
}

} // namespace octet::codegen
