// Matrix products of two activations, row by row of the result.
#include "routines/Parameters.h"
#include "routines/Routine.h"

using namespace octet;
using namespace octet::routines;

// Sums wrap, as unsigned numbers do; floats round after each operation.
template <typename Number, typename Sum, typename Result>
static void multiplyRows(const void *const *tensors, const BatchMatmul &p, int64_t begin,
                         int64_t end) {
  constexpr int64_t lanes = 64;
  for (int64_t row = begin; row < end; ++row) {
    const Number *lhs = input<Number>(tensors, 0) + row % p.rows * p.lhsRowStride,
                 *rhs = input<Number>(tensors, 1);
    int64_t batch = row / p.rows;
    for (int32_t d = p.batchRank - 1; d >= 0; --d) {
      lhs += batch % p.extents[d] * p.lhsBatchStrides[d];
      rhs += batch % p.extents[d] * p.rhsBatchStrides[d];
      batch /= p.extents[d];
    }
    Result *result = output<Result>(tensors, 2) + row * p.columns;
    // Columns side by side, so that each sum keeps the order of its terms.
    for (int64_t first = 0; first < p.columns; first += lanes) {
      int64_t count = p.columns - first < lanes ? p.columns - first : lanes;
      Sum sums[lanes] = {};
      for (int64_t k = 0; k < p.depth; ++k) {
        Sum x = static_cast<Sum>(lhs[k * p.lhsDepthStride]) - static_cast<Sum>(p.lhsZeroPoint);
        const Number *column = rhs + k * p.rhsDepthStride + first * p.rhsColumnStride;
        if (p.rhsColumnStride == 1)
          for (int64_t c = 0; c < count; ++c)
            sums[c] += x * (static_cast<Sum>(column[c]) - static_cast<Sum>(p.rhsZeroPoint));
        else
          for (int64_t c = 0; c < count; ++c)
            sums[c] += x * (static_cast<Sum>(column[c * p.rhsColumnStride]) -
                            static_cast<Sum>(p.rhsZeroPoint));
      }
      for (int64_t c = 0; c < count; ++c)
        result[first + c] = static_cast<Result>(sums[c]);
    }
  }
}

#define BATCH_MATMUL(name, Number, Sum, Result)                                                    \
  OCTET_ROUTINE(batch_matmul_##name) {                                                             \
    multiplyRows<Number, Sum, Result>(tensors, *static_cast<const BatchMatmul *>(parameterBlock),  \
                                      begin, end);                                                 \
  }
BATCH_MATMUL(i8, int8_t, uint32_t, int32_t)
BATCH_MATMUL(u8, uint8_t, uint32_t, int32_t)
BATCH_MATMUL(i16, int16_t, uint64_t, int64_t)
BATCH_MATMUL(f32, float, float, float)
