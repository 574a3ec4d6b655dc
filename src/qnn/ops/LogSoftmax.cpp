#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "routines/Parameters.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult LogSoftmaxOp::verify() { return requireFloatRows(*this, getInput(), getResult()); }

LogicalResult LogSoftmaxOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  shapes.push_back(Shape(shapeOf(getInput())));
  return success();
}

Routine LogSoftmaxOp::routine() {
  int64_t depth = shapeOf(getInput()).back();
  return {"log_softmax_f32", routines::Rows{depth},
          tensorType(getInput()).getNumElements() / depth};
}

} // namespace octet::qnn
