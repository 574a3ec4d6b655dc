#include "qnn/Ops.h"
#include "qnn/ops/Pool.h"

#include <limits>

using namespace mlir;

namespace octet::qnn {

LogicalResult MaxPool2dOp::verify() { return verifyPool(*this); }

LogicalResult MaxPool2dOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  return inferPoolShape(*this, shapes);
}

LogicalResult MaxPool2dOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                    llvm::SmallVectorImpl<Tensor> &results) {
  Tensor result(tensorType(getResult()));
  const Tensor &input = operands[0];
  forEachIndex(result.shape(), [&](int64_t at, llvm::ArrayRef<int64_t> index) {
    if (input.isFloat()) {
      double largest = -std::numeric_limits<double>::infinity();
      forEachInWindow(*this, input.shape(), index,
                      [&](int64_t i) { largest = std::max(largest, input.real(i)); });
      result.setReal(at, largest);
    } else {
      int64_t largest = std::numeric_limits<int64_t>::min();
      forEachInWindow(*this, input.shape(), index,
                      [&](int64_t i) { largest = std::max(largest, input.integer(i)); });
      result.setInteger(at, largest);
    }
  });
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
