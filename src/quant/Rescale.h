// The exact rescaling of an integer accumulator to an 8- or 16-bit code, as a framework defines it.
#pragma once

#include "quant/Multiplier.h"

#include <cstdint>

namespace octet::quant {

/// code = clamp(round(value * multiplier) + zeroPoint): the meaning of a requantize.
struct Rescale {
  Rounding rounding = Rounding::doubleAway;
  /// The real ratio input scale / output scale, and the same in the form that `rounding` uses.
  double real = 0;
  FixedPointMultiplier fixed;
  int32_t zeroPoint = 0;
  int32_t lowest = -128, highest = 127;
  /// The code that was 0 when the framework added the zero point: codes may have been moved since.
  int32_t origin = 0;

  Rescale() = default;
  Rescale(Rounding rounding, double real, int32_t zeroPoint, int32_t lowest, int32_t highest,
          int32_t origin = 0)
      : rounding(rounding), real(real), fixed(toFixedPoint(real)), zeroPoint(zeroPoint),
        lowest(lowest), highest(highest), origin(origin) {}

  /// The code of one accumulator value. Values outside int32 are only allowed with q15Up.
  int32_t operator()(int64_t value) const;

  /// True if the code never falls as the value rises within [low, high]: false only where the
  /// framework's own arithmetic overflows in there.
  bool isMonotone(int64_t low, int64_t high) const;
};

} // namespace octet::quant
