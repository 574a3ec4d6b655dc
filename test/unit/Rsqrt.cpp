#include "quant/Rsqrt.h"
#include "Gemmlowp.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace octet;
using exact::Fixed;
using exact::Wide;

namespace {
struct Expected {
  Wide mantissa;
  int exponent;
};
} // namespace

// Five of Newton's steps for v^(-1/2), v = value * 4^k in Q3.28 between 1/4 and 1.
static Expected inverseRoot(int64_t value) {
  if (value <= 1)
    return {INT32_MAX, 0};
  int shift = 11;
  Wide scaled = value;
  for (; scaled >= exact::powerOfTwo(29); ++shift)
    scaled /= 4;
  for (; scaled < exact::powerOfTwo(27); --shift)
    scaled *= 4;
  Fixed half = exact::halved({scaled / 2, 32, 3}, 1), threeHalves{3 * exact::powerOfTwo(27), 32, 3}, x = exact::power(32, 3, 0);
  for (int i = 0; i < 5; ++i)
    x = exact::inFormat(threeHalves * x - half * exact::inFormat(x * x * x, 3), 3);
  Wide root = (x * Fixed{1518500250, 32, 0}).raw;
  for (; shift < 0; ++shift)
    root *= 2;
  return {root, -shift};
}

static void expectRoot(int64_t value) {
  quant::FixedPointMultiplier found = quant::inverseSquareRoot(static_cast<int32_t>(value));
  Expected expected = inverseRoot(value);
  ASSERT_EQ(found.mantissa, expected.mantissa) << value;
  ASSERT_EQ(found.exponent, expected.exponent) << value;
  double real = std::ldexp(found.mantissa, found.exponent - 31);
  if (value > 1)
    ASSERT_NEAR(real * std::sqrt(static_cast<double>(value)), 1.0, 1.3e-6) << value;
}

TEST(Rsqrt, smallNumbersHaveTflitesInverseRoot) {
  for (int64_t value = 2; value <= 300000; ++value)
    ASSERT_NO_FATAL_FAILURE(expectRoot(value));
}

TEST(Rsqrt, anyNumberHasTflitesInverseRoot) {
  exact::Random random(41);
  for (int64_t value : exact::edges(32))
    if (value > 1)
      ASSERT_NO_FATAL_FAILURE(expectRoot(value));
  for (int i = 0; i < 200000; ++i)
    ASSERT_NO_FATAL_FAILURE(expectRoot(random.between(2, INT32_MAX)));
}

TEST(Rsqrt, zeroCountsAsOne) {
  for (int32_t value : {0, 1})
    EXPECT_EQ(quant::inverseSquareRoot(value), (quant::FixedPointMultiplier{INT32_MAX, 0}));
}
