#include "quant/Proof.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace octet::quant {

std::optional<Steps> findSteps(const StepFunction &f, int64_t low, int64_t high, double slope,
                               double originValue, int maximumSteps) {
  Steps steps{low, high, f(low), f(high), {}};
  if (steps.last - steps.first > maximumSteps)
    return std::nullopt;
  int64_t floor = low; // every x <= floor is known to lie below the step that is sought
  for (int32_t value = steps.first + 1; value <= steps.last; ++value) {
    double guess =
        slope > 0 ? std::ceil((value - 0.5 - originValue) / slope) : static_cast<double>(low);
    auto x = static_cast<int64_t>(
        std::clamp(guess, static_cast<double>(floor), static_cast<double>(high)));
    // Gallop from the guess until the step is bracketed, then bisect: below < step <= above.
    int64_t below = floor - 1, above = high, reach = 1;
    if (f(x) >= value) {
      above = x;
      while (above - reach > below && f(above - reach) >= value) {
        above -= reach;
        reach *= 2;
      }
      below = std::max(below, above - reach);
    } else {
      below = x;
      while (below + reach < above && f(below + reach) < value) {
        below += reach;
        reach *= 2;
      }
      above = std::min(above, below + reach);
    }
    while (above - below > 1) {
      int64_t middle = below + (above - below) / 2;
      (f(middle) >= value ? above : below) = middle;
    }
    steps.at.push_back(above);
    floor = above;
  }
  return steps;
}

template <typename Real> static Real multiplyAdd(Real x, Real multiplier, Real addend, bool fused) {
  return fused ? std::fma(x, multiplier, addend) : x * multiplier + addend;
}

template <typename Real> static Real scaled(const FloatRescale &form, int64_t x) {
  auto value = static_cast<Real>(x);
  auto addend = static_cast<Real>(form.addend);
  if (takesSign(form.shape))
    addend = std::copysign(addend, value);
  return multiplyAdd(value, static_cast<Real>(form.multiplier), addend, form.fused);
}

// floor(product + rest) of the exact sum: a double holds the product of two floats, and its
// distance from an integer nearby.
static double floorOfSum(double product, double rest) {
  double whole = std::floor(product + rest);
  if (product - whole < -rest)
    return whole - 1;
  return product - (whole + 1) >= -rest ? whole + 1 : whole;
}

static double floored(const FloatRescale &form, int64_t x) {
  auto value = static_cast<float>(x), addend = static_cast<float>(form.addend);
  bool isSigned = takesSign(form.shape);
  if (isSigned)
    addend = std::copysign(addend, value);
  float rest = std::fma(value, remainderOf(form.multiplier), addend);
  double product = static_cast<double>(value) * static_cast<float>(form.multiplier);
  // A signed addend leaves the half to the end: twice the sum is floored to halves.
  if (!isSigned)
    return floorOfSum(product, rest);
  double halves = floorOfSum(2 * product, 2 * static_cast<double>(rest));
  return std::floor((halves + 1) / 2);
}

int32_t FloatRescale::operator()(int64_t x) const {
  double rounded = 0;
  if (isFloored(shape)) {
    rounded = floored(*this, x);
  } else if (isSinglePrecision(shape)) {
    rounded = static_cast<double>(std::nearbyint(scaled<float>(*this, x)));
  } else {
    double sum = scaled<double>(*this, x) + (takesSign(shape) ? fixedPointOrigin : 0);
    rounded = std::floor(sum) - 0x1.8p20;
  }
  double shifted = rounded + offset;
  return static_cast<int32_t>(
      std::clamp(shifted, static_cast<double>(lowest), static_cast<double>(highest)));
}

static bool agrees(const FloatRescale &form, const Steps &steps) {
  if (form(steps.low) != steps.first || form(steps.high) != steps.last)
    return false;
  // Neither the conversion to int32 nor the fixed point must overflow anywhere in the range.
  bool isSingle = isSinglePrecision(form.shape);
  double reach =
      std::max(std::abs(static_cast<double>(steps.low)), std::abs(static_cast<double>(steps.high)));
  // The inner sum, of a size around one, is rounded by less than what the next accumulator adds:
  // otherwise the formula would not be monotone.
  if (isFloored(form.shape) && form.multiplier != 0 && form.multiplier < 0x1p-22)
    return false;
  if (reach * form.multiplier + 256 > (isSingle ? 0x1p30 : 0x1p19))
    return false;
  for (size_t i = 0; i < steps.at.size(); ++i) {
    int32_t value = steps.first + 1 + static_cast<int32_t>(i);
    if (form(steps.at[i]) < value || (steps.at[i] > steps.low && form(steps.at[i] - 1) >= value))
      return false;
  }
  return true;
}

namespace {
/// The addends with which a multiplier puts every step in its place, in real arithmetic.
struct Interval {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  void atLeast(double bound) { low = std::max(low, bound); }
  void atMost(double bound) { high = std::min(high, bound); }
  double width() const { return high - low; }
};
} // namespace

