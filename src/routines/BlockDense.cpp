// Float inputs by weights that stay codes of 4 or 8 bits, with a scale for each block of them.
#include "routines/Parameters.h"
#include "routines/Routine.h"
#include "routines/Sum.h"

using namespace octet;
using namespace octet::routines;

namespace {
constexpr int64_t tileRows = 8, chunk = 256;
}

// Codes first to first + count - 1 of a row, of one block, as floats. `first` is even.
static void expand(const BlockDense &p, const uint8_t *row, int64_t first, int64_t count,
                   float zeroPoint, float scale, float *weights) {
  if (p.bits == 8) {
    for (int64_t i = 0; i < count; ++i)
      weights[i] = (static_cast<float>(row[first + i]) - zeroPoint) * scale;
    return;
  }
  for (int64_t i = 0; i < count / 2; ++i) {
    int32_t pair = row[first / 2 + i];
    weights[2 * i] = (static_cast<float>(pair & 15) - zeroPoint) * scale;
    weights[2 * i + 1] = (static_cast<float>(pair >> 4) - zeroPoint) * scale;
  }
  if (count % 2 != 0)
    weights[count - 1] = (static_cast<float>(row[(first + count) / 2] & 15) - zeroPoint) * scale;
}

// Rows are the columns of the result. Weights become floats once for several rows of the input.
OCTET_ROUTINE(block_dense) {
  const auto &p = *static_cast<const BlockDense *>(parameterBlock);
  const float *inputs = input<float>(tensors, 0);
  const uint8_t *zeroPoints = input<uint8_t>(tensors, 3);
  for (int64_t column = begin; column < end; ++column) {
    const uint8_t *row = input<uint8_t>(tensors, 1) + column * p.rowBytes;
    for (int64_t m = 0; m < p.rows; m += tileRows) {
      int64_t count = p.rows - m < tileRows ? p.rows - m : tileRows;
      float sums[tileRows][sumLanes] = {}, weights[chunk];
      for (int64_t k = 0; k < p.depth;) {
        int64_t block = column * p.blocks + k / p.blockSize, size = p.blockSize - k % p.blockSize;
        size = size < chunk ? size : chunk;
        size = size < p.depth - k ? size : p.depth - k;
        int32_t zeroPoint = zeroPoints ? zeroPoints[block] : p.zeroPoint;
        expand(p, row, k, size, static_cast<float>(zeroPoint), input<float>(tensors, 2)[block],
               weights);
        for (int64_t i = 0; i < count; ++i) {
          const float *from = inputs + (m + i) * p.depth + k;
          addToLanes(size, sums[i], [=, &weights](int64_t c) { return from[c] * weights[c]; });
        }
        k += size;
      }
      for (int64_t i = 0; i < count; ++i)
        output<float>(tensors, 4)[(m + i) * p.columns + column] = foldSums(sums[i]);
    }
  }
}
