#include "qnn/Checks.h"
#include "qnn/Ops.h"

#include <cmath>

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

static int64_t toInteger(double bound) {
  return bound <= -0x1p63 ? INT64_MIN : bound >= 0x1p63 ? INT64_MAX : static_cast<int64_t>(bound);
}

std::pair<int64_t, int64_t> ClampOp::integerBounds() {
  return {toInteger(std::ceil(getLowest().convertToDouble())),
          toInteger(std::floor(getHighest().convertToDouble()))};
}

LogicalResult ClampOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                llvm::SmallVectorImpl<Tensor> &results) {
  const Tensor &input = operands[0];
  Tensor result(tensorType(getResult()).clone(input.shape()));
  double lowest = getLowest().convertToDouble(), highest = getHighest().convertToDouble();
  auto [least, most] = integerBounds();
  for (int64_t i = 0; i < result.size(); ++i) {
    if (result.isFloat())
      result.setReal(i, std::min(std::max(input.real(i), lowest), highest));
    else
      result.setInteger(i, std::clamp(input.integer(i), least, most));
  }
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
