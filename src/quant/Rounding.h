// The integer roundings that quantized frameworks are made of, each defined once.
//
// Freestanding on purpose: the evaluator, the compile-time proofs and the built-in
// routines that are compiled into artifacts all use these very functions.
#pragma once

#include <stdint.h>

namespace octet::quant {

constexpr int32_t int32Max = INT32_MAX;
constexpr int32_t int32Min = INT32_MIN;

/// Two's complement wrap, as the frameworks' int32 accumulators do.
constexpr int32_t wrapToInt32(int64_t value) {
  return static_cast<int32_t>(static_cast<uint32_t>(value));
}

constexpr int64_t clamp(int64_t value, int64_t low, int64_t high) {
  return value < low ? low : value > high ? high : value;
}

constexpr int32_t saturateToInt32(int64_t value) {
  return static_cast<int32_t>(clamp(value, int32Min, int32Max));
}

/// value / 2^exponent, ties away from zero (gemmlowp's RoundingDivideByPOT). 0 <= exponent <= 31.
constexpr int32_t divideByPowerOfTwoHalfAway(int32_t value, int exponent) {
  int32_t mask = static_cast<int32_t>((int64_t{1} << exponent) - 1);
  int32_t remainder = value & mask;
  int32_t threshold = (mask >> 1) + (value < 0 ? 1 : 0);
  return (value >> exponent) + (remainder > threshold ? 1 : 0);
}

/// value / 2^exponent, ties upward: what ruy's x86 kernels do where gemmlowp rounds away from zero.
constexpr int32_t divideByPowerOfTwoHalfUp(int32_t value, int exponent) {
  return exponent == 0
             ? value
             : static_cast<int32_t>((int64_t{value} + (int64_t{1} << (exponent - 1))) >> exponent);
}

/// (a * b) / 2^31, rounded to nearest with ties upward (a nudge, then a truncating division), and
/// saturated in the single case that overflows (gemmlowp's SaturatingRoundingDoublingHighMul).
constexpr int32_t saturatingRoundingDoublingHighMultiply(int32_t a, int32_t b) {
  if (a == int32Min && b == int32Min)
    return int32Max;
  int64_t product = int64_t{a} * int64_t{b};
  int64_t nudge = product >= 0 ? (int64_t{1} << 30) : 1 - (int64_t{1} << 30);
  return static_cast<int32_t>((product + nudge) / (int64_t{1} << 31));
}

/// The 16-bit form of the same: (a * b) / 2^15.
constexpr int16_t saturatingRoundingDoublingHighMultiply16(int16_t a, int16_t b) {
  if (a == INT16_MIN && b == INT16_MIN)
    return INT16_MAX;
  int32_t product = int32_t{a} * int32_t{b};
  int32_t nudge = product >= 0 ? (1 << 14) : 1 - (1 << 14);
  return static_cast<int16_t>((product + nudge) / (1 << 15));
}

/// dividend / divisor with ties away from zero; divisor > 0 (TFLite's average pool and mean).
constexpr int64_t divideHalfAway(int64_t dividend, int64_t divisor) {
  return dividend > 0 ? (dividend + divisor / 2) / divisor : (dividend - divisor / 2) / divisor;
}

} // namespace octet::quant
