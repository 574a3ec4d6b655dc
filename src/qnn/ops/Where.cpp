#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "routines/Parameters.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult WhereOp::verify() {
  if (tensorType(getCondition()).getRank() > 8)
    return emitOpError("has more than 8 dimensions");
  if (failed(requireElementType(*this, getCoordinates(),
                                elementType(getCoordinates()).isInteger(64), "i64 coordinates")))
    return failure();
  return requireElementType(*this, getCount(), elementType(getCount()).isInteger(64),
                            "an i64 count");
}

LogicalResult WhereOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  auto type = tensorType(getCondition());
  shapes.push_back({type.getNumElements(), type.getRank()});
  shapes.push_back({1});
  return success();
}

Routine WhereOp::routine() {
  auto type = tensorType(getCondition());
  routines::Where p{};
  p.elements = type.getNumElements();
  p.rank = static_cast<int32_t>(type.getRank());
  p.elementBytes = static_cast<int32_t>(elementBytesOf(type.getElementType()));
  p.isFloat = isa<FloatType>(type.getElementType());
  llvm::copy(type.getShape(), p.extents);
  return {"where", p, 1};
}

} // namespace octet::qnn
