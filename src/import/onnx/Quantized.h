// Tensors of codes: ONNX has their scales and zero points in operands of the operators around them.
#pragma once

#include "import/onnx/Node.h"

namespace octet::onnx {

/// The type of codes stored as `storage`, whose scales and zero points are constant operands. One
/// scale is the tensor's; several are those of the slices of `axis`. Without an operand
/// `zeroPoint` it is 0.
llvm::FailureOr<mlir::Type> codeType(Node &node, mlir::Type storage, size_t scale, size_t zeroPoint,
                                     int64_t axis = -1);

/// Operand i as codes of the scale and zero point that follow it.
llvm::FailureOr<mlir::Value> codes(Node &node, size_t i, int64_t axis = -1);

/// The accumulator of a product of codes that becomes codes of type `result`. Its scales are such
/// that the ratio to the result's is the float32 number that ONNX Runtime multiplies by.
mlir::Type accumulatorOf(Node &node, mlir::Value lhs, mlir::Value rhs, mlir::Type result,
                         int64_t rank);

/// The accumulator of one that becomes floats: its scales are the products of both.
mlir::Type realAccumulatorOf(Node &node, mlir::Value lhs, mlir::Value rhs, int64_t rank);

/// Rescales an accumulator to codes; null if it is.
mlir::Value rescale(Node &node, mlir::Value accumulator, mlir::Type result);

} // namespace octet::onnx
