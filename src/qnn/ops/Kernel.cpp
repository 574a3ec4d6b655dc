#include "qnn/Checks.h"
#include "qnn/Evaluate.h"
#include "qnn/Ops.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult KernelOp::verify() {
  if (getBody().getArgumentTypes() != getOperandTypes())
    return emitOpError("region does not take the operands' types");
  if (cast<YieldOp>(getBody().front().getTerminator()).getOperandTypes() != getResultTypes())
    return emitOpError("region does not yield the results' types");
  return success();
}

LogicalResult KernelOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  for (Value value : cast<YieldOp>(getBody().front().getTerminator()).getOperands())
    shapes.push_back(Shape(shapeOf(value)));
  return success();
}

LogicalResult KernelOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                 llvm::SmallVectorImpl<Tensor> &results) {
  return evaluateBlock(getBody().front(), operands, results);
}

} // namespace octet::qnn
