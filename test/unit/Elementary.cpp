#include "quant/Elementary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>

namespace elementary = octet::quant::elementary;
using elementary::Function;

static constexpr float infinity = std::numeric_limits<float>::infinity();
static constexpr float smallest = std::numeric_limits<float>::min();
static constexpr long double pi = 3.14159265358979323846264L;

static float compute(Function f, float x, float alpha = 0) {
  return elementary::apply(elementary::Scalar{}, f, x, alpha);
}

static uint32_t bitsOf(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, 4);
  return bits;
}

// Every 3,001st float of the range.
template <typename Visit> static void sweep(float low, float high, Visit visit) {
  for (uint64_t bits = 0; bits < uint64_t{1} << 32; bits += 3001) {
    auto narrow = static_cast<uint32_t>(bits);
    float x;
    std::memcpy(&x, &narrow, 4);
    if (x >= low && x <= high)
      visit(x);
  }
  visit(low);
  visit(high);
}

using Real = std::function<long double(long double)>;

// The largest error in units of the result's last place, where the result is a normal number.
static void expectWithinPlaces(Function f, const Real &real, float low, float high, double places) {
  double worst = 0;
  float where = 0;
  sweep(low, high, [&](float x) {
    long double expected = real(x);
    if (std::fabs(expected) < smallest)
      return;
    int exponent = 0;
    std::frexp(expected, &exponent);
    auto error =
        static_cast<double>(std::fabs(compute(f, x) - expected) / std::ldexp(1.0L, exponent - 24));
    if (!(error <= worst)) {
      worst = error;
      where = x;
    }
  });
  EXPECT_LE(worst, places) << "at " << std::hexfloat << where;
}

// The same in units of 2^-24, for functions that cross zero.
static void expectWithinUnits(Function f, const Real &real, float low, float high, double units) {
  double worst = 0;
  float where = 0;
  sweep(low, high, [&](float x) {
    auto error = static_cast<double>(std::fabs(compute(f, x) - real(x)) * 0x1p24L);
    if (!(error <= worst)) {
      worst = error;
      where = x;
    }
  });
  EXPECT_LE(worst, units) << "at " << std::hexfloat << where;
}

TEST(Elementary, expIsGoodToOnePlace) {
  expectWithinPlaces(Function::exp, [](long double x) { return std::exp(x); }, -87.33f, 88.72f, 1);
}

TEST(Elementary, expBeyondItsRangeIsZeroAndInfinity) {
  for (float x : {-87.34f, -88.0f, -1000.0f, -infinity})
    EXPECT_EQ(bitsOf(compute(Function::exp, x)), 0u) << x;
  for (float x : {88.73f, 89.0f, 1e30f, infinity})
    EXPECT_EQ(compute(Function::exp, x), infinity) << x;
  EXPECT_EQ(compute(Function::exp, 0.0f), 1.0f);
  EXPECT_EQ(compute(Function::exp, -0.0f), 1.0f);
}

// A softmax's largest element must keep the largest share.
TEST(Elementary, expNeverFallsAsItsArgumentRises) {
  float before = 0;
  for (float x = -90; x < 89; x += 0x1p-12f) {
    float here = compute(Function::exp, x);
    ASSERT_GE(here, before) << x;
    before = here;
  }
}

TEST(Elementary, logIsGoodToOnePlace) {
  expectWithinPlaces(
      Function::log, [](long double x) { return std::log(x); }, smallest,
      std::numeric_limits<float>::max(), 1);
}

TEST(Elementary, logOfWhatIsNotPositive) {
  for (float x :
       {0.0f, -0.0f, std::numeric_limits<float>::denorm_min(), std::nextafter(smallest, 0.0f)})
    EXPECT_EQ(compute(Function::log, x), -infinity) << x;
  for (float x : {-smallest, -1.0f, -infinity})
    EXPECT_TRUE(std::isnan(compute(Function::log, x))) << x;
  EXPECT_EQ(compute(Function::log, infinity), infinity);
  EXPECT_EQ(bitsOf(compute(Function::log, 1.0f)), 0u);
}

// Half and a quotient: what is left of it far below zero has few bits.
TEST(Elementary, logisticIsGoodToThreeUnits) {
  expectWithinUnits(
      Function::logistic, [](long double x) { return 1 / (1 + std::exp(-x)); }, -200, 200, 3);
  EXPECT_EQ(compute(Function::logistic, 0.0f), 0.5f);
  EXPECT_EQ(compute(Function::logistic, infinity), 1.0f);
  EXPECT_EQ(compute(Function::logistic, -infinity), 0.0f);
}

TEST(Elementary, tanhIsGoodToFivePlaces) {
  auto real = [](long double x) { return std::tanh(x); };
  expectWithinPlaces(Function::tanh, real, -200, -1e-35f, 5);
  expectWithinPlaces(Function::tanh, real, 1e-35f, 200, 5);
  EXPECT_EQ(compute(Function::tanh, infinity), 1.0f);
  EXPECT_EQ(compute(Function::tanh, -infinity), -1.0f);
  EXPECT_EQ(compute(Function::tanh, -0.0f), 0.0f);
}

