// From loops and vectors to LLVM IR.
#pragma once

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"

namespace octet::codegen {

/// Lowers the modules inside `module` to the LLVM dialect.
llvm::LogicalResult lowerLoops(mlir::ModuleOp module);

/// The LLVM module of a lowered one; null on failure. Different modules may be translated at the
/// same time, each into a context of its own.
std::unique_ptr<llvm::Module> translate(mlir::ModuleOp module, llvm::LLVMContext &context);

} // namespace octet::codegen
