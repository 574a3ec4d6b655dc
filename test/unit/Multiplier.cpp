#include "quant/Multiplier.h"
#include "Exact.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <functional>
#include <limits>

using namespace octet;
using namespace octet::exact;
using quant::FixedPointMultiplier;

static constexpr int64_t most = INT32_MAX;

//===-- Reals as multipliers
//-------------------------------------------------------------------===//

// The real's own 53 bits, of which 31 stay.
static FixedPointMultiplier nearestMultiplier(double real) {
  int exponent = 0;
  auto digits = static_cast<int64_t>(std::ldexp(std::frexp(real, &exponent), 53));
  Wide mantissa = roundHalfAway(digits, powerOfTwo(22));
  if (mantissa == powerOfTwo(31)) {
    mantissa = powerOfTwo(30);
    ++exponent;
  }
  if (real == 0 || exponent < -31)
    return {0, 0};
  return {static_cast<int32_t>(mantissa), exponent};
}

static void expectNearest(double real) {
  FixedPointMultiplier found = quant::toFixedPoint(real), expected = nearestMultiplier(real);
  ASSERT_EQ(found.mantissa, expected.mantissa) << std::hexfloat << real;
  ASSERT_EQ(found.exponent, expected.exponent) << std::hexfloat << real;
}

TEST(Multiplier, aRealBecomesItsNearest31Bits) {
  Random random(11);
  for (int exponent = -34; exponent <= 64; ++exponent)
    for (int i = 0; i < 2000; ++i)
      expectNearest(std::ldexp(random.real(0.5, 1.0), exponent));
}

// Half a unit above, below and at each tie; the mantissa 2^31 halves.
TEST(Multiplier, aRealBetweenTwoMultipliersRoundsTheTieUp) {
  for (int64_t mantissa :
       {int64_t{1} << 30, (int64_t{1} << 30) + 1, int64_t{1518500249}, most - 1, most})
    for (int exponent = -33; exponent <= 40; ++exponent)
      for (double offset : {-0.5, -0.25, 0.0, 0.25, 0.5 - 0x1p-22, 0.5, 0.5 + 0x1p-22, 0.75})
        expectNearest(std::ldexp(static_cast<double>(mantissa) + offset, exponent - 31));
  EXPECT_EQ(quant::toFixedPoint(1.0 - 0x1p-53), (FixedPointMultiplier{1 << 30, 1}));
}

TEST(Multiplier, aRealTooSmallForAShiftOf31IsZero) {
  EXPECT_EQ(quant::toFixedPoint(0x1p-32), (FixedPointMultiplier{1 << 30, -31}));
  EXPECT_EQ(quant::toFixedPoint(std::nextafter(0x1p-32, 1.0)),
            (FixedPointMultiplier{1 << 30, -31}));
  // Rounded to 31 bits this is 2^-32, which is not too small.
  EXPECT_EQ(quant::toFixedPoint(std::nextafter(0x1p-32, 0.0)),
            (FixedPointMultiplier{1 << 30, -31}));
  EXPECT_EQ(quant::toFixedPoint(0x1p-32 - 0x1p-62), (FixedPointMultiplier{0, 0}));
  EXPECT_EQ(quant::toFixedPoint(0x1p-33), (FixedPointMultiplier{0, 0}));
  EXPECT_EQ(quant::toFixedPoint(std::numeric_limits<double>::denorm_min()),
            (FixedPointMultiplier{0, 0}));
  EXPECT_EQ(quant::toFixedPoint(0.0), (FixedPointMultiplier{0, 0}));
}

TEST(Multiplier, theLargestRealKeepsItsExponent) {
  expectNearest(DBL_MAX);
  EXPECT_EQ(quant::toFixedPoint(DBL_MAX), (FixedPointMultiplier{1 << 30, 1025}));
}

//===-- Products
//-------------------------------------------------------------------------------===//

using Definition = std::function<Wide(Wide value, Wide mantissa, int exponent)>;
using Product = int32_t (*)(int32_t, FixedPointMultiplier);

