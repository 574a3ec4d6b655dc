// What verifiers and shape inference ask of types, with messages that say what was found.
#pragma once

#include "qnn/Dialect.h"

namespace octet::qnn {

/// The tensor type of a value; every value of the dialect has one.
inline mlir::RankedTensorType tensorType(mlir::Value value) {
  return mlir::cast<mlir::RankedTensorType>(value.getType());
}
inline mlir::Type elementType(mlir::Value value) { return tensorType(value).getElementType(); }
inline llvm::ArrayRef<int64_t> shapeOf(mlir::Value value) { return tensorType(value).getShape(); }
inline bool isFloat(mlir::Value value) { return mlir::isa<mlir::FloatType>(elementType(value)); }
inline bool isQuantized(mlir::Value value) {
  return mlir::isa<mlir::quant::QuantizedType>(elementType(value));
}

llvm::LogicalResult requireRank(mlir::Operation *op, mlir::Value value, int64_t rank,
                                const char *name);
/// Non-negative or, with `atLeast`, larger entries; exactly `count` of them.
llvm::LogicalResult requireEntries(mlir::Operation *op, llvm::ArrayRef<int64_t> values,
                                   size_t count, int64_t atLeast, const char *name);
llvm::LogicalResult requireSameElementType(mlir::Operation *op, mlir::Value a, mlir::Value b);
llvm::LogicalResult requireElementType(mlir::Operation *op, mlir::Value value, bool holds,
                                       const char *expected);
/// The last dimension is rows of at least one element; and all are f32.
llvm::LogicalResult requireRows(mlir::Operation *op, mlir::Value input);
llvm::LogicalResult requireFloatRows(mlir::Operation *op, mlir::Value input, mlir::Value result);
llvm::LogicalResult requirePerTensor(mlir::Operation *op, mlir::Value value, const char *name);

/// A contraction's element types: all f32, or integers of at most 16 bits into an i32 or i64
/// accumulator whose scale is the product of the operands'. `channelAxis` is the weights' axis
/// that becomes the last axis of the result.
llvm::LogicalResult verifyContraction(mlir::Operation *op, mlir::Value input, mlir::Value weights,
                                      mlir::Value bias, mlir::Value result, int channelAxis);

/// Output extent of a window sliding over input + padding; a diagnostic if it does not fit.
llvm::FailureOr<int64_t> windowExtent(mlir::Operation *op, int64_t input, int64_t window,
                                      int64_t stride, int64_t dilation, int64_t padLow,
                                      int64_t padHigh);

} // namespace octet::qnn
