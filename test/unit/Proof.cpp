#include "quant/Proof.h"
#include "Exact.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

using namespace octet;
using exact::Random;
using exact::Wide;
using quant::FloatRescale;
using quant::FloatSum;
using quant::Steps;
using Shape = FloatRescale::Shape;

//===-- Steps
//----------------------------------------------------------------------------------===//

static void expectAllSteps(const quant::StepFunction &f, int64_t low, int64_t high, double slope,
                           double origin) {
  std::optional<Steps> found = quant::findSteps(f, low, high, slope, origin);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->low, low);
  EXPECT_EQ(found->high, high);
  ASSERT_EQ(found->first, f(low));
  ASSERT_EQ(found->last, f(high));
  std::vector<int64_t> expected;
  for (int64_t x = low; x <= high; ++x)
    while (f(x) > found->first + static_cast<int32_t>(expected.size()))
      expected.push_back(x);
  ASSERT_EQ(found->at, expected) << "slope " << slope << ", origin " << origin;
}

TEST(Proof, theStepsAreFoundWhateverTheGuess) {
  Random random(51);
  for (int round = 0; round < 300; ++round) {
    std::vector<int64_t> at;
    for (int64_t count = random.between(0, 60); count > 0; --count)
      at.push_back(random.between(-999, 1000)); // several at one place: a jump
    std::sort(at.begin(), at.end());
    auto f = [&at](int64_t x) {
      return static_cast<int32_t>(std::upper_bound(at.begin(), at.end(), x) - at.begin()) - 30;
    };
    for (double slope : {0.0, 0.03, 1e-6, 50.0})
      for (double origin : {0.0, -30.0, 1e6})
        ASSERT_NO_FATAL_FAILURE(expectAllSteps(f, -1000, 1000, slope, origin));
  }
}

TEST(Proof, aConstantFunctionHasNoSteps) {
  std::optional<Steps> steps =
      quant::findSteps([](int64_t) { return 7; }, INT32_MIN, INT32_MAX, 0.5, 0);
  ASSERT_TRUE(steps);
  EXPECT_EQ(steps->first, 7);
  EXPECT_TRUE(steps->at.empty());
}

TEST(Proof, aRangeOfOneNumberHasNoSteps) {
  std::optional<Steps> steps =
      quant::findSteps([](int64_t x) { return static_cast<int32_t>(x); }, 5, 5, 1.0, 0);
  ASSERT_TRUE(steps);
  EXPECT_EQ(steps->last, 5);
  EXPECT_TRUE(steps->at.empty());
}

TEST(Proof, stepsAtTheEndsOfInt32AreFound) {
  auto atTheTop = [](int64_t x) { return x == INT32_MAX ? 1 : 0; };
  auto atTheBottom = [](int64_t x) { return x > INT32_MIN ? 1 : 0; };
  EXPECT_EQ(quant::findSteps(atTheTop, INT32_MIN, INT32_MAX, 1e-9, 0)->at,
            std::vector<int64_t>{INT32_MAX});
  EXPECT_EQ(quant::findSteps(atTheBottom, INT32_MIN, INT32_MAX, 1e-9, 0)->at,
            std::vector<int64_t>{int64_t{INT32_MIN} + 1});
}

TEST(Proof, tooManyStepsAreRefused) {
  auto f = [](int64_t x) { return static_cast<int32_t>(x); };
  EXPECT_TRUE(quant::findSteps(f, 0, 255, 1, 0));
  EXPECT_FALSE(quant::findSteps(f, 0, 256, 1, 0));
  EXPECT_TRUE(quant::findSteps(f, 0, 256, 1, 0, 256));
}

//===-- Rescales in floating point
//-------------------------------------------------------------===//

