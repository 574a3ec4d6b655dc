// The constants of compiled code: bytes that the artifact carries.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MathExtras.h"

#include <cstdint>
#include <cstring>
#include <vector>

namespace octet::codegen {

/// Bytes gathered one after the other, each piece at a multiple of 64. Equal pieces are stored
/// once.
class Constants {
public:
  static constexpr int64_t alignment = 64;
  /// Vector loads reach past the last element they need by less than this.
  static constexpr int64_t slack = 64;

  /// Adds bytes; returns their offset.
  int64_t add(llvm::ArrayRef<char> piece) {
    auto &candidates =
        known[static_cast<size_t>(llvm::hash_value(llvm::StringRef(piece.data(), piece.size())))];
    for (auto [offset, size] : candidates)
      if (size == piece.size() && !std::memcmp(bytes.data() + offset, piece.data(), size))
        return offset;
    auto offset = static_cast<int64_t>(llvm::alignTo(bytes.size(), alignment));
    bytes.resize(offset);
    bytes.insert(bytes.end(), piece.begin(), piece.end());
    candidates.push_back({offset, piece.size()});
    return offset;
  }
  template <typename T> int64_t add(const std::vector<T> &values) {
    return add({reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T)});
  }

  /// Adds a single number; returns its offset.
  template <typename T> int64_t addNumber(T number) {
    uint64_t bits = 0;
    std::memcpy(&bits, &number, sizeof(T));
    auto [known, isNew] = numbers.try_emplace({bits, sizeof(T)}, 0);
    if (!isNew)
      return known->second;
    if (numbersEnd + static_cast<int64_t>(sizeof(T)) > numbersLimit) {
      numbersEnd = static_cast<int64_t>(llvm::alignTo(bytes.size(), alignment));
      numbersLimit = numbersEnd + alignment;
      bytes.resize(numbersLimit);
    }
    auto offset = static_cast<int64_t>(llvm::alignTo(numbersEnd, sizeof(T)));
    std::memcpy(bytes.data() + offset, &number, sizeof(T));
    numbersEnd = offset + static_cast<int64_t>(sizeof(T));
    return known->second = offset;
  }

  std::vector<char> bytes;

private:
  /// Where numbers go: what is left of the piece that was begun for them.
  int64_t numbersEnd = 0, numbersLimit = 0;
  llvm::DenseMap<std::pair<uint64_t, unsigned>, int64_t> numbers;
  llvm::DenseMap<size_t, llvm::SmallVector<std::pair<int64_t, size_t>, 1>> known;
};

} // namespace octet::codegen
