#include "import/Import.h"
#include "import/onnx/Import.h"
#include "import/tflite/Import.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;

namespace octet::import {

namespace {
struct Format {
  bool (*recognizes)(llvm::ArrayRef<char> file);
  OwningOpRef<ModuleOp> (*import)(MLIRContext *, llvm::StringRef, llvm::ArrayRef<char>,
                                  const Options &);
};
} // namespace

static const Format formats[] = {
    {tflite::recognizes, tflite::importTflite},
    {onnx::recognizes, onnx::importOnnx},
};

// Nothing may see operators whose verifiers would refuse them, not even the evaluator.
static OwningOpRef<ModuleOp> verified(OwningOpRef<ModuleOp> module) {
  return module && succeeded(verify(*module)) ? std::move(module) : OwningOpRef<ModuleOp>();
}

OwningOpRef<ModuleOp> importModel(MLIRContext *context, llvm::StringRef fileName,
                                  llvm::ArrayRef<char> bytes, const Options &options) {
  for (const Format &format : formats)
    if (format.recognizes(bytes))
      return verified(format.import(context, fileName, bytes, options));
  emitError(FileLineColLoc::get(context, fileName, 0, 0), "unknown file format")
      << "; octet reads TFLite flatbuffers (.tflite), ONNX models (.onnx) and qnn modules (.mlir)";
  return {};
}

} // namespace octet::import
