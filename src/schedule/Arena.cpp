#include "schedule/Arena.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <numeric>

namespace octet::schedule {

namespace {

using Order = llvm::SmallVector<size_t>;

bool livesBeside(const Buffer &a, const Buffer &b) {
  return a.first <= b.last && b.first <= a.last;
}

// One after the other, each at the lowest offset that no buffer alive at the same time covers.
int64_t placeInOrder(llvm::MutableArrayRef<Buffer> buffers, llvm::ArrayRef<size_t> order) {
  llvm::SmallVector<const Buffer *> placed; // by offset
  int64_t total = 0;
  for (size_t index : order) {
    Buffer &buffer = buffers[index];
    buffer.offset = 0;
    for (const Buffer *other : placed) {
      if (!livesBeside(*other, buffer))
        continue;
      if (buffer.offset + buffer.bytes <= other->offset)
        break;
      buffer.offset = std::max(buffer.offset, other->offset + other->bytes);
    }
    total = std::max(total, buffer.offset + buffer.bytes);
    placed.insert(
        llvm::upper_bound(placed, &buffer,
                          [](const Buffer *a, const Buffer *b) { return a->offset < b->offset; }),
        &buffer);
  }
  return total;
}

} // namespace

int64_t mostLiveBytes(llvm::ArrayRef<Buffer> buffers) {
  // Live bytes are most where some buffer begins.
  int64_t most = 0;
  for (const Buffer &buffer : buffers) {
    int64_t live = 0;
    for (const Buffer &other : buffers)
      if (other.first <= buffer.first && buffer.first <= other.last)
        live += other.bytes;
    most = std::max(most, live);
  }
  return most;
}

// Largest first is good and seldom best. Whatever ends at the top is therefore placed earlier in
// the next attempt, until the bound is met or the attempts do not help.
int64_t placeBuffers(llvm::MutableArrayRef<Buffer> buffers) {
  constexpr int attempts = 300;
  const int64_t bound = mostLiveBytes(buffers);
  Order order(buffers.size());
  std::iota(order.begin(), order.end(), 0);
  llvm::sort(order, [&](size_t a, size_t b) {
    return std::tuple(-buffers[a].bytes, buffers[a].first, a) <
           std::tuple(-buffers[b].bytes, buffers[b].first, b);
  });
  Order best = order;
  int64_t least = placeInOrder(buffers, order);
  int64_t reached = least;
  for (int attempt = 0; attempt < attempts && least > bound; ++attempt) {
    auto highest = llvm::find_if(
        order, [&](size_t i) { return buffers[i].offset + buffers[i].bytes == reached; });
    // In front of everything, and on every other attempt only one place.
    bool byOne = attempt % 2 == 1 && highest != order.begin();
    std::rotate(byOne ? highest - 1 : order.begin(), highest, highest + 1);
    reached = placeInOrder(buffers, order);
    if (reached < least) {
      least = reached;
      best = order;
    }
  }
  return placeInOrder(buffers, best);
}

} // namespace octet::schedule
