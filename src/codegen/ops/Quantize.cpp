#include "codegen/ops/Rescale.h"
#include "codegen/ops/Round.h"
#include "qnn/Numerics.h"

using namespace mlir;

namespace octet::codegen {

// round(x / scale), the division in double.
//
// In float32 the quotient's rounding may hide on which side of k + 0.5 the true one lies, but only
// by making a tie of it: a rounding is monotone and keeps k + 0.5, which float32 holds below 2^22.
// There the remainder x - quotient * scale tells, whose sign a fused multiply-add gets right. The
// division in double never makes such a tie: a quotient of two numbers of 24 bits is a tie or away
// from it by 2^-48 of itself. Above 2^22 codes saturate, and scales below 2^-100 could let the
// remainder vanish.
static Value quotientInDouble(Lanes &lanes, Value x, const qnn::Quantization &to) {
  Emitter &emit = lanes.emit;
  auto &ir = emit.ir;
  auto scale = static_cast<double>(static_cast<float>(to.scale()));
  if (emit.target.hasFusedMultiplyAdd && scale >= 0x1p-100 && to.storage.bits <= 16) {
    Value divisor = emit.reals(lanes.f32Lanes(), scale);
    Value quotient = ir.create<arith::DivFOp>(x, divisor);
    Value remainder = ir.create<LLVM::FMAOp>(ir.create<arith::NegFOp>(quotient), divisor, x);
    return roundHalfAway(lanes, quotient, 0, remainder);
  }
  auto type = emit.vector(lanes.count, emit.f64());
  Value wide = ir.create<arith::ExtFOp>(type, x);
  return roundHalfAway(lanes, ir.create<arith::DivFOp>(wide, emit.reals(type, scale)), 0);
}

// The clamp comes first, as in the evaluator: it makes the lower bound of a NaN.
static Lane quotientToEven(qnn::QuantizeOp op, Lanes &lanes, Value quotient) {
  Emitter &emit = lanes.emit;
  auto &ir = emit.ir;
  auto to = *qnn::Quantization::of(op.getResult().getType());
  auto origin = static_cast<int64_t>(op.getCodeOrigin()), base = to.zeroPoint();
  if (qnn::isShifted(qnn::roundingOf(op.getNumerics()))) {
    auto shift = emit.reals(lanes.f32Lanes(), static_cast<double>(base - origin));
    quotient = ir.create<arith::AddFOp>(quotient, shift);
    base = origin;
  }
  auto bound = [&](arith::CmpFPredicate inside, int64_t code) {
    Value limit = emit.reals(lanes.f32Lanes(), static_cast<double>(code - base));
    Value isInside = ir.create<arith::CmpFOp>(inside, quotient, limit);
    quotient = ir.create<arith::SelectOp>(isInside, quotient, limit);
  };
  bound(arith::CmpFPredicate::OGT, to.storage.lowest);
  bound(arith::CmpFPredicate::OLT, to.storage.highest);
  return rounded(lanes, quotient, base).within(to.storage.lowest, to.storage.highest);
}

static Value byReciprocal(llvm::ArrayRef<float> parts, Lanes &lanes, Value x) {
  auto &ir = lanes.emit.ir;
  auto part = [&](float number) {
    return lanes.emit.reals(lanes.f32Lanes(), static_cast<double>(number));
  };
  if (parts[1] == 0)
    return ir.create<arith::MulFOp>(x, part(parts[0]));
  Value low = ir.create<arith::MulFOp>(x, part(parts[1]));
  return ir.create<LLVM::FMAOp>(x, part(parts[0]), low);
}

Lane lower(qnn::QuantizeOp op, Lanes &lanes) {
  auto to = *qnn::Quantization::of(op.getResult().getType());
  auto &ir = lanes.emit.ir;
  Value scale =
      lanes.emit.reals(lanes.f32Lanes(), static_cast<double>(static_cast<float>(to.scale())));
  Value x = lanes.of(op.getInput());
  if (qnn::isFloatEven(qnn::roundingOf(op.getNumerics())))
    return quotientToEven(op, lanes,
                          op.getReciprocal() ? byReciprocal(*op.getReciprocal(), lanes, x)
                                             : Value(ir.create<arith::DivFOp>(x, scale)));
  Value code = qnn::recipeOf(op.getNumerics()) == qnn::Recipe::divideInDouble
                   ? quotientInDouble(lanes, x, to)
                   : roundHalfAway(lanes, ir.create<arith::DivFOp>(x, scale), 0);
  if (to.zeroPoint() != 0)
    code = ir.create<arith::AddIOp>(code, lanes.emit.integers(lanes.i32Lanes(), to.zeroPoint()));
  return {code, to.storage.lowest, to.storage.highest};
}

} // namespace octet::codegen
