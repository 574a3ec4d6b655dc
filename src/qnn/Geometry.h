// How the loops of a kernel walk over its tensors: from shapes, attributes and placements.
#pragma once

#include "qnn/Ops.h"

namespace octet::qnn {

/// Where a value outside kernels lies, once buffers are placed.
PlacementAttr placementOf(mlir::Value value);

/// Strides with which elements of `value` are found at indices of a shape that it broadcasts to:
/// those of its placement, zero along broadcast dimensions. A constant lies row-major.
Shape stridesWithin(mlir::Value value, llvm::ArrayRef<int64_t> strides,
                    llvm::ArrayRef<int64_t> shape);

/// Joins neighbouring dimensions that every tensor walks without a jump, and drops those of
/// extent 1. `walks` has one list of strides per tensor; `keep` trailing dimensions stay as they
/// are.
void mergeDimensions(Shape &extents, llvm::MutableArrayRef<Shape> walks, size_t keep = 0);

/// What the element-wise part of a kernel reads from memory: block arguments and constants,
/// directly or through a transpose or broadcast.
struct ElementwiseOperand {
  mlir::Value value;  ///< as the element-wise operators see it
  mlir::Value source; ///< the argument or constant
  Shape strides;      ///< of the source, over the shape of the kernel's result
};
llvm::SmallVector<ElementwiseOperand> elementwiseOperands(KernelOp kernel);

/// Elements between neighbouring pixels of a tensor.
struct PixelSteps {
  int64_t batch = 0, row = 0, column = 0;
};

/// A kernel that computes channels for pixels: convolutions, dense layers, pools. Rows and columns
/// are those of the result, merged where all tensors allow it (and no padding cuts windows): then
/// `rows`, and perhaps `batch`, are 1.
struct Pixels {
  int64_t batch = 1, rows = 1, columns = 1;
  PixelSteps input, result;
  /// In the order of elementwiseOperands().
  llvm::SmallVector<PixelSteps> operands;
};

/// A contraction as an implicit matrix product: for each pixel, runs of consecutive input elements
/// times weights.
struct ContractionGeometry {
  Pixels pixels;
  int64_t groups = 1, channels = 0; ///< output channels of one group
  int64_t groupStep = 0;            ///< input elements between groups
  /// runRows × runColumns runs of `runLength` elements; steps in input elements.
  int64_t runRows = 1, runColumns = 1, runLength = 0, runRowStep = 0, runColumnStep = 0;

  /// Every row of every image has weights of its own, which are computed: packed_matmul.
  bool isPerMatrix = false;

  int64_t depth() const { return runRows * runColumns * runLength; }
};
ContractionGeometry contractionGeometry(KernelOp kernel);

/// A run, cut into the steps of a product.
struct RunSteps {
  int64_t depth;     ///< inputs of a step, whole groups
  int64_t count;     ///< steps of a run
  int64_t lastBegin; ///< the input that the last step begins with

  /// One group after the other; zero weights meet what the last one reads behind the run.
  static RunSteps ofGroups(int64_t runLength, int64_t groupSize);
  /// As few as rows of `mostInputs` allow. Of several the last ends with the run, so that nothing
  /// behind it is read; zero weights meet the inputs that the step before it had.
  static RunSteps ofRows(int64_t runLength, int64_t groupSize, int64_t mostInputs);
  /// As many as strips of `depth` inputs, which a run has at least, with the last one as above.
  static RunSteps ofStrips(int64_t runLength, int64_t depth);

  int64_t begin(int64_t step) const { return step == count - 1 ? lastBegin : step * depth; }
};

/// A window of taps over one channel: depthwise convolutions and pools.
struct WindowGeometry {
  Pixels pixels;
  int64_t channels = 0;
  int64_t height = 1, width = 1, rowStep = 0, columnStep = 0; ///< taps; steps in input elements
};
WindowGeometry windowGeometry(KernelOp kernel);

/// A kernel without an anchor: nested loops over its result, dimensions merged. Strides in
/// elements, of the result and of each of elementwiseOperands().
struct MapGeometry {
  Shape extents, result;
  llvm::SmallVector<Shape> operands;
  bool isPerChannel = false; ///< of the last dimension, which is a loop of its own then

  /// The channels of an image that is stored pixel by pixel and read plane by plane: few enough to
  /// compute runs of pixels of each and to store them dealt to one another. 0 for all other
  /// kernels.
  int64_t dealtChannels() const;
};
MapGeometry mapGeometry(KernelOp kernel);

/// Multiply-accumulates of an operator: of contractions and depthwise convolutions, 0 for others.
int64_t multiplyAccumulates(mlir::Operation *op);

/// The anchor of a kernel (its first operator that is one).
mlir::Operation *anchorOf(KernelOp kernel);

/// The value that the kernel yields.
mlir::Value yieldedValue(KernelOp kernel);

} // namespace octet::qnn
