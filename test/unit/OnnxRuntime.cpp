// Floats that are ONNX Runtime's to the bit. The numbers are what version 1.30 printed on x86 with
// AVX-512: of rows, a hash of all bits.
#include "Routines.h"
#include "quant/Elementary.h"

#include <bit>
#include <limits>
#include <vector>

using namespace octet;
namespace elementary = octet::quant::elementary;

static constexpr float infinity = std::numeric_limits<float>::infinity();

namespace {

struct Point {
  float x;
  uint32_t bits;
};

void expectBits(elementary::Function function, const std::vector<Point> &points) {
  for (auto [x, bits] : points)
    EXPECT_EQ(std::bit_cast<uint32_t>(elementary::apply(elementary::Scalar(), function, x, 0.0f)),
              bits)
        << x;
}

std::vector<float> numbers(int64_t count) {
  std::vector<float> result;
  for (int64_t i = 0; i < count; ++i)
    result.push_back(static_cast<float>((i * i * 7919 + 31 * i) % 2003) * 0.002f - 2.0f);
  return result;
}

uint64_t hashOf(const std::vector<float> &row) {
  uint64_t hash = 0xcbf29ce484222325; // FNV-1a, of 32 bits at a time
  for (float number : row)
    hash = (hash ^ std::bit_cast<uint32_t>(number)) * 0x100000001b3;
  return hash;
}

struct Rows {
  int64_t depth, rows;
  std::vector<uint32_t> means;
  uint64_t norm, normInOnePass, softmax;
};

const Rows rows[] = {
    {19, 1, {0x3d4e866d}, 0xc54515cfc9166b73, 0x75107806824cb134, 0x21f24fdb8aa91faf},
    {64, 2, {0x3dd98944, 0x3db24dde}, 0x00e76a149f82a628, 0x8ff744f0dd1e9977, 0xa421ae04dbdc687e},
    {197, 1, {0x3dfd5413}, 0x1eaa0cdb6cab8d5f, 0x27b2974589a65ae9, 0xfc09a368da404b6e},
    {768, 2, {0x3d8bab65, 0x3d104c8f}, 0x2e362c6cc60f2911, 0xd4cccdf16b21b04f, 0x6c1251b2a71cceb7},
};

} // namespace

TEST(OnnxRuntime, erf) {
  expectBits(elementary::Function::erf, {{0x1.4484c0p-100f, 0x0db71709},
                                         {-0x1.47ae14p-7f, 0xbc38de13},
                                         {0x1.333334p-2f, 0x3ea841c5},
                                         {-0x1.666666p-1f, 0xbf2d8461},
                                         {0x1.d7fffep-1f, 0x3f4ec3b4},
                                         {0x1.d8p-1f, 0x3f4ec3b4},
                                         {1.0f, 0x3f57bb3d},
                                         {-1.5f, 0xbf7752ab},
                                         {2.25f, 0x3f7fa024},
                                         {-0x1.8ccccc0p+1f, 0xbf7fff3d},
                                         {0x1.f33334p+1f, 0x3f7fffff},
                                         {0x1.f6665ep+1f, 0x3f800000},
                                         {-8.0f, 0xbf800000}});
}

TEST(OnnxRuntime, exp) {
  expectBits(elementary::Function::exp, {{-87.0f, 0x00b33687},
                                         {-50.5f, 0x1b0d6cfa},
                                         {-0x1.49999ap+3f, 0x380d1141},
                                         {-1.0f, 0x3ebc5ab2},
                                         {-0x1.333334p-2f, 0x3f3da643},
                                         {-0x1.0624dep-10f, 0x3f7fbe7f},
                                         {0.0f, 0x3f800000},
                                         {0x1.4f8b58p-17f, 0x3f800054},
                                         {0x1.666666p-1f, 0x4000e153},
                                         {2.5f, 0x4142eb7f},
                                         {20.125f, 0x4e0312f1},
                                         {88.0f, 0x7ef882b7}});
}

