// What convolutions and pools share: a window that slides over height and width.
#pragma once

#include "import/onnx/Node.h"

namespace octet::onnx {

/// The attributes of a sliding window over an image of height and width. One of a sequence is one
/// over an image of height 1.
struct Window {
  llvm::SmallVector<int64_t, 2> extents, strides, dilations;
  llvm::SmallVector<int64_t, 4> padding; ///< top, left, bottom, right
  /// What of the padding at the bottom and right is there because ceil_mode makes one window more.
  llvm::SmallVector<int64_t, 2> roundingUp = {0, 0};

  /// The pixels that the window reaches over, along height (0) or width (1).
  int64_t reach(int d) const { return (extents[d] - 1) * dilations[d] + 1; }
};

/// Reads kernel_shape, strides, dilations, pads, auto_pad and ceil_mode. `image` is height and
/// width, or the length of a sequence alone; `extents` are those of the weights, or empty.
llvm::FailureOr<Window> windowOf(Node &node, llvm::ArrayRef<int64_t> image,
                                 llvm::ArrayRef<int64_t> extents);

/// [N, C, L] as the image [N, C, 1, L]; images as they are. Null, with a diagnostic, for other
/// ranks.
mlir::Value asImage(Node &node, mlir::Value value);
/// The inverse, for a result of an operator on a value of rank `rank`.
mlir::Value fromImage(Node &node, mlir::Value value, int64_t rank);

/// The average pool that the node's attributes describe, of `input` in the order of the file. Null
/// if it is, or with a diagnostic.
mlir::Value averageOfWindows(Node &node, mlir::Value input);

} // namespace octet::onnx