// Values near every tie of a multiplier, where a rounding shows what it is.
static void expectProducts(Product product, const Definition &definition, int lowest, int highest,
                           uint64_t seed) {
  Random random(seed);
  std::vector<int64_t> values = edges(32);
  std::vector<int64_t> mantissas{0, 1 << 30, (1 << 30) + 1, 3 << 29, 1518500250, most - 1, most};
  for (int64_t value = -260; value <= 260; ++value)
    values.push_back(value);
  for (int i = 0; i < 300; ++i)
    values.push_back(random.ofAnyMagnitude(32));
  for (int i = 0; i < 8; ++i)
    mantissas.push_back(random.between(1 << 30, most));
  auto check = [&](int64_t value, int64_t mantissa, int exponent) {
    auto narrow = static_cast<int32_t>(value);
    ASSERT_EQ(product(narrow, {static_cast<int32_t>(mantissa), exponent}),
              definition(value, mantissa, exponent))
        << value << " * " << mantissa << " * 2^(" << exponent << " - 31)";
  };
  for (int exponent = lowest; exponent <= highest; ++exponent)
    for (int64_t mantissa : mantissas)
      for (int64_t value : values)
        ASSERT_NO_FATAL_FAILURE(check(value, mantissa, exponent));
  for (int i = 0; i < 300000; ++i)
    ASSERT_NO_FATAL_FAILURE(check(random.ofAnyMagnitude(32), random.between(1 << 30, most),
                                  static_cast<int>(random.between(lowest, highest))));
}

// Both roundings of the double forms, with the left shift losing the bits that leave an int32.
static Definition doubleForm(Wide (*second)(Wide, Wide)) {
  return [second](Wide value, Wide mantissa, int exponent) {
    Wide shifted = exponent > 0 ? wrap(value * powerOfTwo(exponent % 32), 32) : value;
    Wide high = saturate(roundHalfUp(shifted * mantissa, powerOfTwo(31)), 32);
    return exponent < 0 ? second(high, powerOfTwo(-exponent)) : high;
  };
}

TEST(Multiplier, doubleAwayRoundsTheProductAndThenTheShiftAwayFromZero) {
  expectProducts(quant::multiplyDoubleAway, doubleForm(roundHalfAway), -31, 62, 12);
  EXPECT_EQ(quant::multiplyDoubleAway(5, {1 << 30, -1}), 2); // 1.25 by way of 2.5
}

TEST(Multiplier, doubleUpRoundsTheProductAndThenTheShiftUpward) {
  expectProducts(quant::multiplyDoubleUp, doubleForm(roundHalfUp), -31, 62, 13);
}

// TFLITE_SINGLE_ROUNDING makes every multiplier of 2^30 and more the largest there is.
static Definition singleForm(Wide (*round)(Wide, Wide)) {
  return [round](Wide value, Wide mantissa, int exponent) {
    if (exponent > 30)
      return saturate(round(value * most, powerOfTwo(1)), 32);
    return saturate(round(value * mantissa, powerOfTwo(31 - exponent)), 32);
  };
}

TEST(Multiplier, singleUpRoundsTheExactProductUpward) {
  expectProducts(quant::multiplySingleUp, singleForm(roundHalfUp), -31, 40, 14);
  EXPECT_EQ(quant::multiplySingleUp(5, {1 << 30, -1}), 1);
  EXPECT_EQ(quant::multiplySingleUp(-1, {1 << 30, 0}), 0);
}

TEST(Multiplier, singleAwayRoundsTheExactProductAwayFromZero) {
  expectProducts(quant::multiplySingleAway, singleForm(roundHalfAway), -31, 40, 15);
  EXPECT_EQ(quant::multiplySingleAway(-1, {1 << 30, 0}), -1);
}

TEST(Multiplier, q24UpRoundsTheProductWith24BitsUpward) {
  expectProducts(
      quant::multiplyQ24Up,
      [](Wide value, Wide mantissa, int exponent) {
        return saturate(roundHalfUp(value * roundHalfUp(mantissa, 128), powerOfTwo(24 - exponent)),
                        32);
      },
      -31, 7, 16);
}

TEST(Multiplier, q15UpRoundsTheProductWith15BitsUpward) {
  Random random(17);
  std::vector<int64_t> values = edges(48),
                       mantissas{0, 1 << 30, 0x40008000, 0x40007FFF, 0x7FFEFFFF, 0x7FFF0000, most};
  values.erase(std::remove(values.begin(), values.end(), -(int64_t{1} << 47)), values.end());
  for (int i = 0; i < 2000; ++i)
    values.push_back(random.ofAnyMagnitude(48));
  for (int i = 0; i < 8; ++i)
    mantissas.push_back(random.between(1 << 30, most));
  for (int exponent = -31; exponent <= 7; ++exponent)
    for (int64_t mantissa : mantissas) {
      Wide reduced = bound(roundHalfUp(mantissa, 1 << 16), 0, 0x7FFF);
      for (int64_t value : values)
        ASSERT_EQ(quant::multiplyQ15Up(value, {static_cast<int32_t>(mantissa), exponent}),
                  wrap(roundHalfUp(value * reduced, powerOfTwo(15 - exponent)), 32))
            << value << " * " << mantissa << " * 2^(" << exponent << " - 31)";
    }
}
