// Element-wise operators on values, from which importers put others together. They take null for an
// operand that could not be made, and give null, with a diagnostic, where operands do not fit.
#pragma once

#include "import/onnx/Node.h"

namespace octet::onnx {

/// Operands broadcast as numpy's do, whatever their ranks.
mlir::Value sum(Node &node, mlir::Value lhs, mlir::Value rhs);
mlir::Value difference(Node &node, mlir::Value lhs, mlir::Value rhs);
mlir::Value product(Node &node, mlir::Value lhs, mlir::Value rhs);
mlir::Value quotient(Node &node, mlir::Value lhs, mlir::Value rhs);
/// Another function of two numbers; comparisons give booleans.
mlir::Value binaryOf(Node &node, qnn::BinaryKind kind, mlir::Value lhs, mlir::Value rhs);
mlir::Value choice(Node &node, mlir::Value condition, mlir::Value onTrue, mlir::Value onFalse);

mlir::Value unaryOf(Node &node, qnn::UnaryKind kind, mlir::Value value, float alpha = 0);
mlir::Value scaled(Node &node, mlir::Value value, float factor);
mlir::Value clamped(Node &node, mlir::Value value, double lowest, double highest);
mlir::Value castTo(Node &node, mlir::Value value, mlir::Type type);

/// A number of the element type of a value.
mlir::Value numberLike(Node &node, mlir::Value value, double number);

/// A part of one dimension. Those of constants are constants at once, as weights have to be.
mlir::Value partOf(Node &node, mlir::Value value, int64_t axis, int64_t begin, int64_t size);

/// Indices into a dimension, or into several of which the extents are the last dimension's;
/// negative ones count from its end.
mlir::Value fromFront(Node &node, mlir::Value indices, int64_t extent);
mlir::Value fromFront(Node &node, mlir::Value indices, llvm::ArrayRef<int64_t> extents);

/// 0, 1, 2 … along one dimension of `rank`, all others of extent 1.
mlir::Value positions(Node &node, mlir::Type type, int64_t count, int64_t axis, int64_t rank);

/// Fails with a message unless these operands, where present, are float32.
llvm::LogicalResult expectReals(Node &node, std::initializer_list<size_t> operands);
/// The same unless these operands, where present, have this shape.
llvm::LogicalResult expectShape(Node &node, std::initializer_list<size_t> operands,
                                llvm::ArrayRef<int64_t> shape);
/// The same unless operand i, where present, broadcasts to the shape.
llvm::LogicalResult expectBroadcast(Node &node, size_t i, llvm::ArrayRef<int64_t> shape);

} // namespace octet::onnx
