// Coordinates in a tensor, as gather_nd and scatter_nd use them.
#pragma once

#include "qnn/Checks.h"
#include "routines/Parameters.h"

namespace octet::qnn {

/// Indices [.., rank] into the first dimensions of `extents`.
inline llvm::LogicalResult verifyCoordinates(mlir::Operation *op, mlir::Value indices,
                                             llvm::ArrayRef<int64_t> extents) {
  if (!elementType(indices).isInteger(32) && !elementType(indices).isInteger(64))
    return op->emitOpError("needs i32 or i64 indices, not ") << elementType(indices);
  if (shapeOf(indices).back() > 8)
    return op->emitOpError("addresses more than 8 dimensions");
  for (int64_t extent : extents.take_front(shapeOf(indices).back()))
    if (extent == 0)
      return op->emitOpError("addresses an empty dimension");
  return mlir::success();
}

inline routines::Coordinates
describeCoordinates(mlir::Value indices, llvm::ArrayRef<int64_t> extents, mlir::Type elementType) {
  routines::Coordinates p{};
  p.rank = static_cast<int32_t>(shapeOf(indices).back());
  p.count = 1;
  for (int64_t extent : shapeOf(indices).drop_back())
    p.count *= extent;
  p.indexBytes = qnn::elementType(indices).isInteger(64) ? 8 : 4;
  p.elementBytes = elementBytesOf(elementType);
  p.sliceElements = p.resultElements = 1;
  for (int64_t extent : extents)
    p.resultElements *= extent;
  for (int64_t extent : extents.drop_front(p.rank))
    p.sliceElements *= extent;
  int64_t stride = 1;
  for (int32_t d = p.rank - 1; d >= 0; --d) {
    p.extents[d] = extents[d];
    p.strides[d] = stride;
    stride *= extents[d];
  }
  return p;
}

} // namespace octet::qnn
