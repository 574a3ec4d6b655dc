#include "quant/FixedPoint.h"
#include "Gemmlowp.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

using namespace octet;
using exact::Fixed;
using exact::Random;
using exact::Wide;

template <typename Raw> static constexpr int bitsOf = 8 * sizeof(Raw);

// All of an int16; edges and random numbers of an int32.
template <typename Raw> static std::vector<int64_t> arguments(uint64_t seed, int count) {
  std::vector<int64_t> values;
  if (sizeof(Raw) == 2) {
    for (int64_t raw = INT16_MIN; raw <= INT16_MAX; ++raw)
      values.push_back(raw);
    return values;
  }
  Random random(seed);
  values = exact::edges(32);
  for (int i = 0; i < count; ++i)
    values.push_back(i % 2 ? random.ofAnyMagnitude(32) : random.between(INT32_MIN, INT32_MAX));
  return values;
}

TEST(FixedPoint, aConstantOf16BitsIsTheRoundedOneOf32) {
  for (int64_t raw : {1895147668, 715827883, 1672461947, 1302514674, 790015084, 290630308, 39332535,
                      720401, 242, 1515870810, -1010580540, 1 << 30}) {
    EXPECT_EQ(quant::fixed::constant<int32_t>(static_cast<int32_t>(raw)), raw);
    EXPECT_EQ(quant::fixed::constant<int16_t>(static_cast<int32_t>(raw)),
              exact::constant(16, 0, raw).raw)
        << raw;
  }
}

template <typename Raw> static void expectSums() {
  constexpr int bits = bitsOf<Raw>;
  std::vector<int64_t> values = exact::edges(bits);
  for (int64_t a : values)
    for (int64_t b : values) {
      auto x = static_cast<Raw>(a), y = static_cast<Raw>(b);
      ASSERT_EQ(quant::fixed::add(x, y), exact::wrap(Wide{a} + b, bits)) << a << " + " << b;
      ASSERT_EQ(quant::fixed::subtract(x, y), exact::wrap(Wide{a} - b, bits)) << a << " - " << b;
      ASSERT_EQ(quant::fixed::multiply(x, y), (Fixed{a, bits, 0} * Fixed{b, bits, 0}).raw)
          << a << " * " << b;
      ASSERT_EQ(quant::fixed::roundingHalfSum(x, y),
                exact::wrap(exact::roundHalfAway(Wide{a} + b, 2), bits))
          << a << ", " << b;
      ASSERT_EQ(quant::fixed::addSaturatingIf16(x, y),
                bits == 16 ? exact::saturate(Wide{a} + b, 16) : exact::wrap(Wide{a} + b, 32))
          << a << " + " << b;
    }
}
TEST(FixedPoint, sumsOf32BitsWrap) { expectSums<int32_t>(); }
TEST(FixedPoint, sumsOf16BitsWrapOrSaturateAsGemmlowpSays) { expectSums<int16_t>(); }

template <typename Raw> static void expectShifts() {
  for (int64_t value : arguments<Raw>(31, 20000))
    for (int exponent = 0; exponent < bitsOf<Raw> - 1; ++exponent) {
      auto raw = static_cast<Raw>(value);
      ASSERT_EQ(quant::fixed::divideByPowerOfTwo(raw, exponent),
                exact::roundHalfAway(value, exact::powerOfTwo(exponent)))
          << value << " >> " << exponent;
      if (exponent > 0) {
        ASSERT_EQ(quant::fixed::shiftLeftSaturating(raw, exponent),
                  exact::saturate(value * exact::powerOfTwo(exponent), bitsOf<Raw>))
            << value << " << " << exponent;
      }
    }
}
TEST(FixedPoint, aLeftShiftOf32BitsSaturates) { expectShifts<int32_t>(); }
TEST(FixedPoint, aLeftShiftOf16BitsSaturates) { expectShifts<int16_t>(); }

template <int from, int to, typename Raw> static void expectFormat() {
  for (int64_t value : arguments<Raw>(32, 5000))
    ASSERT_EQ((quant::fixed::rescale<from, to>(static_cast<Raw>(value))),
              exact::inFormat({value, bitsOf<Raw>, from}, to).raw)
        << value << " from " << from << " to " << to;
}
TEST(FixedPoint, anotherFormatHoldsTheNearestNumber) {
  expectFormat<9, 3, int32_t>();
  expectFormat<0, 12, int32_t>();
  expectFormat<5, 5, int32_t>();
  expectFormat<1, 0, int32_t>();
  expectFormat<4, 2, int16_t>();
  expectFormat<3, 0, int16_t>();
  expectFormat<0, 6, int16_t>();
}

// So that the definition above is that of the function it is named after: within `units` in the
// last place.
static void expectNear(Wide raw, int bits, double expected, double units, int64_t argument) {
  double unit = std::ldexp(1.0, 1 - bits);
  ASSERT_NEAR(static_cast<double>(raw) * unit, expected, units * unit) << argument;
}

