// AMX in software, for tests on machines without it: what Intel's manual says of each instruction.
#pragma once

#include <cstdint>

namespace octet::emulation {

/// The tiles of one thread.
class Tiles {
public:
  static constexpr int count = 8, mostRows = 16, mostBytes = 64;

  /// Each returns null, or why the processor would raise an exception.
  const char *configure(const uint8_t configuration[64]);
  const char *release();
  const char *zero(int tile);
  const char *load(int tile, const uint8_t *pointer, int64_t stride);
  const char *store(int tile, uint8_t *pointer, int64_t stride) const;
  /// TDPBUSD: bytes of `a` without sign times bytes of `b` with sign.
  const char *multiply(int sums, int a, int b);

private:
  struct Tile {
    int rows = 0, bytes = 0;
    uint8_t data[mostRows][mostBytes] = {};
  };

  bool isConfigured = false;
  Tile tiles[count];
};

/// From now on instructions of AMX that this machine lacks are emulated, on every thread.
void emulateAmx();

} // namespace octet::emulation
