// Fixed-point exp, logistic, tanh and reciprocal as gemmlowp defines them
// (github google/gemmlowp, fixedpoint/fixedpoint.h): the arithmetic of TFLite's reference
// softmax and of its int16 gate activations.
//
// A number is a raw integer whose binary point the function's name or template argument gives:
// with m integer bits, a Raw of b bits stands for raw / 2^(b - 1 - m). Freestanding.
#pragma once

#include "quant/Rounding.h"

namespace octet::quant::fixed {

template <typename Raw> struct Limits;
template <> struct Limits<int16_t> {
  static constexpr int bits = 16;
  static constexpr int16_t max = INT16_MAX, min = INT16_MIN;
};
template <> struct Limits<int32_t> {
  static constexpr int bits = 32;
  static constexpr int32_t max = INT32_MAX, min = INT32_MIN;
};

/// The constants are written for 32 bits; the 16-bit forms are these, rounded.
template <typename Raw> constexpr Raw constant(int32_t raw32) {
  return static_cast<Raw>(divideByPowerOfTwoHalfAway(raw32, 32 - Limits<Raw>::bits));
}

constexpr int32_t multiply(int32_t a, int32_t b) {
  return saturatingRoundingDoublingHighMultiply(a, b);
}
constexpr int16_t multiply(int16_t a, int16_t b) {
  return saturatingRoundingDoublingHighMultiply16(a, b);
}

/// Sums wrap in 32 bits and in 16, except where gemmlowp saturates the 16-bit form.
template <typename Raw> constexpr Raw add(Raw a, Raw b) {
  return static_cast<Raw>(wrapToInt32(int64_t{a} + b));
}
template <typename Raw> constexpr Raw subtract(Raw a, Raw b) {
  return static_cast<Raw>(wrapToInt32(int64_t{a} - b));
}
constexpr int32_t addSaturatingIf16(int32_t a, int32_t b) { return add(a, b); }
constexpr int16_t addSaturatingIf16(int16_t a, int16_t b) {
  return static_cast<int16_t>(clamp(int32_t{a} + b, INT16_MIN, INT16_MAX));
}

template <typename Raw> constexpr Raw divideByPowerOfTwo(Raw value, int exponent) {
  return static_cast<Raw>(divideByPowerOfTwoHalfAway(value, exponent));
}

/// value * 2^exponent, saturated the way gemmlowp does: past the threshold on either side.
template <typename Raw> constexpr Raw shiftLeftSaturating(Raw value, int exponent) {
  int32_t threshold = (int32_t{1} << (Limits<Raw>::bits - 1 - exponent)) - 1;
  if (value > threshold)
    return Limits<Raw>::max;
  if (value < -threshold)
    return Limits<Raw>::min;
  return static_cast<Raw>(static_cast<int64_t>(value) * (int64_t{1} << exponent));
}

/// Moves the binary point from `from` to `to` integer bits.
template <int from, int to, typename Raw> constexpr Raw rescale(Raw value) {
  if constexpr (from > to)
    return shiftLeftSaturating(value, from - to);
  else if constexpr (from < to)
    return divideByPowerOfTwo(value, to - from);
  else
    return value;
}

/// (a + b) / 2, ties away from zero.
template <typename Raw> constexpr Raw roundingHalfSum(Raw a, Raw b) {
  int64_t sum = int64_t{a} + b;
  return static_cast<Raw>((sum + (sum >= 0 ? 1 : -1)) / 2);
}

/// exp(a) for -1/4 <= a < 0; no integer bits on either side. A Taylor expansion around -1/8.
template <typename Raw> constexpr Raw expNearZero(Raw a) {
  Raw x = add(a, static_cast<Raw>(Raw{1} << (Limits<Raw>::bits - 4)));
  Raw x2 = multiply(x, x);
  Raw x3 = multiply(x2, x);
  Raw x4 = multiply(x2, x2);
  Raw higher = divideByPowerOfTwo(
      add(multiply(add(divideByPowerOfTwo(x4, 2), x3), constant<Raw>(715827883)), x2), 1);
  Raw expOfMinusEighth = constant<Raw>(1895147668);
  return addSaturatingIf16(expOfMinusEighth, multiply(expOfMinusEighth, add(x, higher)));
}

/// exp(a) for a <= 0 with the given number of integer bits; the result has none.
template <int integerBits, typename Raw> constexpr Raw expOfNegative(Raw a) {
  constexpr int fractionalBits = Limits<Raw>::bits - 1 - integerBits;
  constexpr int32_t quarter = int32_t{1} << (fractionalBits - 2);
  Raw fraction = static_cast<Raw>((a & (quarter - 1)) - quarter);
  Raw result = expNearZero(rescale<integerBits, 0>(fraction));
  Raw remainder = subtract(fraction, a);
  // exp(-2^k) for k = -2 … 4: one multiplication per set bit of the remainder.
  constexpr int32_t powers[] = {1672461947, 1302514674, 790015084, 290630308,
                                39332535,   720401,     242};
  for (int k = -2; k <= 4; ++k)
    if (integerBits > k && (remainder & (int32_t{1} << (fractionalBits + k))) != 0)
      result = multiply(result, constant<Raw>(powers[k + 2]));
  if constexpr (integerBits > 5)
    if (a < constant<Raw>(-(int32_t{1} << (36 - integerBits))))
      result = 0;
  return a == 0 ? Limits<Raw>::max : result;
}

/// Newton's iterations for 2 / (1 + a), 0 <= a <= 1, in a format of two integer bits.
template <typename Raw> constexpr Raw twoOverOnePlus(Raw a) {
  Raw halfDenominator = roundingHalfSum(a, Limits<Raw>::max);
  Raw x = add(constant<Raw>(1515870810), multiply(halfDenominator, constant<Raw>(-1010580540)));
  Raw one = static_cast<Raw>(Raw{1} << (Limits<Raw>::bits - 3));
  for (int i = 0; i < 3; ++i)
    x = add(x, rescale<4, 2>(multiply(x, subtract(one, multiply(halfDenominator, x)))));
  return x;
}

/// 1 / (1 + a) for 0 <= a <= 1, no integer bits.
template <typename Raw> constexpr Raw oneOverOnePlus(Raw a) {
  return rescale<1, 0>(twoOverOnePlus(a));
}

/// 1 / (1 + exp(-a)).
template <int integerBits, typename Raw> constexpr Raw logistic(Raw a) {
  if (a == 0)
    return constant<Raw>(1 << 30);
  Raw negativeMagnitude = a > 0 ? subtract(Raw{0}, a) : a;
  Raw positive = oneOverOnePlus(expOfNegative<integerBits>(negativeMagnitude));
  return a > 0 ? positive : subtract(Limits<Raw>::max, positive);
}

/// tanh(a) = (1 - exp(-2a)) / (1 + exp(-2a)).
template <int integerBits, typename Raw> constexpr Raw tanh(Raw a) {
  if (a == 0)
    return 0;
  Raw negativeMagnitude = a < 0 ? a : subtract(Raw{0}, a);
  Raw one = static_cast<Raw>(Raw{1} << (Limits<Raw>::bits - 3));
  Raw exponential = expOfNegative<integerBits + 1>(negativeMagnitude);
  Raw magnitude = rescale<2, 0>(subtract(twoOverOnePlus(exponential), one));
  return a < 0 ? subtract(Raw{0}, magnitude) : magnitude;
}

/// 1 / value for a positive value with `integerBits` integer bits, normalized to no integer bits;
/// `bitsOverUnit` receives the power of two by which the true reciprocal is smaller.
constexpr int32_t reciprocal(int32_t value, int integerBits, int *bitsOverUnit) {
  int headroom = __builtin_clz(static_cast<uint32_t>(value));
  *bitsOverUnit = integerBits - headroom;
  uint32_t normalized = static_cast<uint32_t>(value) << headroom;
  return oneOverOnePlus(static_cast<int32_t>(normalized - (uint32_t{1} << 31)));
}

} // namespace octet::quant::fixed