// A 16-bit product keeps 15 digits after each of up to nine factors.
template <int integers, typename Raw> static void expectExponentials() {
  constexpr int bits = bitsOf<Raw>;
  for (int64_t value : arguments<Raw>(33, 60000)) {
    if (value > 0)
      continue;
    Fixed a{value, bits, integers};
    Raw found = quant::fixed::expOfNegative<integers>(static_cast<Raw>(value));
    ASSERT_EQ(found, exact::expOfNegative(a).raw)
        << "exp of " << a.real() << ", raw " << value << " of " << bits << " bits";
    ASSERT_NO_FATAL_FAILURE(
        expectNear(found, bits, std::exp(a.real()), bits == 16 ? 3 : 600, value));
  }
}
template <typename Raw, int... integers>
static void expectAllExponentials(std::integer_sequence<int, integers...>) {
  (expectExponentials<integers, Raw>(), ...);
}
TEST(FixedPoint, expOfA32BitNumberIsGemmlowps) {
  expectAllExponentials<int32_t>(std::make_integer_sequence<int, 11>());
}
TEST(FixedPoint, expOfA16BitNumberIsGemmlowps) {
  expectAllExponentials<int16_t>(std::make_integer_sequence<int, 6>());
}
TEST(FixedPoint, expOfA16BitNumberBelowMinus32IsZero) {
  expectExponentials<6, int16_t>();
  expectExponentials<7, int16_t>();
}

template <typename Raw> static void expectReciprocals() {
  constexpr int bits = bitsOf<Raw>;
  for (int64_t value : arguments<Raw>(34, 100000)) {
    if (value < 0)
      continue;
    Fixed a{value, bits, 0};
    Raw found = quant::fixed::oneOverOnePlus(static_cast<Raw>(value));
    ASSERT_EQ(found, exact::oneOverOnePlus(a).raw) << value;
    ASSERT_NO_FATAL_FAILURE(expectNear(found, bits, 1 / (1 + a.real()), 8, value));
    ASSERT_EQ(quant::fixed::twoOverOnePlus(static_cast<Raw>(value)), exact::twoOverOnePlus(a).raw)
        << value;
  }
}
TEST(FixedPoint, oneOverOnePlusA32BitNumberIsGemmlowps) { expectReciprocals<int32_t>(); }
TEST(FixedPoint, oneOverOnePlusA16BitNumberIsGemmlowps) { expectReciprocals<int16_t>(); }

template <int integers, typename Raw> static void expectActivations() {
  constexpr int bits = bitsOf<Raw>;
  for (int64_t value : arguments<Raw>(35, 40000)) {
    Fixed a{value, bits, integers};
    Raw logistic = quant::fixed::logistic<integers>(static_cast<Raw>(value));
    Raw tanh = quant::fixed::tanh<integers>(static_cast<Raw>(value));
    ASSERT_EQ(logistic, exact::logistic(a).raw)
        << "logistic of " << a.real() << ", raw " << value << " of " << bits << " bits";
    ASSERT_EQ(tanh, exact::tanh(a).raw)
        << "tanh of " << a.real() << ", raw " << value << " of " << bits << " bits";
    ASSERT_NO_FATAL_FAILURE(
        expectNear(logistic, bits, 1 / (1 + std::exp(-a.real())), bits == 16 ? 8 : 600, value));
    ASSERT_NO_FATAL_FAILURE(
        expectNear(tanh, bits, std::tanh(a.real()), bits == 16 ? 16 : 600, value));
  }
}
template <typename Raw, int... integers>
static void expectAllActivations(std::integer_sequence<int, integers...>) {
  (expectActivations<integers, Raw>(), ...);
}
TEST(FixedPoint, logisticAndTanhOf32BitNumbersAreGemmlowps) {
  expectAllActivations<int32_t>(std::make_integer_sequence<int, 9>());
}
TEST(FixedPoint, logisticAndTanhOf16BitNumbersAreGemmlowps) {
  expectAllActivations<int16_t>(std::make_integer_sequence<int, 5>());
}
// An LSTM's cell state has as many integer bits as its scale leaves.
TEST(FixedPoint, logisticAndTanhOf16BitNumbersBeyond32AreSaturated) {
  expectActivations<5, int16_t>();
  expectActivations<6, int16_t>();
}

TEST(FixedPoint, aReciprocalIsNormalized) {
  for (int integers : {0, 5, 12, 20})
    for (int64_t value : arguments<int32_t>(36, 50000)) {
      if (value <= 0)
        continue;
      int over = 0, headroom = 0;
      int32_t found = quant::fixed::reciprocal(static_cast<int32_t>(value), integers, &over);
      while (Wide{value} << headroom < exact::powerOfTwo(31))
        ++headroom;
      Wide rest = (Wide{value} << headroom) - exact::powerOfTwo(31);
      ASSERT_EQ(found, exact::oneOverOnePlus({rest, 32, 0}).raw) << value;
      ASSERT_EQ(over, integers - headroom) << value;
      double real = std::ldexp(static_cast<double>(value), integers - 31);
      ASSERT_NEAR(std::ldexp(found, -31 - over) * real, 1.0, 1e-8) << value;
    }
}
