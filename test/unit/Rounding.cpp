#include "quant/Rounding.h"
#include "Exact.h"

#include <gtest/gtest.h>

using namespace octet;
using namespace octet::exact;

static constexpr int64_t least = INT32_MIN, most = INT32_MAX;

TEST(Rounding, aWrappedNumberIsCongruentModulo2To32) {
  Random random(1);
  std::vector<int64_t> values = edges(64);
  for (int i = 0; i < 100000; ++i)
    values.push_back(random.ofAnyMagnitude(64));
  for (int64_t value : values)
    ASSERT_EQ(quant::wrapToInt32(value), wrap(value, 32)) << value;
}

TEST(Rounding, aSaturatedNumberIsTheNearestInt32) {
  Random random(2);
  std::vector<int64_t> values = edges(64);
  for (int i = 0; i < 100000; ++i)
    values.push_back(random.ofAnyMagnitude(64));
  for (int64_t value : values)
    ASSERT_EQ(quant::saturateToInt32(value), saturate(value, 32)) << value;
}

TEST(Rounding, aClampedNumberLiesBetweenItsBounds) {
  for (int64_t low = -4; low <= 4; ++low)
    for (int64_t high = low; high <= 4; ++high)
      for (int64_t value = -6; value <= 6; ++value)
        ASSERT_EQ(quant::clamp(value, low, high), bound(value, low, high))
            << value << " in " << low << ", " << high;
  EXPECT_EQ(quant::clamp(INT64_MIN, INT64_MIN, INT64_MAX), INT64_MIN);
  EXPECT_EQ(quant::clamp(INT64_MAX, INT64_MIN, -5), -5);
}

// Ties of both signs are in it: every odd multiple of half the divisor.
TEST(Rounding, aShiftRoundsTiesAwayFromZero) {
  Random random(3);
  std::vector<int64_t> values = edges(32);
  for (int64_t value = -70000; value <= 70000; ++value)
    values.push_back(value);
  for (int i = 0; i < 20000; ++i)
    values.push_back(random.ofAnyMagnitude(32));
  for (int exponent = 0; exponent <= 31; ++exponent)
    for (int64_t value : values)
      ASSERT_EQ(quant::divideByPowerOfTwoHalfAway(static_cast<int32_t>(value), exponent),
                roundHalfAway(value, powerOfTwo(exponent)))
          << value << " >> " << exponent;
}

TEST(Rounding, aShiftRoundsTiesUpward) {
  Random random(4);
  std::vector<int64_t> values = edges(32);
  for (int64_t value = -70000; value <= 70000; ++value)
    values.push_back(value);
  for (int i = 0; i < 20000; ++i)
    values.push_back(random.ofAnyMagnitude(32));
  for (int exponent = 0; exponent <= 31; ++exponent)
    for (int64_t value : values)
      ASSERT_EQ(quant::divideByPowerOfTwoHalfUp(static_cast<int32_t>(value), exponent),
                roundHalfUp(value, powerOfTwo(exponent)))
          << value << " >> " << exponent;
}

TEST(Rounding, theTwoShiftsDifferAtNegativeTiesOnly) {
  EXPECT_EQ(quant::divideByPowerOfTwoHalfAway(-3, 1), -2);
  EXPECT_EQ(quant::divideByPowerOfTwoHalfUp(-3, 1), -1);
  EXPECT_EQ(quant::divideByPowerOfTwoHalfAway(3, 1), 2);
  EXPECT_EQ(quant::divideByPowerOfTwoHalfUp(3, 1), 2);
}

// gemmlowp's nudge of 1 - 2^30 before a division that truncates lets a negative tie rise to the
// integer above it, as ARM's instruction does: so one floor says the same for both signs.
static Wide highProduct(Wide a, Wide b, int bits) {
  return saturate(roundHalfUp(a * b, powerOfTwo(bits - 1)), bits);
}

TEST(Rounding, aHighProductIsTheNearestIntegerAndSaturatesAtMinusOneSquared) {
  Random random(5);
  std::vector<int64_t> values = edges(32);
  for (int64_t a : values)
    for (int64_t b : values)
      ASSERT_EQ(quant::saturatingRoundingDoublingHighMultiply(static_cast<int32_t>(a),
                                                              static_cast<int32_t>(b)),
                highProduct(a, b, 32))
          << a << " * " << b;
  for (int i = 0; i < 2000000; ++i) {
    int64_t a = i % 2 ? random.ofAnyMagnitude(32) : random.between(least, most),
            b = random.between(least, most);
    ASSERT_EQ(quant::saturatingRoundingDoublingHighMultiply(static_cast<int32_t>(a),
                                                            static_cast<int32_t>(b)),
              highProduct(a, b, 32))
        << a << " * " << b;
  }
  EXPECT_EQ(quant::saturatingRoundingDoublingHighMultiply(INT32_MIN, INT32_MIN), INT32_MAX);
}

TEST(Rounding, aTieOfTheHighProductRisesWhateverItsSign) {
  for (int32_t odd = -2001; odd <= 2001; odd += 2)
    ASSERT_EQ(quant::saturatingRoundingDoublingHighMultiply(odd, 1 << 30), (odd + 1) / 2) << odd;
  for (int16_t odd = -2001; odd <= 2001; odd += 2)
    ASSERT_EQ(quant::saturatingRoundingDoublingHighMultiply16(odd, 1 << 14), (odd + 1) / 2) << odd;
}

TEST(Rounding, aHighProductOf16BitsIsTheNearestInteger) {
  Random random(6);
  std::vector<int64_t> factors = edges(16);
  for (int i = 0; i < 50; ++i)
    factors.push_back(random.between(INT16_MIN, INT16_MAX));
  for (int64_t b : factors)
    for (int64_t a = INT16_MIN; a <= INT16_MAX; ++a)
      ASSERT_EQ(quant::saturatingRoundingDoublingHighMultiply16(static_cast<int16_t>(a),
                                                                static_cast<int16_t>(b)),
                highProduct(a, b, 16))
          << a << " * " << b;
}

TEST(Rounding, aDivisionRoundsTiesAwayFromZero) {
  for (int64_t divisor = 1; divisor <= 260; ++divisor)
    for (int64_t dividend = -3000; dividend <= 3000; ++dividend)
      ASSERT_EQ(quant::divideHalfAway(dividend, divisor), roundHalfAway(dividend, divisor))
          << dividend << " / " << divisor;
  Random random(7);
  for (int i = 0; i < 300000; ++i) {
    int64_t dividend = random.ofAnyMagnitude(62), divisor = random.ofAnyMagnitude(48);
    if (divisor <= 0)
      continue;
    ASSERT_EQ(quant::divideHalfAway(dividend, divisor), roundHalfAway(dividend, divisor))
        << dividend << " / " << divisor;
  }
}
