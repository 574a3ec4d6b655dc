#include "codegen/Lanes.h"
#include "qnn/Checks.h"

using namespace mlir;

namespace octet::codegen {

Lane lower(qnn::MulOp op, Lanes &lanes) {
  Value x = lanes.centered(lanes.of(op.getLhs()), op.getLhs()),
        y = lanes.centered(lanes.of(op.getRhs()), op.getRhs());
  auto &ir = lanes.emit.ir;
  if (qnn::isFloat(op.getLhs()))
    return Value(ir.create<arith::MulFOp>(x, y));
  return Value(ir.create<arith::MulIOp>(x, y));
}

} // namespace octet::codegen
