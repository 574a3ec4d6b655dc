#include "qnn/Geometry.h"
#include "qnn/Checks.h"

using namespace mlir;

namespace octet::qnn {

PlacementAttr placementOf(Value value) {
  if (auto result = dyn_cast<OpResult>(value)) {
    auto placements = result.getOwner()->getAttrOfType<ArrayAttr>(placementName);
    return placements ? dyn_cast<PlacementAttr>(placements[result.getResultNumber()])
                      : PlacementAttr();
  }
  auto argument = cast<BlockArgument>(value);
  Operation *parent = argument.getOwner()->getParentOp();
  if (auto function = dyn_cast<func::FuncOp>(parent))
    return function.getArgAttrOfType<PlacementAttr>(argument.getArgNumber(), placementName);
  auto placements = parent->getAttrOfType<ArrayAttr>(placementName);
  return placements ? dyn_cast<PlacementAttr>(placements[argument.getArgNumber()])
                    : PlacementAttr();
}

Shape stridesWithin(Value value, llvm::ArrayRef<int64_t> strides, llvm::ArrayRef<int64_t> shape) {
  auto own = shapeOf(value);
  Shape result(shape.size(), 0);
  size_t missing = shape.size() - own.size();
  for (size_t d = 0; d < own.size(); ++d)
    if (own[d] != 1)
      result[missing + d] = strides[d];
  return result;
}

void mergeDimensions(Shape &extents, llvm::MutableArrayRef<Shape> walks, size_t keep) {
  size_t end = extents.size() - keep;
  Shape merged;
  llvm::SmallVector<Shape> mergedWalks(walks.size());
  for (size_t d = 0; d < end; ++d) {
    if (extents[d] == 1)
      continue;
    bool joins = !merged.empty();
    for (size_t w = 0; joins && w < walks.size(); ++w)
      joins = mergedWalks[w].back() == walks[w][d] * extents[d];
    if (joins) {
      merged.back() *= extents[d];
      for (size_t w = 0; w < walks.size(); ++w)
        mergedWalks[w].back() = walks[w][d];
      continue;
    }
    merged.push_back(extents[d]);
    for (size_t w = 0; w < walks.size(); ++w)
      mergedWalks[w].push_back(walks[w][d]);
  }
  merged.append(extents.begin() + end, extents.end());
  for (size_t w = 0; w < walks.size(); ++w) {
    mergedWalks[w].append(walks[w].begin() + end, walks[w].end());
    walks[w] = mergedWalks[w];
  }
  extents = merged;
}

Operation *anchorOf(KernelOp kernel) {
  for (Operation &op : kernel.getBody().front())
    if (isa<Anchor>(op))
      return &op;
  return nullptr;
}

Value yieldedValue(KernelOp kernel) {
  return kernel.getBody().front().getTerminator()->getOperand(0);
}

llvm::SmallVector<ElementwiseOperand> elementwiseOperands(KernelOp kernel) {
  llvm::SmallVector<ElementwiseOperand> operands;
  llvm::SmallPtrSet<void *, 8> seen;
  auto shape = shapeOf(kernel.getResult(0));
  auto ownStrides = [&](Value value) -> Shape {
    if (auto argument = dyn_cast<BlockArgument>(value))
      return Shape(placementOf(kernel.getInputs()[argument.getArgNumber()]).getStrides());
    return stridesOf(shapeOf(value));
  };
  auto visit = [&](Value value) {
    if (!seen.insert(value.getAsOpaquePointer()).second)
      return;
    Operation *op = value.getDefiningOp();
    if (!op || isa<ConstantOp>(op)) {
      operands.push_back({value, value, stridesWithin(value, ownStrides(value), shape)});
    } else if (auto transpose = dyn_cast<TransposeOp>(op)) {
      Shape strides, own = ownStrides(transpose.getInput());
      for (int64_t d : transpose.getPermutation())
        strides.push_back(own[d]);
      operands.push_back({value, transpose.getInput(), strides});
    } else if (auto broadcast = dyn_cast<BroadcastOp>(op)) {
      operands.push_back(
          {value, broadcast.getInput(),
           stridesWithin(broadcast.getInput(), ownStrides(broadcast.getInput()), shape)});
    }
  };
  for (Operation &op : kernel.getBody().front())
    if (op.hasTrait<Elementwise>() || isa<YieldOp>(op))
      for (Value operand : op.getOperands())
        visit(operand);
  return operands;
}

// Pixels of a kernel whose result is [batch, rows, columns, channels] or its last ones; `input`
// walks the anchor's operand from one result pixel to the next.
static Pixels pixelsOf(KernelOp kernel, PixelSteps input, bool merge = true) {
  auto shape = shapeOf(kernel.getResult(0));
  // Dimensions before the channels; those that are missing are of extent 1.
  auto outer = [](llvm::ArrayRef<int64_t> list, size_t beforeChannels, int64_t missing) {
    return list.size() > beforeChannels ? list[list.size() - 1 - beforeChannels] : missing;
  };
  auto pixelSteps = [&](llvm::ArrayRef<int64_t> strides) {
    return PixelSteps{outer(strides, 3, 0), outer(strides, 2, 0), outer(strides, 1, 0)};
  };
  Pixels pixels;
  pixels.batch = outer(shape, 3, 1);
  pixels.rows = outer(shape, 2, 1);
  pixels.columns = outer(shape, 1, 1);
  pixels.input = input;
  pixels.result = pixelSteps(placementOf(kernel.getResult(0)).getStrides());
  for (const ElementwiseOperand &operand : elementwiseOperands(kernel))
    pixels.operands.push_back(pixelSteps(operand.strides));
  llvm::SmallVector<PixelSteps *> all = {&pixels.input, &pixels.result};
  for (PixelSteps &steps : pixels.operands)
    all.push_back(&steps);
  if (!merge)
    return pixels;
  // Rows into columns, where the next row begins just after the last column; then the batch.
  auto canJoin = [&](int64_t PixelSteps::*outer) {
    return llvm::all_of(
        all, [&](PixelSteps *steps) { return steps->*outer == steps->column * pixels.columns; });
  };
  if (pixels.columns == 1) {
    for (PixelSteps *steps : all)
      steps->column = steps->row;
    std::swap(pixels.columns, pixels.rows);
  } else if (pixels.rows == 1 || canJoin(&PixelSteps::row)) {
    pixels.columns *= pixels.rows;
    pixels.rows = 1;
  }
  if (pixels.rows == 1 && (pixels.columns == 1 || canJoin(&PixelSteps::batch))) {
    if (pixels.columns == 1)
      for (PixelSteps *steps : all)
        steps->column = steps->batch;
    pixels.columns *= pixels.batch;
    pixels.batch = 1;
  }
  return pixels;
}

// With which the anchor's input is read; constants lie row-major.
static Shape inputStrides(KernelOp kernel, Operation *anchor) {
  if (auto argument = dyn_cast<BlockArgument>(anchor->getOperand(0)))
    return Shape(placementOf(kernel.getInputs()[argument.getArgNumber()]).getStrides());
  return stridesOf(shapeOf(anchor->getOperand(0)));
}

ContractionGeometry contractionGeometry(KernelOp kernel) {
  ContractionGeometry geometry;
  Operation *anchor = anchorOf(kernel);
  Shape placement = inputStrides(kernel, anchor);
  auto weights = shapeOf(anchor->getOperand(1));
  if (isa<DenseOp>(anchor)) {
    geometry.pixels = pixelsOf(kernel, {0, 0, placement[0]});
    geometry.channels = weights[0];
    geometry.runLength = weights[1];
    return geometry;
  }
  if (auto matmul = dyn_cast<PackedMatmulOp>(anchor)) {
    // Each matrix has rows of its own: neither they nor the batch are merged.
    Shape steps = stridesWithin(matmul.getLhs(), placement, shapeOf(matmul.getResult()));
    steps.insert(steps.begin(), 4 - steps.size(), 0);
    geometry.pixels = pixelsOf(kernel, {steps[0], steps[1], steps[2]}, /*merge=*/false);
    geometry.channels = static_cast<int64_t>(matmul.getColumns());
    geometry.runLength = matmul.depth();
    geometry.isPerMatrix = true;
    return geometry;
  }
  auto conv = cast<Conv2dOp>(anchor);
  auto strides = conv.getStrides(), dilations = conv.getDilations();
  geometry.groups = static_cast<int64_t>(conv.getGroups());
  geometry.channels = weights[0] / geometry.groups;
  geometry.groupStep = weights[3];
  geometry.runRows = weights[1];
  geometry.runColumns = weights[2];
  geometry.runLength = weights[3];
  geometry.runRowStep = placement[1] * dilations[0];
  geometry.runColumnStep = placement[2] * dilations[1];
  geometry.pixels =
      pixelsOf(kernel, {placement[0], placement[1] * strides[0], placement[2] * strides[1]});
  // Neighbouring taps whose channels follow each other are one run.
  if (geometry.runColumnStep == geometry.runLength || geometry.runColumns == 1) {
    geometry.runLength *= geometry.runColumns;
    geometry.runColumns = 1;
  }
  if (geometry.runColumns == 1 &&
      (geometry.runRowStep == geometry.runLength || geometry.runRows == 1)) {
    geometry.runLength *= geometry.runRows;
    geometry.runRows = 1;
  }
  return geometry;
}

RunSteps RunSteps::ofGroups(int64_t runLength, int64_t groupSize) {
  auto count = static_cast<int64_t>(llvm::divideCeil(runLength, groupSize));
  return {groupSize, count, (count - 1) * groupSize};
}

RunSteps RunSteps::ofRows(int64_t runLength, int64_t groupSize, int64_t mostInputs) {
  auto count = static_cast<int64_t>(llvm::divideCeil(runLength, mostInputs));
  auto depth = static_cast<int64_t>(llvm::alignTo(llvm::divideCeil(runLength, count), groupSize));
  return {depth, count, std::max<int64_t>(0, runLength - depth)};
}

RunSteps RunSteps::ofStrips(int64_t runLength, int64_t depth) {
  return {depth, static_cast<int64_t>(llvm::divideCeil(runLength, depth)), runLength - depth};
}

WindowGeometry windowGeometry(KernelOp kernel) {
  WindowGeometry geometry;
  Operation *anchor = anchorOf(kernel);
  Shape placement = inputStrides(kernel, anchor);
  llvm::ArrayRef<int64_t> strides, padding;
  geometry.rowStep = placement[1];
  geometry.columnStep = placement[2];
  if (auto conv = dyn_cast<DepthwiseConv2dOp>(anchor)) {
    strides = conv.getStrides();
    geometry.height = shapeOf(conv.getWeights())[1];
    geometry.width = shapeOf(conv.getWeights())[2];
    geometry.rowStep *= conv.getDilations()[0];
    geometry.columnStep *= conv.getDilations()[1];
  } else if (auto pool = dyn_cast<AvgPool2dOp>(anchor)) {
    strides = pool.getStrides();
    geometry.height = pool.getWindow()[0];
    geometry.width = pool.getWindow()[1];
    padding = pool.getPadding();
  } else {
    auto maximum = cast<MaxPool2dOp>(anchor);
    strides = maximum.getStrides();
    geometry.height = maximum.getWindow()[0];
    geometry.width = maximum.getWindow()[1];
    padding = maximum.getPadding();
  }
  geometry.channels = shapeOf(kernel.getResult(0)).back();
  // Where windows are cut at the border, a pixel's own row and column matter.
  bool merge = llvm::all_of(padding, [](int64_t amount) { return amount == 0; });
  geometry.pixels =
      pixelsOf(kernel, {placement[0], placement[1] * strides[0], placement[2] * strides[1]}, merge);
  return geometry;
}

int64_t multiplyAccumulates(Operation *op) {
  if (isa<DepthwiseConv2dOp>(op))
    return tensorType(op->getResult(0)).getNumElements() * shapeOf(op->getOperand(1))[1] *
           shapeOf(op->getOperand(1))[2];
  if (isa<Conv2dTransposeOp>(op))
    return tensorType(op->getOperand(0)).getNumElements() *
           tensorType(op->getOperand(1)).getNumElements() / shapeOf(op->getOperand(1))[3];
  if (isa<Conv2dOp, DenseOp>(op)) {
    auto weights = tensorType(op->getOperand(1));
    return tensorType(op->getResult(0)).getNumElements() *
           (weights.getNumElements() / std::max<int64_t>(weights.getShape()[0], 1));
  }
  if (auto matmul = dyn_cast<PackedMatmulOp>(op))
    return tensorType(matmul.getResult()).getNumElements() * matmul.depth();
  if (auto matmul = dyn_cast<BatchMatmulOp>(op)) {
    auto lhs = shapeOf(matmul.getLhs());
    return tensorType(matmul.getResult()).getNumElements() *
           lhs[lhs.size() - (matmul.getTransposeLhs() ? 2 : 1)];
  }
  return 0;
}

// Whether an operator has a number for each channel of the last dimension.
static bool isPerChannel(Operation &op) {
  if (auto requantize = dyn_cast<RequantizeOp>(op))
    return requantize.channelCount() > 1 ||
           (requantize.getForm() && requantize.getForm()->getMultipliers().size() > 1);
  auto quantization =
      op.getNumOperands() ? Quantization::of(op.getOperand(0).getType()) : std::nullopt;
  return quantization && quantization->isPerAxis();
}

int64_t MapGeometry::dealtChannels() const {
  constexpr int64_t mostChannels = 8;
  size_t rank = extents.size();
  if (rank < 2 || isPerChannel || extents.back() > mostChannels || result.back() != 1 ||
      result[rank - 2] != extents.back())
    return 0;
  auto isRun = [](int64_t stride) { return stride == 0 || stride == 1; };
  bool readsPlanes =
      llvm::all_of(operands, [&](const Shape &strides) { return isRun(strides[rank - 2]); });
  bool readsPixels =
      llvm::all_of(operands, [&](const Shape &strides) { return isRun(strides.back()); });
  return readsPlanes && !readsPixels ? extents.back() : 0;
}

MapGeometry mapGeometry(KernelOp kernel) {
  MapGeometry geometry;
  geometry.extents = Shape(shapeOf(kernel.getResult(0)));
  llvm::SmallVector<Shape> walks = {Shape(placementOf(kernel.getResult(0)).getStrides())};
  for (const ElementwiseOperand &operand : elementwiseOperands(kernel))
    walks.push_back(operand.strides);
  geometry.isPerChannel = llvm::any_of(kernel.getBody().front(), isPerChannel);
  bool keepsChannels = geometry.isPerChannel && !geometry.extents.empty();
  mergeDimensions(geometry.extents, walks, keepsChannels ? 1 : 0);
  geometry.result = walks[0];
  geometry.operands.assign(walks.begin() + 1, walks.end());
  return geometry;
}

} // namespace octet::qnn
