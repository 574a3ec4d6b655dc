#include "quant/Rescale.h"
#include "Exact.h"

#include <gtest/gtest.h>

#include <cmath>
#include <optional>

using namespace octet;
using namespace octet::exact;
using quant::Rescale;
using quant::Rounding;

static constexpr Rounding roundings[] = {Rounding::doubleAway,
                                         Rounding::doubleUp,
                                         Rounding::singleUp,
                                         Rounding::singleAway,
                                         Rounding::q15Up,
                                         Rounding::floatEven,
                                         Rounding::q24Up,
                                         Rounding::floatEvenShifted,
                                         Rounding::float64EvenShifted};
static_assert(std::size(roundings) == quant::roundingCount);

namespace {
/// A real's multiplier, from its 53 bits.
struct Scaled {
  Wide mantissa = 0;
  int exponent = 0;

  explicit Scaled(double real) {
    mantissa = roundHalfAway(static_cast<int64_t>(std::ldexp(std::frexp(real, &exponent), 53)),
                             powerOfTwo(22));
    if (mantissa == powerOfTwo(31)) {
      mantissa /= 2;
      ++exponent;
    }
  }
};
} // namespace

static Wide roundHalfEven(double real) {
  double whole = std::floor(real), rest = real - whole;
  bool rises = rest > 0.5 || (rest == 0.5 && std::fmod(whole, 2) != 0);
  return static_cast<Wide>(rises ? whole + 1 : whole);
}

// float32 has 24 digits: the exact product of two of them fits a double, which rounds once to a
// float; and so does what matters of the sum of such a float and a zero point.
static Wide roundFloat(int64_t value, double real, Wide zeroPoint) {
  double product = static_cast<double>(static_cast<float>(value)) *
                   static_cast<double>(static_cast<float>(real));
  double rounded = static_cast<float>(product);
  return roundHalfEven(static_cast<float>(rounded + static_cast<double>(zeroPoint)));
}

// The product of an int32 and a float has 55 digits: it fits x86's long double.
static Wide roundFloat64(int64_t value, double real, Wide zeroPoint) {
  long double product = static_cast<long double>(value) * static_cast<float>(real);
  long double sum = static_cast<double>(product);
  return roundHalfEven(static_cast<double>(sum + static_cast<long double>(zeroPoint)));
}

static Wide code(Rounding rounding, int64_t value, double real, Wide zeroPoint, Wide lowest,
                 Wide highest) {
  Scaled scale(real);
  Wide product = value * scale.mantissa, rounded = 0;
  Wide shifted = scale.exponent > 0 ? wrap(value * powerOfTwo(scale.exponent % 32), 32) : value;
  Wide high = saturate(roundHalfUp(shifted * scale.mantissa, powerOfTwo(31)), 32);
  Wide right = powerOfTwo(scale.exponent < 0 ? -scale.exponent : 0);
  switch (rounding) {
  case Rounding::doubleAway:
    rounded = roundHalfAway(high, right);
    break;
  case Rounding::doubleUp:
    rounded = roundHalfUp(high, right);
    break;
  case Rounding::singleUp:
    rounded = saturate(roundHalfUp(product, powerOfTwo(31 - scale.exponent)), 32);
    break;
  case Rounding::singleAway:
    rounded = saturate(roundHalfAway(product, powerOfTwo(31 - scale.exponent)), 32);
    break;
  case Rounding::q15Up:
    rounded = wrap(roundHalfUp(value * bound(roundHalfUp(scale.mantissa, 1 << 16), 0, 0x7FFF),
                               powerOfTwo(15 - scale.exponent)),
                   32);
    break;
  case Rounding::q24Up:
    rounded = saturate(
        roundHalfUp(value * roundHalfUp(scale.mantissa, 128), powerOfTwo(24 - scale.exponent)), 32);
    break;
  case Rounding::floatEven:
    return bound(roundFloat(value, real, 0) + zeroPoint, lowest, highest);
  case Rounding::floatEvenShifted:
    return bound(roundFloat(value, real, zeroPoint), lowest, highest);
  case Rounding::float64EvenShifted:
    return bound(roundFloat64(value, real, zeroPoint), lowest, highest);
  }
  return bound(wrap(rounded + zeroPoint, 32), lowest, highest);
}

namespace {
struct Codes {
  int32_t zeroPoint, lowest, highest;
};
} // namespace
static constexpr Codes codes[] = {{0, -128, 127},     {-128, -128, 127}, {127, -128, 127},
                                  {-5, -5, 90},       {3, 0, 255},       {255, 0, 255},
                                  {0, -32768, 32767}, {7, 7, 7}};

