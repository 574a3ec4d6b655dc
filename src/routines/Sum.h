// How floats add up in a row.
#pragma once

#include <stdint.h>

namespace octet::routines {

/// The sum of term(0), term(1), …: of many by sixteen partial sums, then pairs of them. That is the
/// same order on every machine, and none waits for the one before.
template <typename Term> float sumOf(int64_t count, Term term) {
  constexpr int64_t lanes = 16;
  if (count < lanes) {
    float sum = term(0);
    for (int64_t i = 1; i < count; ++i)
      sum += term(i);
    return sum;
  }
  float sums[lanes] = {};
  int64_t whole = count / lanes * lanes;
  for (int64_t i = 0; i < whole; i += lanes)
    for (int64_t lane = 0; lane < lanes; ++lane)
      sums[lane] += term(i + lane);
  for (int64_t i = whole; i < count; ++i)
    sums[i - whole] += term(i);
  for (int64_t half = lanes / 2; half > 0; half /= 2)
    for (int64_t lane = 0; lane < half; ++lane)
      sums[lane] += sums[lane + half];
  return sums[0];
}

} // namespace octet::routines
