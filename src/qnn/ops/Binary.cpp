#include "qnn/Checks.h"
#include "qnn/Numerics.h"
#include "qnn/Ops.h"
#include "quant/FixedPoint.h"

#include <cmath>
#include <functional>

using namespace mlir;

namespace octet::qnn {

static bool isComparison(BinaryKind kind) {
  return kind >= BinaryKind::equal && kind <= BinaryKind::greaterEqual;
}
static bool isLogical(BinaryKind kind) { return kind >= BinaryKind::logicalAnd; }

// Codes of 8 bits, whatever stores them.
static bool isByteCoded(const Quantization &quantization) {
  return !quantization.isPerAxis() &&
         quantization.storage.highest - quantization.storage.lowest <= 255;
}

LogicalResult BinaryOp::verify() {
  bool rescales = isComparison(getKind()) || getKind() == BinaryKind::divide ||
                  getKind() == BinaryKind::squaredDifference;
  auto from = Quantization::of(getLhs().getType()), by = Quantization::of(getRhs().getType());
  bool isRescaled = rescales && from && by && isByteCoded(*from) && isByteCoded(*by);
  if (!isRescaled && failed(requireSameElementType(*this, getLhs(), getRhs())))
    return failure();
  bool toBoolean = isComparison(getKind()) || isLogical(getKind());
  if (toBoolean && !elementType(getResult()).isInteger(1))
    return emitOpError("yields booleans, not ") << elementType(getResult());
  if (isLogical(getKind()) && !elementType(getLhs()).isInteger(1))
    return emitOpError("needs booleans, not ") << elementType(getLhs());
  if (isRescaled && !toBoolean) {
    auto to = Quantization::of(getResult().getType());
    if (!to || !isByteCoded(*to))
      return emitOpError("of 8-bit codes has a per-tensor quantized result of 8 bits");
    return success();
  }
  bool onCodes = isComparison(getKind()) || getKind() == BinaryKind::minimum ||
                 getKind() == BinaryKind::maximum;
  if (isQuantized(getLhs()) && !onCodes)
    return emitOpError("has no quantized form");
  return toBoolean ? success() : requireSameElementType(*this, getLhs(), getResult());
}

LogicalResult BinaryOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  Shape shape;
  if (!broadcastShapes(shapeOf(getLhs()), shapeOf(getRhs()), shape))
    return emitOpError("operands do not broadcast");
  shapes.push_back(shape);
  return success();
}

static int64_t floorDivide(int64_t x, int64_t y) {
  return x / y - ((x % y != 0 && (x < 0) != (y < 0)) ? 1 : 0);
}

template <typename Number> static Number compute(BinaryKind kind, Number x, Number y) {
  switch (kind) {
  case BinaryKind::minimum:
    return y < x ? y : x;
  case BinaryKind::maximum:
    return x < y ? y : x;
  case BinaryKind::squaredDifference:
    return (x - y) * (x - y);
  case BinaryKind::equal:
    return x == y;
  case BinaryKind::notEqual:
    return x != y;
  case BinaryKind::less:
    return x < y;
  case BinaryKind::lessEqual:
    return x <= y;
  case BinaryKind::greater:
    return x > y;
  case BinaryKind::greaterEqual:
    return x >= y;
  case BinaryKind::logicalAnd:
    return x != 0 && y != 0;
  case BinaryKind::logicalOr:
    return x != 0 || y != 0;
  case BinaryKind::divide:
    return x / y;
  case BinaryKind::floorDivide:
    if constexpr (std::is_floating_point_v<Number>)
      return std::floor(x / y);
    else
      return static_cast<Number>(floorDivide(x, y));
  case BinaryKind::floorModulo:
    if constexpr (std::is_floating_point_v<Number>) {
      Number remainder = std::fmod(x, y);
      return remainder != 0 && (y < 0) != (remainder < 0) ? remainder + y : remainder;
    } else {
      return static_cast<Number>(x - floorDivide(x, y) * y);
    }
  }
  return x;
}

using CodeFunction = std::function<int64_t(int64_t, int64_t)>;

// TFLite's SquaredDifference on int8 (squared_difference.cc).
static CodeFunction squaredDifference(const Quantization &from, const Quantization &by,
                                      const Quantization &to) {
  constexpr int leftShift = 7;
  double twiceLarger = 2 * std::max(from.scale(), by.scale());
  quant::FixedPointMultiplier lhs = quant::toFixedPoint(from.scale() / twiceLarger),
                              rhs = quant::toFixedPoint(by.scale() / twiceLarger);
  double ratio = twiceLarger * twiceLarger / ((1 << 2 * leftShift) * to.scale());
  quant::Rescale output = rescaleOf(Rounding::doubleAway, ratio, to);
  return [=](int64_t x, int64_t y) -> int64_t {
    auto scaled = [](int64_t value, quant::FixedPointMultiplier multiplier) -> int64_t {
      return quant::multiplyDoubleAway(static_cast<int32_t>(value << leftShift), multiplier);
    };
    int64_t difference = scaled(x - from.zeroPoint(), lhs) - scaled(y - by.zeroPoint(), rhs);
    return output(difference * difference);
  };
}

