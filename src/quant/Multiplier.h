// Real multipliers as integers, and the ways in which frameworks multiply by them.
#pragma once

#include "quant/Rounding.h"

namespace octet::quant {

/// A positive real as mantissa * 2^(exponent - 31), with 2^30 <= mantissa < 2^31 (or zero).
struct FixedPointMultiplier {
  int32_t mantissa = 0;
  int32_t exponent = 0;

  bool operator==(const FixedPointMultiplier &) const = default;
};

/// TFLite's QuantizeMultiplier: the mantissa rounds half away from zero, and a multiplier too
/// small for a 31-bit right shift becomes zero. `real` must be finite and not negative.
FixedPointMultiplier toFixedPoint(double real);

/// How an int32 or int64 value is multiplied by a real number and rounded to an integer.
enum class Rounding : uint8_t {
  /// gemmlowp and TFLite's reference kernels: a doubling high multiplication that rounds, then
  /// a right shift that rounds ties away from zero. Two roundings: 5 * 0.25 is 2 (2.5, 1.5 → 2).
  doubleAway,
  /// TFLite's x86 matrix multiplication: the same, but the shift rounds ties upward.
  doubleUp,
  /// ruy and TFLITE_SINGLE_ROUNDING, TVM's UPWARD: the 64-bit product is shifted once, ties upward.
  singleUp,
  /// TVM's TONEAREST: the 64-bit product is shifted once, ties away from zero.
  singleAway,
  /// TFLite's int16 kernels: 64-bit accumulator, mantissa reduced to 15 bits, one shift, ties
  /// upward.
  q15Up,
  /// XNNPACK, FBGEMM, ONNX Runtime: float32 product, ties to even, zero point added after.
  floatEven,
  /// XNNPACK's rndnu: 24-bit mantissa, 64-bit product, one shift, ties upward.
  q24Up,
  /// ONNX Runtime's QLinearMul on x86: float32 product, plus the zero point, then ties to even.
  floatEvenShifted,
  /// ONNX's reference (numpy): the same in float64, with the multiplier formed in float32.
  float64EvenShifted,
};

constexpr int roundingCount = 9;

/// Whether floats are rounded to even, and then whether the zero point is added before that. A code
/// that is moved afterwards has to know the zero point it was rounded with.
constexpr bool isFloatEven(Rounding rounding) {
  return rounding == Rounding::floatEven || rounding == Rounding::floatEvenShifted ||
         rounding == Rounding::float64EvenShifted;
}
constexpr bool isShifted(Rounding rounding) {
  return rounding == Rounding::floatEvenShifted || rounding == Rounding::float64EvenShifted;
}

/// value * 2^exponent as an int32 shift does it on x86: bits above 31 are lost, and only the five
/// low bits of the exponent count. Models whose scales differ by more than 2^31 reach this.
constexpr int32_t shiftLeftWrapping(int32_t value, int exponent) {
  return static_cast<int32_t>(static_cast<uint32_t>(value) << (exponent & 31));
}

/// TFLite MultiplyByQuantizedMultiplier without TFLITE_SINGLE_ROUNDING
/// (tensorflow/lite/kernels/internal/common.h): Rounding::doubleAway.
constexpr int32_t multiplyDoubleAway(int32_t value, FixedPointMultiplier by) {
  int left = by.exponent > 0 ? by.exponent : 0;
  int right = by.exponent > 0 ? 0 : -by.exponent;
  return divideByPowerOfTwoHalfAway(
      saturatingRoundingDoublingHighMultiply(shiftLeftWrapping(value, left), by.mantissa), right);
}

/// The same as ruy's x86 kernels compute it in TFLite 2.9: Rounding::doubleUp.
constexpr int32_t multiplyDoubleUp(int32_t value, FixedPointMultiplier by) {
  int left = by.exponent > 0 ? by.exponent : 0;
  int right = by.exponent > 0 ? 0 : -by.exponent;
  return divideByPowerOfTwoHalfUp(
      saturatingRoundingDoublingHighMultiply(shiftLeftWrapping(value, left), by.mantissa), right);
}

/// A 64-bit product leaves room for an exponent of 30; TFLITE_SINGLE_ROUNDING saturates larger
/// ones.
constexpr FixedPointMultiplier saturateExponent(FixedPointMultiplier by) {
  return by.exponent > 30 ? FixedPointMultiplier{int32Max, 30} : by;
}

/// ruy's ApplyMultiplier and TFLITE_SINGLE_ROUNDING: Rounding::singleUp.
constexpr int32_t multiplySingleUp(int32_t value, FixedPointMultiplier by) {
  by = saturateExponent(by);
  int shift = 31 - by.exponent;
  int64_t product = int64_t{value} * by.mantissa;
  return saturateToInt32((product + (int64_t{1} << (shift - 1))) >> shift);
}

/// TVM's FixedPointMultiply with TONEAREST: Rounding::singleAway.
constexpr int32_t multiplySingleAway(int32_t value, FixedPointMultiplier by) {
  by = saturateExponent(by);
  int shift = 31 - by.exponent;
  int64_t product = int64_t{value} * by.mantissa;
  int64_t magnitude = product < 0 ? -product : product;
  int64_t rounded = (magnitude + (int64_t{1} << (shift - 1))) >> shift;
  return saturateToInt32(product < 0 ? -rounded : rounded);
}

/// TFLite's overload for int64 accumulators (int16 activations): Rounding::q15Up. The mantissa
/// loses 16 bits with rounding, capped at 0x7FFF, so that value * mantissa fits 64 bits as long
/// as |value| < 2^47. The exponent is between -31 and 7.
constexpr int32_t multiplyQ15Up(int64_t value, FixedPointMultiplier by) {
  int64_t mantissa = by.mantissa < 0x7FFF0000 ? (by.mantissa + (1 << 15)) >> 16 : 0x7FFF;
  int shift = 15 - by.exponent;
  int64_t product = value * mantissa + (int64_t{1} << (shift - 1));
  return static_cast<int32_t>(product >> shift);
}

/// XNNPACK's rndnu requantization: Rounding::q24Up. The exponent is below 8, XNNPACK's own limit.
constexpr int32_t multiplyQ24Up(int32_t value, FixedPointMultiplier by) {
  int64_t mantissa = (int64_t{by.mantissa} + (1 << 6)) >> 7;
  int shift = 24 - by.exponent;
  int64_t product = int64_t{value} * mantissa;
  return saturateToInt32((product + (int64_t{1} << (shift - 1))) >> shift);
}

} // namespace octet::quant
