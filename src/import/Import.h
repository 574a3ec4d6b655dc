// Model files to qnn: finds the format and calls its importer.
#pragma once

#include "import/Numerics.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <functional>
#include <map>
#include <string>

namespace octet::import {

struct Options {
  /// The format's own where there is none; importers are always given one that the format knows.
  std::optional<Numerics> numerics;
  /// Value for a free first dimension of inputs; 0 keeps what the file says.
  int64_t batch = 0;
  /// Values of dimensions that the file leaves open, by the names that it gives them.
  std::map<std::string, int64_t, std::less<>> dimensions;
  /// Where the file is, for formats that keep weights in files beside it; empty if it is no file.
  std::string path;
  /// What an importer calls, if it is there, once it needs the file's bytes no more.
  std::function<void()> releaseFile;
};

/// A model file's bytes (at an address that is a multiple of 16) as a module with a function @main.
/// Null, with diagnostics that name file, operator and tensor, if it is refused.
mlir::OwningOpRef<mlir::ModuleOp> importModel(mlir::MLIRContext *context, llvm::StringRef fileName,
                                              llvm::ArrayRef<char> bytes, const Options &options);

} // namespace octet::import
