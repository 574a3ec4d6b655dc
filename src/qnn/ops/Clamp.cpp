#include "qnn/Checks.h"
#include "qnn/Ops.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult ClampOp::verify() {
  if (getLowest().convertToDouble() > getHighest().convertToDouble())
    return emitOpError("lowest is above highest");
  return requireSameElementType(*this, getInput(), getResult());
}

LogicalResult ClampOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  shapes.push_back(Shape(shapeOf(getInput())));
  return success();
}

LogicalResult ClampOp::evaluate(llvm::ArrayRef<Tensor> operands, llvm::SmallVectorImpl<Tensor> &results) {
  const Tensor &input = operands[0];
  Tensor result(tensorType(getResult()).clone(input.shape()));
  double lowest = getLowest().convertToDouble(), highest = getHighest().convertToDouble();
  for (int64_t i = 0; i < result.size(); ++i) {
    if (result.isFloat())
      result.setReal(i, std::min(std::max(input.real(i), lowest), highest));
    else
      result.setInteger(i, static_cast<int64_t>(std::clamp(static_cast<double>(input.integer(i)), lowest, highest)));
  }
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
