#include "qnn/Checks.h"
#include "qnn/Ops.h"

using namespace mlir;

namespace octet::qnn {

static LogicalResult verifyRegion(WhileOp op, Region &region, TypeRange results, const char *name) {
  auto types = op.getOperandTypes();
  if (region.getArgumentTypes() != types)
    return op.emitOpError() << name << " does not take the operands' types";
  if (cast<YieldOp>(region.front().getTerminator()).getOperandTypes() != results)
    return op.emitOpError() << name << " yields other types than " << results;
  return success();
}

LogicalResult WhileOp::verify() {
  if (getResultTypes() != getOperandTypes())
    return emitOpError("needs results of the operands' types");
  auto conditionYield = cast<YieldOp>(getCondition().front().getTerminator());
  if (conditionYield.getNumOperands() != 1)
    return emitOpError("condition yields one value");
  auto type = cast<RankedTensorType>(conditionYield.getOperand(0).getType());
  if (!type.getElementType().isInteger(1) || type.getNumElements() != 1)
    return emitOpError("condition yields a single boolean, not ") << type;
  if (failed(verifyRegion(*this, getCondition(), TypeRange(type), "condition")))
    return failure();
  return verifyRegion(*this, getBody(), getResultTypes(), "body");
}

} // namespace octet::qnn
