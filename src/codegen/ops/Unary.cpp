#include "codegen/ops/Rescale.h"
#include "qnn/Checks.h"
#include "qnn/Numerics.h"
#include "quant/Elementary.h"

using namespace mlir;

namespace octet::codegen {

using qnn::UnaryKind;

namespace {

/// The Machine of quant/Elementary.h that emits vector instructions.
struct Vectors {
  using Real = Value;
  using Integer = Value;
  using Condition = Value;

  Lanes &lanes;
  ImplicitLocOpBuilder &ir = lanes.emit.ir;

  Real real(float value) const {
    return lanes.emit.reals(lanes.f32Lanes(), static_cast<double>(value));
  }
  Integer integer(int32_t value) const { return lanes.emit.integers(lanes.i32Lanes(), value); }
  Real add(Real a, Real b) const { return ir.create<arith::AddFOp>(a, b); }
  Real subtract(Real a, Real b) const { return ir.create<arith::SubFOp>(a, b); }
  Real multiply(Real a, Real b) const { return ir.create<arith::MulFOp>(a, b); }
  Real multiplyAdd(Real a, Real b, Real c) const { return ir.create<LLVM::FMAOp>(a, b, c); }
  Real divide(Real a, Real b) const { return ir.create<arith::DivFOp>(a, b); }
  Real absolute(Real a) const { return ir.create<LLVM::FAbsOp>(a); }
  Real copySign(Real magnitude, Real sign) const {
    return ir.create<LLVM::CopySignOp>(magnitude, sign);
  }
  Real squareRoot(Real a) const { return ir.create<LLVM::SqrtOp>(a); }
  Real roundEven(Real a) const { return ir.create<LLVM::RoundEvenOp>(a); }
  Real floor(Real a) const { return ir.create<LLVM::FFloorOp>(a); }
  Real ceil(Real a) const { return ir.create<LLVM::FCeilOp>(a); }
  Integer toInteger(Real integral) const {
    return ir.create<arith::FPToSIOp>(lanes.i32Lanes(), integral);
  }
  Real toReal(Integer a) const { return ir.create<arith::SIToFPOp>(lanes.f32Lanes(), a); }
  Integer bits(Real a) const { return ir.create<arith::BitcastOp>(lanes.i32Lanes(), a); }
  Real fromBits(Integer a) const { return ir.create<arith::BitcastOp>(lanes.f32Lanes(), a); }
  Integer addInteger(Integer a, Integer b) const { return ir.create<arith::AddIOp>(a, b); }
  Integer subtractInteger(Integer a, Integer b) const { return ir.create<arith::SubIOp>(a, b); }
  Integer andInteger(Integer a, Integer b) const { return ir.create<arith::AndIOp>(a, b); }
  Integer orInteger(Integer a, Integer b) const { return ir.create<arith::OrIOp>(a, b); }
  Integer shiftLeft(Integer a, int count) const {
    return ir.create<arith::ShLIOp>(a, integer(count));
  }
  Integer shiftRight(Integer a, int count) const {
    return ir.create<arith::ShRSIOp>(a, integer(count));
  }
  Condition less(Real a, Real b) const {
    return ir.create<arith::CmpFOp>(arith::CmpFPredicate::OLT, a, b);
  }
  Condition isNan(Real a) const {
    return ir.create<arith::CmpFOp>(arith::CmpFPredicate::UNO, a, a);
  }
  Condition equalInteger(Integer a, Integer b) const {
    return ir.create<arith::CmpIOp>(arith::CmpIPredicate::eq, a, b);
  }
  Real select(Condition condition, Real a, Real b) const {
    return ir.create<arith::SelectOp>(condition, a, b);
  }
};

Value isNegative(Lanes &lanes, Value x) {
  auto type = cast<VectorType>(x.getType());
  return lanes.emit.ir.create<arith::CmpIOp>(arith::CmpIPredicate::slt, x,
                                             lanes.emit.integers(type, 0));
}
Value negated(Lanes &lanes, Value x) {
  auto type = cast<VectorType>(x.getType());
  return lanes.emit.ir.create<arith::SubIOp>(lanes.emit.integers(type, 0), x);
}
Value select(Lanes &lanes, Value condition, Value a, Value b) {
  return lanes.emit.ir.create<arith::SelectOp>(condition, a, b);
}

Value ofIntegers(Lanes &lanes, UnaryKind kind, Value x) {
  auto type = cast<VectorType>(x.getType());
  auto &ir = lanes.emit.ir;
  auto all = [&](int64_t value) { return lanes.emit.integers(type, value); };
  switch (kind) {
  case UnaryKind::abs:
    return select(lanes, isNegative(lanes, x), negated(lanes, x), x);
  case UnaryKind::negate:
    return negated(lanes, x);
  case UnaryKind::square:
    return ir.create<arith::MulIOp>(x, x);
  case UnaryKind::logicalNot: {
    Value isZero = ir.create<arith::CmpIOp>(arith::CmpIPredicate::eq, x, all(0));
    return select(lanes, isZero, all(1), all(0));
  }
  default: {
    Value isPositive = ir.create<arith::CmpIOp>(arith::CmpIPredicate::sgt, x, all(0));
    return select(lanes, isPositive, all(1), select(lanes, isNegative(lanes, x), all(-1), all(0)));
  }
  }
}

// leaky_relu and abs on 16-bit codes, as the evaluator has them.
Lane ofWideCodes(qnn::UnaryOp op, Lanes &lanes) {
  auto from = *qnn::Quantization::of(op.getInput().getType()),
       to = *qnn::Quantization::of(op.getResult().getType());
  auto &ir = lanes.emit.ir;
  auto rescaled = [&](Value value, double real) {
    return emitMultiply(lanes, qnn::toQuant(qnn::roundingOf(op.getNumerics())), value,
                        quant::toFixedPoint(real), real);
  };
  Value x = lanes.centered(lanes.of(op.getInput()), op.getInput()), result;
  if (op.getKind() == UnaryKind::leakyRelu) {
    float alpha = op.getAlpha().convertToFloat(), fromScale = static_cast<float>(from.scale()),
          toScale = static_cast<float>(to.scale());
    Value positive = rescaled(x, static_cast<double>(fromScale / toScale));
    Value negative = rescaled(x, static_cast<double>(fromScale * std::abs(alpha) / toScale));
    result = select(lanes, isNegative(lanes, x), alpha < 0 ? negated(lanes, negative) : negative,
                    positive);
  } else {
    Value magnitude = ofIntegers(lanes, UnaryKind::abs, x);
    result =
        from.scale() == to.scale() ? magnitude : rescaled(magnitude, from.scale() / to.scale());
  }
  return {ir.create<arith::AddIOp>(result, lanes.emit.integers(lanes.i32Lanes(), to.zeroPoint())),
          to.storage.lowest, to.storage.highest};
}

} // namespace

Lane lower(qnn::UnaryOp op, Lanes &lanes) {
  Value x = lanes.of(op.getInput());
  if (qnn::isFloat(op.getInput()))
    return quant::elementary::apply(Vectors{lanes},
                                    static_cast<quant::elementary::Function>(op.getKind()), x,
                                    op.getAlpha().convertToFloat());
  if (!qnn::isQuantized(op.getInput()))
    return ofIntegers(lanes, op.getKind(), x);
  auto storage = *qnn::storageOf(op.getInput().getType());
  if (storage.highest - storage.lowest > 255)
    return op.getKind() == UnaryKind::leakyRelu || op.getKind() == UnaryKind::abs
               ? ofWideCodes(op, lanes)
               : Lane(lanes.throughWideTable(op, x));
  return lanes.throughTable(op, x);
}

} // namespace octet::codegen
