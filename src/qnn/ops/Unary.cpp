#include "qnn/Checks.h"
#include "qnn/Numerics.h"
#include "qnn/Ops.h"
#include "qnn/ops/Quantize.h"
#include "quant/Elementary.h"
#include "quant/FixedPoint.h"
#include "quant/Interpolated.h"
#include "quant/Rsqrt.h"

#include <cmath>
#include <functional>

using namespace mlir;

namespace octet::qnn {

using quant::elementary::Function;

static_assert(static_cast<int>(UnaryKind::erf) == static_cast<int>(Function::erf) &&
                  static_cast<int>(UnaryKind::hardSwish) == static_cast<int>(Function::hardSwish),
              "the kinds before logicalNot are the elementary functions, in their order");

// Arguments beyond 8/3 a code would not fit TFLite's multiplier.
static LogicalResult verifyWideSigmoid(UnaryOp op) {
  auto from = *Quantization::of(op.getInput().getType()),
       to = *Quantization::of(op.getResult().getType());
  if (from.storage.bits != 16 || to.storage.bits != 16 || !to.storage.isSigned ||
      from.zeroPoint() != 0 || to.zeroPoint() != 0 || to.scale() != 0x1p-15 ||
      from.scale() * 4096 * 3 > 32767)
    return op.emitOpError("of 16-bit codes has zero points of 0, a result of scale 1/32768, and an "
                          "input of scale 2.66 at most");
  return success();
}

// A float table that rounds to even is ONNX Runtime's.
static bool isEvenTable(UnaryOp op) {
  return recipeOf(op.getNumerics()) == Recipe::floatTable &&
         roundingOf(op.getNumerics()) == Rounding::floatEven;
}

LogicalResult UnaryOp::verify() {
  if (getKind() == UnaryKind::logicalNot)
    return requireElementType(*this, getInput(), elementType(getInput()).isInteger(1), "booleans");
  if (isFloat(getInput())) {
    if (!elementType(getInput()).isF32())
      return emitOpError("computes in f32, not ") << elementType(getInput());
    return requireSameElementType(*this, getInput(), getResult());
  }
  if (!isQuantized(getInput())) {
    bool exact = getKind() == UnaryKind::abs || getKind() == UnaryKind::negate ||
                 getKind() == UnaryKind::square || getKind() == UnaryKind::sign;
    if (!exact)
      return emitOpError("of plain integers is defined for abs, negate, square and sign only");
    return requireSameElementType(*this, getInput(), getResult());
  }
  if (failed(requireUnshifted(*this, getNumerics())))
    return failure();
  if (!isQuantized(getResult()) || failed(requirePerTensor(*this, getInput(), "input")) ||
      failed(requirePerTensor(*this, getResult(), "result")))
    return emitOpError("needs a per-tensor quantized result");
  Storage storage = *storageOf(getInput().getType());
  bool isByte = storage.highest - storage.lowest <= 255;
  bool isSigmoid = getKind() == UnaryKind::logistic || getKind() == UnaryKind::tanh;
  if (!isByte && isEvenTable(*this))
    return emitOpError("has no float table for 16-bit codes");
  if (!isByte && isSigmoid)
    return verifyWideSigmoid(*this);
  if (recipeOf(getNumerics()) == Recipe::fixedPoint) {
    double unit = getKind() == UnaryKind::logistic ? 1.0 / 256 : 1.0 / 128;
    if (Quantization::of(getResult().getType())->scale() != unit)
      return emitOpError("in fixed point has a result of scale ") << unit;
  }
  if (!isByte && getKind() != UnaryKind::leakyRelu && getKind() != UnaryKind::abs)
    return emitOpError("of 16-bit codes is defined for leaky_relu, abs, logistic and tanh only");
  if (!getAlpha().isFinite())
    return emitOpError("of codes needs a finite alpha");
  return requireOrdinaryScales(*this);
}

LogicalResult UnaryOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  shapes.push_back(Shape(shapeOf(getInput())));
  return success();
}

