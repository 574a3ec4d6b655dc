#include "emulation/Amx.h"

#include <cstring>

namespace octet::emulation {

const char *Tiles::configure(const uint8_t configuration[64]) {
  const uint8_t palette = configuration[0];
  if (palette == 0)
    return release();
  if (palette != 1)
    return "a palette other than 0 and 1";
  for (int i = 1; i < 16; ++i)
    if (configuration[i] != 0)
      return "a start row or a reserved byte that is not zero";
  Tile configured[count];
  for (int i = 0; i < 16; ++i) {
    uint16_t bytes;
    std::memcpy(&bytes, configuration + 16 + 2 * i, sizeof bytes);
    uint8_t rows = configuration[48 + i];
    if (i >= count && (bytes != 0 || rows != 0))
      return "a tile beyond the last";
    if (bytes > mostBytes || rows > mostRows)
      return "a tile that is too large";
    if ((bytes == 0) != (rows == 0))
      return "a tile with rows but no columns, or with columns but no rows";
    if (i < count) {
      configured[i].rows = rows;
      configured[i].bytes = bytes;
    }
  }
  std::memcpy(tiles, configured, sizeof tiles);
  isConfigured = true;
  return nullptr;
}

const char *Tiles::release() {
  *this = Tiles();
  return nullptr;
}

const char *Tiles::zero(int tile) {
  if (!isConfigured || tiles[tile].rows == 0)
    return "a tile that is not configured";
  std::memset(tiles[tile].data, 0, sizeof tiles[tile].data);
  return nullptr;
}

const char *Tiles::load(int tile, const uint8_t *pointer, int64_t stride) {
  if (const char *reason = zero(tile))
    return reason;
  for (int row = 0; row < tiles[tile].rows; ++row)
    std::memcpy(tiles[tile].data[row], pointer + row * stride,
                static_cast<size_t>(tiles[tile].bytes));
  return nullptr;
}

const char *Tiles::store(int tile, uint8_t *pointer, int64_t stride) const {
  if (!isConfigured || tiles[tile].rows == 0)
    return "a tile that is not configured";
  for (int row = 0; row < tiles[tile].rows; ++row)
    std::memcpy(pointer + row * stride, tiles[tile].data[row],
                static_cast<size_t>(tiles[tile].bytes));
  return nullptr;
}

const char *Tiles::multiply(int sums, int a, int b) {
  Tile &c = tiles[sums], &x = tiles[a], &y = tiles[b];
  if (!isConfigured || c.rows == 0 || x.rows == 0 || y.rows == 0)
    return "a tile that is not configured";
  if (sums == a || sums == b || a == b)
    return "a product of a tile with itself";
  if (c.rows != x.rows || c.bytes != y.bytes || x.bytes != 4 * y.rows || c.bytes % 4 != 0)
    return "tiles whose shapes do not fit";
  for (int m = 0; m < c.rows; ++m)
    for (int k = 0; k < y.rows; ++k)
      for (int n = 0; n < c.bytes / 4; ++n) {
        uint32_t sum;
        std::memcpy(&sum, c.data[m] + 4 * n, sizeof sum);
        for (int i = 0; i < 4; ++i)
          sum += static_cast<uint32_t>(x.data[m][4 * k + i] *
                                       static_cast<int8_t>(y.data[k][4 * n + i]));
        std::memcpy(c.data[m] + 4 * n, &sum, sizeof sum);
      }
  return nullptr;
}

} // namespace octet::emulation
