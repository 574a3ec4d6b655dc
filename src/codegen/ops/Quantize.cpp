#include "codegen/ops/Round.h"

using namespace mlir;

namespace octet::codegen {

Lane lower(qnn::QuantizeOp op, Lanes &lanes) {
  auto to = *qnn::Quantization::of(op.getResult().getType());
  auto &ir = lanes.emit.ir;
  Value scale =
      lanes.emit.reals(lanes.f32Lanes(), static_cast<double>(static_cast<float>(to.scale())));
  Value rounded = roundHalfAway(lanes, ir.create<arith::DivFOp>(lanes.of(op.getInput()), scale), 0);
  if (to.zeroPoint() != 0)
    rounded =
        ir.create<arith::AddIOp>(rounded, lanes.emit.integers(lanes.i32Lanes(), to.zeroPoint()));
  return {rounded, to.storage.lowest, to.storage.highest};
}

} // namespace octet::codegen
