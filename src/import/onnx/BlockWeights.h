// Matrix products whose weights stay codes, with a scale for each block of them.
#pragma once

#include "import/onnx/Node.h"

namespace octet::onnx {

/// Remembers a DequantizeLinear of blocks of a constant, for the matrix products that read it.
void recordBlocks(Node &node);

/// A MatMul by such a constant, on its codes; null, without a diagnostic, if it is none.
mlir::Value multiplyByBlocks(Node &node, mlir::Value lhs);

} // namespace octet::onnx
