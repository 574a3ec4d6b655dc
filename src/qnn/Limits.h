// How much a model may ask for: a file of a few bytes can name any amount of memory and time.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/CheckedArithmetic.h"

#include <algorithm>
#include <cstdint>

namespace octet::qnn {

/// Of one tensor, and of all constants of a model in one file: what the offsets of a flatbuffer
/// reach.
constexpr int64_t maximumBytes = int64_t{1} << 31;

/// Of a model whose loops hold copies of the graphs they name, and of loops inside each other.
constexpr int64_t maximumOperators = 100'000;
constexpr int maximumLoopDepth = 32;

/// Whether a tensor of this shape has at most maximumBytes; extents of zero count as one, so that
/// products of some of them fit, too.
inline bool isWithinLimit(llvm::ArrayRef<int64_t> shape, int64_t elementBytes) {
  int64_t bytes = elementBytes;
  for (int64_t extent : shape) {
    auto product = llvm::checkedMul(bytes, std::max<int64_t>(extent, 1));
    if (!product || *product > maximumBytes)
      return false;
    bytes = *product;
  }
  return true;
}

} // namespace octet::qnn
