// How floats add up in a row: of many by `sumLanes` partial sums, then pairs of them. That is the
// same order on every machine, and none waits for the one before.
#pragma once

#include <stdint.h>

namespace octet::routines {

/// Partial sums of a row, and the shortest row that has them: as many as a wide register holds.
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

/// The sum of term(0), term(1), …
template <typename Term> float sumOf(int64_t count, Term term) {
  if (count < sumLanes) {
    float sum = term(0);
    for (int64_t i = 1; i < count; ++i)
      sum += term(i);
    return sum;
  }
  float sums[sumLanes] = {};
  addToLanes(count, sums, term);
  return foldSums(sums);
}

/// As many numbers as there are partial sums.
using Lanes = float __attribute__((vector_size(sizeof(float) * sumLanes)));

/// The sums of the `count` numbers of rows `stride` apart, in the order of sumOf(), after
/// transform(row, number) has changed each, or lanes of them, in place. One row's additions do not
/// wait for another's.
template <int64_t rows, typename Transform>
void sumRows(const float *from, int64_t stride, int64_t count, float *results,
             Transform transform) {
  auto at = [&](int64_t row, int64_t i) {
    float number = from[row * stride + i];
    transform(row, number);
    return number;
  };
  if (count < sumLanes) {
    for (int64_t row = 0; row < rows; ++row)
      results[row] = sumOf(count, [=](int64_t i) { return at(row, i); });
    return;
  }
  Lanes sums[rows] = {};
  int64_t whole = count / sumLanes * sumLanes;
  for (int64_t i = 0; i < whole; i += sumLanes)
    for (int64_t row = 0; row < rows; ++row) {
      Lanes lanes;
      __builtin_memcpy(&lanes, from + row * stride + i, sizeof lanes);
      transform(row, lanes);
      sums[row] += lanes;
    }
  for (int64_t row = 0; row < rows; ++row) {
    float partial[sumLanes];
    __builtin_memcpy(partial, &sums[row], sizeof partial);
    for (int64_t i = whole; i < count; ++i)
      partial[i - whole] += at(row, i);
    results[row] = foldSums(partial);
  }
}

} // namespace octet::routines
