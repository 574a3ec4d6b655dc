// How floats add up in a row, the same on every machine: by partial sums, none of which waits for
// another's additions.
#pragma once

#include <stdint.h>

namespace octet::routines {

/// Partial sums of a long row: as many as a wide register holds.
constexpr int64_t sumLanes = 16;

/// Brings `sumLanes` partial results together, pair by pair.
template <typename T, typename Combine> T foldLanes(T *lanes, Combine combine) {
  for (int64_t half = sumLanes / 2; half > 0; half /= 2)
    for (int64_t lane = 0; lane < half; ++lane)
      lanes[lane] = combine(lanes[lane], lanes[lane + half]);
  return lanes[0];
}

inline float foldSums(float *sums) {
  return foldLanes(sums, [](float a, float b) { return a + b; });
}

/// Adds term(0), term(1), … to `sumLanes` partial sums.
template <typename Term> void addToLanes(int64_t count, float *sums, Term term) {
  int64_t whole = count / sumLanes * sumLanes;
  for (int64_t i = 0; i < whole; i += sumLanes)
    for (int64_t lane = 0; lane < sumLanes; ++lane)
      sums[lane] += term(i + lane);
  for (int64_t i = whole; i < count; ++i)
    sums[i - whole] += term(i);
}

/// Two registers of four floats.
constexpr int64_t pairLanes = 8;
using PairOfLanes = float __attribute__((vector_size(sizeof(float) * pairLanes)));

/// By reference: how vectors are passed depends on the target.
inline void loadPair(const float *from, PairOfLanes &lanes) {
  __builtin_memcpy(&lanes, from, sizeof lanes);
}

/// Adds squares to the sums, rounded once.
inline void addSquares(const PairOfLanes &numbers, PairOfLanes &sums) {
#if __has_builtin(__builtin_elementwise_fma)
  sums = __builtin_elementwise_fma(numbers, numbers, sums);
#else
  for (int64_t lane = 0; lane < pairLanes; ++lane)
    sums[lane] = __builtin_fmaf(numbers[lane], numbers[lane], sums[lane]);
#endif
}

/// The sum of the lanes: halves, then pairs at a distance of two. `rest` has four floats that come
/// to the sum of the halves.
inline float foldPair(const PairOfLanes &lanes, const float *rest = nullptr) {
  float sums[pairLanes / 2];
  for (int64_t lane = 0; lane < 4; ++lane)
    sums[lane] = lanes[lane] + lanes[lane + 4];
  for (int64_t lane = 0; lane < 4 && rest; ++lane)
    sums[lane] += rest[lane];
  return (sums[0] + sums[2]) + (sums[1] + sums[3]);
}

/// The sums of rows `count` apart, side by side, as ONNX Runtime has them for ReduceMean and
/// ReduceSum of aligned rows (Eigen's Redux.h with registers of four floats): two registers in
/// turn, their sum, what is left of four, pairs at a distance of two, then the last three one by
/// one.
template <int64_t rows> void sumRows(const float *from, int64_t count, float *results) {
  if (count < pairLanes) {
    for (int64_t row = 0; row < rows; ++row) {
      const float *numbers = from + row * count;
      bool hasFour = count >= 4;
      float sum = hasFour ? (numbers[0] + numbers[2]) + (numbers[1] + numbers[3]) : numbers[0];
      for (int64_t i = hasFour ? 4 : 1; i < count; ++i)
        sum += numbers[i];
      results[row] = sum;
    }
    return;
  }
  PairOfLanes sums[rows];
  for (int64_t row = 0; row < rows; ++row)
    loadPair(from + row * count, sums[row]);
  const int64_t whole = count / pairLanes * pairLanes;
  for (int64_t i = pairLanes; i < whole; i += pairLanes)
    for (int64_t row = 0; row < rows; ++row) {
      PairOfLanes numbers;
      loadPair(from + row * count + i, numbers);
      sums[row] += numbers;
    }
  for (int64_t row = 0; row < rows; ++row) {
    const float *numbers = from + row * count;
    float sum = foldPair(sums[row], count - whole >= 4 ? numbers + whole : nullptr);
    for (int64_t i = count / 4 * 4; i < count; ++i)
      sum += numbers[i];
    results[row] = sum;
  }
}

/// Calls body.operator()<count>(first) for all rows from `begin` to `end`: `together` at a time,
/// and those that are left one by one.
template <int64_t together, typename Body> void inGroups(int64_t begin, int64_t end, Body body) {
  int64_t i = begin;
  for (; i + together <= end; i += together)
    body.template operator()<together>(i);
  for (; i < end; ++i)
    body.template operator()<1>(i);
}

} // namespace octet::routines