// 113 digits hold the product of two doubles and, for the numbers used here, its sum with a third.
static int32_t evaluate(const FloatRescale &form, int64_t x) {
  bool isFloored = form.shape == Shape::floored || form.shape == Shape::flooredSigned;
  bool isSingle = form.shape == Shape::single || form.shape == Shape::singleSigned || isFloored;
  bool isSigned = form.shape == Shape::singleSigned || form.shape == Shape::flooredSigned ||
                  form.shape == Shape::twiceSigned;
  auto rounded = [isSingle](__float128 value) {
    return isSingle ? static_cast<__float128>(static_cast<float>(value))
                    : static_cast<__float128>(static_cast<double>(value));
  };
  __float128 value = rounded(x), addend = rounded(form.addend);
  if (isSigned)
    addend = (x < 0) == (addend < 0) ? addend : -addend;
  if (isFloored) {
    // Rounding down moves no sum across an integer or a half: the exact sum tells.
    auto high = static_cast<float>(form.multiplier),
         low = static_cast<float>(form.multiplier - static_cast<double>(high));
    __float128 exactSum = value * high + rounded(value * low + addend) + (isSigned ? 0.5 : 0);
    auto whole = static_cast<Wide>(exactSum);
    return static_cast<int32_t>(
        exact::bound(whole - (exactSum < whole ? 1 : 0) + form.offset, form.lowest, form.highest));
  }
  __float128 product = value * rounded(form.multiplier);
  auto sum = static_cast<double>(rounded((form.fused ? product : rounded(product)) + addend));
  if (!isSingle) {
    // Fixed point with 32 bits behind the point; a half is in the origin.
    if (isSigned)
      sum += 1572864.5;
    return static_cast<int32_t>(exact::bound(
        static_cast<Wide>(std::floor(sum)) - 1572864 + form.offset, form.lowest, form.highest));
  }
  double whole = std::floor(sum), rest = sum - whole;
  if (rest > 0.5 || (rest == 0.5 && std::fmod(whole, 2) != 0))
    ++whole;
  return static_cast<int32_t>(
      exact::bound(static_cast<Wide>(whole) + form.offset, form.lowest, form.highest));
}

static constexpr Shape shapes[] = {Shape::single,        Shape::singleSigned, Shape::floored,
                                   Shape::flooredSigned, Shape::twice,        Shape::twiceSigned};

TEST(Proof, aFloatRescaleRoundsAsItsShapeSays) {
  Random random(52);
  for (int i = 0; i < 400000; ++i) {
    FloatRescale form{shapes[i % 6],
                      i % 12 < 6 || quant::isFloored(shapes[i % 6]),
                      std::ldexp(random.real(0.5, 1), static_cast<int>(random.between(-20, 1))),
                      random.real(-140, 140),
                      static_cast<int32_t>(random.between(-128, 127)),
                      -128,
                      127};
    int64_t x = random.between(0, 2) ? random.ofAnyMagnitude(32) : random.between(-3000, 3000);
    if (form.shape == Shape::twice)
      form.addend += FloatRescale::fixedPointOrigin;
    if (!quant::isSinglePrecision(form.shape) &&
        std::abs(static_cast<double>(x)) * form.multiplier > 0x1p18)
      continue; // beyond the fixed point, where nothing is proven
    ASSERT_EQ(form(x), evaluate(form, x))
        << "shape " << i % 6 << (form.fused ? ", fused: " : ": ") << x << " * " << std::hexfloat
        << form.multiplier << " + " << form.addend;
  }
}

namespace {
struct Layer {
  quant::Rounding rounding;
  double real;
  int32_t zeroPoint, lowest, highest;
  int64_t low, high;
};
} // namespace

// An independent rescale of the three roundings that a layer is made of.
static int32_t code(const Layer &layer, int64_t x) {
  int exponent = 0;
  Wide mantissa = exact::roundHalfAway(
      static_cast<int64_t>(std::ldexp(std::frexp(layer.real, &exponent), 53)), 1 << 22);
  Wide rounded = 0;
  if (layer.rounding == quant::Rounding::singleUp)
    rounded = exact::roundHalfUp(x * mantissa, exact::powerOfTwo(31 - exponent));
  else {
    Wide high = exact::roundHalfUp(x * exact::powerOfTwo(std::max(exponent, 0)) * mantissa,
                                   exact::powerOfTwo(31));
    Wide right = exact::powerOfTwo(std::max(-exponent, 0));
    rounded = layer.rounding == quant::Rounding::doubleAway ? exact::roundHalfAway(high, right)
                                                            : exact::roundHalfUp(high, right);
  }
  return static_cast<int32_t>(exact::bound(rounded + layer.zeroPoint, layer.lowest, layer.highest));
}

