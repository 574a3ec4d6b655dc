// ONNX models to qnn.
#pragma once

#include "import/Import.h"

namespace octet::onnx {

/// Whether a file may be an ONNX model, which has no magic number: writers begin with the version
/// of the format, a small number.
inline bool recognizes(llvm::ArrayRef<char> file) {
  return file.size() > 4 && file[0] == 0x08 && file[1] > 0 && file[1] < 64;
}

mlir::OwningOpRef<mlir::ModuleOp> importOnnx(mlir::MLIRContext *context, llvm::StringRef fileName,
                                             llvm::ArrayRef<char> bytes,
                                             const import::Options &options);

} // namespace octet::onnx
