#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "routines/Parameters.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult DynamicRangeOp::verify() {
  if (failed(
          requireElementType(*this, getInput(), elementType(getInput()).isF32(), "an f32 input")) ||
      failed(
          requireElementType(*this, getScale(), elementType(getScale()).isF32(), "an f32 scale")))
    return failure();
  return requireElementType(*this, getZeroPoint(), elementType(getZeroPoint()).isUnsignedInteger(8),
                            "a ui8 zero point");
}

LogicalResult DynamicRangeOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  shapes.append({Shape(), Shape()});
  return success();
}

Routine DynamicRangeOp::routine() {
  return {"dynamic_range", routines::Rows{tensorType(getInput()).getNumElements()},
          /*rows=*/1};
}

} // namespace octet::qnn