// The C library's functions, as the framework's tables are made with them.
static float libraryFunction(UnaryKind kind, float x, float alpha) {
  switch (kind) {
  case UnaryKind::logistic:
    return 1.0f / (1.0f + std::exp(-x));
  case UnaryKind::tanh:
    return std::tanh(x);
  case UnaryKind::exp:
    return std::exp(x);
  case UnaryKind::log:
    return std::log(x);
  case UnaryKind::sin:
    return std::sin(x);
  case UnaryKind::cos:
    return std::cos(x);
  case UnaryKind::elu:
    return x < 0.0f ? std::expm1(x) : x;
  case UnaryKind::gelu:
    return 0.5f * x * (1.0f + std::erf(x * 0.70710678118654752440f));
  case UnaryKind::erf:
    return std::erf(x);
  case UnaryKind::geluTanh:
    return 0.5f * x * (1.0f + std::tanh(0.797884560802865f * (x + 0.044715f * x * x * x)));
  default:
    return quant::elementary::apply(quant::elementary::Scalar(), static_cast<Function>(kind), x,
                                    alpha);
  }
}

using CodeFunction = std::function<int64_t(int64_t)>;

// ONNX Runtime's QlinearBuildLookupTable: dequantize, function, quantize.
static CodeFunction evenTableFunction(UnaryKind kind, float alpha, const Quantization &from,
                                      const Quantization &to) {
  auto fromScale = static_cast<float>(from.scale()), toScale = static_cast<float>(to.scale());
  const quant::elementary::Scalar machine;
  return [=](int64_t code) {
    float real = fromScale * static_cast<float>(code - from.zeroPoint());
    float value = kind == UnaryKind::logistic ? quant::elementary::logistic(machine, real)
                  : kind == UnaryKind::tanh   ? quant::elementary::tanh(machine, real)
                                              : libraryFunction(kind, real, alpha);
    return roundedToEven(value / toScale, to, Rounding::floatEven);
  };
}

// TFLite's LUTPopulate: multiply by the reciprocal of the scale, round half away from zero.
static CodeFunction tableFunction(UnaryKind kind, float alpha, const Quantization &from,
                                  const Quantization &to) {
  auto inputScale = static_cast<float>(from.scale()),
       inverseScale = 1 / static_cast<float>(to.scale());
  return [=](int64_t code) {
    float real = inputScale * static_cast<float>(code - from.zeroPoint());
    float rescaled = std::round(libraryFunction(kind, real, alpha) * inverseScale);
    if (std::isnan(rescaled))
      return to.zeroPoint();
    double shifted = static_cast<double>(rescaled) + static_cast<double>(to.zeroPoint());
    return static_cast<int64_t>(std::clamp(shifted, static_cast<double>(to.storage.lowest),
                                           static_cast<double>(to.storage.highest)));
  };
}

// TFLite's QuantizeLeakyRelu: one multiplier for each side of zero; a negative slope negates the
// product.
static CodeFunction leakyRelu(float alpha, const Quantization &from, const Quantization &to,
                              Rounding rounding) {
  auto ratio = static_cast<float>(from.scale()) / static_cast<float>(to.scale());
  float alphaRatio =
      static_cast<float>(from.scale()) * std::abs(alpha) / static_cast<float>(to.scale());
  quant::Rescale identity = rescaleOf(rounding, ratio, to);
  quant::Rescale scaled(toQuant(rounding), alphaRatio, 0, INT32_MIN, INT32_MAX);
  return [=](int64_t code) -> int64_t {
    int64_t value = code - from.zeroPoint();
    if (value >= 0)
      return identity(value);
    int64_t product = scaled(value);
    return quant::clamp((alpha < 0 ? -product : product) + to.zeroPoint(), to.storage.lowest,
                        to.storage.highest);
  };
}

// TFLite's AbsEvalQuantized.
static CodeFunction absolute(const Quantization &from, const Quantization &to, Rounding rounding) {
  quant::Rescale rescale = rescaleOf(rounding, from.scale() / to.scale(), to);
  bool same = from.scale() == to.scale();
  return [=](int64_t code) -> int64_t {
    int64_t value = std::abs(code - from.zeroPoint());
    if (same)
      return quant::clamp(value + to.zeroPoint(), to.storage.lowest, to.storage.highest);
    return rescale(value);
  };
}

