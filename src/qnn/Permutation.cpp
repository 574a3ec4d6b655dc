#include "qnn/Permutation.h"

#include "llvm/ADT/STLExtras.h"

#include <numeric>

using namespace mlir;

namespace octet::qnn {

Shape identityOf(size_t rank) {
  Shape identity(rank);
  std::iota(identity.begin(), identity.end(), 0);
  return identity;
}

bool isIdentity(llvm::ArrayRef<int64_t> permutation) { return llvm::is_sorted(permutation); }

Shape inverseOf(llvm::ArrayRef<int64_t> permutation) {
  Shape inverse(permutation.size());
  for (auto [i, d] : llvm::enumerate(permutation))
    inverse[d] = static_cast<int64_t>(i);
  return inverse;
}

Shape composed(llvm::ArrayRef<int64_t> first, llvm::ArrayRef<int64_t> second) {
  return permuted(first, second);
}

Shape permuted(llvm::ArrayRef<int64_t> entries, llvm::ArrayRef<int64_t> permutation) {
  Shape result;
  for (int64_t d : permutation)
    result.push_back(entries[d]);
  return result;
}

static Type withAxis(const Quantization &quantization, int64_t axis) {
  return quantizedType(quantization.type.getContext(), quantization.storage, quantization.scales(),
                       quantization.zeroPoints(), static_cast<int>(axis));
}

RankedTensorType permuted(RankedTensorType type, llvm::ArrayRef<int64_t> permutation) {
  Type element = type.getElementType();
  auto quantization = Quantization::of(element);
  if (quantization && quantization->isPerAxis())
    element = withAxis(*quantization, inverseOf(permutation)[quantization->axis]);
  return RankedTensorType::get(permuted(type.getShape(), permutation), element);
}

bool keepsElementOrder(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> permutation) {
  int64_t last = -1;
  for (int64_t d : permutation) {
    if (shape[d] == 1)
      continue;
    if (d < last)
      return false;
    last = d;
  }
  return true;
}

std::optional<int64_t> reshapedDimension(llvm::ArrayRef<int64_t> from, llvm::ArrayRef<int64_t> to,
                                         int64_t dimension) {
  int64_t before = 1, outer = 1;
  for (int64_t extent : from.take_front(dimension))
    outer *= extent;
  std::optional<int64_t> found;
  for (auto [d, extent] : llvm::enumerate(to)) {
    if (before == outer && extent == from[dimension]) {
      if (found)
        return std::nullopt;
      found = static_cast<int64_t>(d);
    }
    before *= extent;
  }
  return found;
}

Type reshapedElementType(RankedTensorType from, llvm::ArrayRef<int64_t> to) {
  auto quantization = Quantization::of(from);
  if (!quantization || !quantization->isPerAxis())
    return from.getElementType();
  auto axis = reshapedDimension(from.getShape(), to, quantization->axis);
  return axis ? withAxis(*quantization, *axis) : Type();
}

} // namespace octet::qnn
