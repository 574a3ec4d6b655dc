#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "qnn/ops/Move.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult BroadcastOp::verify() {
  return requireSameElementType(*this, getInput(), getResult());
}

LogicalResult BroadcastOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  Shape shape;
  if (!broadcastShapes(shapeOf(getInput()), getShape(), shape) ||
      llvm::ArrayRef<int64_t>(shape) != getShape())
    return emitOpError("input does not broadcast to the shape");
  shapes.push_back(shape);
  return success();
}

LogicalResult BroadcastOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                    llvm::SmallVectorImpl<Tensor> &results) {
  auto type = tensorType(getResult());
  results.push_back(
      readStrided(operands[0], type, 0, broadcastStrides(operands[0].shape(), type.getShape())));
  return success();
}

} // namespace octet::qnn