TEST(Elementary, sineAndCosineAreGoodBelow8192) {
  auto sine = [](long double x) { return std::sin(x); };
  auto cosine = [](long double x) { return std::cos(x); };
  expectWithinUnits(Function::sin, sine, -8192, 8192, 2);
  expectWithinUnits(Function::cos, cosine, -8192, 8192, 2);
  expectWithinPlaces(Function::sin, sine, -3, 3, 2);
}

TEST(Elementary, sineAndCosineAreDefinedEverywhere) {
  for (Function f : {Function::sin, Function::cos}) {
    for (float x : {1e6f, -1e20f, std::numeric_limits<float>::max()})
      EXPECT_NO_FATAL_FAILURE(compute(f, x));
    EXPECT_TRUE(std::isnan(compute(f, infinity)));
  }
}

TEST(Elementary, erfIsGoodToEightPlaces) {
  double worst = 0;
  sweep(-10, 10, [&worst](float x) {
    if (std::fabs(x) < 1e-30f)
      return; // the quotient's terms leave the normal numbers
    long double expected = std::erf(static_cast<long double>(x));
    int exponent = 0;
    std::frexp(expected, &exponent);
    float found = elementary::erf(elementary::Scalar{}, x);
    worst = std::max(
        worst, static_cast<double>(std::fabs(found - expected) / std::ldexp(1.0L, exponent - 24)));
  });
  EXPECT_LE(worst, 8);
  EXPECT_EQ(elementary::erf(elementary::Scalar{}, infinity), 1.0f);
  EXPECT_EQ(elementary::erf(elementary::Scalar{}, -infinity), -1.0f);
}

TEST(Elementary, geluIsGoodNearZeroAndAtBothEnds) {
  auto exact = [](long double x) { return x / 2 * (1 + std::erf(x / std::sqrt(2.0L))); };
  auto byTanh = [](long double x) {
    return x / 2 * (1 + std::tanh(std::sqrt(2 / pi) * (x + 0.044715L * x * x * x)));
  };
  expectWithinUnits(Function::gelu, exact, -100, 2, 16);
  expectWithinUnits(Function::geluTanh, byTanh, -100, 2, 8);
  for (Function f : {Function::gelu, Function::geluTanh})
    for (float x : {10.0f, 1000.0f, 3e30f})
      EXPECT_EQ(compute(f, x), x);
}

TEST(Elementary, theFunctionsOfOneOperationAreExact) {
  const float values[] = {0.0f,  -0.0f,       0.5f,       -0.5f,  1.5f,   -1.5f,    2.5f,
                          -2.5f, 0.49999997f, 8388609.0f, -3e38f, 1e-45f, infinity, -infinity};
  for (float x : values) {
    EXPECT_EQ(bitsOf(compute(Function::abs, x)), bitsOf(std::fabs(x))) << x;
    EXPECT_EQ(bitsOf(compute(Function::negate, x)), bitsOf(-x)) << x;
    EXPECT_EQ(bitsOf(compute(Function::floor, x)), bitsOf(std::floor(x))) << x;
    EXPECT_EQ(bitsOf(compute(Function::ceil, x)), bitsOf(std::ceil(x))) << x;
    EXPECT_EQ(bitsOf(compute(Function::round, x)), bitsOf(std::nearbyint(x))) << x;
    EXPECT_EQ(compute(Function::square, x), static_cast<float>(static_cast<double>(x) * x)) << x;
    EXPECT_EQ(compute(Function::sign, x), x < 0 ? -1.0f : x > 0 ? 1.0f : 0.0f) << x;
    EXPECT_EQ(bitsOf(compute(Function::leakyRelu, x, 0.125f)), bitsOf(x > 0 ? x : x * 0.125f)) << x;
  }
  sweep(smallest, 3e38f, [](float x) {
    ASSERT_EQ(compute(Function::sqrt, x), static_cast<float>(std::sqrt(static_cast<double>(x))))
        << x;
  });
  expectWithinPlaces(
      Function::rsqrt, [](long double x) { return 1 / std::sqrt(x); }, smallest, 3e38f, 2);
}

TEST(Elementary, hardSwishAndEluAreGood) {
  auto swish = [](long double x) { return x * std::fmin(std::fmax(x + 3, 0.0L), 6.0L) / 6; };
  expectWithinUnits(Function::hardSwish, swish, -50, 1, 4);
  expectWithinPlaces(Function::hardSwish, swish, 1, 1e30f, 3);
  for (float x : {-3.0f, -4.0f, -1e30f})
    EXPECT_EQ(compute(Function::hardSwish, x), 0.0f) << x;
  expectWithinUnits(Function::elu, [](long double x) { return std::expm1(x); }, -100, 0, 1);
  for (float x : {0.0f, 1e-45f, 1.0f, 3e38f})
    EXPECT_EQ(compute(Function::elu, x), x);
}

TEST(Elementary, notANumberStaysOne) {
  for (Function f : {Function::abs,       Function::negate, Function::square,   Function::sqrt,
                     Function::rsqrt,     Function::exp,    Function::log,      Function::sin,
                     Function::cos,       Function::tanh,   Function::logistic, Function::hardSwish,
                     Function::leakyRelu, Function::elu,    Function::gelu,     Function::geluTanh,
                     Function::floor,     Function::ceil,   Function::round,    Function::sign,
                     Function::erf})
    EXPECT_TRUE(std::isnan(compute(f, std::numeric_limits<float>::quiet_NaN(), 0.1f)))
        << static_cast<int>(f);
}
