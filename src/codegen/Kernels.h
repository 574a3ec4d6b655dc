// Emits every kernel of a placed function once, as functions of loops and vectors.
#pragma once

#include "codegen/Codegen.h"
#include "codegen/Constants.h"

#include "mlir/IR/OwningOpRef.h"

namespace octet::codegen {

/// The code of one kernel operation.
struct KernelCode {
  std::string function; ///< shared by kernels of equal code
  int64_t constants;    ///< offset of its constants among all
  int64_t tasks;
  int64_t constantBytes;
};

struct Kernels {
  /// Holds modules, each with some of the functions.
  mlir::OwningOpRef<mlir::ModuleOp> module;
  llvm::DenseMap<mlir::Operation *, KernelCode> code;
  Constants constants;
};

/// `parts` is how many modules the functions are dealt to.
Kernels emitKernels(mlir::func::FuncOp function, const target::Target &target, unsigned parts);

} // namespace octet::codegen
