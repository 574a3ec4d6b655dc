#include "quant/Multiplier.h"

#include <cassert>
#include <cmath>

namespace octet::quant {

FixedPointMultiplier toFixedPoint(double real) {
  assert(std::isfinite(real) && real >= 0);
  if (real == 0)
    return {};
  int exponent = 0;
  double fraction = std::frexp(real, &exponent);
  int64_t mantissa = std::llround(fraction * static_cast<double>(int64_t{1} << 31));
  if (mantissa == int64_t{1} << 31) {
    mantissa /= 2;
    ++exponent;
  }
  // A shift of more than 31 bits leaves nothing of an int32.
  if (exponent < -31)
    return {};
  return {static_cast<int32_t>(mantissa), exponent};
}

} // namespace octet::quant
