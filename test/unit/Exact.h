// Slow definitions that the unit tests measure the library by: exact fractions of 128-bit integers.
// Nothing here calls the library.
#pragma once

#include <cstdint>
#include <cstdio>
#include <random>
#include <vector>

namespace octet::exact {

__extension__ typedef __int128 Wide;

constexpr Wide powerOfTwo(int exponent) { return Wide{1} << exponent; }

/// The integer below a fraction; the denominator is positive, here and in what follows.
constexpr Wide floorOf(Wide numerator, Wide denominator) {
  Wide quotient = numerator / denominator;
  return numerator % denominator < 0 ? quotient - 1 : quotient;
}

constexpr Wide roundHalfUp(Wide numerator, Wide denominator) {
  return floorOf(2 * numerator + denominator, 2 * denominator);
}

constexpr Wide roundHalfAway(Wide numerator, Wide denominator) {
  return numerator < 0 ? -roundHalfUp(-numerator, denominator)
                       : roundHalfUp(numerator, denominator);
}

constexpr Wide roundHalfEven(Wide numerator, Wide denominator) {
  Wide up = roundHalfUp(numerator, denominator);
  bool isTie = 2 * numerator + denominator == 2 * denominator * up;
  return isTie && up % 2 != 0 ? up - 1 : up;
}

constexpr Wide saturate(Wide value, int bits) {
  Wide limit = powerOfTwo(bits - 1);
  return value < -limit ? -limit : value >= limit ? limit - 1 : value;
}

/// The number of that many bits that is congruent in two's complement.
constexpr Wide wrap(Wide value, int bits) {
  Wide modulus = powerOfTwo(bits);
  Wide rest = value - floorOf(value, modulus) * modulus;
  return rest >= modulus / 2 ? rest - modulus : rest;
}

constexpr Wide bound(Wide value, Wide low, Wide high) {
  return value < low ? low : value > high ? high : value;
}

/// Zero, the extremes, and each power of two with its neighbours, of both signs.
inline std::vector<int64_t> edges(int bits) {
  std::vector<int64_t> values{0};
  auto add = [&values, bits](Wide value) {
    if (saturate(value, bits) == value)
      values.push_back(static_cast<int64_t>(value));
  };
  for (int exponent = 0; exponent < bits; ++exponent)
    for (int offset = -2; offset <= 2; ++offset) {
      add(powerOfTwo(exponent) + offset);
      add(-powerOfTwo(exponent) + offset);
    }
  return values;
}

/// Numbers from a fixed seed, which it prints.
class Random {
public:
  explicit Random(uint64_t seed) : engine(seed) {
    std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  }

  int64_t between(int64_t low, int64_t high) {
    uint64_t count = static_cast<uint64_t>(high) - static_cast<uint64_t>(low) + 1;
    return static_cast<int64_t>(static_cast<uint64_t>(low) + (count ? engine() % count : engine()));
  }
  /// Of every magnitude alike: as many small numbers as large ones.
  int64_t ofAnyMagnitude(int bits) {
    int64_t value = static_cast<int64_t>(engine()) >> (64 - bits);
    return value >> between(0, bits - 1);
  }
  double real(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(engine);
  }

private:
  std::mt19937_64 engine;
};

} // namespace octet::exact
