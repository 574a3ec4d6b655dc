#include "qnn/Ops.h"
#include "qnn/ops/Accumulate.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult DepthwiseConv2dOp::verify() {
  Operation *op = getOperation();
  if (failed(requireRank(op, getInput(), 4, "input")) ||
      failed(requireRank(op, getWeights(), 4, "weights")) ||
      failed(requireEntries(op, getStrides(), 2, 1, "strides")) ||
      failed(requireEntries(op, getPadding(), 4, 0, "padding")) ||
      failed(requireEntries(op, getDilations(), 2, 1, "dilations")))
    return failure();
  return verifyContraction(op, getInput(), getWeights(), getBias(), getResult(), 3);
}

LogicalResult DepthwiseConv2dOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  auto input = shapeOf(getInput()), weights = shapeOf(getWeights());
  if (input.size() != 4 || weights.size() != 4 || weights[0] != 1)
    return emitOpError("needs an input of rank 4 and weights of shape 1xHxWxO");
  if (input[3] < 1 || weights[3] % input[3] != 0)
    return emitOpError() << weights[3] << " filters are no multiple of " << input[3]
                         << " input channels";
  auto strides = getStrides(), padding = getPadding(), dilations = getDilations();
  auto height =
      windowExtent(*this, input[1], weights[1], strides[0], dilations[0], padding[0], padding[2]);
  auto width =
      windowExtent(*this, input[2], weights[2], strides[1], dilations[1], padding[1], padding[3]);
  if (failed(height) || failed(width))
    return failure();
  shapes.push_back({input[0], *height, *width, weights[3]});
  return success();
}

LogicalResult DepthwiseConv2dOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                          llvm::SmallVectorImpl<Tensor> &results) {
  const Tensor &input = operands[0], &weights = operands[1];
  Accumulation accumulation(input, weights, operands.size() > 2 ? &operands[2] : nullptr, 3);
  Tensor result(tensorType(getResult()));
  auto in = input.shape(), out = result.shape(), filter = weights.shape();
  int64_t multiplier = filter[3] / in[3];
  auto strides = getStrides(), padding = getPadding(), dilations = getDilations();
  forEachIndex(out, [&](int64_t at, llvm::ArrayRef<int64_t> index) {
    accumulation.store(result, at, index[3], [&](auto add) {
      for (int64_t i = 0; i < filter[1]; ++i)
        for (int64_t j = 0; j < filter[2]; ++j) {
          int64_t y = index[1] * strides[0] + i * dilations[0] - padding[0];
          int64_t x = index[2] * strides[1] + j * dilations[1] - padding[1];
          if (y >= 0 && y < in[1] && x >= 0 && x < in[2])
            add(((index[0] * in[1] + y) * in[2] + x) * in[3] + index[3] / multiplier,
                (i * filter[2] + j) * filter[3] + index[3], 1);
        }
    });
  });
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
