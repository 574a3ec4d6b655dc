#include "qnn/Ops.h"
#include "qnn/ops/Accumulate.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult Conv2dTransposeOp::verify() {
  Operation *op = getOperation();
  if (failed(requireRank(op, getInput(), 4, "input")) ||
      failed(requireRank(op, getWeights(), 4, "weights")) ||
      failed(requireEntries(op, getOutputSize(), 2, 1, "output_size")) ||
      failed(requireEntries(op, getStrides(), 2, 1, "strides")) ||
      failed(requireEntries(op, getPadding(), 4, 0, "padding")))
    return failure();
  return verifyContraction(op, getInput(), getWeights(), getBias(), getResult(), 0);
}

LogicalResult Conv2dTransposeOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  auto input = shapeOf(getInput()), weights = shapeOf(getWeights());
  if (input.size() != 4 || weights.size() != 4 || input[3] != weights[3])
    return emitOpError("input and weights must have rank 4 and equal depth");
  auto size = getOutputSize();
  if (size.size() != 2)
    return emitOpError("output_size needs 2 entries");
  shapes.push_back({input[0], size[0], size[1], weights[0]});
  return success();
}

LogicalResult Conv2dTransposeOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                          llvm::SmallVectorImpl<Tensor> &results) {
  const Tensor &input = operands[0], &weights = operands[1];
  Accumulation accumulation(input, weights, operands.size() > 2 ? &operands[2] : nullptr, 0);
  Tensor result(tensorType(getResult()));
  auto in = input.shape(), out = result.shape(), filter = weights.shape();
  auto strides = getStrides(), padding = getPadding();
  // Gathered from the output's side: tap (i, j) contributes where the input pixel it came from
  // exists.
  forEachIndex(out, [&](int64_t at, llvm::ArrayRef<int64_t> index) {
    accumulation.store(result, at, index[3], [&](auto add) {
      for (int64_t i = 0; i < filter[1]; ++i)
        for (int64_t j = 0; j < filter[2]; ++j) {
          int64_t y = index[1] + padding[0] - i, x = index[2] + padding[1] - j;
          if (y < 0 || x < 0 || y % strides[0] != 0 || x % strides[1] != 0)
            continue;
          y /= strides[0];
          x /= strides[1];
          if (y < in[1] && x < in[2])
            add(((index[0] * in[1] + y) * in[2] + x) * in[3],
                ((index[3] * filter[1] + i) * filter[2] + j) * filter[3], filter[3]);
        }
    });
  });
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