static Layer randomLayer(Random &random) {
  static constexpr quant::Rounding roundings[] = {
      quant::Rounding::doubleAway, quant::Rounding::doubleUp, quant::Rounding::singleUp};
  Layer layer{roundings[random.between(0, 2)],
              std::ldexp(random.real(0.5, 1), static_cast<int>(random.between(-12, 0))),
              static_cast<int32_t>(random.between(-128, 127)),
              -128,
              127,
              0,
              0};
  if (random.between(0, 3) == 0)
    layer.lowest = layer.zeroPoint; // a fused activation
  if (random.between(0, 7) == 0)
    layer.real = std::ldexp(1.0, static_cast<int>(random.between(-12, 0))); // nothing but ties
  layer.low = -random.between(1, 20000);
  layer.high = random.between(1, 20000);
  return layer;
}

// The proof looks at the steps alone; here the formula meets every accumulator of the range.
TEST(Proof, aProvenRescaleEqualsTheExactOneEverywhere) {
  Random random(53);
  int proven[std::size(shapes)] = {}, tried = 0;
  for (int round = 0; round < 60; ++round, ++tried) {
    Layer layer = randomLayer(random);
    std::vector<int32_t> expected;
    for (int64_t x = layer.low; x <= layer.high; ++x)
      expected.push_back(code(layer, x));
    std::optional<Steps> steps =
        quant::findSteps([&layer](int64_t x) { return code(layer, x); }, layer.low, layer.high,
                         layer.real, layer.zeroPoint);
    ASSERT_TRUE(steps);
    for (bool fused : {false, true})
      for (size_t s = 0; s < std::size(shapes); ++s) {
        std::optional<FloatRescale> form = quant::proveRescale(
            *steps, shapes[s], fused, layer.real, layer.zeroPoint, layer.lowest, layer.highest);
        if (!form)
          continue;
        EXPECT_EQ(form->shape, shapes[s]);
        EXPECT_EQ(form->fused, fused);
        proven[s] += fused;
        for (int64_t x = layer.low; x <= layer.high; ++x)
          ASSERT_EQ(evaluate(*form, x), expected[static_cast<size_t>(x - layer.low)])
              << "shape " << s << ": " << x << " * " << std::hexfloat << layer.real;
      }
  }
  // Ties away from zero need the addend that takes a sign: the unsigned shapes prove less, but not
  // nothing.
  EXPECT_GT(proven[0], tried / 3);
  EXPECT_GT(proven[1], tried / 3);
  EXPECT_GE(proven[4], proven[0]);
  EXPECT_GE(proven[5], proven[1]);
  // Rounding down makes a half as sharp in single precision.
  EXPECT_GE(proven[2], proven[4] - 1);
  EXPECT_GE(proven[3], proven[5] - 1);
}

TEST(Proof, theFrameworksUsualRescalesAreProven) {
  auto isProven = [](const Layer &layer, Shape shape) {
    auto steps = quant::findSteps([&layer](int64_t x) { return code(layer, x); }, layer.low,
                                  layer.high, layer.real, layer.zeroPoint);
    return quant::proveRescale(*steps, shape, true, layer.real, layer.zeroPoint, layer.lowest,
                               layer.highest)
        .has_value();
  };
  for (int32_t zeroPoint : {-128, -3, 0, 127}) {
    for (double real : {0.0003271, 0.0117, 0.37, 0.25, 0.5})
      EXPECT_TRUE(isProven({quant::Rounding::singleUp, real, zeroPoint, -128, 127, -100000, 100000},
                           Shape::twice))
          << real;
    // Not the powers of two: the first rounding of 0.25 lifts ties of both signs and the second
    // only those above zero.
    for (double real : {0.0003271, 0.0117, 0.37})
      EXPECT_TRUE(
          isProven({quant::Rounding::doubleAway, real, zeroPoint, -128, 127, -100000, 100000},
                   Shape::twiceSigned))
          << real;
  }
}

// The layers for which rounding to nearest is too coarse.
TEST(Proof, finelyScaledLayersAreProvenByRoundingDown) {
  Random random(55);
  int floored = 0, nearest = 0, tried = 0;
  for (; tried < 40; ++tried) {
    Layer layer{quant::Rounding::doubleUp,
                random.real(0.0003, 0.0006),
                static_cast<int32_t>(random.between(-20, 20)),
                -128,
                127,
                -900000,
                900000};
    auto steps = quant::findSteps([&layer](int64_t x) { return code(layer, x); }, layer.low,
                                  layer.high, layer.real, layer.zeroPoint);
    auto isProven = [&](Shape shape) {
      return quant::proveRescale(*steps, shape, true, layer.real, layer.zeroPoint, layer.lowest,
                                 layer.highest)
          .has_value();
    };
    floored += isProven(Shape::floored);
    nearest += isProven(Shape::single);
  }
  EXPECT_GE(floored, tried - 1);
  EXPECT_LT(nearest, tried);
}

