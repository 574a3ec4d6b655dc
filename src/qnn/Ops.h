// The operators of the qnn dialect.
#pragma once

#include "qnn/Dialect.h"

#define GET_OP_CLASSES
#include "qnn/Ops.h.inc"

namespace octet::qnn {

/// The attribute that holds a tensor's value. Large ones live in a resource blob, outside the
/// context's uniquer; its name only has to be unique, and the manager sees to that.
mlir::ElementsAttr makeElements(const Tensor &tensor);

/// A constant with the tensor's type and value.
mlir::Value makeConstant(mlir::OpBuilder &builder, mlir::Location location, const Tensor &tensor);

} // namespace octet::qnn
