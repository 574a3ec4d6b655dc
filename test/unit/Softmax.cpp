#include "Gemmlowp.h"
#include "Routines.h"

#include <algorithm>
#include <cmath>

using namespace octet;
using exact::Fixed;
using exact::Random;
using exact::Wide;

// Codes of a row, of which some are near one another and some far away.
static std::vector<uint8_t> randomCodes(Random &random, int64_t count) {
  std::vector<uint8_t> codes;
  int64_t low = random.between(0, 255), high = random.between(low, 255);
  for (int64_t i = 0; i < count; ++i)
    codes.push_back(static_cast<uint8_t>(random.between(low, high)));
  return codes;
}

static std::vector<long double> softmax(const std::vector<long double> &x) {
  long double largest = *std::max_element(x.begin(), x.end()), sum = 0;
  std::vector<long double> result;
  for (long double value : x)
    sum += result.emplace_back(std::exp(value - largest));
  for (long double &value : result)
    value /= sum;
  return result;
}

// gemmlowp's numbers for a distance of codes that stands for distance * step.
static Fixed exponential(int32_t distance, double step) {
  return exact::expOfNegative({-static_cast<Wide>(std::llround(distance * step * 0x1p26)), 32, 5});
}

TEST(Softmax, theFixedPointFormIsGemmlowps) {
  Random random(101);
  for (int round = 0; round < 400; ++round) {
    double step = random.real(0.005, 0.3);
    routines::SoftmaxFixed p{};
    p.depth = random.between(1, round % 10 ? 30 : 511);
    p.signFlip = round % 2 ? 0x80 : 0;
    p.outputBits = round % 3 ? 8 : 16;
    p.distances = static_cast<int32_t>(std::min(256.0, 31 / step));
    for (int32_t d = 0; d < p.distances; ++d) {
      Fixed e = exponential(d, step);
      p.exponentials[d] = static_cast<int32_t>(e.raw);
      p.shares[d] = static_cast<int32_t>(exact::inFormat(e, 12).raw);
    }
    std::vector<uint8_t> codes = randomCodes(random, 2 * p.depth), bytes(codes.size());
    std::vector<int16_t> words(codes.size());
    p.outputBits == 8 ? callRoutine("softmax_fixed_8", p, 2, codes, bytes)
                      : callRoutine("softmax_fixed_8", p, 2, codes, words);
    for (int64_t row = 0; row < 2; ++row) {
      auto at = [&](int64_t i) {
        return codes[static_cast<size_t>(row * p.depth + i)] ^ p.signFlip;
      };
      int32_t largest = 0;
      for (int64_t i = 0; i < p.depth; ++i)
        largest = std::max(largest, at(i));
      Wide sum = 0;
      std::vector<long double> reals;
      for (int64_t i = 0; i < p.depth; ++i) {
        sum += largest - at(i) < p.distances
                   ? exact::inFormat(exponential(largest - at(i), step), 12).raw
                   : 0;
        reals.push_back(at(i) * static_cast<long double>(step));
      }
      // 1 / sum = 1 / (1 + rest) * 2^-bits with the sum's leading bit moved to the front.
      int headroom = 0;
      while (sum << headroom < exact::powerOfTwo(31))
        ++headroom;
      Fixed inverse = exact::oneOverOnePlus({(sum << headroom) - exact::powerOfTwo(31), 32, 0});
      std::vector<long double> shares = softmax(reals);
      for (int64_t i = 0; i < p.depth; ++i) {
        Wide share = 0;
        if (largest - at(i) < p.distances)
          share = exact::roundHalfAway((inverse * exponential(largest - at(i), step)).raw,
                                       exact::powerOfTwo(12 - headroom + 31 - p.outputBits));
        Wide expected = exact::bound(share, 0, exact::powerOfTwo(p.outputBits) - 1);
        auto index = static_cast<size_t>(row * p.depth + i);
        int32_t found = p.outputBits == 8 ? bytes[index] ^ p.signFlip : words[index] + 32768;
        ASSERT_EQ(found, expected) << "depth " << p.depth << ", step " << step;
        long double real = shares[static_cast<size_t>(i)] * (p.outputBits == 8 ? 256 : 65536);
        ASSERT_NEAR(
            found,
            static_cast<double>(std::min<long double>(real, p.outputBits == 8 ? 255 : 65535)),
            p.outputBits == 8 ? 1 : 40);
      }
    }
  }
}

// A sum of 512 and more takes a right shift by more than 31 bits, which leaves nothing of any
// share.
TEST(Softmax, theFixedPointFormOfManyEqualCodesIsZero) {
  for (int64_t depth : {512, 1000, 2048, 4000}) {
    routines::SoftmaxFixed p{depth, 0, 8, 1, {}, {}};
    p.exponentials[0] = INT32_MAX;
    p.shares[0] = 1 << 19;
    std::vector<uint8_t> codes(static_cast<size_t>(depth), 7), result(codes.size(), 9);
    callRoutine("softmax_fixed_8", p, 1, codes, result);
    EXPECT_EQ(result, std::vector<uint8_t>(codes.size())) << depth;
  }
}

