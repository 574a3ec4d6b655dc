#include "Gemmlowp.h"
#include "Routines.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace octet;
using exact::Random;

// Few different values, so that equal ones are many.
template <typename T> static std::vector<T> fewValues(Random &random, int64_t count) {
  std::vector<T> values;
  for (int64_t i = 0; i < count; ++i)
    values.push_back(static_cast<T>(random.between(0, 5) * 17));
  return values;
}

template <typename T> static void expectTopK(const char *name, Random &random) {
  int64_t rows = random.between(1, 4), depth = random.between(1, 30), k = random.between(1, depth);
  std::vector<T> input = fewValues<T>(random, rows * depth), values(static_cast<size_t>(rows * k));
  std::vector<int32_t> indices(values.size());
  callRoutine(name, routines::TopK{depth, k}, rows, input, values, indices);
  for (int64_t row = 0; row < rows; ++row) {
    const T *from = input.data() + row * depth;
    std::vector<int32_t> order(static_cast<size_t>(depth));
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [from](int32_t a, int32_t b) {
      return from[a] != from[b] ? from[a] > from[b] : a < b;
    });
    for (int64_t i = 0; i < k; ++i) {
      ASSERT_EQ(indices[static_cast<size_t>(row * k + i)], order[static_cast<size_t>(i)]) << name;
      ASSERT_EQ(values[static_cast<size_t>(row * k + i)], from[order[static_cast<size_t>(i)]])
          << name;
    }
  }
}

TEST(Rows, theLargestElementsComeInOrderAndEqualOnesByIndex) {
  Random random(91);
  for (int i = 0; i < 300; ++i) {
    ASSERT_NO_FATAL_FAILURE(expectTopK<int8_t>("top_k_i8", random));
    ASSERT_NO_FATAL_FAILURE(expectTopK<uint8_t>("top_k_u8", random));
    ASSERT_NO_FATAL_FAILURE(expectTopK<int32_t>("top_k_i32", random));
    ASSERT_NO_FATAL_FAILURE(expectTopK<float>("top_k_f32", random));
  }
}

template <typename T, typename Index>
static void expectExtreme(const char *name, Random &random, bool isMinimum) {
  int64_t outer = random.between(1, 4), extent = random.between(1, 9), inner = random.between(1, 4);
  std::vector<T> input = fewValues<T>(random, outer * extent * inner);
  std::vector<Index> result(static_cast<size_t>(outer * inner));
  callRoutine(name, routines::ArgExtreme{extent, inner, sizeof(Index), isMinimum}, outer * inner,
              input, result);
  for (int64_t o = 0; o < outer; ++o)
    for (int64_t i = 0; i < inner; ++i) {
      std::vector<T> line;
      for (int64_t e = 0; e < extent; ++e)
        line.push_back(input[static_cast<size_t>((o * extent + e) * inner + i)]);
      auto best = isMinimum ? std::min_element(line.begin(), line.end())
                            : std::max_element(line.begin(), line.end());
      ASSERT_EQ(result[static_cast<size_t>(o * inner + i)], best - line.begin()) << name;
    }
}

TEST(Rows, theIndexOfAnExtremeIsTheFirstOne) {
  Random random(92);
  for (int i = 0; i < 300; ++i) {
    ASSERT_NO_FATAL_FAILURE((expectExtreme<int8_t, int32_t>("arg_extreme_i8", random, i % 2)));
    ASSERT_NO_FATAL_FAILURE((expectExtreme<uint8_t, int64_t>("arg_extreme_u8", random, i % 2)));
    ASSERT_NO_FATAL_FAILURE((expectExtreme<int16_t, int32_t>("arg_extreme_i16", random, i % 2)));
    ASSERT_NO_FATAL_FAILURE((expectExtreme<int32_t, int64_t>("arg_extreme_i32", random, i % 2)));
    ASSERT_NO_FATAL_FAILURE((expectExtreme<float, int32_t>("arg_extreme_f32", random, i % 2)));
  }
}

