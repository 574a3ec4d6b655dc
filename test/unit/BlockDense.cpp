#include "Exact.h"
#include "Routines.h"

#include <cmath>
#include <span>
#include <vector>

using namespace octet;
using exact::Random;

namespace {
struct Case {
  routines::BlockDense parameters{};
  std::vector<float> input, scales, result;
  std::vector<int64_t> codes;
  std::vector<uint8_t> bytes, zeroPoints;
};
} // namespace

static Case drawn(Random &random) {
  Case drawn;
  auto &p = drawn.parameters;
  p.rows = random.between(1, 20);
  p.depth = random.between(1, 600);
  p.columns = random.between(1, 5);
  p.blockSize = 16 * random.between(1, 20);
  p.blocks = (p.depth + p.blockSize - 1) / p.blockSize;
  p.bits = random.between(0, 1) == 0 ? 4 : 8;
  p.rowBytes = (p.depth * p.bits + 7) / 8;
  p.zeroPoint = p.bits == 4 ? 8 : 128;
  int64_t highest = (int64_t{1} << p.bits) - 1;
  drawn.bytes.resize(static_cast<size_t>(p.columns * p.rowBytes));
  for (int64_t n = 0; n < p.columns; ++n)
    for (int64_t k = 0; k < p.depth; ++k) {
      drawn.codes.push_back(random.between(0, highest));
      auto &byte = drawn.bytes[static_cast<size_t>(n * p.rowBytes + k * p.bits / 8)];
      byte = static_cast<uint8_t>(byte | drawn.codes.back() << (p.bits == 4 && k % 2 == 1 ? 4 : 0));
    }
  for (int64_t i = 0; i < p.columns * p.blocks; ++i) {
    drawn.scales.push_back(random.between(0, 1) == 0 ? 0.5f : 1.0f);
    drawn.zeroPoints.push_back(static_cast<uint8_t>(random.between(0, highest)));
  }
  for (int64_t i = 0; i < p.rows * p.depth; ++i)
    drawn.input.push_back(static_cast<float>(random.between(-4, 4)) / 4);
  drawn.result.resize(static_cast<size_t>(p.rows * p.columns), NAN);
  return drawn;
}

// Numbers of few bits: their sums are exact in any order.
static void expectProduct(const Case &from, bool hasZeroPoints) {
  const auto &p = from.parameters;
  for (int64_t m = 0; m < p.rows; ++m)
    for (int64_t n = 0; n < p.columns; ++n) {
      double sum = 0;
      for (int64_t k = 0; k < p.depth; ++k) {
        auto block = static_cast<size_t>(n * p.blocks + k / p.blockSize);
        int64_t zeroPoint = hasZeroPoints ? from.zeroPoints[block] : p.zeroPoint;
        auto code = from.codes[static_cast<size_t>(n * p.depth + k)];
        sum += static_cast<double>(from.input[static_cast<size_t>(m * p.depth + k)]) *
               static_cast<double>(code - zeroPoint) * static_cast<double>(from.scales[block]);
      }
      ASSERT_EQ(from.result[static_cast<size_t>(m * p.columns + n)], static_cast<float>(sum));
    }
}

TEST(BlockDense, codesOfBlocksWithZeroPointsOfTheirOwn) {
  Random random(5);
  for (int i = 0; i < 200; ++i) {
    Case c = drawn(random);
    callRoutine("block_dense", c.parameters, c.parameters.columns, c.input, c.bytes, c.scales,
                c.zeroPoints, c.result);
    ASSERT_NO_FATAL_FAILURE(expectProduct(c, true));
  }
}

TEST(BlockDense, codesOfBlocksWithOneZeroPoint) {
  Random random(6);
  for (int i = 0; i < 200; ++i) {
    Case c = drawn(random);
    callRoutine("block_dense", c.parameters, c.parameters.columns, c.input, c.bytes, c.scales,
                std::span<const uint8_t>(), c.result);
    ASSERT_NO_FATAL_FAILURE(expectProduct(c, false));
  }
}
