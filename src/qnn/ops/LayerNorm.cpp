#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "routines/Parameters.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult LayerNormOp::verify() { return requireFloatRows(*this, getInput(), getResult()); }

LogicalResult LayerNormOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  shapes.push_back(Shape(shapeOf(getInput())));
  return success();
}

bool LayerNormOp::takesRowsOf(int64_t depth) { return depth >= 16; }

Routine LayerNormOp::routine() {
  int64_t depth = shapeOf(getInput()).back();
  return {getOnePass() ? "layer_norm_one_pass_f32" : "layer_norm_f32",
          routines::LayerNorm{depth, getEpsilon().convertToFloat()},
          tensorType(getInput()).getNumElements() / depth};
}

} // namespace octet::qnn
