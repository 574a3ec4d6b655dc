// Reading and making quantized element types.
#pragma once

#include "mlir/Dialect/Quant/QuantTypes.h"
#include "mlir/IR/BuiltinTypes.h"

#include <cstdint>
#include <optional>

namespace octet::qnn {

/// The integers that store a tensor's elements: codes of a quantized type, or plain integers.
struct Storage {
  unsigned bits = 8;
  bool isSigned = true;
  /// The codes in use: narrower than the type where the quantized type says so (i16<0:255>).
  int64_t lowest = -128, highest = 127;

  unsigned bytes() const { return bits <= 8 ? 1 : bits / 8; }
};

/// The quantization of a tensor: real = scale * (code - zeroPoint), per tensor or per slice of one
/// axis.
class Quantization {
public:
  /// nullopt if the element type is not uniformly quantized.
  static std::optional<Quantization> of(mlir::Type tensorOrElementType);

  bool isPerAxis() const { return axis >= 0; }
  /// The scale and zero point of slice `channel` of `axis`; of the whole tensor if not per axis.
  double scale(int64_t channel = 0) const { return scales()[isPerAxis() ? channel : 0]; }
  int64_t zeroPoint(int64_t channel = 0) const { return zeroPoints()[isPerAxis() ? channel : 0]; }
  bool hasZeroPoint() const;

  /// One entry per slice of the axis, or one in all; valid as long as this object.
  llvm::ArrayRef<double> scales() const;
  llvm::ArrayRef<int64_t> zeroPoints() const;

  mlir::quant::QuantizedType type;
  Storage storage;
  int axis = -1;

private:
  double tensorScale = 0; // of types that are not per axis
  int64_t tensorZeroPoint = 0;
};

/// The storage of any integer or quantized element type; nullopt for float types. i1 is stored as a
/// byte.
std::optional<Storage> storageOf(mlir::Type tensorOrElementType);

/// The builtin type that holds the elements: i8 for a quantized i8 or u8 (signless), f32 for f32.
mlir::Type storageTypeOf(mlir::Type elementType);

/// A per-tensor quantized type with codes [lowest, highest] stored in `bits` bits.
mlir::quant::UniformQuantizedType quantizedType(mlir::MLIRContext *context, Storage storage,
                                                double scale, int64_t zeroPoint);

/// A per-axis one. `scales` and `zeroPoints` have one entry per slice of `axis`.
mlir::quant::UniformQuantizedPerAxisType quantizedType(mlir::MLIRContext *context, Storage storage,
                                                       llvm::ArrayRef<double> scales,
                                                       llvm::ArrayRef<int64_t> zeroPoints,
                                                       int axis);

/// The 32-bit accumulator type with the given scales: per tensor if there is one, else along the
/// last axis of a tensor of rank `rank`.
mlir::Type accumulatorType(mlir::MLIRContext *context, llvm::ArrayRef<double> scales, int64_t rank);

/// All codes of a signed or unsigned storage type of 8, 16 or 32 bits.
Storage fullStorage(unsigned bits, bool isSigned);

} // namespace octet::qnn
