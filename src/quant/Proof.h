// Proofs that a cheap floating-point formula computes a framework's integer arithmetic exactly.
//
// An 8-bit result makes them small. A rescale is a monotone step function of its accumulator with
// at most 255 steps, so two of them agree on a range if and only if they agree at the ends and on
// both sides of every step. A binary operation has 65,536 operand pairs, so they are simply all
// tried.
#pragma once

#include "quant/Rescale.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace octet::quant {

/// A monotone step function on [low, high]: at[i] is the least x with f(x) >= first + 1 + i.
struct Steps {
  int64_t low = 0, high = 0;
  int32_t first = 0, last = 0;
  std::vector<int64_t> at;
};

using StepFunction = std::function<int32_t(int64_t)>;

/// Finds the steps of a monotone f. `slope` is roughly f's rise per unit and `origin` the x where f
/// is near `originValue`: they only make the search fast. At most `maximumSteps` are found; a
/// function with more gives nullopt.
std::optional<Steps> findSteps(const StepFunction &f, int64_t low, int64_t high, double slope,
                               double originValue, int maximumSteps = 255);

/// code = clamp(round(x * multiplier + addend) + offset, lowest, highest)
///
/// In float32, round is to the nearest integer, ties to even. In float64 it is that of fixed point:
/// a sum around `fixedPointOrigin` has 32 bits behind the point and the integer above them, so that
/// the high half of its bits is the integer itself (less `fixedPointHigh`): no conversion.
///
/// A floored shape has the precision of both: floor(x * multiplier + (x * remainder + addend)) with
/// all operations but the innermost rounding down, so that the floor is that of the exact sum. The
/// remainder is what float32 does not hold of the multiplier.
struct FloatRescale {
  /// The shapes of the formula, cheapest first.
  enum class Shape : uint8_t {
    single,        ///< float32, the zero point inside the addend
    singleSigned,  ///< float32, the addend takes the sign of x, the zero point added after
    floored,       ///< float32 rounding down, a half inside the addend, the zero point added after
    flooredSigned, ///< the same, the addend takes the sign of x, the half is added after
    twice,         ///< float64, the zero point and fixedPointOrigin inside the addend
    twiceSigned,   ///< float64, the addend takes the sign of x, fixedPointOrigin is added after
  };
  static constexpr double fixedPointOrigin = 0x1.8p20 + 0.5;
  static constexpr int32_t fixedPointHigh = 0x41380000; ///< of 0x1.8p20
  Shape shape = Shape::single;
  /// Multiplication and addition round once (an FMA instruction) or each.
  bool fused = true;
  double multiplier = 0, addend = 0;
  int32_t offset = 0, lowest = 0, highest = 0;

  int32_t operator()(int64_t x) const;
};

constexpr bool takesSign(FloatRescale::Shape shape) {
  return shape == FloatRescale::Shape::singleSigned ||
         shape == FloatRescale::Shape::flooredSigned || shape == FloatRescale::Shape::twiceSigned;
}
constexpr bool isFloored(FloatRescale::Shape shape) {
  return shape == FloatRescale::Shape::floored || shape == FloatRescale::Shape::flooredSigned;
}
constexpr bool isSinglePrecision(FloatRescale::Shape shape) {
  return shape < FloatRescale::Shape::twice;
}
/// What float32 does not hold of a floored multiplier.
constexpr float remainderOf(double multiplier) {
  return static_cast<float>(multiplier - static_cast<double>(static_cast<float>(multiplier)));
}

/// A formula of the given shape that is proven equal to the function with these steps on all of
/// [steps.low, steps.high]; nullopt if none was found. `real` is the nominal multiplier.
std::optional<FloatRescale> proveRescale(const Steps &steps, FloatRescale::Shape shape, bool fused,
                                         double real, int32_t zeroPoint, int32_t lowest,
                                         int32_t highest);

/// code = clamp(roundHalfEven(X * xMultiplier + (Y * yMultiplier + addend)) + offset, lowest,
/// highest) in float32, for X = x - xOrigin and Y = y - yOrigin. An addend that takes a sign takes
/// that of the sum and is added to it last.
struct FloatSum {
  bool fused = true, takesSign = false;
  float xMultiplier = 0, yMultiplier = 0, addend = 0;
  int32_t xOrigin = 0, yOrigin = 0, offset = 0, lowest = 0, highest = 0;

  int32_t operator()(int32_t x, int32_t y) const;
};

/// Codes [low, high] of an operand.
struct CodeRange {
  int32_t low, high;
};

/// A formula near the nominal one that equals `exact` on every pair of codes; nullopt if none was
/// found.
std::optional<FloatSum> proveSum(const std::function<int32_t(int32_t, int32_t)> &exact, CodeRange x,
                                 CodeRange y, const FloatSum &nominal);

/// x / divisor for a divisor that is known: x * high + x * low, the sum fused with the first
/// product. Where `high` is the reciprocal itself, `low` is zero and left out.
struct Reciprocal {
  float high = 0, low = 0;

  float operator()(float x) const;
};

/// The reciprocal of a divisor, if codeOf(reciprocal(x)) is proven equal to codeOf(x / divisor),
/// the division one of float32, for every x but NaN. codeOf is monotone and has at most 256 values.
std::optional<Reciprocal> proveReciprocal(float divisor,
                                          const std::function<int32_t(float)> &codeOf);

} // namespace octet::quant
