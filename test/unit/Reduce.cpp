#include "Exact.h"
#include "Routines.h"

#include <algorithm>

using namespace octet;
using exact::Random;
using exact::Wide;

enum Kind { sum, mean, product, minimum, maximum };
constexpr const char *kindNames[] = {"sum", "sum", "product", "minimum", "maximum"};

template <typename T> static Wide reduceOne(Kind kind, const std::vector<T> &line) {
  Wide total = kind == product ? 1 : 0;
  for (T element : line)
    total = kind == product ? exact::wrap(total * static_cast<Wide>(element), 64)
                            : total + static_cast<Wide>(element);
  if (kind == minimum)
    return static_cast<Wide>(*std::min_element(line.begin(), line.end()));
  if (kind == maximum)
    return static_cast<Wide>(*std::max_element(line.begin(), line.end()));
  return kind == mean ? total / static_cast<Wide>(line.size())
                      : total; // C++'s division, as TFLite's
}

template <typename T>
static void expectReduced(const char *type, Random &random, Kind kind, int64_t low, int64_t high) {
  // At times more rows than the partial sums of narrow integers take.
  int64_t outer = random.between(1, 4), inner = random.between(1, 40),
          reduced =
              random.between(0, 40) == 0 ? 16380 + random.between(0, 9) : random.between(1, 12);
  std::string name = std::string("reduce_") + kindNames[kind] + "_" + type;
  std::vector<T> input, result(static_cast<size_t>(outer * inner));
  for (int64_t i = 0; i < outer * reduced * inner; ++i)
    input.push_back(static_cast<T>(random.between(low, high)));
  routines::Reduce p{};
  p.outer = outer, p.reduced = reduced, p.inner = inner, p.isMean = kind == mean;
  callRoutine(name.c_str(), p, outer, input, result);
  for (int64_t o = 0; o < outer; ++o)
    for (int64_t i = 0; i < inner; ++i) {
      std::vector<T> line;
      for (int64_t r = 0; r < reduced; ++r)
        line.push_back(input[static_cast<size_t>((o * reduced + r) * inner + i)]);
      auto expected = static_cast<T>(static_cast<int64_t>(exact::wrap(reduceOne(kind, line), 64)));
      ASSERT_EQ(result[static_cast<size_t>(o * inner + i)], expected)
          << name << ", kind " << kind << ", " << reduced << " elements";
    }
}

TEST(Reduce, eachResultIsThatOfItsOwnElements) {
  Random random(121);
  for (int i = 0; i < 100; ++i)
    for (Kind kind : {sum, mean, product, minimum, maximum}) {
      ASSERT_NO_FATAL_FAILURE(expectReduced<int8_t>("i8", random, kind, -128, 127));
      ASSERT_NO_FATAL_FAILURE(expectReduced<uint8_t>("u8", random, kind, 0, 255));
      ASSERT_NO_FATAL_FAILURE(expectReduced<int16_t>("i16", random, kind, INT16_MIN, INT16_MAX));
      ASSERT_NO_FATAL_FAILURE(expectReduced<int32_t>("i32", random, kind, INT32_MIN, INT32_MAX));
      ASSERT_NO_FATAL_FAILURE(
          expectReduced<int64_t>("i64", random, kind, -1000000000000, 1000000000000));
      if (kind != mean && kind != product) { // sums that floats hold exactly
        ASSERT_NO_FATAL_FAILURE(expectReduced<float>("f32", random, kind, -1000, 1000));
      }
    }
  for (int i = 0; i < 100; ++i)
    for (Kind kind : {minimum, maximum})
      ASSERT_NO_FATAL_FAILURE(expectReduced<uint8_t>("bool", random, kind, 0, 1));
}

// TFLite's mean folds the count into the multiplier; its sum does not.
TEST(Reduce, aQuantizedSumIsRescaledAroundTheZeroPoints) {
  Random random(122);
  for (int round = 0; round < 500; ++round) {
    routines::Reduce p{};
    p.outer = 1, p.reduced = random.between(1, 50), p.inner = random.between(1, 20);
    p.rescales = 1;
    p.rounding =
        static_cast<int32_t>(round % 2 ? quant::Rounding::doubleUp : quant::Rounding::doubleAway);
    p.multiplier = {static_cast<int32_t>(random.between(1 << 30, INT32_MAX)),
                    static_cast<int32_t>(random.between(-8, 2))};
    p.inputZeroPoint = static_cast<int32_t>(random.between(-128, 127)),
    p.outputZeroPoint = static_cast<int32_t>(random.between(-128, 127));
    p.lowest = -128, p.highest = 127;
    std::vector<int8_t> input(static_cast<size_t>(p.reduced * p.inner)),
        result(static_cast<size_t>(p.inner));
    for (int8_t &code : input)
      code = static_cast<int8_t>(random.between(-128, 127));
    callRoutine("reduce_sum_i8", p, 1, input, result);
    for (int64_t i = 0; i < p.inner; ++i) {
      Wide total = 0;
      for (int64_t r = 0; r < p.reduced; ++r)
        total += input[static_cast<size_t>(r * p.inner + i)] - p.inputZeroPoint;
      Wide left = exact::powerOfTwo(std::max(p.multiplier.exponent, 0)),
           right = exact::powerOfTwo(std::max(-p.multiplier.exponent, 0));
      Wide high = exact::roundHalfUp(total * left * p.multiplier.mantissa, exact::powerOfTwo(31));
      Wide scaled = round % 2 ? exact::roundHalfUp(high, right) : exact::roundHalfAway(high, right);
      ASSERT_EQ(result[static_cast<size_t>(i)],
                exact::bound(scaled + p.outputZeroPoint, -128, 127));
    }
  }
}
