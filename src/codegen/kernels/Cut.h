// How pixels are cut into tiles.
#pragma once

#include "codegen/Emitter.h"

namespace octet::codegen {

/// One dimension of the pixels, cut into tiles. What is left over is a smaller tile; where that
/// would cost more code than time, the last tile overlaps the one before it instead and computes
/// some pixels twice.
struct Cut {
  Cut(int64_t wholeExtent, int64_t tileSize) {
    constexpr int64_t shareOfWaste = 24;
    extent = wholeExtent;
    size = tileSize;
    whole = extent / size;
    rest = extent % size;
    overlaps = rest != 0 && whole > 0 && (size - rest) * shareOfWaste <= extent;
    if (overlaps)
      rest = 0;
  }
  /// Tiles of full size.
  int64_t loopTiles() const { return whole + (overlaps ? 1 : 0); }
  Value begin(Emitter &emit, Value index) const {
    Value first = emit.multiply(index, size);
    return overlaps ? emit.minimum(first, extent - size) : first;
  }

  int64_t extent, size, whole, rest;
  bool overlaps;
};

} // namespace octet::codegen
