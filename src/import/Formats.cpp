#include "import/Import.h"
#include "import/tflite/Import.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;

namespace octet::import {

namespace {
/// A format is told by a few bytes at a fixed place.
struct Format {
  size_t offset;
  llvm::StringRef magic;
  OwningOpRef<ModuleOp> (*import)(MLIRContext *, llvm::StringRef, llvm::ArrayRef<char>,
                                  const Options &);
};
} // namespace

static const Format formats[] = {
    {4, "TFL3", tflite::importTflite},
};

// Nothing may see operators whose verifiers would refuse them, not even the evaluator.
static OwningOpRef<ModuleOp> verified(OwningOpRef<ModuleOp> module) {
  return module && succeeded(verify(*module)) ? std::move(module) : OwningOpRef<ModuleOp>();
}

OwningOpRef<ModuleOp> importModel(MLIRContext *context, llvm::StringRef fileName,
                                  llvm::ArrayRef<char> bytes, const Options &options) {
  llvm::StringRef text(bytes.data(), bytes.size());
  for (const Format &format : formats)
    if (text.substr(format.offset).starts_with(format.magic))
      return verified(format.import(context, fileName, bytes, options));
  emitError(FileLineColLoc::get(context, fileName, 0, 0), "unknown file format")
      << "; octet reads TFLite flatbuffers (.tflite) and qnn modules (.mlir)";
  return {};
}

} // namespace octet::import