// The conversion to float32 rounds accumulators beyond 2^24, but their codes are bounded already.
TEST(Proof, aFloorHoldsForAccumulatorsBeyondFloat32) {
  Random random(56);
  constexpr int64_t reach = int64_t{1} << 30;
  Layer layer{quant::Rounding::doubleUp, 0.0002345, 3, -128, 127, -reach, reach};
  auto steps = quant::findSteps([&layer](int64_t x) { return code(layer, x); }, layer.low,
                                layer.high, layer.real, layer.zeroPoint);
  auto form = quant::proveRescale(*steps, Shape::floored, true, layer.real, layer.zeroPoint,
                                  layer.lowest, layer.highest);
  ASSERT_TRUE(form);
  for (int64_t x = -600000; x <= 600000; ++x)
    ASSERT_EQ(evaluate(*form, x), code(layer, x)) << x;
  for (int i = 0; i < 100000; ++i) {
    int64_t x = random.between(-reach, reach);
    ASSERT_EQ(evaluate(*form, x), code(layer, x)) << x;
  }
}

// Steps so far apart that the inner rounding outweighs an accumulator's, and separate roundings.
TEST(Proof, aFloorNeedsAMonotoneFormula) {
  Steps wide{0, 1 << 30, 0, 1, {1 << 29}};
  EXPECT_FALSE(quant::proveRescale(wide, Shape::floored, true, 0x1p-30, 0, 0, 1));
  Steps small{0, 1000, 0, 1, {500}};
  EXPECT_TRUE(quant::proveRescale(small, Shape::floored, true, 0.001, 0, 0, 1));
  EXPECT_FALSE(quant::proveRescale(small, Shape::floored, false, 0.001, 0, 0, 1));
}

TEST(Proof, aFunctionThatIsNoLineIsRefused) {
  Steps uneven{0, 1000, 0, 3, {10, 20, 900}};
  for (Shape shape : shapes)
    for (bool fused : {false, true})
      EXPECT_FALSE(quant::proveRescale(uneven, shape, fused, 0.01, 0, 0, 3))
          << static_cast<int>(shape);
}

TEST(Proof, aConstantRescaleIsAConstantFormula) {
  Steps flat{-1000, 1000, 5, 5, {}};
  for (Shape shape : shapes) {
    auto form = quant::proveRescale(flat, shape, true, 1e-9, 5, -128, 127);
    ASSERT_TRUE(form) << static_cast<int>(shape);
    for (int64_t x : {-1000, -1, 0, 1, 1000})
      EXPECT_EQ(evaluate(*form, x), 5) << x;
  }
}

//===-- Sums
//-----------------------------------------------------------------------------------===//

static int32_t evaluate(const FloatSum &form, int32_t x, int32_t y) {
  auto rounded = [](double value) { return static_cast<double>(static_cast<float>(value)); };
  // A double holds a code's product with a float, and that plus a float of like size.
  auto step = [&](int32_t value, float multiplier, double addend) {
    double product = static_cast<double>(value) * multiplier;
    return rounded((form.fused ? product : rounded(product)) + addend);
  };
  double addend = form.addend;
  double sum = step(x - form.xOrigin, form.xMultiplier,
                    step(y - form.yOrigin, form.yMultiplier, form.takesSign ? 0 : addend));
  if (form.takesSign)
    sum = rounded(sum + (std::signbit(sum) ? -addend : addend));
  double whole = std::floor(sum), rest = sum - whole;
  if (rest > 0.5 || (rest == 0.5 && std::fmod(whole, 2) != 0))
    ++whole;
  return static_cast<int32_t>(
      exact::bound(static_cast<Wide>(whole) + form.offset, form.lowest, form.highest));
}

namespace {
/// TFLite's addition: both operands in 2^-20 of twice the larger scale, then the result's.
struct CodeSum {
  double first, second, result;
  int32_t xZero, yZero, zero;
  bool subtracts = false;

