#include "codegen/Lanes.h"

using namespace mlir;

namespace octet::codegen {

Lane lower(qnn::SelectOp op, Lanes &lanes) {
  auto &ir = lanes.emit.ir;
  Value isTrue = ir.create<arith::CmpIOp>(arith::CmpIPredicate::ne, lanes.of(op.getCondition()),
                                          lanes.emit.integers(lanes.i32Lanes(), 0));
  return Value(
      ir.create<arith::SelectOp>(isTrue, lanes.of(op.getOnTrue()), lanes.of(op.getOnFalse())));
}

} // namespace octet::codegen
