// Offsets in the arena for buffers that live at different times.
#pragma once

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>

namespace octet::schedule {

/// A buffer and the span of positions, both included, at which it must keep its bytes.
struct Buffer {
  int64_t bytes = 0;
  int64_t first = 0, last = 0;
  int64_t offset = 0;
};

/// Chooses offsets such that no two buffers that live at the same time overlap. Returns the bytes
/// of the arena.
int64_t placeBuffers(llvm::MutableArrayRef<Buffer> buffers);

/// The most bytes that live at one position: no arena is smaller.
int64_t mostLiveBytes(llvm::ArrayRef<Buffer> buffers);

} // namespace octet::schedule