  static int64_t rescaled(int64_t value, double real) {
    int exponent = 0;
    Wide mantissa = exact::roundHalfAway(
        static_cast<int64_t>(std::ldexp(std::frexp(real, &exponent), 53)), 1 << 22);
    return static_cast<int64_t>(exact::roundHalfAway(
        exact::roundHalfUp(value * mantissa, exact::powerOfTwo(31)), exact::powerOfTwo(-exponent)));
  }
  int32_t operator()(int32_t x, int32_t y) const {
    double twice = 2 * std::max(first, second);
    int64_t scaledX = rescaled(int64_t{x - xZero} << 20, first / twice),
            scaledY = rescaled(int64_t{y - yZero} << 20, second / twice);
    int64_t total = scaledX + (subtracts ? -scaledY : scaledY);
    return static_cast<int32_t>(
        exact::bound(rescaled(total, std::ldexp(twice / result, -20)) + Wide{zero}, -128, 127));
  }

  FloatSum plane(bool fused, int32_t xOrigin = 0) const {
    double u = first / result, v = (subtracts ? -second : second) / result;
    return {fused,
            false,
            static_cast<float>(u),
            static_cast<float>(v),
            static_cast<float>(zero + (xOrigin - xZero) * u - yZero * v),
            xOrigin,
            0,
            0,
            -128,
            127};
  }
  FloatSum oddFunction(bool fused) const {
    FloatSum form = plane(fused);
    form.takesSign = true;
    form.addend = 0;
    form.xOrigin = xZero;
    form.yOrigin = yZero;
    form.offset = zero;
    return form;
  }
};
} // namespace

static bool isProven(const CodeSum &sum, const FloatSum &nominal) {
  auto form = quant::proveSum(sum, {-128, 127}, {-128, 127}, nominal);
  if (!form)
    return false;
  EXPECT_EQ(form->takesSign, nominal.takesSign);
  for (int32_t x = -128; x <= 127; ++x)
    for (int32_t y = -128; y <= 127; ++y)
      if (evaluate(*form, x, y) != sum(x, y)) {
        ADD_FAILURE() << x << ", " << y << " with scales " << sum.first << ", " << sum.second
                      << ", " << sum.result;
        return false;
      }
  return true;
}

static CodeSum randomSum(Random &random) {
  CodeSum sum{random.real(0.01, 0.1),
              random.real(0.01, 0.1),
              0,
              static_cast<int32_t>(random.between(-128, 127)),
              static_cast<int32_t>(random.between(-128, 127)),
              static_cast<int32_t>(random.between(-128, 127)),
              random.between(0, 3) == 0};
  sum.result = std::max(sum.first, sum.second) * random.real(0.5, 4);
  return sum;
}

TEST(Proof, nearlyEverySumOfCodesIsAPlane) {
  Random random(54);
  int proven = 0, tried = 0;
  for (; tried < 60; ++tried) {
    CodeSum sum = randomSum(random);
    proven += isProven(sum, sum.plane(tried % 2 == 0, tried % 3 == 0 ? sum.xZero : 0));
  }
  EXPECT_GE(proven, tried - 1);
}

// The nominal plane is wrong for some pairs, and so is every rounding of its addend.
TEST(Proof, aPlaneBetweenCloseEdgesIsFound) {
  CodeSum sum{0.036523964256048203, 0.026272544637322426, 0.033120572566986084, -10, -128, -128};
  EXPECT_TRUE(isProven(sum, sum.plane(true)));
  EXPECT_TRUE(isProven(sum, sum.plane(false)));
}

// Halves on either side of zero round away from it.
TEST(Proof, sumsFullOfTiesAreOddFunctions) {
  for (double result : {0.25, 0.5, 1.0, 2.0})
    for (int32_t zero : {0, -128, 3}) {
      CodeSum sum{0.5, 0.25, result, 7, -30, zero};
      for (bool fused : {false, true})
        EXPECT_TRUE(isProven(sum, sum.plane(fused)) || isProven(sum, sum.oddFunction(fused)))
            << result << ", " << zero;
    }
  CodeSum steep{1.5, 0.125, 0.5, 66, 87, -45};
  EXPECT_FALSE(isProven(steep, steep.plane(true)));
  EXPECT_TRUE(isProven(steep, steep.oddFunction(true)));
}

