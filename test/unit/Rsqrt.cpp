#include "quant/Rsqrt.h"
#include "Gemmlowp.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace octet;

static void expectRoot(int64_t value) {
  quant::FixedPointMultiplier found = quant::inverseSquareRoot(static_cast<int32_t>(value));
  exact::Multiplier expected = exact::inverseRoot(value);
  ASSERT_EQ(found.mantissa, expected.mantissa) << value;
  ASSERT_EQ(found.exponent, expected.exponent) << value;
  double real = std::ldexp(found.mantissa, found.exponent - 31);
  if (value > 1) {
    ASSERT_NEAR(real * std::sqrt(static_cast<double>(value)), 1.0, 1.3e-6) << value;
  }
}

TEST(Rsqrt, smallNumbersHaveTflitesInverseRoot) {
  for (int64_t value = 2; value <= 300000; ++value)
    ASSERT_NO_FATAL_FAILURE(expectRoot(value));
}

TEST(Rsqrt, anyNumberHasTflitesInverseRoot) {
  exact::Random random(41);
  for (int64_t value : exact::edges(32))
    if (value > 1) {
      ASSERT_NO_FATAL_FAILURE(expectRoot(value));
    }
  for (int i = 0; i < 200000; ++i)
    ASSERT_NO_FATAL_FAILURE(expectRoot(random.between(2, INT32_MAX)));
}

TEST(Rsqrt, zeroCountsAsOne) {
  for (int32_t value : {0, 1})
    EXPECT_EQ(quant::inverseSquareRoot(value), (quant::FixedPointMultiplier{INT32_MAX, 0}));
}
