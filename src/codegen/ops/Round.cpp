#include "codegen/ops/Round.h"

using namespace mlir;

namespace octet::codegen {

Value roundHalfAway(Lanes &lanes, Value reals, int64_t nan, Value remainder) {
  Emitter &emit = lanes.emit;
  auto &ir = emit.ir;
  auto type = cast<VectorType>(reals.getType());
  auto all = [&](double number) { return emit.reals(type, number); };
  Value isNan = ir.create<arith::CmpFOp>(arith::CmpFPredicate::UNO, reals, reals);
  reals = ir.create<arith::SelectOp>(isNan, all(static_cast<double>(nan)), reals);
  Value bounded = emit.boundReals(reals, -0x1p30, 0x1p30);
  // Cutting the fraction off is exact, and so is what was cut off: it says whether to go one
  // further.
  Value whole = ir.create<LLVM::FTruncOp>(bounded), rest = ir.create<arith::SubFOp>(bounded, whole);
  Value magnitude = ir.create<LLVM::FAbsOp>(rest);
  Value one = ir.create<LLVM::CopySignOp>(all(1), bounded), threshold = all(0.5);
  if (remainder) {
    // A tie that lies beyond the exact number is less than one.
    Value isBeyond = ir.create<arith::CmpFOp>(arith::CmpFPredicate::OLT,
                                              ir.create<arith::MulFOp>(remainder, one), all(0));
    threshold = ir.create<arith::SelectOp>(isBeyond, all(0x1.000002p-1), threshold);
  }
  Value isHalf = ir.create<arith::CmpFOp>(arith::CmpFPredicate::OGE, magnitude, threshold);
  Value step = ir.create<arith::SelectOp>(isHalf, one, all(0));
  return ir.create<arith::FPToSIOp>(lanes.i32Lanes(), ir.create<arith::AddFOp>(whole, step));
}

} // namespace octet::codegen
