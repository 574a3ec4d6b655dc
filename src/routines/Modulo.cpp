// The remainder of a float division, which no processor has as one instruction.
#include <stdint.h>

static uint32_t bitsOf(float x) {
  uint32_t bits;
  __builtin_memcpy(&bits, &x, 4);
  return bits;
}
static float fromBits(uint32_t bits) {
  float x;
  __builtin_memcpy(&x, &bits, 4);
  return x;
}

// Long division of the mantissas: exact, as C's fmod is.
static float remainderOf(float x, float y) {
  uint32_t a = bitsOf(x) & 0x7FFFFFFF, b = bitsOf(y) & 0x7FFFFFFF, sign = bitsOf(x) & 0x80000000;
  if (b == 0 || a >= 0x7F800000 || b > 0x7F800000)
    return fromBits(0x7FC00000);
  if (a < b)
    return x;
  auto exponentOf = [](uint32_t bits) { return static_cast<int32_t>(bits >> 23 ? bits >> 23 : 1); };
  auto mantissaOf = [](uint32_t bits) { return bits >> 23 ? (bits & 0x7FFFFF) | 0x800000 : bits; };
  int32_t exponent = exponentOf(a);
  uint32_t rest = mantissaOf(a), divisor = mantissaOf(b);
  for (; exponent > exponentOf(b); --exponent) {
    if (rest >= divisor)
      rest -= divisor;
    rest <<= 1;
  }
  if (rest >= divisor)
    rest -= divisor;
  if (rest == 0)
    return fromBits(sign);
  while (rest < 0x800000 && exponent > 1) {
    rest <<= 1;
    --exponent;
  }
  return fromBits(
      sign |
      (rest >= 0x800000 ? (static_cast<uint32_t>(exponent) << 23) | (rest & 0x7FFFFF) : rest));
}

/// x modulo y with the sign of y (TensorFlow's FloorMod); NaN where y is 0.
extern "C" float octet_floor_modulo(float x, float y) {
  float remainder = remainderOf(x, y);
  return remainder != 0 && (y < 0) != (remainder < 0) ? remainder + y : remainder;
}
