// The part of a compiled model that is not kernels: the steps, and the description with its entry
// points.
#pragma once

#include "codegen/Codegen.h"
#include "codegen/Kernels.h"

#include "llvm/IR/Module.h"

namespace octet::codegen {

/// Where the two parts of a workspace begin, and its size.
struct Workspace {
  int64_t variables = 0, arena = 0, bytes = 0;
};
Workspace workspaceOf(mlir::func::FuncOp function);

/// The module with run, reset, the description and the constants. Fills `steps`.
std::unique_ptr<llvm::Module> emitEntry(mlir::func::FuncOp function, const Kernels &kernels,
                                        const Options &options, llvm::LLVMContext &context,
                                        std::vector<Step> &steps);

} // namespace octet::codegen
