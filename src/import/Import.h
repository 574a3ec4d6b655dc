// Model files to qnn: finds the format and calls its importer.
#pragma once

#include "import/Numerics.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace octet::import {

struct Options {
  Numerics numerics;
  /// Value for a free first dimension of inputs; 0 keeps what the file says.
  int64_t batch = 0;
};

/// A model file's bytes (at an address that is a multiple of 16) as a module with a function @main.
/// Null, with diagnostics that name file, operator and tensor, if it is refused.
mlir::OwningOpRef<mlir::ModuleOp> importModel(mlir::MLIRContext *context, llvm::StringRef fileName,
                                              llvm::ArrayRef<char> bytes, const Options &options);

} // namespace octet::import