// TFLite's RsqrtEvalQuantizedInt8; codes below the zero point, which TFLite refuses, count as zero.
static CodeFunction inverseSquareRoot(const Quantization &from, const Quantization &to) {
  constexpr int fractionBits = 20;
  double real =
      1.0 / (std::sqrt(static_cast<float>(from.scale())) * static_cast<float>(to.scale()));
  quant::FixedPointMultiplier output = quant::toFixedPoint(real);
  output.exponent -= fractionBits;
  return [=](int64_t code) -> int64_t {
    auto value = static_cast<int32_t>(code - from.zeroPoint());
    if (value <= 0)
      return to.storage.highest;
    quant::FixedPointMultiplier inverse = quant::inverseSquareRoot(value);
    inverse.exponent += fractionBits;
    int64_t rounded = quant::multiplyDoubleAway(quant::multiplyDoubleAway(1, inverse), output);
    return quant::clamp(rounded + to.zeroPoint(), to.storage.lowest, to.storage.highest);
  };
}

// TFLite's HardSwish in 16-bit fixed point (reference/hard_swish.h): x * relu6(x + 3) / 6 with 3 at
// 2^15.
static CodeFunction hardSwish(const Quantization &from, const Quantization &to) {
  using quant::fixed::divideByPowerOfTwo;
  auto reduce = [](quant::FixedPointMultiplier multiplier) -> int16_t {
    return static_cast<int16_t>(multiplier.mantissa >= int32_t{0x7FFF} << 16
                                    ? 0x7FFF
                                    : (multiplier.mantissa + (1 << 15)) >> 16);
  };
  auto shiftLeft = [](int16_t value, int amount) {
    return static_cast<int16_t>(
        quant::clamp(int64_t{value} << std::min(amount, 30), INT16_MIN, INT16_MAX));
  };
  float fineScale = (1.0f / 128.0f) * static_cast<float>(from.scale());
  quant::FixedPointMultiplier output =
      quant::toFixedPoint(fineScale / static_cast<float>(to.scale()));
  quant::FixedPointMultiplier relu = quant::toFixedPoint(fineScale / (3.0f / 32768.0f));
  return [=](int64_t code) -> int64_t {
    auto fine = static_cast<int16_t>((code - from.zeroPoint()) * 128);
    int16_t preshift = quant::fixed::multiply(fine, reduce(output));
    int16_t reluish = fine;
    if (relu.exponent > 0)
      reluish = shiftLeft(reluish, relu.exponent - 1);
    reluish = quant::fixed::multiply(reluish, reduce(relu));
    if (relu.exponent > 0)
      reluish = shiftLeft(reluish, 1);
    if (relu.exponent < 0)
      reluish = divideByPowerOfTwo(reluish, -relu.exponent);
    reluish = static_cast<int16_t>((reluish + (1 << 15)) >> 1);
    // Truncating, to cancel the bias of the roundings before.
    auto product = static_cast<int16_t>(int32_t{reluish} * preshift / (1 << 15));
    int64_t rounded = output.exponent < 0 ? divideByPowerOfTwo(product, -output.exponent) : product;
    return quant::clamp(rounded + to.zeroPoint(), to.storage.lowest, to.storage.highest);
  };
}

// reference_integer_ops::Logistic and Tanh on int8: the argument in Q4.27, the function in gemmlowp
// fixed point, the result in units of 1/256 or 1/128.
static CodeFunction fixedPointSigmoid(UnaryKind kind, const Quantization &from,
                                      const Quantization &to) {
  quant::FixedPointMultiplier input =
      quant::toFixedPoint(from.scale() * static_cast<double>(1 << 27));
  double radius =
      15.0 * static_cast<double>(int64_t{1} << 27) / std::ldexp(1.0, std::max(input.exponent, 0));
  bool isLogistic = kind == UnaryKind::logistic;
  return [=](int64_t code) -> int64_t {
    auto value = static_cast<int32_t>(code - from.zeroPoint());
    if (value <= -std::floor(radius))
      return to.storage.lowest;
    if (value >= std::floor(radius))
      return to.storage.highest;
    int32_t argument = quant::multiplyDoubleAway(value, input);
    int32_t result =
        isLogistic ? quant::fixed::logistic<4>(argument) : quant::fixed::tanh<4>(argument);
    int64_t rounded = quant::divideByPowerOfTwoHalfAway(result, isLogistic ? 31 - 8 : 31 - 7);
    return quant::clamp(rounded + to.zeroPoint(), to.storage.lowest, to.storage.highest);
  };
}

