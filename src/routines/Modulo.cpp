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

// A finite number other than 0 as mantissa * 2^exponent, the mantissa with 24 bits.
struct Parts {
  uint32_t mantissa;
  int32_t exponent;
};
static Parts partsOf(uint32_t bits) {
  Parts parts{bits & 0x7FFFFF, 1};
  if (bits >> 23) {
    parts.mantissa |= 0x800000;
    parts.exponent = static_cast<int32_t>(bits >> 23);
  }
  for (; parts.mantissa < 0x800000; --parts.exponent)
    parts.mantissa <<= 1;
  return parts;
}

// Long division of the mantissas: exact, as C's fmod is.
static float remainderOf(float x, float y) {
  uint32_t a = bitsOf(x) & 0x7FFFFFFF, b = bitsOf(y) & 0x7FFFFFFF, sign = bitsOf(x) & 0x80000000;
  if (b == 0 || a >= 0x7F800000 || b > 0x7F800000)
    return fromBits(0x7FC00000);
  if (a < b)
    return x;
  Parts dividend = partsOf(a), divisor = partsOf(b);
  uint32_t rest = dividend.mantissa;
  for (int32_t exponent = dividend.exponent; exponent > divisor.exponent; --exponent) {
    if (rest >= divisor.mantissa)
      rest -= divisor.mantissa;
    rest <<= 1;
  }
  if (rest >= divisor.mantissa)
    rest -= divisor.mantissa;
  if (rest == 0)
    return fromBits(sign);
  int32_t exponent = divisor.exponent;
  for (; exponent < 1; ++exponent)
    rest >>= 1; // the remainder is a multiple of the smallest number, so nothing is lost
  for (; rest < 0x800000 && exponent > 1; --exponent)
    rest <<= 1;
  bool isNormal = rest >= 0x800000;
  return fromBits(sign | (isNormal ? static_cast<uint32_t>(exponent) << 23 : 0) |
                  (rest & 0x7FFFFF));
}

/// x modulo y with the sign of y (TensorFlow's FloorMod); NaN where y is 0.
extern "C" float octet_floor_modulo(float x, float y) {
  float remainder = remainderOf(x, y);
  return remainder != 0 && (y < 0) != (remainder < 0) ? remainder + y : remainder;
}
