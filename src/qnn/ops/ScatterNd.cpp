#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "qnn/ops/Coordinates.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult ScatterNdOp::verify() {
  if (llvm::SmallVector<Shape> shapes; failed(inferShapes(shapes)))
    return failure();
  if (failed(verifyCoordinates(*this, getIndices(), getShape())))
    return failure();
  bool isSupported = elementType(getUpdates()).isF32() || elementType(getUpdates()).isInteger(32);
  if (failed(requireElementType(*this, getUpdates(), isSupported, "f32 or i32 updates")))
    return failure();
  return requireSameElementType(*this, getUpdates(), getResult());
}

LogicalResult ScatterNdOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  auto indices = shapeOf(getIndices()), shape = getShape();
  if (indices.empty() || indices.back() > static_cast<int64_t>(shape.size()))
    return emitOpError("indices address more dimensions than there are");
  Shape expected(indices.drop_back());
  expected.append(shape.begin() + indices.back(), shape.end());
  if (llvm::ArrayRef<int64_t>(expected) != shapeOf(getUpdates()))
    return emitOpError("updates do not have the shape of the slices they go to");
  shapes.push_back(Shape(shape));
  return success();
}

Routine ScatterNdOp::routine() {
  routines::Coordinates p =
      describeCoordinates(getIndices(), getShape(), elementType(getUpdates()));
  return {elementType(getUpdates()).isF32() ? "scatter_nd_f32" : "scatter_nd_i32", p, 1};
}

} // namespace octet::qnn