// Logistic and tanh on int16 (activations.cc: SigmoidPrepare, TanhPrepare). Scales of 2^-12, or for
// tanh 2^-11, are read as Q3.12: TFLite takes any that is within a thousandth of a power of two for
// it.
static CodeFunction wideSigmoid(UnaryKind kind, const Quantization &from, bool fixedPoint) {
  bool isLogistic = kind == UnaryKind::logistic;
  float logarithm = std::log(static_cast<float>(from.scale())) * (1.0f / std::log(2.0f));
  int leftShift = 12 + static_cast<int>(std::round(logarithm));
  bool isPowerOfTwo = std::abs(logarithm - std::round(logarithm)) < 1e-3f && leftShift >= 0 &&
                      leftShift <= (isLogistic ? 0 : 1);
  // optimized_ops::Logistic and Tanh.
  if (isPowerOfTwo && fixedPoint)
    return [=](int64_t code) -> int64_t {
      auto value = quant::fixed::shiftLeftSaturating(static_cast<int16_t>(code), leftShift);
      return isLogistic ? quant::fixed::logistic<3>(value) : quant::fixed::tanh<3>(value);
    };
  // reference_integer_ops::Logistic and Tanh.
  quant::interpolated::Argument argument = quant::interpolated::shiftedLeft(leftShift);
  if (!isPowerOfTwo) {
    double multiplier = from.scale() * 4096 * 3;
    for (argument.shift = 0; multiplier <= 32767.0 / 2 && argument.shift <= 30; ++argument.shift)
      multiplier *= 2;
    argument.multiplier = static_cast<int32_t>(multiplier);
  }
  return [=](int64_t code) -> int64_t {
    auto value = static_cast<int16_t>(code);
    return isLogistic ? quant::interpolated::logistic(value, argument)
                      : quant::interpolated::tanh(value, argument);
  };
}

static CodeFunction codeFunction(UnaryOp op) {
  Quantization from = *Quantization::of(op.getInput().getType()),
               to = *Quantization::of(op.getResult().getType());
  float alpha = op.getAlpha().convertToFloat();
  Rounding rounding = roundingOf(op.getNumerics());
  if (isEvenTable(op))
    return evenTableFunction(op.getKind(), alpha, from, to);
  switch (op.getKind()) {
  case UnaryKind::leakyRelu:
    return leakyRelu(alpha, from, to, rounding);
  case UnaryKind::abs:
    return absolute(from, to, rounding);
  case UnaryKind::rsqrt:
    return inverseSquareRoot(from, to);
  case UnaryKind::hardSwish:
    return hardSwish(from, to);
  case UnaryKind::logistic:
  case UnaryKind::tanh:
    if (from.storage.highest - from.storage.lowest > 255)
      return wideSigmoid(op.getKind(), from, recipeOf(op.getNumerics()) == Recipe::fixedPoint);
    if (recipeOf(op.getNumerics()) == Recipe::fixedPoint)
      return fixedPointSigmoid(op.getKind(), from, to);
    [[fallthrough]];
  default:
    return tableFunction(op.getKind(), alpha, from, to);
  }
}

static int64_t integerFunction(UnaryKind kind, int64_t x) {
  switch (kind) {
  case UnaryKind::abs:
    return x < 0 ? static_cast<int64_t>(-static_cast<uint64_t>(x)) : x;
  case UnaryKind::negate:
    return static_cast<int64_t>(-static_cast<uint64_t>(x));
  case UnaryKind::square:
    return static_cast<int64_t>(static_cast<uint64_t>(x) * static_cast<uint64_t>(x));
  case UnaryKind::logicalNot:
    return x == 0;
  default:
    return x > 0 ? 1 : x < 0 ? -1 : 0;
  }
}

LogicalResult UnaryOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                llvm::SmallVectorImpl<Tensor> &results) {
  const Tensor &input = operands[0];
  Tensor result(tensorType(getResult()).clone(input.shape()));
  if (result.isFloat()) {
    float alpha = getAlpha().convertToFloat();
    for (int64_t i = 0; i < result.size(); ++i)
      result.as<float>()[i] =
          quant::elementary::apply(quant::elementary::Scalar(), static_cast<Function>(getKind()),
                                   input.as<float>()[i], alpha);
  } else if (isQuantized(getResult())) {
    CodeFunction function = codeFunction(*this);
    for (int64_t i = 0; i < result.size(); ++i)
      result.setInteger(i, function(input.integer(i)));
  } else {
    for (int64_t i = 0; i < result.size(); ++i)
      result.setInteger(i, integerFunction(getKind(), input.integer(i)));
  }
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
