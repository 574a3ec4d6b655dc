#include "Exact.h"
#include "Routines.h"

using namespace octet;
using exact::Random;
using exact::Wide;

template <typename Number, typename Result>
static void expectProduct(const char *name, Random &random, int64_t low, int64_t high,
                          int32_t lhsZero, int32_t rhsZero) {
  routines::BatchMatmul p{};
  int64_t batches = random.between(1, 3);
  bool isTransposed = random.between(0, 1), isBroadcast = random.between(0, 1);
  p.rows = random.between(1, 5), p.columns = random.between(1, 150),
  p.depth = random.between(1, 20);
  p.lhsRowStride = p.depth, p.lhsDepthStride = 1;
  p.rhsDepthStride = isTransposed ? 1 : p.columns, p.rhsColumnStride = isTransposed ? p.depth : 1;
  p.batchRank = 1, p.extents[0] = batches;
  p.lhsBatchStrides[0] = p.rows * p.depth,
  p.rhsBatchStrides[0] = isBroadcast ? 0 : p.depth * p.columns;
  p.lhsZeroPoint = lhsZero, p.rhsZeroPoint = rhsZero;
  std::vector<Number> lhs(static_cast<size_t>(batches * p.rows * p.depth)),
      rhs(static_cast<size_t>(batches * p.depth * p.columns));
  for (Number &value : lhs)
    value = static_cast<Number>(random.between(low, high));
  for (Number &value : rhs)
    value = static_cast<Number>(random.between(low, high));
  std::vector<Result> result(static_cast<size_t>(batches * p.rows * p.columns));
  callRoutine(name, p, batches * p.rows, lhs, rhs, result);
  for (int64_t b = 0; b < batches; ++b)
    for (int64_t r = 0; r < p.rows; ++r)
      for (int64_t c = 0; c < p.columns; ++c) {
        Wide sum = 0;
        for (int64_t k = 0; k < p.depth; ++k) {
          int64_t column = isTransposed ? c * p.depth + k : k * p.columns + c;
          sum +=
              (static_cast<Wide>(lhs[static_cast<size_t>((b * p.rows + r) * p.depth + k)]) -
               lhsZero) *
              (static_cast<Wide>(
                   rhs[static_cast<size_t>((isBroadcast ? 0 : b * p.depth * p.columns) + column)]) -
               rhsZero);
        }
        ASSERT_EQ(result[static_cast<size_t>((b * p.rows + r) * p.columns + c)],
                  static_cast<Result>(sum))
            << name;
      }
}

TEST(BatchMatmul, eachElementIsTheSumOfItsProducts) {
  Random random(96);
  for (int i = 0; i < 100; ++i) {
    ASSERT_NO_FATAL_FAILURE(
        (expectProduct<int8_t, int32_t>("batch_matmul_i8", random, -128, 127, -128, 127)));
    ASSERT_NO_FATAL_FAILURE(
        (expectProduct<uint8_t, int32_t>("batch_matmul_u8", random, 0, 255, 255, 3)));
    ASSERT_NO_FATAL_FAILURE(
        (expectProduct<int16_t, int64_t>("batch_matmul_i16", random, -32768, 32767, 0, 0)));
    // Small integers, whose sums floats hold exactly.
    ASSERT_NO_FATAL_FAILURE(
        (expectProduct<float, float>("batch_matmul_f32", random, -50, 50, 0, 0)));
  }
}