// TFLite's DivElementwise on uint8 (reference/div.h), with its reciprocal in gemmlowp fixed point.
// Its divisor of zero is undefined; here the quotient is zero then.
static CodeFunction quotient(const Quantization &from, const Quantization &by,
                             const Quantization &to) {
  // div.cc forms the ratio in float32.
  float ratio = static_cast<float>(from.scale()) /
                (static_cast<float>(by.scale()) * static_cast<float>(to.scale()));
  quant::FixedPointMultiplier output = quant::toFixedPoint(ratio);
  return [=](int64_t code, int64_t divisorCode) -> int64_t {
    auto x = static_cast<int32_t>(code - from.zeroPoint()),
         y = static_cast<int32_t>(divisorCode - by.zeroPoint());
    if (y < 0) {
      x = -x;
      y = -y;
    }
    if (y == 0)
      return quant::clamp(to.zeroPoint(), to.storage.lowest, to.storage.highest);
    int reciprocalShift = 0, headroom = __builtin_clrsb(x);
    int32_t inverse = quant::fixed::reciprocal(y, 31, &reciprocalShift);
    int32_t unscaled = quant::saturatingRoundingDoublingHighMultiply(
        quant::shiftLeftWrapping(x, headroom), inverse);
    int32_t product = quant::saturatingRoundingDoublingHighMultiply(unscaled, output.mantissa);
    int shift = output.exponent - reciprocalShift - headroom;
    // Small quotients shift by more than 31 bits, which x86 takes modulo 32, and gemmlowp's mask is
    // -1.
    int64_t rounded = shift > 0      ? quant::shiftLeftWrapping(product, shift)
                      : shift >= -31 ? quant::divideByPowerOfTwoHalfAway(product, -shift)
                                     : (product >> (-shift & 31)) + (product >= 0 ? 1 : 0);
    return quant::clamp(rounded + to.zeroPoint(), to.storage.lowest, to.storage.highest);
  };
}

// TFLite compares 8-bit codes as numbers in units of 1/256 (comparisons.cc: ComparisonQuantized):
// fine scales make different codes equal.
static CodeFunction comparison(BinaryKind kind, const Quantization &from, const Quantization &by) {
  quant::FixedPointMultiplier lhs = quant::toFixedPoint(from.scale()),
                              rhs = quant::toFixedPoint(by.scale());
  return [=](int64_t x, int64_t y) -> int64_t {
    auto scaled = [](int64_t value, quant::FixedPointMultiplier multiplier) -> int64_t {
      return quant::multiplyDoubleAway(static_cast<int32_t>(value * 256), multiplier);
    };
    return compute<int64_t>(kind, scaled(x - from.zeroPoint(), lhs),
                            scaled(y - by.zeroPoint(), rhs));
  };
}

// The function of 8-bit codes; empty where codes are compared as they are.
static CodeFunction codeFunction(BinaryOp op) {
  auto from = Quantization::of(op.getLhs().getType()), by = Quantization::of(op.getRhs().getType());
  if (!from || !isByteCoded(*from))
    return {};
  if (isComparison(op.getKind()))
    return comparison(op.getKind(), *from, *by);
  auto to = Quantization::of(op.getResult().getType());
  if (op.getKind() == BinaryKind::squaredDifference)
    return squaredDifference(*from, *by, *to);
  if (op.getKind() == BinaryKind::divide)
    return quotient(*from, *by, *to);
  return {};
}

LogicalResult BinaryOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                 llvm::SmallVectorImpl<Tensor> &results) {
  const Tensor &lhs = operands[0], &rhs = operands[1];
  Shape shape;
  (void)broadcastShapes(lhs.shape(), rhs.shape(), shape);
  Tensor result(tensorType(getResult()).clone(shape));
  std::function<int64_t(int64_t, int64_t)> onCodes = codeFunction(*this);
  Shape lhsStrides = broadcastStrides(lhs.shape(), result.shape()),
        rhsStrides = broadcastStrides(rhs.shape(), result.shape());
  BinaryKind kind = getKind();
  bool divides = kind == BinaryKind::divide || kind == BinaryKind::floorDivide ||
                 kind == BinaryKind::floorModulo;
  forEachIndex(result.shape(), [&](int64_t at, llvm::ArrayRef<int64_t> index) {
    int64_t i = offsetOf(index, lhsStrides), j = offsetOf(index, rhsStrides);
    if (onCodes) {
      result.setInteger(at, onCodes(lhs.integer(i), rhs.integer(j)));
    } else if (lhs.isFloat()) {
      auto value = compute(kind, static_cast<float>(lhs.real(i)), static_cast<float>(rhs.real(j)));
      if (result.isFloat())
        result.setReal(at, value);
      else
        result.setInteger(at, static_cast<int64_t>(value));
    } else if (divides && (rhs.integer(j) == 0 || rhs.integer(j) == -1)) {
      // Division by zero is no error in compiled code, so it has a value: 0, and x modulo 0 is x. A
      // divisor of -1 is apart because the smallest integer has no counterpart.
      int64_t x = lhs.integer(i), wrapped = static_cast<int64_t>(-static_cast<uint64_t>(x));
      bool byZero = rhs.integer(j) == 0, modulo = kind == BinaryKind::floorModulo;
      result.setInteger(at, byZero ? (modulo ? x : 0) : (modulo ? 0 : wrapped));
    } else {
      result.setInteger(at, compute(kind, lhs.integer(i), rhs.integer(j)));
    }
  });
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
