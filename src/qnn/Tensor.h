// The value of a tensor: what the evaluator computes on and what constants hold.
#pragma once

#include "qnn/Quantization.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace octet::qnn {

using Shape = llvm::SmallVector<int64_t, 4>;

/// Elements in row-major order, each stored as its type says: codes for quantized types, one byte
/// for i1. Copies share the bytes; writing is for whoever just made it.
class Tensor {
public:
  Tensor() = default;
  /// All elements zero.
  explicit Tensor(mlir::RankedTensorType type);
  /// `bytes` must have exactly byteCountOf(type) bytes.
  Tensor(mlir::RankedTensorType type, llvm::ArrayRef<char> bytes);
  /// The value of a constant's attribute, whose element type is the storage type of `type`.
  static Tensor of(mlir::ElementsAttr attribute, mlir::RankedTensorType type);

  mlir::RankedTensorType type() const { return tensorType; }
  llvm::ArrayRef<int64_t> shape() const { return tensorType.getShape(); }
  int64_t rank() const { return tensorType.getRank(); }
  int64_t size() const { return tensorType.getNumElements(); }
  bool isFloat() const { return mlir::isa<mlir::FloatType>(tensorType.getElementType()); }

  llvm::ArrayRef<char> bytes() const { return *storage; }
  llvm::MutableArrayRef<char> bytes() { return *storage; }
  template <typename T> llvm::ArrayRef<T> as() const {
    return {reinterpret_cast<const T *>(storage->data()), storage->size() / sizeof(T)};
  }
  template <typename T> llvm::MutableArrayRef<T> as() {
    return {reinterpret_cast<T *>(storage->data()), storage->size() / sizeof(T)};
  }

  /// Calls visit(llvm::ArrayRef<T>) with the elements of an integer or quantized tensor, T being
  /// the integer they are stored as: for loops that would be slow through integer().
  template <typename Visit> void visitIntegers(Visit &&visit) const {
    switch (element.bytes()) {
    case 1:
      return element.isSigned ? visit(as<int8_t>()) : visit(as<uint8_t>());
    case 2:
      return element.isSigned ? visit(as<int16_t>()) : visit(as<uint16_t>());
    case 4:
      return element.isSigned ? visit(as<int32_t>()) : visit(as<uint32_t>());
    default:
      return visit(as<int64_t>());
    }
  }
  /// Element i of an integer or quantized tensor.
  int64_t integer(int64_t i) const;
  /// Stores an integer, cut to the storage width; saturation is the operator's own affair.
  void setInteger(int64_t i, int64_t value);
  /// Element i of a float tensor (f16, f32 or f64), as the nearest double.
  double real(int64_t i) const;
  void setReal(int64_t i, double value);

  /// All elements widened.
  std::vector<int32_t> codes() const;
  std::vector<float> floats() const;

  /// The same elements under another type of equal size.
  Tensor withType(mlir::RankedTensorType type) const;

private:
  mlir::RankedTensorType tensorType;
  Storage element; // how integers are stored; unused for float tensors
  std::shared_ptr<std::vector<char>> storage;
};

/// Bytes per element and of a whole tensor as stored.
int64_t elementBytesOf(mlir::Type elementType);
int64_t byteCountOf(mlir::RankedTensorType type);

/// Row-major strides, in elements.
Shape stridesOf(llvm::ArrayRef<int64_t> shape);

/// The shape that both broadcast to, aligned at the last dimension; false if there is none.
bool broadcastShapes(llvm::ArrayRef<int64_t> a, llvm::ArrayRef<int64_t> b, Shape &result);

/// Strides with which an operand of shape `from` is read at indices of shape `to`: zero along
/// broadcast dimensions.
Shape broadcastStrides(llvm::ArrayRef<int64_t> from, llvm::ArrayRef<int64_t> to);

/// Calls visit(linear, index) for each index of the shape in row-major order.
template <typename Visit> void forEachIndex(llvm::ArrayRef<int64_t> shape, Visit &&visit) {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  Shape index(shape.size(), 0);
  for (int64_t linear = 0; linear < count; ++linear) {
    visit(linear, index);
    for (int64_t d = static_cast<int64_t>(shape.size()) - 1; d >= 0 && ++index[d] == shape[d]; --d)
      index[d] = 0;
  }
}

inline int64_t offsetOf(llvm::ArrayRef<int64_t> index, llvm::ArrayRef<int64_t> strides) {
  int64_t offset = 0;
  for (size_t d = 0; d < strides.size(); ++d)
    offset += index[d] * strides[d];
  return offset;
}

} // namespace octet::qnn
