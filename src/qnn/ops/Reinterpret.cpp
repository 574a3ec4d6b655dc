#include "qnn/Checks.h"
#include "qnn/Ops.h"

using namespace mlir;

namespace octet::qnn {

// Codes that one side uses and the other does not would be read where none can be: a lookup's table
// has no entry for them.
LogicalResult ReinterpretOp::verify() {
  auto from = storageOf(getInput().getType()), to = storageOf(getResult().getType());
  if (!from || !to || from->bits != to->bits || from->isSigned != to->isSigned ||
      from->lowest != to->lowest || from->highest != to->highest)
    return emitOpError("needs types that store the same integers, not ")
           << elementType(getInput()) << " and " << elementType(getResult());
  if (failed(requirePerTensor(*this, getInput(), "input")))
    return failure();
  return requirePerTensor(*this, getResult(), "result");
}

LogicalResult ReinterpretOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  shapes.push_back(Shape(shapeOf(getInput())));
  return success();
}

OpFoldResult ReinterpretOp::fold(FoldAdaptor) {
  if (auto inner = getInput().getDefiningOp<ReinterpretOp>()) {
    getInputMutable().assign(inner.getInput());
    return getResult();
  }
  return getInput().getType() == getResult().getType() ? OpFoldResult(getInput()) : OpFoldResult();
}

LogicalResult ReinterpretOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                      llvm::SmallVectorImpl<Tensor> &results) {
  results.push_back(operands[0].withType(tensorType(getResult())));
  return success();
}

} // namespace octet::qnn
