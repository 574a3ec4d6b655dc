#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "qnn/Permutation.h"

using namespace mlir;

namespace octet::qnn {

// A quantized axis may be another one behind the reshape, if it counts the same slices.
LogicalResult ReshapeOp::verify() {
  if (elementType(getResult()) == reshapedElementType(tensorType(getInput()), shapeOf(getResult())))
    return success();
  return requireSameElementType(*this, getInput(), getResult());
}

LogicalResult ReshapeOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  Shape shape(getShape());
  int64_t count = 1;
  for (int64_t extent : shape) {
    if (extent < 0)
      return emitOpError("has a negative extent");
    count *= extent;
  }
  if (count != tensorType(getInput()).getNumElements())
    return emitOpError("of ") << tensorType(getInput()).getNumElements() << " elements cannot have "
                              << count;
  shapes.push_back(shape);
  return success();
}

LogicalResult ReshapeOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                  llvm::SmallVectorImpl<Tensor> &results) {
  results.push_back(operands[0].withType(tensorType(getResult())));
  return success();
}

} // namespace octet::qnn
