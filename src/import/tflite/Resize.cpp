// Images of another size.
#include "import/tflite/Node.h"
#include "qnn/Ops.h"

using namespace mlir;

namespace octet::tflite {

static FailureOr<qnn::Shape> imageSize(Node &node) {
  auto size = node.constants(1);
  if (failed(size))
    return failure();
  if (size->size() != 2 || (*size)[0] < 1 || (*size)[1] < 1 || (*size)[0] > INT32_MAX ||
      (*size)[1] > INT32_MAX)
    return node.fail("needs a height and a width");
  if (qnn::isQuantized(node.input(0)) && node.outputType() != qnn::elementType(node.input(0)))
    return node.fail("an output of another scale than the input's is not supported");
  return qnn::Shape(size->begin(), size->end());
}

template <typename Options> static LogicalResult resize(Node &node, qnn::ResizeKind kind) {
  const auto *options = node.options<Options>();
  if (failed(node.expect(2, 2)))
    return failure();
  auto size = imageSize(node);
  if (failed(size))
    return failure();
  Value input = node.input(0);
  auto storage = qnn::storageOf(input.getType());
  bool inFloat =
      kind == qnn::ResizeKind::bilinear && storage && storage->bits == 8 && !storage->isSigned;
  return node.result(node.build.create<qnn::ResizeOp>(
      qnn::elementType(input), kind, input, *size, options && options->align_corners(),
      options && options->half_pixel_centers(), /*code_origin=*/uint64_t{0},
      inFloat ? node.rounding(node.numerics.other, node.numerics.resize) : qnn::NumericsAttr()));
}

LogicalResult resizeBilinear(Node &node) {
  return resize<schema::ResizeBilinearOptions>(node, qnn::ResizeKind::bilinear);
}
LogicalResult resizeNearest(Node &node) {
  return resize<schema::ResizeNearestNeighborOptions>(node, qnn::ResizeKind::nearest);
}

} // namespace octet::tflite
