#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "qnn/ops/Coordinates.h"

#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace octet::qnn {

static llvm::StringRef routineName(Type element) {
  return llvm::StringSwitch<llvm::StringRef>(routineSuffix(element))
      .Cases("i8", "u8", "scatter_nd_i8")
      .Case("i32", "scatter_nd_i32")
      .Case("i64", "scatter_nd_i64")
      .Case("f32", "scatter_nd_f32")
      .Default("");
}

LogicalResult ScatterNdOp::verify() {
  if (llvm::SmallVector<Shape> shapes; failed(inferShapes(shapes)))
    return failure();
  if (failed(verifyCoordinates(*this, getIndices(), getShape())))
    return failure();
  if (routineName(elementType(getUpdates())).empty())
    return emitOpError("has no form for ") << elementType(getUpdates());
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
  return {routineName(elementType(getUpdates())), p, 1};
}

} // namespace octet::qnn
