#include "codegen/ops/Round.h"

using namespace mlir;

namespace octet::codegen {

Value roundHalfAway(Lanes &lanes, Value reals, int64_t nan) {
  Emitter &emit = lanes.emit;
  auto &ir = emit.ir;
  Value isNan = ir.create<arith::CmpFOp>(arith::CmpFPredicate::UNO, reals, reals);
  reals = ir.create<arith::SelectOp>(isNan, emit.reals(lanes.f32Lanes(), static_cast<double>(nan)),
                                     reals);
  Value bounded = emit.boundReals(reals, -0x1p30, 0x1p30);
  // Cutting the fraction off is exact, and so is what was cut off: it says whether to go one
  // further.
  Value whole = ir.create<LLVM::FTruncOp>(bounded), rest = ir.create<arith::SubFOp>(bounded, whole);
  Value magnitude = ir.create<LLVM::FAbsOp>(rest);
  Value isHalf = ir.create<arith::CmpFOp>(arith::CmpFPredicate::OGE, magnitude,
                                          emit.reals(lanes.f32Lanes(), 0.5));
  Value one = ir.create<LLVM::CopySignOp>(emit.reals(lanes.f32Lanes(), 1), bounded);
  Value step = ir.create<arith::SelectOp>(isHalf, one, emit.reals(lanes.f32Lanes(), 0));
  return ir.create<arith::FPToSIOp>(lanes.i32Lanes(), ir.create<arith::AddFOp>(whole, step));
}

} // namespace octet::codegen
