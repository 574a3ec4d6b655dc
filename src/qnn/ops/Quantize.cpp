#include "qnn/ops/Quantize.h"
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
  bool isWide = storageOf(getResult().getType())->bits > 16;
  if (isFloatEven(roundingOf(getNumerics())) && isWide)
    return emitOpError("rounds to even codes of at most 16 bits");
  if (auto reciprocal = getReciprocal())
    if (reciprocal->size() != 2 || !isFloatEven(roundingOf(getNumerics())))
      return emitOpError("has a reciprocal of two parts where it rounds to even");
  return requirePerTensor(*this, getResult(), "result");
}

LogicalResult QuantizeOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  shapes.push_back(Shape(shapeOf(getInput())));
  return success();
}

int64_t roundedToEven(float quotient, const Quantization &to, Rounding rounding, int64_t origin) {
  int64_t base = isShifted(rounding) ? origin : to.zeroPoint();
  float real = quotient + static_cast<float>(to.zeroPoint() - base);
  auto lowest = static_cast<float>(to.storage.lowest - base),
       highest = static_cast<float>(to.storage.highest - base);
  real = real > lowest ? real : lowest;
  real = real < highest ? real : highest;
  return static_cast<int64_t>(std::nearbyint(real)) + base;
}

// TFLite's AffineQuantize (reference/quantize.h): a true division, std::round, then the zero point.
// Its reference divides in float32, 2.9's built-in kernel in double.
LogicalResult QuantizeOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                   llvm::SmallVectorImpl<Tensor> &results) {
  Tensor result(tensorType(getResult()));
  Quantization to = *Quantization::of(result.type());
  auto scale = static_cast<float>(to.scale());
  bool inDouble = recipeOf(getNumerics()) == Recipe::divideInDouble;
  Rounding rounding = roundingOf(getNumerics());
  for (int64_t i = 0; i < result.size(); ++i) {
    float x = operands[0].as<float>()[i];
    if (isFloatEven(rounding)) {
      result.setInteger(
          i, roundedToEven(x / scale, to, rounding, static_cast<int64_t>(getCodeOrigin())));
      continue;
    }
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
