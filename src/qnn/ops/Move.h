// Reading a tensor through strides: what transposes, slices and broadcasts are.
#pragma once

#include "qnn/Tensor.h"

#include <cstring>

namespace octet::qnn {

/// result[index] = input's element at offset + index . strides.
inline Tensor readStrided(const Tensor &input, mlir::RankedTensorType type, int64_t offset,
                          llvm::ArrayRef<int64_t> strides) {
  Tensor result(type);
  int64_t bytes = elementBytesOf(type.getElementType());
  forEachIndex(type.getShape(), [&](int64_t at, llvm::ArrayRef<int64_t> index) {
    std::memcpy(result.bytes().data() + at * bytes,
                input.bytes().data() + (offset + offsetOf(index, strides)) * bytes, bytes);
  });
  return result;
}

} // namespace octet::qnn
