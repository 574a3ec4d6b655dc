#include "quant/Interpolated.h"
#include "Exact.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace octet;
using exact::Wide;

// TFLite's entries are tuned for the interpolation between them: not each is the nearest integer.
TEST(Interpolated, theTableIsTheLogisticFunctionAtEach24th) {
  for (int i = 0; i < 256; ++i)
    EXPECT_NEAR(quant::interpolated::logisticTable[i], 65536 / (1 + std::exp(-i / 24.0)), 1.2) << i;
}

// Linear interpolation between the table's points, as a fraction with denominator 2^(16 + bits).
static Wide between(Wide magnitude, int bits) {
  Wide steps = magnitude / exact::powerOfTwo(bits), rest = magnitude % exact::powerOfTwo(bits);
  if (steps >= 255)
    return -1;
  Wide low = quant::interpolated::logisticTable[static_cast<int>(steps)];
  Wide high = quant::interpolated::logisticTable[static_cast<int>(steps) + 1];
  return low * (exact::powerOfTwo(bits) - rest) + high * rest;
}

TEST(Interpolated, logisticIsRoundedFromTheTableForEveryInt16) {
  for (int x = INT16_MIN; x <= INT16_MAX; ++x) {
    Wide magnitude = 3 * (x < 0 ? -x : x), value = between(magnitude, 9);
    // Beyond the table: 32767 for positive numbers, and what is left of 32768 for negative ones.
    if (value < 0)
      value = 0x7FFF * exact::powerOfTwo(10);
    Wide unit = exact::powerOfTwo(10);
    // Ties go up for positive numbers and, mirrored but for the last bit, down for negative ones.
    Wide expected =
        x >= 0 ? exact::roundHalfUp(value, unit) : 32768 - exact::roundHalfUp(value, unit);
    int16_t found = quant::interpolated::logistic(static_cast<int16_t>(x));
    ASSERT_EQ(found, exact::wrap(expected, 16)) << x;
    ASSERT_NEAR(found / 32768.0, 1 / (1 + std::exp(-x / 4096.0)), 3.2e-5) << x;
  }
}

// A scale of 2^(-12 - s) has its numbers shifted left by s, or right where s is negative.
TEST(Interpolated, tanhIsRoundedFromTheTableForEveryInt16) {
  for (int shift = -3; shift <= 3; ++shift)
    for (int x = INT16_MIN; x <= INT16_MAX; ++x) {
      Wide scaled = shift >= 0 ? Wide{3} * x * exact::powerOfTwo(shift)
                               : exact::roundHalfUp(3 * x, exact::powerOfTwo(-shift));
      Wide value = between(scaled < 0 ? -scaled : scaled, 8);
      if (value < 0)
        value = 0xFFFF * exact::powerOfTwo(8);
      // 2 * logistic - 1, in units of 2^-15: the table's 2^16 less 2^15.
      Wide twice = value - exact::powerOfTwo(23), unit = exact::powerOfTwo(8);
      Wide expected =
          scaled >= 0 ? exact::roundHalfUp(twice, unit) : -exact::roundHalfUp(twice, unit);
      int16_t found = quant::interpolated::tanh(static_cast<int16_t>(x),
                                                quant::interpolated::shiftedLeft(shift));
      ASSERT_EQ(found, exact::wrap(expected, 16)) << x << " << " << shift;
      ASSERT_NEAR(found / 32768.0, std::tanh(std::ldexp(x, shift - 12)), 8e-5)
          << x << " << " << shift;
    }
}
