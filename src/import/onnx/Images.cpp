// Operators that move or interpolate the pixels of images.
#include "import/onnx/Operators.h"
#include "qnn/Ops.h"

#include <cmath>

using namespace mlir;

namespace octet::onnx {

// [N, b, b, C', H, W] (DCR) or [N, C', b, b, H, W] (CRD) → [N, C', H, b, W, b].
LogicalResult depthToSpace(Node &node) {
  if (failed(node.expect(1, 1)))
    return failure();
  int64_t block = node.integer("blocksize", 0);
  std::string mode = node.text("mode", "DCR");
  qnn::Shape shape(qnn::shapeOf(node.input(0)));
  if (shape.size() != 4 || block < 1 || block > 1 << 15 || shape[1] % (block * block) != 0)
    return node.fail("blocks do not fit the input");
  if (mode != "DCR" && mode != "CRD")
    return node.fail("mode " + mode + " is not known");
  int64_t depth = shape[1] / (block * block);
  Value value =
      mode == "DCR"
          ? node.build.reshape(node.input(0), {shape[0], block, block, depth, shape[2], shape[3]})
          : node.build.reshape(node.input(0), {shape[0], depth, block, block, shape[2], shape[3]});
  llvm::SmallVector<int64_t> order = {0, 3, 4, 1, 5, 2};
  if (mode == "CRD")
    order = {0, 1, 4, 2, 5, 3};
  if (value)
    value = node.build.transpose(value, order);
  return node.result(
      value ? node.build.reshape(value, {shape[0], depth, shape[2] * block, shape[3] * block})
            : value);
}

LogicalResult spaceToDepth(Node &node) {
  if (failed(node.expect(1, 1)))
    return failure();
  int64_t block = node.integer("blocksize", 0);
  qnn::Shape shape(qnn::shapeOf(node.input(0)));
  if (shape.size() != 4 || block < 1 || block > 1 << 15 || shape[2] % block != 0 ||
      shape[3] % block != 0)
    return node.fail("blocks do not fit the input");
  Value value = node.build.reshape(
      node.input(0), {shape[0], shape[1], shape[2] / block, block, shape[3] / block, block});
  if (value)
    value = node.build.transpose(value, {0, 3, 5, 1, 2, 4});
  return node.result(value ? node.build.reshape(value, {shape[0], shape[1] * block * block,
                                                        shape[2] / block, shape[3] / block})
                           : value);
}

// The height and width that a Resize is to make: stated, or the input's times scales.
static FailureOr<llvm::SmallVector<int64_t>> resizedExtents(Node &node,
                                                            llvm::ArrayRef<int64_t> from) {
  // Up to opset 10, and in Upsample, operand 1 has the scales.
  bool isOld = node.opset < 11 || node.kind() == "Upsample";
  size_t scaleOperand = isOld ? 1 : 2;
  llvm::SmallVector<int64_t> sizes;
  if (!isOld && node.has(3)) {
    auto given = node.constants(3);
    if (failed(given))
      return failure();
    sizes = *given;
  } else {
    llvm::SmallVector<float> scales = node.reals("scales");
    if (node.has(scaleOperand)) {
      auto given = node.realConstants(scaleOperand);
      if (failed(given))
        return failure();
      scales = *given;
    }
    for (size_t d = 0; d < scales.size() && d < from.size(); ++d) {
      double real = static_cast<double>(from[d]) * static_cast<double>(scales[d]);
      double extent = std::floor(real + 1e-4);
      if (!(extent >= 1 && extent <= INT32_MAX))
        return node.fail("a scale is not valid");
      // Coordinates follow from the scale then, and not from the extents.
      if (std::abs(real - extent) > 1e-4)
        return node.fail("a scale that makes a fraction of a pixel is not supported");
      sizes.push_back(static_cast<int64_t>(extent));
    }
  }
  if (sizes.size() != from.size() || sizes.size() != 4 || sizes[0] != from[0] ||
      sizes[1] != from[1])
    return node.fail("resizes height and width of an image [N, C, H, W] only");
  return llvm::SmallVector<int64_t>{sizes[2], sizes[3]};
}

LogicalResult resize(Node &node) {
  if (failed(node.expect(1, 4)))
    return failure();
  Value image = node.input(0);
  auto from = qnn::shapeOf(image);
  auto size = resizedExtents(node, from);
  if (failed(size))
    return failure();
  node.ignore({"cubic_coeff_a", "extrapolation_value"}); // of modes that are refused below
  std::string mode = node.text("mode", "nearest");
  bool isOld = node.opset < 11 || node.kind() == "Upsample";
  std::string where =
      node.text("coordinate_transformation_mode", isOld ? "asymmetric" : "half_pixel");
  std::string nearest = node.text("nearest_mode", isOld ? "floor" : "round_prefer_floor");
  if (node.integer("antialias", 0) != 0 || node.integer("exclude_outside", 0) != 0 ||
      node.text("keep_aspect_ratio_policy", "stretch") != "stretch" ||
      !node.integers("axes").empty())
    return node.fail("antialias, exclude_outside, axes and keep_aspect_ratio_policy are not "
                     "supported");
  bool isLinear = mode == "linear" || mode == "bilinear";
  if (!isLinear && mode != "nearest")
    return node.fail("mode " + mode + " is not supported");
  bool isHalfPixel =
      where == "half_pixel" || (where == "pytorch_half_pixel" && (*size)[0] > 1 && (*size)[1] > 1);
  if (!isHalfPixel && where != "asymmetric" && where != "align_corners")
    return node.fail("coordinate_transformation_mode " + where + " is not supported");
  if (!isLinear) {
    // An image enlarged by whole numbers repeats pixels, however coordinates are rounded around
    // half.
    bool isWhole = (*size)[0] % from[2] == 0 && (*size)[1] % from[3] == 0;
    bool repeats = (where == "asymmetric" && nearest == "floor") ||
                   (isWhole && isHalfPixel && nearest != "floor" && nearest != "ceil");
    if (!repeats)
      return node.fail("nearest_mode " + nearest + " with coordinates " + where +
                       " is not supported for this size");
    isHalfPixel = false;
  }
  image = node.toChannelsLast(image);
  if (!image)
    return failure();
  Value value = node.build.create<qnn::ResizeOp>(
      qnn::elementType(image), isLinear ? qnn::ResizeKind::bilinear : qnn::ResizeKind::nearest,
      image, *size, where == "align_corners", isHalfPixel, uint64_t{0}, qnn::NumericsAttr());
  return node.result(node.toChannelsFirst(value));
}

} // namespace octet::onnx
