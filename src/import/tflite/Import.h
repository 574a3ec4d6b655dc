// TFLite models to qnn.
#pragma once

#include "import/Import.h"

namespace octet::tflite {

/// Whether a file is a TFLite flatbuffer: it says so.
inline bool recognizes(llvm::ArrayRef<char> file) {
  return llvm::StringRef(file.data(), file.size()).substr(4).starts_with("TFL3");
}

mlir::OwningOpRef<mlir::ModuleOp> importTflite(mlir::MLIRContext *context, llvm::StringRef fileName,
                                               llvm::ArrayRef<char> bytes,
                                               const import::Options &options);

} // namespace octet::tflite