// Sums below zero are bounded, those above one are not.
TEST(OnnxRuntime, sigmoid) {
  expectBits(elementary::Function::logistic, {{-infinity, 0x00000000},
                                              {-88.0f, 0x00000000},
                                              {-0x1.18p+4f, 0x33000000},
                                              {-0x1.04p+4f, 0x34200000},
                                              {-0x1.24p+3f, 0x38e46000},
                                              {-0x1.a66666p+1f, 0x3d11b310},
                                              {-1.0f, 0x3e89b2b1},
                                              {-0x1.47ae14p-7f, 0x3efeb853},
                                              {0x1.4484cp-100f, 0x3f000000},
                                              {0.0f, 0x3f000000},
                                              {0x1.333334p-2f, 0x3f130eaa},
                                              {2.0f, 0x3f617beb},
                                              {0x1.ecccccp+2f, 0x3f7fe256},
                                              {0x1.fde9e2p+3f, 0x3f7ffffe},
                                              {-0x1.03f286p+4f, 0x00000000},
                                              {17.0f, 0x3f7ffffe},
                                              {0x1.17b68ap+4f, 0x3f800001},
                                              {40.0f, 0x3f800000}});
}

TEST(OnnxRuntime, tanh) {
  expectBits(elementary::Function::tanh, {{-infinity, 0xbf800000},
                                          {-0x1.3p+3f, 0xbf800000},
                                          {-0x1.18p+3f, 0xbf7fffff},
                                          {-0x1.066666p+2f, 0xbf7fdc04},
                                          {-1.0f, 0xbf42f7d6},
                                          {-0x1.333334p-1f, 0xbf097c15},
                                          {-0.0f, 0x80000000},
                                          {0x1.16c2p-133f, 0x00011697},
                                          {0x1.79ca1p-67f, 0x1e3ce507},
                                          {0x1.47ae14p-7f, 0x3c23d5a3},
                                          {0x1.4p-1f, 0x3f0dfa3f},
                                          {0x1.4p+1f, 0x3f7c92c2},
                                          {5.0f, 0x3f7ffa0c},
                                          {0x1.1p+3f, 0x3f7ffffe},
                                          {20.0f, 0x3f800000}});
}

TEST(OnnxRuntime, means) {
  for (const Rows &expected : rows) {
    std::vector<float> result(static_cast<size_t>(expected.rows));
    routines::Reduce parameters{};
    parameters.outer = expected.rows;
    parameters.reduced = expected.depth;
    parameters.inner = 1;
    parameters.isMean = 1;
    callRoutine("reduce_sum_f32", parameters, expected.rows,
                numbers(expected.rows * expected.depth), result);
    for (size_t i = 0; i < result.size(); ++i)
      EXPECT_EQ(std::bit_cast<uint32_t>(result[i]), expected.means[i]) << expected.depth;
  }
}

TEST(OnnxRuntime, norms) {
  for (const Rows &expected : rows) {
    std::vector<float> input = numbers(expected.rows * expected.depth), result(input.size());
    routines::LayerNorm parameters{expected.depth, 1e-5f};
    callRoutine("layer_norm_f32", parameters, expected.rows, input, result);
    EXPECT_EQ(hashOf(result), expected.norm) << expected.depth;
    callRoutine("layer_norm_one_pass_f32", parameters, expected.rows, input, result);
    EXPECT_EQ(hashOf(result), expected.normInOnePass) << expected.depth;
  }
}

TEST(OnnxRuntime, softmax) {
  for (const Rows &expected : rows) {
    std::vector<float> input = numbers(expected.rows * expected.depth), result(input.size());
    callRoutine("softmax_f32", routines::SoftmaxFloat{expected.depth, 1.0f}, expected.rows, input,
                result);
    EXPECT_EQ(hashOf(result), expected.softmax) << expected.depth;
  }
}