TEST(Rows, aNormalizedRowIsTflites) {
  Random random(93);
  for (int round = 0; round < 1000; ++round) {
    bool isSigned = round % 2;
    int32_t flip = isSigned ? 0x80 : 0;
    int64_t depth = random.between(1, 300), squares = 0;
    auto zeroPoint = static_cast<int32_t>(random.between(0, 255));
    std::vector<uint8_t> codes, result(static_cast<size_t>(depth));
    for (int64_t i = 0; i < depth; ++i) {
      auto code = static_cast<int32_t>(round % 7 ? random.between(0, 255)
                                                 : zeroPoint); // or nothing but zeros
      squares += (code - zeroPoint) * (code - zeroPoint);
      codes.push_back(static_cast<uint8_t>(code ^ flip));
    }
    // The output's scale of 1/128 comes in after the root for int8, before it for uint8.
    routines::L2Norm p{depth, zeroPoint, flip, isSigned ? 0 : 7, isSigned ? 7 : 0};
    callRoutine("l2_norm_8", p, 1, codes, result);
    exact::Multiplier inverse = exact::inverseRoot(squares);
    inverse.exponent += isSigned ? 7 : 0;
    for (size_t i = 0; i < codes.size(); ++i) {
      int32_t difference = (codes[i] ^ flip) - zeroPoint, found = result[i] ^ flip;
      ASSERT_EQ(found, exact::bound(128 + exact::multiplyTwice(
                                              isSigned ? difference : 128 * difference, inverse),
                                    0, 255))
          << difference << " of " << squares;
      double real = squares > 0 ? 128 * difference / std::sqrt(static_cast<double>(squares)) : 0;
      ASSERT_NEAR(found, std::clamp(128 + real, 0.0, 255.0), 1) << difference << " of " << squares;
    }
  }
}

TEST(Rows, aRowOfFloatsIsQuantizedByItsLargestMagnitude) {
  Random random(94);
  for (int round = 0; round < 500; ++round) {
    int64_t rows = random.between(1, 3), depth = random.between(1, 40);
    std::vector<float> input, scales(static_cast<size_t>(rows));
    for (int64_t i = 0; i < rows * depth; ++i) // halves of the largest's 127th are ties
      input.push_back(round % 2 ? static_cast<float>(random.real(-3, 3))
                                : static_cast<float>(random.between(-254, 254)) / 2);
    for (int64_t row = 0; row < rows && round % 2 == 0; ++row)
      input[static_cast<size_t>(row * depth)] = row % 2 ? 127.0f : -127.0f;
    std::vector<int8_t> codes(input.size());
    callRoutine("dynamic_quantize", routines::Rows{depth}, rows, input, codes, scales);
    for (int64_t row = 0; row < rows; ++row) {
      const float *from = input.data() + row * depth;
      float range = std::fabs(*std::max_element(
          from, from + depth, [](float a, float b) { return std::fabs(a) < std::fabs(b); }));
      ASSERT_EQ(scales[static_cast<size_t>(row)], range == 0 ? 1.0f : range / 127.0f);
      float inverse = range == 0 ? 0.0f : 127.0f / range;
      for (int64_t i = 0; i < depth; ++i)
        ASSERT_EQ(codes[static_cast<size_t>(row * depth + i)],
                  std::clamp(std::round(from[i] * inverse), -127.0f, 127.0f))
            << from[i];
    }
  }
}

TEST(Rows, aRowOfFloatsIsQuantizedByItsRange) {
  Random random(96);
  for (int round = 0; round < 500; ++round) {
    int64_t depth = random.between(1, 40);
    double low = random.real(-3, 1), high = low + random.real(0.01, 4);
    std::vector<float> input, scale(1);
    for (int64_t i = 0; i < depth; ++i)
      input.push_back(static_cast<float>(random.real(low, high)));
    std::vector<int16_t> distances(input.size());
    callRoutine("dynamic_quantize_asymmetric", routines::Rows{depth}, 1, input, distances, scale);
    float least = std::min(0.0f, *std::min_element(input.begin(), input.end())),
          most = std::max(0.0f, *std::max_element(input.begin(), input.end()));
    double step = (double{most} - double{least}) / 255;
    ASSERT_EQ(scale[0], static_cast<float>(step));
    if (std::fabs(128 - least / step - (127 + most / step)) < 1e-9)
      continue; // the ends are equally near: rounding decides
    bool fromLeast = 128 - least / step < 127 + most / step;
    double zeroPoint =
        std::clamp(std::round(fromLeast ? -128 - least / step : 127 - most / step), -128.0, 127.0);
    float inverse = static_cast<float>(1.0 / double{scale[0]});
    for (int64_t i = 0; i < depth; ++i) {
      float code = std::clamp(
          std::round(static_cast<float>(zeroPoint) + input[static_cast<size_t>(i)] * inverse),
          -128.0f, 127.0f);
      ASSERT_EQ(distances[static_cast<size_t>(i)], code - zeroPoint) << round << ": " << i;
      ASSERT_NEAR(distances[static_cast<size_t>(i)] * double{scale[0]},
                  input[static_cast<size_t>(i)], 1.01 * step);
    }
  }
}

