// Inputs that would only be slow: a fuzzer that meets them learns nothing.
#pragma once

#include "import/tflite/Reader.h"

#include "llvm/Support/Error.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>

namespace octet::fuzz {

/// The bytes at an address that is a multiple of 16, as importers take them.
class AlignedBytes {
public:
  AlignedBytes(const uint8_t *data, size_t size)
      : bytes(static_cast<char *>(std::aligned_alloc(16, (size + 16) / 16 * 16))), count(size) {
    std::memcpy(bytes.get(), data, size);
  }
  llvm::ArrayRef<char> get() const { return {bytes.get(), count}; }

private:
  struct Free {
    void operator()(char *memory) const { std::free(memory); }
  };
  std::unique_ptr<char, Free> bytes;
  size_t count;
};

/// Whether a tensor of the file has so many elements that work on it takes seconds. Files that the
/// reader refuses have none.
inline bool isLarge(llvm::ArrayRef<char> file) {
  auto model = tflite::read(file);
  if (!model) {
    llvm::consumeError(model.takeError());
    return false;
  }
  for (const tflite::Graph &graph : model->graphs)
    for (const tflite::Tensor &tensor : graph.tensors)
      if (tensor.elementCount() > int64_t{1} << 20)
        return true;
  return false;
}

} // namespace octet::fuzz
