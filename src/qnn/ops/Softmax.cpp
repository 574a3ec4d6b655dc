#include "qnn/Checks.h"
#include "qnn/Numerics.h"
#include "qnn/Ops.h"
#include "quant/FixedPoint.h"
#include "routines/Parameters.h"

#include <cmath>

using namespace mlir;

namespace octet::qnn {

// A float table that rounds to even is ONNX Runtime's.
static bool isShareTable(SoftmaxOp op) {
  return recipeOf(op.getNumerics()) == Recipe::floatTable &&
         roundingOf(op.getNumerics()) == Rounding::floatEven;
}

LogicalResult SoftmaxOp::verify() {
  if (failed(requireRows(*this, getInput())))
    return failure();
  if (!getBeta().isFinite() || (getBeta().isNegative() && !isFloat(getInput())))
    return emitOpError("needs a finite beta, of codes not a negative one");
  if (isFloat(getInput())) {
    if (failed(requireElementType(*this, getInput(), elementType(getInput()).isF32(), "f32")))
      return failure();
    return requireSameElementType(*this, getInput(), getResult());
  }
  auto input = Quantization::of(getInput().getType()),
       result = Quantization::of(getResult().getType());
  if (!input || !result || input->storage.bits > 16 || result->storage.bits > 16 ||
      failed(requirePerTensor(*this, getInput(), "input")) ||
      failed(requirePerTensor(*this, getResult(), "result")) ||
      failed(requireOrdinaryScales(*this)))
    return emitOpError("needs f32, or quantized tensors of 8 or 16 bits");
  bool isFullByte = input->storage.bits == 8;
  if (!isFullByte) {
    if (!input->storage.isSigned || !result->storage.isSigned || result->storage.bits != 16 ||
        result->zeroPoint() != 0)
      return emitOpError("of int16 has an int16 result with zero point 0");
    return success();
  }
  if (result->storage.bits == 8 && result->storage.isSigned != input->storage.isSigned)
    return emitOpError("needs 8-bit codes of one signedness");
  if (isShareTable(*this) && !getBeta().isExactlyValue(1))
    return emitOpError("rounds shares to even with a beta of 1 alone");
  if (recipeOf(getNumerics()) == Recipe::floatTable)
    return result->storage.bits == 8 ? success()
                                     : emitOpError("has no float table for 16-bit results");
  // In fixed point the result is the probability in units of the lowest code's distance.
  double unit = result->storage.bits == 8 ? 1.0 / 256 : 1.0 / 65536;
  if (std::abs(result->scale() - unit) > 1e-3 * unit ||
      result->zeroPoint() != result->storage.lowest)
    return emitOpError("in fixed point has scale ") << unit << " and the lowest code as zero point";
  return success();
}

LogicalResult SoftmaxOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  shapes.push_back(Shape(shapeOf(getInput())));
  return success();
}

// PreprocessSoftmaxScaling and CalculateInputRadius: differences of codes become Q5.26, and those
// below -31 / (scale * beta) count as nothing.
static routines::SoftmaxFixed fixedTables(int64_t depth, const Quantization &from,
                                          const Quantization &to, float beta) {
  routines::SoftmaxFixed p{};
  p.depth = depth;
  p.outputBits = static_cast<int32_t>(to.storage.bits);
  p.signFlip = from.storage.isSigned ? 0x80 : 0;
  double real = std::min(static_cast<double>(beta) * from.scale() * (1 << 26),
                         static_cast<double>((int64_t{1} << 31) - 1));
  quant::FixedPointMultiplier multiplier = quant::toFixedPoint(real);
  double radius =
      31.0 * (1 << 26) / static_cast<double>(int64_t{1} << std::clamp(multiplier.exponent, 0, 62));
  p.distances = static_cast<int32_t>(std::min(std::floor(radius) + 1, 256.0));
  for (int32_t d = 0; d < p.distances; ++d) {
    int32_t scaled = quant::saturatingRoundingDoublingHighMultiply(
        quant::shiftLeftWrapping(-d, std::max(multiplier.exponent, 0)), multiplier.mantissa);
    p.exponentials[d] = quant::fixed::expOfNegative<5>(scaled);
    p.shares[d] = quant::fixed::rescale<0, 12>(p.exponentials[d]);
  }
  return p;
}

