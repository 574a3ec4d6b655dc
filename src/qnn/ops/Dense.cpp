#include "qnn/Ops.h"
#include "qnn/ops/Accumulate.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult DenseOp::verify() {
  if (failed(requireRank(*this, getInput(), 2, "input")) ||
      failed(requireRank(*this, getWeights(), 2, "weights")))
    return failure();
  return verifyContraction(*this, getInput(), getWeights(), getBias(), getResult(), 0);
}

LogicalResult DenseOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  auto input = shapeOf(getInput()), weights = shapeOf(getWeights());
  if (input.empty() || weights.size() != 2 || input.back() != weights[1])
    return emitOpError("the last dimension of the input must equal that of the weights");
  Shape shape(input.begin(), input.end());
  shape.back() = weights[0];
  shapes.push_back(shape);
  return success();
}

LogicalResult DenseOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                llvm::SmallVectorImpl<Tensor> &results) {
  const Tensor &input = operands[0], &weights = operands[1];
  Accumulation accumulation(input, weights, operands.size() > 2 ? &operands[2] : nullptr, 0);
  Tensor result(tensorType(getResult()));
  int64_t units = weights.shape()[0], depth = weights.shape()[1];
  for (int64_t at = 0; at < result.size(); ++at)
    accumulation.store(result, at, at % units,
                       [&](auto add) { add(at / units * depth, at % units * depth, depth); });
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
