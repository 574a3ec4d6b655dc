// TFLite's fixed-point inverse square root, used by RSQRT and L2_NORMALIZATION on int8.
#pragma once

#include "quant/FixedPoint.h"
#include "quant/Multiplier.h"

namespace octet::quant {

/// 1 / sqrt(value) as a multiplier for multiplyDoubleAway (TFLite:
/// GetInvSqrtQuantizedMultiplierExp): five Newton steps in Q3.28. 0 counts as 1.
constexpr FixedPointMultiplier inverseSquareRoot(int32_t value) {
  if (value <= 1)
    return {int32Max, 0};
  int shift = 11;
  while (value >= (1 << 29)) {
    value /= 4;
    ++shift;
  }
  int pairs = (__builtin_clz(static_cast<uint32_t>(value)) - 1) / 2 - 1;
  shift -= pairs;
  value <<= 2 * pairs;
  using fixed::multiply;
  int32_t half = divideByPowerOfTwoHalfAway(value >> 1, 1);
  int32_t threeHalves = (1 << 28) + (1 << 27);
  int32_t x = 1 << 28;
  for (int i = 0; i < 5; ++i) {
    int32_t cube = fixed::rescale<9, 3>(multiply(multiply(x, x), x));
    x = fixed::rescale<6, 3>(fixed::subtract(multiply(threeHalves, x), multiply(half, cube)));
  }
  x = multiply(x, int32_t{1518500250}); // sqrt(2) / 2
  if (shift < 0) {
    x <<= -shift;
    shift = 0;
  }
  return {x, -shift};
}

} // namespace octet::quant
