#include "import/onnx/Window.h"
#include "qnn/Ops.h"

using namespace mlir;

namespace octet::onnx {

static FailureOr<llvm::SmallVector<int64_t>>
positives(Node &node, llvm::StringRef name, size_t count, llvm::ArrayRef<int64_t> otherwise) {
  llvm::SmallVector<int64_t> values = node.integers(name);
  if (values.empty())
    values.assign(otherwise.begin(), otherwise.end());
  if (values.size() != count)
    return node.fail("attribute " + name + " needs " + llvm::Twine(count) + " entries");
  for (int64_t value : values)
    if (value < 1 || value > INT32_MAX)
      return node.fail("attribute " + name + " must be positive, not " + llvm::Twine(value));
  return values;
}

// SAME_UPPER and SAME_LOWER: as much padding as makes ceil(extent / stride) windows; the odd pixel
// behind or in front.
static std::pair<int64_t, int64_t> samePadding(int64_t extent, int64_t reach, int64_t stride,
                                               bool isUpper) {
  int64_t windows = (extent + stride - 1) / stride;
  int64_t total = std::max<int64_t>((windows - 1) * stride + reach - extent, 0);
  int64_t less = total / 2;
  return isUpper ? std::pair(less, total - less) : std::pair(total - less, less);
}

FailureOr<Window> windowOf(Node &node, llvm::ArrayRef<int64_t> image,
                           llvm::ArrayRef<int64_t> extents) {
  size_t count = image.size();
  llvm::SmallVector<int64_t> ones(count, 1);
  auto kernel = positives(node, "kernel_shape", count, extents),
       strides = positives(node, "strides", count, ones),
       dilations = positives(node, "dilations", count, ones);
  if (failed(kernel) || failed(strides) || failed(dilations))
    return failure();
  if (!extents.empty() && llvm::ArrayRef<int64_t>(*kernel) != extents)
    return node.fail("attribute kernel_shape is not the shape of the weights");
  llvm::SmallVector<int64_t> pads = node.integers("pads");
  std::string automatic = node.text("auto_pad", "NOTSET");
  if (pads.empty())
    pads.assign(2 * count, 0);
  if (pads.size() != 2 * count)
    return node.fail("attribute pads needs " + llvm::Twine(2 * count) + " entries");
  for (int64_t amount : pads)
    if (amount < 0 || amount > INT32_MAX)
      return node.fail("attribute pads must be from 0 to " + llvm::Twine(INT32_MAX));
  bool roundsUp = node.integer("ceil_mode", 0) != 0;
  Window window;
  window.padding.assign(4, 0);
  for (size_t d = 0; d < count; ++d) {
    int64_t extent = image[d], stride = (*strides)[d],
            reach = ((*kernel)[d] - 1) * (*dilations)[d] + 1;
    int64_t low = pads[d], high = pads[count + d];
    if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER")
      std::tie(low, high) = samePadding(extent, reach, stride, automatic == "SAME_UPPER");
    else if (automatic == "VALID")
      low = high = 0;
    else if (automatic != "NOTSET")
      return node.fail("auto_pad " + automatic + " is not known");
    size_t at = d + 2 - count;
    if (roundsUp) {
      // One window more where some pixels are left, unless it would begin in the padding behind.
      int64_t rest = extent + low + high - reach;
      int64_t windows = (rest + stride - 1) / stride + 1;
      if ((windows - 1) * stride >= extent + low)
        --windows;
      window.roundingUp[at] = std::max<int64_t>((windows - 1) * stride - rest, 0);
      high += window.roundingUp[at];
    }
    window.padding[at] = low;
    window.padding[2 + at] = high;
  }
  for (auto [values, into] : {std::pair(&*kernel, &window.extents),
                              {&*strides, &window.strides},
                              {&*dilations, &window.dilations}}) {
    into->assign(2 - count, 1);
    into->append(values->begin(), values->end());
  }
  return window;
}

Value asImage(Node &node, Value value) {
  qnn::Shape shape(qnn::shapeOf(value));
  if (shape.size() == 4)
    return value;
  if (shape.size() != 3) {
    node.error() << "works on images [N, C, H, W] and sequences [N, C, L], not on rank "
                 << shape.size();
    return {};
  }
  shape.insert(shape.begin() + 2, 1);
  return node.build.reshape(value, shape);
}

Value fromImage(Node &node, Value value, int64_t rank) {
  if (!value || rank == 4)
    return value;
  qnn::Shape shape(qnn::shapeOf(value));
  shape.erase(shape.begin() + 2);
  return node.build.reshape(value, shape);
}

} // namespace octet::onnx
