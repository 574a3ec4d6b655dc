#include "emulation/Amx.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <thread>
#include <vector>

using octet::emulation::Tiles;

namespace {

struct Configuration {
  alignas(64) uint8_t bytes[64] = {1};
  Configuration &tile(int index, int rows, int rowBytes) {
    bytes[16 + 2 * index] = static_cast<uint8_t>(rowBytes);
    bytes[48 + index] = static_cast<uint8_t>(rows);
    return *this;
  }
};

std::vector<uint8_t> randomBytes(size_t count, unsigned seed) {
  std::mt19937 source(seed);
  std::vector<uint8_t> bytes(count);
  for (uint8_t &byte : bytes)
    byte = static_cast<uint8_t>(source());
  return bytes;
}

} // namespace

TEST(Tiles, aConfigurationHasToBeOneThatTheProcessorTakes) {
  auto reasonOf = [](const Configuration &configuration) {
    return Tiles().configure(configuration.bytes);
  };
  EXPECT_EQ(reasonOf(Configuration().tile(0, 16, 64).tile(7, 1, 4)), nullptr);
  EXPECT_NE(reasonOf(Configuration().tile(0, 17, 64)), nullptr);
  EXPECT_NE(reasonOf(Configuration().tile(0, 16, 65)), nullptr);
  EXPECT_NE(reasonOf(Configuration().tile(0, 0, 64)), nullptr);
  EXPECT_NE(reasonOf(Configuration().tile(0, 1, 0)), nullptr);
  EXPECT_NE(reasonOf(Configuration().tile(8, 1, 4)), nullptr);
  Configuration other;
  other.bytes[0] = 2;
  EXPECT_NE(reasonOf(other), nullptr);
  Configuration reserved;
  reserved.bytes[2] = 1;
  EXPECT_NE(reasonOf(reserved), nullptr);
}

TEST(Tiles, onlyConfiguredTilesAndShapesThatFitMayBeUsed) {
  Tiles tiles;
  uint8_t memory[1024] = {};
  EXPECT_NE(tiles.load(0, memory, 64), nullptr);
  EXPECT_NE(tiles.zero(0), nullptr);
  ASSERT_EQ(tiles.configure(Configuration().tile(0, 3, 8).tile(1, 3, 12).tile(2, 3, 8).bytes),
            nullptr);
  EXPECT_EQ(tiles.load(0, memory, 64), nullptr);
  EXPECT_NE(tiles.load(3, memory, 64), nullptr);
  EXPECT_NE(tiles.store(3, memory, 64), nullptr);
  EXPECT_EQ(tiles.multiply(0, 1, 2), nullptr);
  EXPECT_NE(tiles.multiply(0, 2, 1), nullptr);
  EXPECT_NE(tiles.multiply(0, 1, 1), nullptr);
  EXPECT_NE(tiles.multiply(0, 1, 3), nullptr);
  tiles.release();
  EXPECT_NE(tiles.load(0, memory, 64), nullptr);
}

TEST(Tiles, aStoreWritesTheTilesRowsAndNothingElse) {
  Tiles tiles;
  auto memory = randomBytes(16 * 100, 1);
  ASSERT_EQ(tiles.configure(Configuration().tile(5, 3, 20).bytes), nullptr);
  ASSERT_EQ(tiles.load(5, memory.data(), 100), nullptr);
  std::vector<uint8_t> result(16 * 30, 0xAA), expected = result;
  for (int row = 0; row < 3; ++row)
    std::memcpy(&expected[row * 30], &memory[row * 100], 20);
  ASSERT_EQ(tiles.store(5, result.data(), 30), nullptr);
  EXPECT_EQ(result, expected);
}

TEST(Tiles, sumsWrapAround) {
  Tiles tiles;
  ASSERT_EQ(tiles.configure(Configuration().tile(0, 1, 4).tile(1, 1, 4).tile(2, 1, 4).bytes),
            nullptr);
  int32_t sum = INT32_MAX;
  const uint8_t inputs[4] = {255, 0, 0, 1};
  const int8_t weights[4] = {127, 99, -99, -128};
  tiles.load(0, reinterpret_cast<const uint8_t *>(&sum), 4);
  tiles.load(1, inputs, 4);
  tiles.load(2, reinterpret_cast<const uint8_t *>(weights), 4);
  ASSERT_EQ(tiles.multiply(0, 1, 2), nullptr);
  tiles.store(0, reinterpret_cast<uint8_t *>(&sum), 4);
  EXPECT_EQ(sum, INT32_MIN + 255 * 127 - 128 - 1);
}

#if defined(__x86_64__)

// Through the instructions themselves: by the processor where it has them, else by the emulation.
[[gnu::target("amx-int8,amx-tile")]] static void product(const uint8_t *configuration,
                                                         const void *inputs, int64_t inputStride,
                                                         const void *weights, void *sums) {
  int64_t sumStride = 32, weightStride = 32;
  __asm__ volatile("ldtilecfg (%0)" ::"r"(configuration) : "memory");
  __asm__ volatile("tilezero %%tmm2\n\t"
                   "tileloadd (%0,%1,1), %%tmm6\n\t"
                   "tileloadd -64(%2,%3,2), %%tmm7\n\t"
                   "tdpbusd %%tmm7, %%tmm6, %%tmm2\n\t"
                   "tilestored %%tmm2, 1024(%4,%5)\n\t"
                   "tilerelease" ::"r"(inputs),
                   "r"(inputStride), "r"(static_cast<const char *>(weights) + 64),
                   "r"(weightStride / 2), "r"(static_cast<char *>(sums) - 1024), "r"(sumStride)
                   : "memory");
}

TEST(Instructions, multiplyMatrices) {
  octet::emulation::emulateAmx();
  auto check = [] {
    constexpr int rows = 13, depth = 52, columns = 8, stride = 61;
    auto inputs = randomBytes(rows * stride, 3), weights = randomBytes(depth * columns, 4);
    Configuration configuration;
    configuration.tile(2, rows, 4 * columns).tile(6, rows, depth).tile(7, depth / 4, 4 * columns);
    std::vector<int32_t> sums(rows * columns), expected(rows * columns);
    for (int m = 0; m < rows; ++m)
      for (int n = 0; n < columns; ++n)
        for (int k = 0; k < depth; ++k)
          expected[m * columns + n] +=
              inputs[m * stride + k] *
              static_cast<int8_t>(weights[k / 4 * 4 * columns + 4 * n + k % 4]);
    product(configuration.bytes, inputs.data(), stride, weights.data(), sums.data());
    EXPECT_EQ(sums, expected);
  };
  check();
  std::thread(check).join();
}

#endif
