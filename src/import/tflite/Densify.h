// Weights that the file stores in fewer bytes than elements: 4-bit codes and sparse tensors.
#pragma once

#include "import/tflite/schema_generated.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <vector>

namespace octet::tflite {

/// One byte per 4-bit code, low half first.
llvm::Expected<std::vector<char>> expandNibbles(llvm::ArrayRef<char> packed, int64_t count,
                                                bool isSigned);

/// A sparse tensor (TFLite's form of the TACO format) with zeros where it has no values. `shape` is
/// the dense shape; `elementBytes` is that of the expanded result.
llvm::Expected<std::vector<char>> densify(const schema::SparsityParameters &sparsity,
                                          llvm::ArrayRef<int64_t> shape, int64_t elementBytes,
                                          bool isNibble, llvm::ArrayRef<char> values);

} // namespace octet::tflite