// The step to `value` lies between x - 1 and x, so the line must reach value - 1/2 in between:
//   multiplier * x + addend >= value - 1/2 >= multiplier * (x - 1) + addend
// and with an addend that takes the sign of its x, the same with -addend where x is negative.
static Interval addendsFor(double multiplier, const Steps &steps, bool signedAddend,
                           int32_t origin) {
  Interval interval;
  if (signedAddend)
    interval.atLeast(0); // otherwise the formula is not monotone around zero
  for (size_t i = 0; i < steps.at.size(); ++i) {
    double edge = steps.first + 0.5 + static_cast<double>(i) - origin;
    auto x = static_cast<double>(steps.at[i]);
    if (signedAddend && x < 0)
      interval.atMost(multiplier * x - edge);
    else
      interval.atLeast(edge - multiplier * x);
    if (signedAddend && x - 1 < 0)
      interval.atLeast(multiplier * (x - 1) - edge);
    else
      interval.atMost(edge - multiplier * (x - 1));
  }
  return interval;
}

std::optional<FloatRescale> proveRescale(const Steps &steps, FloatRescale::Shape shape, bool fused,
                                         double real, int32_t zeroPoint, int32_t lowest,
                                         int32_t highest) {
  bool isSingle = isSinglePrecision(shape), addsAfter = takesSign(shape) || isFloored(shape);
  if (isFloored(shape) && !fused)
    return std::nullopt;
  FloatRescale form{shape, fused, 0, 0, addsAfter ? zeroPoint : 0, lowest, highest};
  const double origin = shape == FloatRescale::Shape::twice     ? FloatRescale::fixedPointOrigin
                        : shape == FloatRescale::Shape::floored ? 0.5
                                                                : 0;
  if (steps.at.empty()) {
    // A constant function: any line that stays on it.
    int32_t level = steps.first - form.offset;
    form.addend = level + origin;
    if (takesSign(shape) && level != 0)
      return std::nullopt;
    return agrees(form, steps) ? std::optional(form) : std::nullopt;
  }
  auto narrow = [isSingle](double value) {
    return isSingle ? static_cast<double>(static_cast<float>(value)) : value;
  };
  double nominal = isFloored(shape) ? real : narrow(real);
  double ulp = std::nextafter(static_cast<float>(nominal), HUGE_VALF) - nominal;
  // A few neighbours of the nominal multiplier leave room for an addend where it does not: the next
  // floats, and in fixed point ever larger steps from what an accumulator of 2^13 would not notice.
  // The nominal addend comes first: channels that agree on it share it.
  constexpr int neighbours = 12;
  const double nominalAddend = addsAfter ? 0 : zeroPoint;
  const bool isFine = !isSingle || isFloored(shape);
  // What rounds floats itself is the nominal line, though its steps may lie on no line of reals.
  form.multiplier = nominal;
  form.addend = narrow(origin + nominalAddend);
  if (agrees(form, steps))
    return form;
  for (bool isNominal : {true, false})
    for (int k = 0; k <= 2 * neighbours; ++k) {
      int distance = (k + 1) / 2;
      double step = !isFine ? distance * ulp : k ? std::ldexp(nominal, distance - 46) : 0;
      form.multiplier = nominal + (k % 2 ? step : -step);
      Interval addends = addendsFor(form.multiplier, steps, takesSign(shape), form.offset);
      if (!(addends.low <= addends.high))
        continue;
      double addend = isNominal                  ? nominalAddend
                      : std::isinf(addends.high) ? addends.low + form.multiplier / 2
                      : std::isinf(addends.low)  ? addends.high - form.multiplier / 2
                                                 : addends.low + addends.width() / 2;
      form.addend = narrow(origin + addend);
      if (agrees(form, steps))
        return form;
    }
  return std::nullopt;
}

float Reciprocal::operator()(float x) const {
  return low == 0 ? x * high : std::fma(x, high, x * low);
}

// All floats in their order, from -infinity to infinity.
static constexpr int64_t mostOrdered = 0x7F800000;
static float orderedFloat(int64_t index) {
  auto magnitude = std::bit_cast<float>(static_cast<uint32_t>(index < 0 ? -index : index));
  return index < 0 ? -magnitude : magnitude;
}

std::optional<Reciprocal> proveReciprocal(float divisor,
                                          const std::function<int32_t(float)> &codeOf) {
  // Beyond that, parts and products could be denormal, which machines flush.
  if (!(divisor >= 0x1p-80F && divisor <= 0x1p80F))
    return std::nullopt;
  // The larger part comes from below, so that both have a sign, and products of infinities, too.
  double exact = 1.0 / static_cast<double>(divisor);
  auto high = static_cast<float>(exact);
  if (static_cast<double>(high) > exact)
    high = std::nextafter(high, 0.0F);
  Reciprocal reciprocal{high, static_cast<float>(exact - static_cast<double>(high))};
  auto byDivision = [&](int64_t index) { return codeOf(orderedFloat(index) / divisor); };
  auto byProducts = [&](int64_t index) { return codeOf(reciprocal(orderedFloat(index))); };
  auto steps = findSteps(byDivision, -mostOrdered, mostOrdered, 0, 0);
  if (!steps || byProducts(steps->low) != steps->first || byProducts(steps->high) != steps->last)
    return std::nullopt;
  // Sums and products of non-negative parts, rounded, are monotone like the division.
  for (size_t i = 0; i < steps->at.size(); ++i) {
    int32_t value = steps->first + 1 + static_cast<int32_t>(i);
    if (byProducts(steps->at[i]) < value || byProducts(steps->at[i] - 1) >= value)
      return std::nullopt;
  }
  return reciprocal;
}

} // namespace octet::quant
