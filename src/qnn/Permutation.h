// Where dimensions go. A permutation is one as qnn.transpose has it: dimension i of the result is
// dimension permutation[i] of the input.
#pragma once

#include "qnn/Tensor.h"

namespace octet::qnn {

Shape identityOf(size_t rank);
bool isIdentity(llvm::ArrayRef<int64_t> permutation);
Shape inverseOf(llvm::ArrayRef<int64_t> permutation);

/// One permutation after the other.
Shape composed(llvm::ArrayRef<int64_t> first, llvm::ArrayRef<int64_t> second);

/// What has one entry per dimension, in the order of the result.
Shape permuted(llvm::ArrayRef<int64_t> entries, llvm::ArrayRef<int64_t> permutation);

/// The type of the permuted tensor; a quantized axis moves along.
mlir::RankedTensorType permuted(mlir::RankedTensorType type, llvm::ArrayRef<int64_t> permutation);

/// Whether only dimensions of extent 1 move past others, so that a reshape does the same.
bool keepsElementOrder(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> permutation);

/// The dimension of a reshaped tensor that counts the same slices; nullopt if there is none, or
/// more than one.
std::optional<int64_t> reshapedDimension(llvm::ArrayRef<int64_t> from, llvm::ArrayRef<int64_t> to,
                                         int64_t dimension);

/// The element type behind a reshape: a quantized axis stays with its slices. Null if it cannot.
mlir::Type reshapedElementType(mlir::RankedTensorType from, llvm::ArrayRef<int64_t> to);

} // namespace octet::qnn
