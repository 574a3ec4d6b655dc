// How an operator follows when the dimensions of its tensors change places.
#pragma once

#include "qnn/Permutation.h"

#include "mlir/IR/Operation.h"

#include <optional>

namespace octet::raise {

/// Where the dimensions of a tensor come from, as a transpose of the tensor would have it.
using Order = qnn::Shape;

/// The order of the result that follows from that of the operands of full rank; nullopt if the
/// operator cannot compute in that order, or would not to the same bits.
std::optional<Order> resultOrder(mlir::Operation *op, const Order &operands);

/// The order of the operands that gives the result this one; nullopt if several or none do.
std::optional<Order> operandOrder(mlir::Operation *op, const Order &result);

/// Changes attributes and the result's type; operands are the caller's affair.
void reorder(mlir::Operation *op, const Order &operands, const Order &result);

/// The rank that operands have as a rule. One of a lower rank is broadcast, aligned at the last
/// dimension.
int64_t operandRank(mlir::Operation *op);

} // namespace octet::raise
