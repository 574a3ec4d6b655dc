#include "qnn/Ops.h"
#include "qnn/ops/Pool.h"
#include "quant/Rounding.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult AvgPool2dOp::verify() { return verifyPool(*this); }

LogicalResult AvgPool2dOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  return inferPoolShape(*this, shapes);
}

LogicalResult AvgPool2dOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                    llvm::SmallVectorImpl<Tensor> &results) {
  Tensor result(tensorType(getResult()));
  const Tensor &input = operands[0];
  auto origin = static_cast<int64_t>(getCodeOrigin());
  forEachIndex(result.shape(), [&](int64_t at, llvm::ArrayRef<int64_t> index) {
    int64_t count = 0;
    if (input.isFloat()) {
      float sum = 0;
      forEachInWindow(*this, input.shape(), index, [&](int64_t i) {
        sum += input.as<float>()[i];
        ++count;
      });
      result.setReal(at, sum / static_cast<float>(count));
    } else {
      int64_t sum = 0;
      forEachInWindow(*this, input.shape(), index, [&](int64_t i) {
        sum += input.integer(i) - origin;
        ++count;
      });
      result.setInteger(at, quant::divideHalfAway(sum, count) + origin);
    }
  });
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
