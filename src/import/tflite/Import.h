// TFLite models to qnn.
#pragma once

#include "import/Import.h"

namespace octet::tflite {

mlir::OwningOpRef<mlir::ModuleOp> importTflite(mlir::MLIRContext *context, llvm::StringRef fileName,
                                               llvm::ArrayRef<char> bytes,
                                               const import::Options &options);

} // namespace octet::tflite
