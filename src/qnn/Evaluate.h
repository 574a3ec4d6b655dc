// The reference evaluator: runs a function of qnn operators, one at a time.
#pragma once

#include "qnn/Tensor.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringMap.h"

#include <functional>

namespace octet::qnn {

/// The variables of a model between runs.
using State = llvm::StringMap<Tensor>;

/// The initial value of every variable of the module.
State initialState(mlir::ModuleOp model);

/// Called after each operator with its results.
using Observer = std::function<void(mlir::Operation *, llvm::ArrayRef<Tensor>)>;

/// Runs `function` on inputs of its argument types; `state` is read and updated. Fails with a
/// diagnostic if an operator refuses its operands' values.
llvm::LogicalResult evaluate(mlir::func::FuncOp function, llvm::ArrayRef<Tensor> inputs,
                             State &state, llvm::SmallVectorImpl<Tensor> &results,
                             const Observer &observer = {});

/// Runs the operators of a block without variables: a kernel's region.
llvm::LogicalResult evaluateBlock(mlir::Block &block, llvm::ArrayRef<Tensor> arguments,
                                  llvm::SmallVectorImpl<Tensor> &results);

} // namespace octet::qnn