TEST(Softmax, theTableFormIsTheRoundedShare) {
  Random random(102);
  for (int round = 0; round < 400; ++round) {
    double step = random.real(0.005, 0.3);
    routines::SoftmaxTable p{};
    p.depth = random.between(1, 60);
    p.roundsHalfUp = round % 2;
    p.signFlip = p.roundsHalfUp ? 0 : 0x80;
    p.outputZeroPoint = round % 3 ? 0 : static_cast<int32_t>(random.between(0, 255));
    p.outputScale = round % 5 ? 1.0f / 256 : static_cast<float>(random.real(0.002, 0.02));
    for (int32_t d = 0; d < 256; ++d)
      p.exponentials[d] = static_cast<float>(std::exp(-d * step));
    std::vector<uint8_t> codes = randomCodes(random, p.depth), result(codes.size());
    callRoutine("softmax_table_8", p, 1, codes, result);
    std::vector<long double> reals;
    for (uint8_t code : codes)
      reals.push_back((code ^ p.signFlip) * static_cast<long double>(step));
    std::vector<long double> shares = softmax(reals);
    for (size_t i = 0; i < codes.size(); ++i) {
      auto real = static_cast<double>(shares[i] / p.outputScale + p.outputZeroPoint);
      ASSERT_NEAR(result[i] ^ p.signFlip, std::clamp(real, 0.0, 255.0), 0.5001)
          << "depth " << p.depth << ", step " << step;
    }
  }
}

// Equal codes make ties: 1/2 of a code's unit, rounded to even or up.
TEST(Softmax, theTableFormRoundsTiesAsItsTypeDoes) {
  for (int32_t roundsHalfUp : {0, 1}) {
    routines::SoftmaxTable p{2, 0, 0, roundsHalfUp, 0.2f, {}};
    p.exponentials[0] = 1;
    p.outputScale = 1.0f / 5; // a half of 5 is 2.5
    std::vector<uint8_t> codes{9, 9}, result(2);
    callRoutine("softmax_table_8", p, 1, codes, result);
    EXPECT_EQ(result[0], roundsHalfUp ? 3 : 2);
  }
}

// Tables of the functions themselves, so that the result can be near the real one.
TEST(Softmax, theInt16FormIsNearTheShare) {
  Random random(103);
  for (int round = 0; round < 400; ++round) {
    double step = std::ldexp(random.real(0.5, 1), static_cast<int>(random.between(-14, -9)));
    routines::Softmax16 p{};
    p.depth = random.between(1, 100);
    int exponent = 0;
    double fraction = std::frexp(step * 6553.5, &exponent);
    p.input = {static_cast<int32_t>(std::floor(std::ldexp(fraction, 31))), exponent};
    for (int i = 0; i <= 512; ++i) {
      p.exponential[i] =
          static_cast<int16_t>(std::min(32767.0, std::round(32768 * std::exp(-10 + i / 51.2))));
      p.reciprocal[i] =
          static_cast<int16_t>(std::min(32767.0, std::round(32768 / (1 + i / 512.0))));
    }
    std::vector<int16_t> codes, result(static_cast<size_t>(p.depth));
    std::vector<long double> reals;
    for (int64_t i = 0; i < p.depth; ++i) {
      codes.push_back(static_cast<int16_t>(round % 2 ? random.between(INT16_MIN, INT16_MAX)
                                                     : random.between(-4000, 4000)));
      reals.push_back(std::max(-10.0L, codes.back() * static_cast<long double>(step)));
    }
    int16_t largest = *std::max_element(codes.begin(), codes.end());
    for (size_t i = 0; i < codes.size(); ++i)
      reals[i] = std::max(-10.0, (codes[i] - largest) * step);
    callRoutine("softmax_16", p, 1, codes, result);
    std::vector<long double> shares = softmax(reals);
    for (size_t i = 0; i < codes.size(); ++i)
      ASSERT_NEAR(result[i], static_cast<double>(32768 * shares[i]),
                  12 + 32768 * static_cast<double>(shares[i]) * 2e-3)
          << "depth " << p.depth << ", step " << step;
  }
}

TEST(Softmax, theFloatFormsAreNearTheRealOnes) {
  Random random(104);
  for (int round = 0; round < 400; ++round) {
    int64_t depth = random.between(1, 200);
    double span = std::ldexp(1.0, static_cast<int>(random.between(-4, 7)));
    std::vector<float> input, shares(static_cast<size_t>(depth)), logarithms(shares.size());
    std::vector<long double> reals, scaled;
    for (int64_t i = 0; i < depth; ++i) {
      input.push_back(static_cast<float>(random.real(-span, span)));
      reals.push_back(input.back());
      scaled.push_back(input.back() * 0.7L);
    }
    callRoutine("softmax_f32", routines::SoftmaxFloat{depth, 0.7f}, 1, input, shares);
    callRoutine("log_softmax_f32", routines::Rows{depth}, 1, input, logarithms);
    std::vector<long double> expected = softmax(scaled);
    long double largest = *std::max_element(reals.begin(), reals.end()), sum = 0;
    for (long double value : reals)
      sum += std::exp(value - largest);
    for (size_t i = 0; i < shares.size(); ++i) {
      ASSERT_NEAR(shares[i], static_cast<double>(expected[i]),
                  2e-5 * static_cast<double>(expected[i]) + 1e-37);
      ASSERT_NEAR(logarithms[i], static_cast<double>(reals[i] - largest - std::log(sum)),
                  3e-5 * (1 + span));
    }
  }
}