TEST(Rows, aRowOfZerosHasScaleOne) {
  std::vector<float> input(5), scale(1);
  std::vector<int8_t> codes(5, 9);
  callRoutine("dynamic_quantize", routines::Rows{5}, 1, input, codes, scale);
  EXPECT_EQ(scale[0], 1.0f);
  EXPECT_EQ(codes, std::vector<int8_t>(5));
  std::vector<int16_t> distances(5, 9);
  scale[0] = 0;
  callRoutine("dynamic_quantize_asymmetric", routines::Rows{5}, 1, input, distances, scale);
  EXPECT_EQ(scale[0], 1.0f);
  EXPECT_EQ(distances, std::vector<int16_t>(5));
}

TEST(Rows, aRowOfFloatsIsDividedByItsNorm) {
  Random random(95);
  for (int round = 0; round < 300; ++round) {
    int64_t depth = random.between(1, 200);
    std::vector<float> input, result(static_cast<size_t>(depth));
    long double squares = 0;
    for (int64_t i = 0; i < depth; ++i) {
      input.push_back(static_cast<float>(random.real(-2, 2)));
      squares += static_cast<long double>(input.back()) * input.back();
    }
    callRoutine("l2_norm_f32", routines::Rows{depth}, 1, input, result);
    for (size_t i = 0; i < input.size(); ++i)
      ASSERT_NEAR(result[i], static_cast<double>(input[i] / std::sqrt(squares)), 1e-5);
  }
  std::vector<float> zeros(3), result(3, 9);
  callRoutine("l2_norm_f32", routines::Rows{3}, 1, zeros, result);
  EXPECT_EQ(result, zeros);
}

// The range of a tensor, divided among the codes of a byte, in double; and codes at its ends.
TEST(Rows, theScaleOfARangeSpansItAndItsZeroIsACode) {
  Random random(97);
  for (int i = 0; i < 300; ++i) {
    std::vector<float> values(static_cast<size_t>(random.between(1, 200))), scale(1);
    std::vector<uint8_t> zeroPoint(1);
    float low = i % 3 == 1 ? 0 : -1000, high = i % 3 == 2 ? 0 : 1000;
    for (float &value : values)
      value = static_cast<float>(
          random.between(static_cast<int64_t>(low), static_cast<int64_t>(high)) / 7.0);
    auto rows = routines::Rows{static_cast<int64_t>(values.size())};
    callRoutine("dynamic_range", rows, 1, values, scale, zeroPoint);
    auto [least, most] = std::minmax_element(values.begin(), values.end());
    float from = std::min(*least, 0.0f), to = std::max(*most, 0.0f);
    float wanted = from == to ? 1.0f : (to - from) / 255.0f;
    ASSERT_EQ(scale[0], wanted);
    ASSERT_EQ(zeroPoint[0], std::lrint(std::min(255.0f, -from / wanted)));
  }
}

TEST(Rows, theScaleOfZerosIsOne) {
  std::vector<float> values(40, -0.0f), scale(1);
  std::vector<uint8_t> zeroPoint = {7};
  callRoutine("dynamic_range", routines::Rows{40}, 1, values, scale, zeroPoint);
  EXPECT_EQ(scale[0], 1.0f);
  EXPECT_EQ(zeroPoint[0], 0);
}
