// gemmlowp's fixed-point numbers (google/gemmlowp, fixedpoint/fixedpoint.h) as exact fractions that
// are rounded after each operation. A number carries its own format, so the definitions read as
// mathematics.
#pragma once

#include "Exact.h"

namespace octet::exact {

/// raw / 2^(bits - 1 - integers).
struct Fixed {
  Wide raw;
  int bits, integers;

  int fraction() const { return bits - 1 - integers; }
  double real() const {
    return static_cast<double>(raw) / static_cast<double>(powerOfTwo(fraction()));
  }
};

/// 2^exponent, or the largest number where it does not fit.
inline Fixed power(int bits, int integers, int exponent) {
  return {saturate(powerOfTwo(bits - 1 - integers + exponent), bits), bits, integers};
}
/// Constants are written in 32 bits and rounded to fewer.
inline Fixed constant(int bits, int integers, int64_t raw32) {
  return {roundHalfAway(raw32, powerOfTwo(32 - bits)), bits, integers};
}

inline Fixed operator+(Fixed a, Fixed b) {
  return {wrap(a.raw + b.raw, a.bits), a.bits, a.integers};
}
inline Fixed operator-(Fixed a, Fixed b) {
  return {wrap(a.raw - b.raw, a.bits), a.bits, a.integers};
}
inline Fixed operator*(Fixed a, Fixed b) {
  return {saturate(roundHalfUp(a.raw * b.raw, powerOfTwo(a.bits - 1)), a.bits), a.bits,
          a.integers + b.integers};
}
/// Divided by a power of two in the same format.
inline Fixed halved(Fixed a, int times) {
  return {roundHalfAway(a.raw, powerOfTwo(times)), a.bits, a.integers};
}
inline Fixed inFormat(Fixed a, int integers) {
  Wide raw = integers >= a.integers ? roundHalfAway(a.raw, powerOfTwo(integers - a.integers))
                                    : saturate(a.raw * powerOfTwo(a.integers - integers), a.bits);
  return {raw, a.bits, integers};
}

/// exp(a) for a <= 0: a Taylor series within a quarter, then a factor for each bit of the rest.
inline Fixed expOfNegative(Fixed a) {
  int bits = a.bits;
  if (a.raw == 0)
    return power(bits, 0, 0);
  if (a.integers > 5 && a.raw < -32 * powerOfTwo(a.fraction()))
    return {0, bits, 0};
  // a = within - quarters / 4 with -1/4 <= within < 0.
  Wide quarter = powerOfTwo(a.fraction() - 2), quarters = -floorOf(a.raw, quarter) - 1;
  Fixed within{a.raw + quarters * quarter, bits, a.integers};
  Fixed x = inFormat(within, 0) + power(bits, 0, -3);
  Fixed x2 = x * x, x3 = x2 * x, x4 = x2 * x2;
  Fixed series = halved((halved(x4, 2) + x3) * constant(bits, 0, 715827883) + x2, 1);
  Fixed eighth = constant(bits, 0, 1895147668), rest = eighth * (x + series);
  Wide sum = eighth.raw + rest.raw;
  Fixed result{bits == 16 ? saturate(sum, 16) : wrap(sum, 32), bits, 0};
  const int64_t factors[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  for (int bit = 0; bit < 7; ++bit)
    if (quarters / powerOfTwo(bit) % 2 != 0)
      result = result * constant(bits, 0, factors[bit]);
  return result;
}

/// 2 / (1 + a) for 0 <= a <= 1 by three of Newton's steps.
inline Fixed twoOverOnePlus(Fixed a) {
  Fixed half{roundHalfAway(a.raw + power(a.bits, 0, 0).raw, 2), a.bits, 0},
      one = power(a.bits, 2, 0);
  Fixed x = constant(a.bits, 2, 1515870810) + half * constant(a.bits, 2, -1010580540);
  for (int i = 0; i < 3; ++i)
    x = x + inFormat(x * (one - half * x), 2);
  return x;
}

inline Fixed oneOverOnePlus(Fixed a) {
  Fixed x = twoOverOnePlus(a);
  return inFormat({x.raw, x.bits, 1}, 0);
}

inline Fixed negated(Fixed a) { return {wrap(-a.raw, a.bits), a.bits, a.integers}; }

inline Fixed logistic(Fixed a) {
  if (a.raw == 0)
    return constant(a.bits, 0, int64_t{1} << 30);
  Fixed positive = oneOverOnePlus(expOfNegative(a.raw > 0 ? negated(a) : a));
  return a.raw > 0 ? positive : power(a.bits, 0, 0) - positive;
}

inline Fixed tanh(Fixed a) {
  if (a.raw == 0)
    return {0, a.bits, 0};
  Fixed below = a.raw < 0 ? a : negated(a);
  Fixed exponential = expOfNegative({below.raw, below.bits, below.integers + 1});
  Fixed magnitude = inFormat(twoOverOnePlus(exponential) - power(a.bits, 2, 0), 0);
  return a.raw < 0 ? negated(magnitude) : magnitude;
}

/// mantissa * 2^(exponent - 31)
struct Multiplier {
  Wide mantissa;
  int exponent;
};

/// TFLite's inverse square root: five of Newton's steps on value * 4^k in Q3.28, between 1/4 and 1.
inline Multiplier inverseRoot(int64_t value) {
  if (value <= 1)
    return {INT32_MAX, 0};
  int shift = 11;
  Wide scaled = value;
  for (; scaled >= powerOfTwo(29); ++shift)
    scaled /= 4;
  for (; scaled < powerOfTwo(27); --shift)
    scaled *= 4;
  Fixed half = halved({scaled / 2, 32, 3}, 1), threeHalves{3 * powerOfTwo(27), 32, 3},
        x = power(32, 3, 0);
  for (int i = 0; i < 5; ++i)
    x = inFormat(threeHalves * x - half * inFormat(x * x * x, 3), 3);
  Wide root = (x * Fixed{1518500250, 32, 0}).raw;
  for (; shift < 0; ++shift)
    root *= 2;
  return {root, -shift};
}

/// TFLite's product of an integer and a multiplier, rounded twice.
inline Wide multiplyTwice(Wide value, Multiplier by) {
  Wide shifted = by.exponent > 0 ? wrap(value * powerOfTwo(by.exponent), 32) : value;
  Wide high = saturate(roundHalfUp(shifted * by.mantissa, powerOfTwo(31)), 32);
  return by.exponent < 0 ? roundHalfAway(high, powerOfTwo(-by.exponent)) : high;
}

} // namespace octet::exact
