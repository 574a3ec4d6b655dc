#include "qnn/Checks.h"
#include "qnn/Numerics.h"
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

// TFLite's AffineQuantize (reference/quantize.h): a true division, std::round, then the zero point.
// Its reference divides in float32, 2.9's built-in kernel in double.
LogicalResult QuantizeOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                   llvm::SmallVectorImpl<Tensor> &results) {
  Tensor result(tensorType(getResult()));
  Quantization to = *Quantization::of(result.type());
  auto scale = static_cast<float>(to.scale());
  bool inDouble = recipeOf(getNumerics()) == Recipe::divideInDouble;
  for (int64_t i = 0; i < result.size(); ++i) {
    float x = operands[0].as<float>()[i];
    double rounded = inDouble ? std::round(static_cast<double>(x) / static_cast<double>(scale))
                              : static_cast<double>(std::round(x / scale));
    // Out of int32's range the framework's conversion is undefined; Octet saturates, NaN becomes
    // the zero point.
    double shifted = (std::isnan(rounded) ? 0.0 : rounded) + static_cast<double>(to.zeroPoint());
    result.setInteger(
        i, static_cast<int64_t>(std::clamp(shifted, static_cast<double>(to.storage.lowest),
                                           static_cast<double>(to.storage.highest))));
  }
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
