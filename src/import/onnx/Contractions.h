// Products that other operators are made of. Null, with a diagnostic, where operands do not fit.
#pragma once

#include "import/onnx/Node.h"

namespace octet::onnx {

/// MatMul's product: as numpy's, operands of rank 1 are a row and a column.
mlir::Value matrixProductOf(Node &node, mlir::Value lhs, mlir::Value rhs, mlir::Type accumulator);

/// MatMulInteger's: two integers and their zero points, which may be null; in i32.
mlir::Value integerProductOf(Node &node, mlir::Value lhs, mlir::Value lhsZeroPoint, mlir::Value rhs,
                             mlir::Value rhsZeroPoint);

/// A sum of codes times both scales, whose product is rounded first, plus the bias (which may be
/// null): what ONNX Runtime does when it has fused MatMulInteger, Cast, Mul and Add, and the same
/// bits as without.
mlir::Value realProductOf(Node &node, mlir::Value sum, mlir::Value lhsScale, mlir::Value rhsScale,
                          mlir::Value bias);

} // namespace octet::onnx
