// Functions of one number that other operators end with.
#pragma once

#include "import/onnx/Node.h"

namespace octet::onnx {

/// The activation that a fused operator names, with its parameters (none for its defaults); nothing
/// for an empty name. Null, with a diagnostic, for a name that is not known.
mlir::Value activated(Node &node, mlir::Value value, llvm::StringRef name,
                      llvm::ArrayRef<float> parameters);

} // namespace octet::onnx
