#include "qnn/Checks.h"
#include "qnn/Ops.h"

#include <cmath>

using namespace mlir;

namespace octet::qnn {

LogicalResult CastOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  shapes.push_back(Shape(shapeOf(getInput())));
  return success();
}

LogicalResult CastOp::evaluate(llvm::ArrayRef<Tensor> operands,
                               llvm::SmallVectorImpl<Tensor> &results) {
  const Tensor &input = operands[0];
  Tensor result(tensorType(getResult()).clone(input.shape()));
  bool toBoolean = elementType(getResult()).isInteger(1);
  for (int64_t i = 0; i < result.size(); ++i) {
    if (toBoolean) {
      result.setInteger(i, input.isFloat() ? input.real(i) != 0 : input.integer(i) != 0);
    } else if (result.isFloat()) {
      // An int64 is rounded to float once: through double would be twice.
      if (input.isFloat())
        result.setReal(i, input.real(i));
      else if (elementType(getResult()).isF32())
        result.as<float>()[i] = static_cast<float>(input.integer(i));
      else
        result.setReal(i, static_cast<double>(input.integer(i)));
    } else if (input.isFloat()) {
      Storage storage = *storageOf(result.type());
      double value = std::isnan(input.real(i)) ? 0 : std::trunc(input.real(i));
      // 2^63 itself does not fit, and the nearest double below it is an integer that does.
      double highest =
          storage.bits == 64 ? std::nextafter(0x1p63, 0) : static_cast<double>(storage.highest);
      result.setInteger(
          i, static_cast<int64_t>(std::clamp(value, static_cast<double>(storage.lowest), highest)));
    } else {
      result.setInteger(i, input.integer(i));
    }
  }
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
