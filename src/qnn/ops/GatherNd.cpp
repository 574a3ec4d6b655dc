#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "qnn/ops/Coordinates.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult GatherNdOp::verify() {
  if (llvm::SmallVector<Shape> shapes; failed(inferShapes(shapes)))
    return failure();
  if (failed(verifyCoordinates(*this, getIndices(), shapeOf(getInput()))))
    return failure();
  return requireSameElementType(*this, getInput(), getResult());
}

LogicalResult GatherNdOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  auto input = shapeOf(getInput()), indices = shapeOf(getIndices());
  if (indices.empty() || indices.back() < 0 || indices.back() > static_cast<int64_t>(input.size()))
    return emitOpError("indices address more dimensions than there are");
  Shape shape(indices.drop_back());
  shape.append(input.begin() + indices.back(), input.end());
  shapes.push_back(shape);
  return success();
}

Routine GatherNdOp::routine() {
  routines::Coordinates p =
      describeCoordinates(getIndices(), shapeOf(getInput()), elementType(getInput()));
  return {"gather_nd", p, p.count};
}

} // namespace octet::qnn
