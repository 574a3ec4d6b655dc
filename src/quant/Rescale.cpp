#include "quant/Rescale.h"

#include <algorithm>
#include <cmath>

namespace octet::quant {

// XNNPACK's fp32 requantization (src/xnnpack/requantization.h): clamp in float, then round to even.
static int32_t rescaleInFloat(int32_t value, float scale, int32_t zeroPoint, int32_t lowest,
                              int32_t highest) {
  float scaled = static_cast<float>(value) * scale;
  scaled = std::max(scaled, static_cast<float>(lowest - zeroPoint));
  scaled = std::min(scaled, static_cast<float>(highest - zeroPoint));
  return static_cast<int32_t>(std::nearbyintf(scaled)) + zeroPoint;
}

// The zero point comes before the rounding, in the precision of the product.
template <typename Real> static int32_t rescaleShifted(const Rescale &rescale, int32_t value) {
  Real product = static_cast<Real>(value) * static_cast<Real>(static_cast<float>(rescale.real));
  Real shifted = product + static_cast<Real>(rescale.zeroPoint - rescale.origin);
  double code = static_cast<double>(std::nearbyint(shifted)) + rescale.origin;
  return static_cast<int32_t>(
      std::clamp(code, static_cast<double>(rescale.lowest), static_cast<double>(rescale.highest)));
}

int32_t Rescale::operator()(int64_t value) const {
  int64_t rounded = 0;
  auto narrow = static_cast<int32_t>(value);
  switch (rounding) {
  case Rounding::doubleAway:
    rounded = multiplyDoubleAway(narrow, fixed);
    break;
  case Rounding::doubleUp:
    rounded = multiplyDoubleUp(narrow, fixed);
    break;
  case Rounding::singleUp:
    rounded = multiplySingleUp(narrow, fixed);
    break;
  case Rounding::singleAway:
    rounded = multiplySingleAway(narrow, fixed);
    break;
  case Rounding::q15Up:
    rounded = multiplyQ15Up(value, fixed);
    break;
  case Rounding::q24Up:
    rounded = multiplyQ24Up(narrow, fixed);
    break;
  case Rounding::floatEven:
    return rescaleInFloat(narrow, static_cast<float>(real), zeroPoint, lowest, highest);
  case Rounding::floatEvenShifted:
    return rescaleShifted<float>(*this, narrow);
  case Rounding::float64EvenShifted:
    return rescaleShifted<double>(*this, narrow);
  }
  // The framework adds the zero point in int32.
  return static_cast<int32_t>(clamp(wrapToInt32(rounded + zeroPoint), lowest, highest));
}

bool Rescale::isMonotone(int64_t low, int64_t high) const {
  int64_t magnitude = std::max(std::abs(low), std::abs(high));
  if (isFloatEven(rounding))
    return true;
  // A multiplier of 15 bits may be larger than the real one by its 2^-16.
  double bound = static_cast<double>(magnitude) * real * (1 + 0x1p-15) + std::abs(zeroPoint) + 1;
  if (bound >= static_cast<double>(int32Max))
    return false;
  if (rounding == Rounding::doubleAway || rounding == Rounding::doubleUp) {
    int left = std::max(fixed.exponent, 0);
    return left < 31 && magnitude <= (int64_t{int32Max} >> left);
  }
  if (rounding == Rounding::q15Up)
    return magnitude < int64_t{1} << 47;
  return true;
}

} // namespace octet::quant