// What TFLite rounds before it adds decides ties that a third of a code would bring about.
TEST(Proof, aSumWhosePartsDecideTiesIsRefused) {
  CodeSum sum{1.125, 1, 0.75, 27, -110, -111};
  EXPECT_FALSE(isProven(sum, sum.plane(true)));
  EXPECT_FALSE(isProven(sum, sum.oddFunction(true)));
}

TEST(Proof, aSumThatIsNoLineIsRefused) {
  FloatSum nominal{true, false, 1, 1, 0, 0, 0, 0, -128, 127};
  auto product = [](int32_t x, int32_t y) { return std::clamp(x * y, -128, 127); };
  EXPECT_FALSE(quant::proveSum(product, {-128, 127}, {-128, 127}, nominal));
  // Right everywhere but for one pair of codes.
  auto spoilt = [](int32_t x, int32_t y) {
    return x == 17 && y == -9 ? 0 : std::clamp(x + y, -128, 127);
  };
  EXPECT_FALSE(quant::proveSum(spoilt, {-128, 127}, {-128, 127}, nominal));
}

// The conversion to an integer would overflow where the code is already bounded.
TEST(Proof, aSumBeyondInt32IsRefused) {
  auto huge = [](int32_t x, int32_t) { return x > 0 ? 127 : -128; };
  EXPECT_FALSE(quant::proveSum(huge, {-128, 127}, {-128, 127},
                               {true, false, 0x1p24F, 0, -64, 0, 0, 0, -128, 127}));
}

//===-- Quotients
//----------------------------------------------------------------------------------===//

// Near every edge between codes, where the proof could be wrong, and at the ends of the floats.
TEST(Proof, aReciprocalGivesTheCodesOfTheDivision) {
  Random random(55);
  int proven = 0, tried = 0;
  for (; tried < 200; ++tried) {
    auto divisor = static_cast<float>(random.real(1e-4, 1) * (tried % 7 == 0 ? 1e-20 : 1));
    int32_t zero = static_cast<int32_t>(random.between(-128, 127));
    auto codeOf = [=](float quotient) {
      return static_cast<int32_t>(
          std::clamp(std::nearbyint(quotient) + static_cast<float>(zero), -128.0F, 127.0F));
    };
    auto reciprocal = quant::proveReciprocal(divisor, codeOf);
    if (!reciprocal)
      continue;
    ++proven;
    for (int32_t code = -300; code <= 300; ++code) {
      float x = (static_cast<float>(code) + 0.5F) * divisor;
      for (int step = 0; step < 4; ++step)
        x = std::nextafter(x, -1e30F);
      for (int step = 0; step < 9; ++step, x = std::nextafter(x, 1e30F))
        ASSERT_EQ(codeOf((*reciprocal)(x)), codeOf(x / divisor)) << x << " / " << divisor;
    }
    float infinity = std::numeric_limits<float>::infinity();
    for (float x : {0.0F, -0.0F, infinity, -infinity, 1e38F, -1e38F, 1e-45F})
      ASSERT_EQ(codeOf((*reciprocal)(x)), codeOf(x / divisor)) << x << " / " << divisor;
  }
  EXPECT_GE(proven, tried - 2);
}

TEST(Proof, aReciprocalThatIsAFloatHasOnePart) {
  auto codeOf = [](float quotient) {
    return static_cast<int32_t>(std::clamp(std::nearbyint(quotient), -128.0F, 127.0F));
  };
  auto reciprocal = quant::proveReciprocal(0.125F, codeOf);
  ASSERT_TRUE(reciprocal);
  EXPECT_EQ(reciprocal->high, 8.0F);
  EXPECT_EQ(reciprocal->low, 0.0F);
}

// Products could be denormal, or the divisor is no scale.
TEST(Proof, extremeDivisorsAreDivided) {
  auto codeOf = [](float quotient) {
    return static_cast<int32_t>(std::clamp(std::nearbyint(quotient), -128.0F, 127.0F));
  };
  for (float divisor :
       {0x1p-100F, 1e-40F, 0.0F, -0.5F, 0x1p100F, std::numeric_limits<float>::infinity(),
        std::numeric_limits<float>::quiet_NaN()})
    EXPECT_FALSE(quant::proveReciprocal(divisor, codeOf)) << divisor;
}