TEST(Rescale, aCodeIsTheRoundedProductMovedByTheZeroPointAndCut) {
  Random random(21);
  std::vector<int64_t> values = edges(32);
  for (int64_t value = -400; value <= 400; ++value)
    values.push_back(value);
  for (int i = 0; i < 400; ++i)
    values.push_back(random.ofAnyMagnitude(32));
  std::vector<double> reals{1.0, 0.5, 0.25, 0x1p-10, 0x1p-31,      0.75,
                            1.5, 2.0, 3.0,  100.0,   1.0 - 0x1p-53};
  for (int i = 0; i < 24; ++i)
    reals.push_back(std::ldexp(random.real(0.5, 1.0), static_cast<int>(random.between(-24, 6))));
  for (Rounding rounding : roundings)
    for (double real : reals)
      for (Codes c : codes) {
        Rescale rescale(rounding, real, c.zeroPoint, c.lowest, c.highest);
        for (int64_t value : values)
          ASSERT_EQ(rescale(value), code(rounding, value, real, c.zeroPoint, c.lowest, c.highest))
              << "rounding " << static_cast<int>(rounding) << ": " << value << " * "
              << std::hexfloat << real << " + " << c.zeroPoint;
      }
}

TEST(Rescale, anInt64AccumulatorKeepsItsUpperBits) {
  Random random(22);
  for (int i = 0; i < 200000; ++i) {
    int64_t value = random.ofAnyMagnitude(48);
    double real = std::ldexp(random.real(0.5, 1.0), static_cast<int>(random.between(-31, 7)));
    ASSERT_EQ(Rescale(Rounding::q15Up, real, 0, INT16_MIN, INT16_MAX)(value),
              code(Rounding::q15Up, value, real, 0, INT16_MIN, INT16_MAX))
        << value << " * " << std::hexfloat << real;
  }
}

TEST(Rescale, aMultiplierOfZeroGivesTheZeroPoint) {
  for (Rounding rounding : roundings)
    for (int64_t value : edges(32)) {
      ASSERT_EQ(Rescale(rounding, 0.0, 3, -128, 127)(value), 3) << value;
      ASSERT_EQ(Rescale(rounding, 0x1p-40, 3, -128, 127)(value), 3) << value;
    }
}

// Falls between neighbours are looked for everywhere in small ranges and near the ends of large
// ones.
static std::optional<int64_t> findFall(const Rescale &rescale, int64_t low, int64_t high) {
  constexpr int64_t near = 3000;
  for (int64_t x = low; x < high; ++x) {
    if (x == low + near && high - near > x)
      x = high - near;
    if (rescale(x) > rescale(x + 1))
      return x;
  }
  for (int64_t i = 0; i < 2000; ++i) {
    auto at = [&](int64_t step) {
      return low + static_cast<int64_t>((static_cast<Wide>(high) - low) * step / 2000);
    };
    if (rescale(at(i)) > rescale(at(i + 1)))
      return at(i);
  }
  return std::nullopt;
}

TEST(Rescale, whatIsCalledMonotoneNeverFalls) {
  Random random(23);
  for (Rounding rounding : roundings) {
    int monotone = 0;
    for (int i = 0; i < 600; ++i) {
      double real = std::ldexp(random.real(0.5, 1.0), static_cast<int>(random.between(-31, 7)));
      Codes c = codes[random.between(0, 6)];
      Rescale rescale(rounding, real, c.zeroPoint, c.lowest, c.highest);
      int64_t high = std::abs(random.ofAnyMagnitude(31));
      if (i % 2) // up to where the product leaves 32 bits
        high =
            static_cast<int64_t>(std::min(0x1p31 - 1, (0x1p31 - 1 - random.real(0, 600)) / real));
      if (!rescale.isMonotone(-high, high))
        continue;
      ++monotone;
      std::optional<int64_t> fall = findFall(rescale, -high, high);
      EXPECT_FALSE(fall) << "rounding " << static_cast<int>(rounding) << ": [" << -high << ", "
                         << high << "] * " << std::hexfloat << real << std::dec << " + "
                         << c.zeroPoint << " falls after " << *fall << " from " << rescale(*fall)
                         << " to " << rescale(*fall + 1);
      if (fall)
        break;
    }
    EXPECT_TRUE(monotone > 250 || HasFailure()) << static_cast<int>(rounding);
  }
}

TEST(Rescale, whatALayerNeedsIsCalledMonotone) {
  for (Rounding rounding : roundings)
    for (double real : {0x1p-20, 0.0003, 0.02, 0.9})
      EXPECT_TRUE(Rescale(rounding, real, -12, -128, 127).isMonotone(-(1 << 24), 1 << 24)) << real;
  EXPECT_TRUE(Rescale(Rounding::doubleAway, 4.0, 0, -128, 127).isMonotone(-(1 << 20), 1 << 20));
}

TEST(Rescale, anOverflowInsideTheRangeIsNotMonotone) {
  // 2^28 * 8 leaves an int32 and comes back negative.
  for (Rounding rounding : {Rounding::doubleAway, Rounding::doubleUp}) {
    Rescale rescale(rounding, 7.0, 0, -128, 127);
    EXPECT_GT(rescale((1 << 28) - 1), rescale(1 << 28));
    EXPECT_FALSE(rescale.isMonotone(0, 1 << 28));
    EXPECT_TRUE(rescale.isMonotone(0, (1 << 28) - 1));
  }
  EXPECT_FALSE(Rescale(Rounding::q15Up, 0.5, 0, -128, 127).isMonotone(0, int64_t{1} << 47));
}