// PopulateSoftmaxLookupTable and SoftmaxInt8LUT (optimized_ops).
static routines::SoftmaxTable floatTables(int64_t depth, const Quantization &from,
                                          const Quantization &to, float beta) {
  routines::SoftmaxTable p{};
  p.depth = depth;
  p.signFlip = from.storage.isSigned ? 0x80 : 0;
  p.outputZeroPoint = static_cast<int32_t>(to.zeroPoint() - to.storage.lowest);
  p.roundsHalfUp = !to.storage.isSigned;
  p.outputScale = static_cast<float>(to.scale());
  float scale = -static_cast<float>(from.scale()) * beta;
  for (int d = 0; d < 256; ++d)
    p.exponentials[d] = std::exp(scale * static_cast<float>(d));
  return p;
}

// QlinearBuildLookupTableUint32 (ONNX Runtime's qlinear_softmax.cc): exponentials as large as a sum
// of `depth` of them allows.
static routines::SoftmaxShares shareTables(int64_t depth, const Quantization &from,
                                           const Quantization &to) {
  routines::SoftmaxShares p{};
  p.depth = depth;
  p.signFlip = from.storage.isSigned ? 0x80 : 0;
  p.outputZeroPoint = static_cast<int32_t>(to.zeroPoint());
  p.sharesOfOne = std::floor(1.0f / static_cast<float>(to.scale()));
  double room = std::log(std::numeric_limits<float>::max() / static_cast<float>(depth)),
         shift = std::max(0.0, room - 5) / static_cast<double>(static_cast<float>(from.scale()));
  for (int d = 0; d < 256; ++d)
    p.exponentials[d] = static_cast<float>(
        std::exp((shift - d) * static_cast<double>(static_cast<float>(from.scale()))));
  return p;
}

// TFLite's gen_lut: 512 steps with the midpoint's error shared between the ends.
static void interpolationTable(double (*function)(double), double low, double high,
                               int16_t (&table)[513]) {
  double step = (high - low) / 512, halfStep = step / 2;
  auto cut = [](double value) {
    return static_cast<int16_t>(std::clamp(value, -32768.0, 32767.0));
  };
  for (int i = 0; i < 512; ++i) {
    double sample = std::round(function(low + i * step) * 32768);
    double next = function(low + (i + 1) * step) * 32768;
    double middle = std::round(function(low + i * step + halfStep) * 32768);
    double interpolated = std::round((next + sample) / 2);
    table[i] = cut(sample - std::round((interpolated - middle) / 2));
  }
  table[512] = cut(std::round(function(high) * 32768));
}

static routines::Softmax16 wideTables(int64_t depth, const Quantization &from, float beta) {
  routines::Softmax16 p{};
  p.depth = depth;
  // The differences 0 … -65535 stand for 0 … -10.
  p.input = quant::toFixedPoint(from.scale() * static_cast<double>(beta) / (10.0 / 65535.0));
  interpolationTable([](double x) { return std::exp(x); }, -10.0, 0.0, p.exponential);
  interpolationTable([](double x) { return 1.0 / (1.0 + x); }, 0.0, 1.0, p.reciprocal);
  return p;
}

Routine SoftmaxOp::routine() {
  int64_t depth = shapeOf(getInput()).back(),
          rows = tensorType(getInput()).getNumElements() / depth;
  float beta = getBeta().convertToFloat();
  if (isFloat(getInput()))
    return {"softmax_f32", routines::SoftmaxFloat{depth, beta}, rows};
  Quantization from = *Quantization::of(getInput().getType());
  if (from.storage.bits == 16)
    return {"softmax_16", wideTables(depth, from, beta), rows};
  if (isShareTable(*this))
    return {"softmax_shares_8", shareTables(depth, from, *Quantization::of(getResult().getType())),
            rows};
  if (recipeOf(getNumerics()) == Recipe::floatTable)
    return {"softmax_table_8",
            floatTables(depth, from, *Quantization::of(getResult().getType()), beta), rows};
  return {"softmax_fixed_8",
          fixedTables(depth, from, *Quantization::of(getResult().getType()), beta), rows};
}

} // namespace octet::qnn
