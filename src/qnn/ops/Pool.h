// The geometry that pooling windows share.
#pragma once

#include "qnn/Checks.h"

namespace octet::qnn {

/// Verifies window, strides and padding of a pooling operator.
template <typename Op> llvm::LogicalResult verifyPool(Op op) {
  if (failed(requireRank(op, op.getInput(), 4, "input")) ||
      failed(requireEntries(op, op.getWindow(), 2, 1, "window")) ||
      failed(requireEntries(op, op.getStrides(), 2, 1, "strides")) ||
      failed(requireEntries(op, op.getPadding(), 4, 0, "padding")))
    return mlir::failure();
  auto window = op.getWindow(), padding = op.getPadding();
  // Otherwise a window could lie in the padding altogether, and have no value.
  if (padding[0] >= window[0] || padding[1] >= window[1] || padding[2] >= window[0] ||
      padding[3] >= window[1])
    return op.emitOpError("padding must be smaller than the window");
  return requireSameElementType(op, op.getInput(), op.getResult());
}

template <typename Op>
llvm::LogicalResult inferPoolShape(Op op, llvm::SmallVectorImpl<Shape> &shapes) {
  auto input = shapeOf(op.getInput());
  auto window = op.getWindow(), strides = op.getStrides(), padding = op.getPadding();
  if (input.size() != 4 || window.size() != 2 || strides.size() != 2 || padding.size() != 4)
    return op.emitOpError("needs an input of rank 4, 2 window and stride entries and 4 of padding");
  auto height = windowExtent(op, input[1], window[0], strides[0], 1, padding[0], padding[2]);
  auto width = windowExtent(op, input[2], window[1], strides[1], 1, padding[1], padding[3]);
  if (failed(height) || failed(width))
    return mlir::failure();
  shapes.push_back({input[0], *height, *width, input[3]});
  return mlir::success();
}

/// Calls visit(inputOffset) for each element of the window behind output index, padding left out.
template <typename Op, typename Visit>
void forEachInWindow(Op op, llvm::ArrayRef<int64_t> in, llvm::ArrayRef<int64_t> index,
                     Visit &&visit) {
  auto window = op.getWindow(), strides = op.getStrides(), padding = op.getPadding();
  // A window may be far larger than the image.
  int64_t top = index[1] * strides[0] - padding[0], left = index[2] * strides[1] - padding[1];
  int64_t bottom = std::min(top + window[0], in[1]), right = std::min(left + window[1], in[2]);
  for (int64_t y = std::max<int64_t>(top, 0); y < bottom; ++y)
    for (int64_t x = std::max<int64_t>(left, 0); x < right; ++x)
      visit(((index[0] * in[1] + y) * in[2] + x) * in[3] + index[3]);
}

} // namespace octet::qnn
