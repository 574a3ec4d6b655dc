#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "quant/Rounding.h"

#include <cmath>

using namespace mlir;

namespace octet::qnn {

LogicalResult QuantizeOp::verify() {
  if (failed(
          requireElementType(*this, getInput(), elementType(getInput()).isF32(), "an f32 input")) ||
      failed(
          requireElementType(*this, getResult(), isQuantized(getResult()), "a quantized result")))
    return failure();
  return requirePerTensor(*this, getResult(), "result");
}

LogicalResult QuantizeOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  shapes.push_back(Shape(shapeOf(getInput())));
  return success();
}

// TFLite's AffineQuantize: a true division in float32, std::round, then the zero point.
LogicalResult QuantizeOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                   llvm::SmallVectorImpl<Tensor> &results) {
  Tensor result(tensorType(getResult()));
  Quantization to = *Quantization::of(result.type());
  auto scale = static_cast<float>(to.scale());
  for (int64_t i = 0; i < result.size(); ++i) {
    float rounded = std::round(operands[0].as<float>()[i] / scale);
    // Out of int32's range the framework's conversion is undefined; Octet saturates, NaN becomes
    // the zero point.
    double shifted =
        (std::isnan(rounded) ? 0.0 : double{rounded}) + static_cast<double>(to.zeroPoint());
    result.setInteger(
        i, static_cast<int64_t>(std::clamp(shifted, static_cast<double>(to.storage.lowest),
                                           static_cast<double>(to.storage.highest))));
  }
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
