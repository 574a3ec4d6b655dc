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

Lane lower(qnn::QuantizeOp op, Lanes &lanes) {
  auto to = *qnn::Quantization::of(op.getResult().getType());
  auto &ir = lanes.emit.ir;
  Value scale =
      lanes.emit.reals(lanes.f32Lanes(), static_cast<double>(static_cast<float>(to.scale())));
  Value x = lanes.of(op.getInput());
  Value rounded = qnn::recipeOf(op.getNumerics()) == qnn::Recipe::divideInDouble
                      ? quotientInDouble(lanes, x, to)
                      : roundHalfAway(lanes, ir.create<arith::DivFOp>(x, scale), 0);
  if (to.zeroPoint() != 0)
    rounded =
        ir.create<arith::AddIOp>(rounded, lanes.emit.integers(lanes.i32Lanes(), to.zeroPoint()));
  return {rounded, to.storage.lowest, to.storage.highest};
}

} // namespace octet::codegen
