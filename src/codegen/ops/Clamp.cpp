#include "codegen/Lanes.h"
#include "qnn/Checks.h"

using namespace mlir;

namespace octet::codegen {

// A NaN passes, as it does through std::max and std::min.
static Value clampReals(Emitter &emit, Value x, double lowest, double highest) {
  auto type = cast<VectorType>(x.getType());
  auto &ir = emit.ir;
  Value low = emit.reals(type, lowest), high = emit.reals(type, highest);
  x = ir.create<arith::SelectOp>(ir.create<arith::CmpFOp>(arith::CmpFPredicate::OLT, x, low), low,
                                 x);
  return ir.create<arith::SelectOp>(ir.create<arith::CmpFOp>(arith::CmpFPredicate::OLT, high, x),
                                    high, x);
}

Lane lower(qnn::ClampOp op, Lanes &lanes) {
  if (qnn::isFloat(op.getInput()))
    return clampReals(lanes.emit, lanes.of(op.getInput()), op.getLowest().convertToDouble(),
                      op.getHighest().convertToDouble());
  auto [lowest, highest] = op.integerBounds();
  Lane input = lanes.unclamped(op.getInput());
  // Two clamps are one, unless they exclude each other.
  if (input.lowest <= highest && lowest <= input.highest)
    return input.within(std::max(lowest, input.lowest), std::min(highest, input.highest));
  return {lanes.of(op.getInput()), lowest, highest};
}

} // namespace octet::codegen
