// The qnn dialect: what a quantized model means.
#pragma once

#include "qnn/Routine.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include <mutex>
#include <vector>

#include "qnn/Dialect.h.inc"
#include "qnn/Enums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "qnn/Attributes.h.inc"

namespace octet::qnn {

/// The verifier behind Evaluable: the result types have the shapes that inferShapes() gives.
llvm::LogicalResult verifyShapes(mlir::Operation *op);

template <typename ConcreteOp>
struct Elementwise : mlir::OpTrait::TraitBase<ConcreteOp, Elementwise> {};
template <typename ConcreteOp> struct Movement : mlir::OpTrait::TraitBase<ConcreteOp, Movement> {};

/// Discardable attribute of every operator that stays outside kernels and of every kernel, once
/// buffers are placed: an array with a #qnn.place for each result. Function arguments have one
/// #qnn.place.
inline constexpr llvm::StringLiteral placementName = "qnn.place";

} // namespace octet::qnn

#include "qnn/Interfaces.h.inc"
