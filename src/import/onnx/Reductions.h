// Reductions that other operators are made of.
#pragma once

#include "import/onnx/Node.h"

namespace octet::onnx {

/// Over sorted axes; null if the input is.
mlir::Value reduced(Node &node, qnn::ReduceKind kind, mlir::Value input,
                    llvm::SmallVector<int64_t> axes, bool keepsDimensions);

/// The axes from one to the last.
llvm::SmallVector<int64_t> allAxes(int64_t from, int64_t rank);

} // namespace octet::onnx
