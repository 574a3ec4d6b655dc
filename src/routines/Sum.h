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

} // namespace octet::routines
