#include "import/Import.h"
#include "import/onnx/Import.h"
#include "import/tflite/Import.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace octet::import {

namespace {
struct Format {
  bool (*recognizes)(llvm::ArrayRef<char> file);
  OwningOpRef<ModuleOp> (*import)(MLIRContext *, llvm::StringRef, llvm::ArrayRef<char>,
                                  const Options &);
  llvm::StringRef name;
  /// The presets that its operators have, its own first.
  llvm::SmallVector<llvm::StringRef, 2> numerics;
};
} // namespace

static const Format formats[] = {
    {tflite::recognizes, tflite::importTflite, "TFLite", {"tflite", "tflite-optimized"}},
    {onnx::recognizes, onnx::importOnnx, "ONNX", {"onnxruntime", "onnx"}},
};

// The options with a preset that the format knows.
static FailureOr<Options> optionsFor(const Format &format, Location location, Options options) {
  if (!options.numerics)
    options.numerics = findNumerics(format.numerics.front());
  if (llvm::is_contained(format.numerics, options.numerics->name))
    return options;
  return emitError(location) << format.name << " models have no numerics '"
                             << options.numerics->name << "'; they have "
                             << llvm::join(format.numerics, ", ");
}

// Nothing may see operators whose verifiers would refuse them, not even the evaluator.
static OwningOpRef<ModuleOp> verified(OwningOpRef<ModuleOp> module) {
  return module && succeeded(verify(*module)) ? std::move(module) : OwningOpRef<ModuleOp>();
}

OwningOpRef<ModuleOp> importModel(MLIRContext *context, llvm::StringRef fileName,
                                  llvm::ArrayRef<char> bytes, const Options &options) {
  Location location = FileLineColLoc::get(context, fileName, 0, 0);
  for (const Format &format : formats) {
    if (!format.recognizes(bytes))
      continue;
    auto known = optionsFor(format, location, options);
    return failed(known) ? OwningOpRef<ModuleOp>()
                         : verified(format.import(context, fileName, bytes, *known));
  }
  emitError(location, "unknown file format")
      << "; octet reads TFLite flatbuffers (.tflite), ONNX models (.onnx) and qnn modules (.mlir)";
  return {};
}

} // namespace octet::import
