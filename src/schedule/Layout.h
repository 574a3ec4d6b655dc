// How tensors share memory: who is written inside whom, and with which strides.
#pragma once

#include "qnn/Checks.h"
#include "qnn/Ops.h"

#include "llvm/ADT/DenseMap.h"

#include <optional>

namespace octet::schedule {

/// A piece of memory that tensors lie in.
struct Root {
  qnn::Space space = qnn::Space::arena;
  int64_t index = 0;  ///< which input or output
  int64_t offset = 0; ///< in its space, in bytes
  int64_t bytes = 0;
  int64_t first = -1, last = -1; ///< positions of the first write and the last read
};

/// Where a tensor lies in its root. Offset and strides count elements.
struct Layout {
  int64_t root = -1;
  int64_t offset = 0;
  qnn::Shape strides;
};

/// True if elements follow each other in row-major order without gaps.
bool isContiguous(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> strides);

/// Strides with which memory of `from` (under `strides`) reads as shape `to`; nullopt if there are
/// none.
std::optional<qnn::Shape> reshapeStrides(llvm::ArrayRef<int64_t> from,
                                         llvm::ArrayRef<int64_t> strides,
                                         llvm::ArrayRef<int64_t> to);

/// The layouts of all values of a function, as claims decide them: a value that is claimed lies
/// inside the result of an operator that comes later.
class Layouts {
public:
  /// The value is operand `operand` of `container` (a concatenation, a transpose or a filling
  /// kernel) and lies inside its result.
  void claim(mlir::Value value, mlir::Operation *container, unsigned operand) {
    claims[value] = {container, operand};
  }
  /// The value lies in a root of its own.
  void claim(mlir::Value value, int64_t root) {
    claims[value] = {nullptr, static_cast<unsigned>(root)};
  }
  bool isClaimed(mlir::Value value) const { return claims.contains(value); }
  /// Whether the value lies inside the result of that operator.
  bool holds(mlir::Operation *container, mlir::Value value) const {
    return claims.lookup(value).container == container;
  }

  int64_t addRoot(Root root) {
    roots.push_back(root);
    return static_cast<int64_t>(roots.size()) - 1;
  }

  /// The layout of a value; makes an arena root for one that has none. nullopt if it is a view
  /// that its source's layout does not allow.
  std::optional<Layout> of(mlir::Value value);

  std::vector<Root> roots;

private:
  struct Claim {
    mlir::Operation *container = nullptr;
    unsigned operand = 0; ///< or the root
  };

  std::optional<Layout> inContainer(mlir::Value value, const Claim &claim);
  Layout inRoot(mlir::Value value, int64_t root);

  llvm::DenseMap<mlir::Value, Claim> claims;
  llvm::DenseMap<mlir::Value, std::optional<Layout>> known;
};

/// What a view is a view of: an operator whose result lies where its operand does. Null for others.
mlir::Value viewedBy(mlir::Operation *op);

/// The pad of a filling kernel.
qnn::PadOp padOf(qnn::KernelOp kernel);

} // namespace octet::schedule
