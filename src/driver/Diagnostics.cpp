#include "driver/Diagnostics.h"
#include "qnn/Location.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace octet::driver {

// "model.tflite: CONV_2D #17 (conv2/Relu6): error: …"
static std::string prefixOf(Location location) {
  auto sources = qnn::sourcesOf(location);
  std::string prefix;
  if (!sources.empty()) {
    prefix = sources.front().file + ": ";
  } else if (auto file = location->findInstanceOf<FileLineColLoc>()) {
    prefix = file.getFilename().str();
    if (file.getLine() > 0)
      prefix += ":" + std::to_string(file.getLine()) + ":" + std::to_string(file.getColumn());
    return prefix + ": ";
  }
  std::string operators = qnn::describe(location);
  return operators.empty() ? prefix : prefix + operators + ": ";
}

static void append(std::string &lines, Diagnostic &diagnostic) {
  const char *severity = diagnostic.getSeverity() == DiagnosticSeverity::Error     ? "error: "
                         : diagnostic.getSeverity() == DiagnosticSeverity::Warning ? "warning: "
                                                                                   : "note: ";
  lines += prefixOf(diagnostic.getLocation()) + severity + diagnostic.str() + "\n";
  for (Diagnostic &note : diagnostic.getNotes())
    append(lines, note);
}

Diagnostics::Diagnostics(MLIRContext *context)
    : handler(context, [this](Diagnostic &diagnostic) {
        if (diagnostic.getSeverity() == DiagnosticSeverity::Remark)
          said.push_back(qnn::describe(diagnostic.getLocation()) + ": " + diagnostic.str());
        else
          append(lines, diagnostic);
        return success();
      }) {}

std::string Diagnostics::text() const {
  llvm::StringRef text(lines);
  return text.rtrim('\n').str();
}

} // namespace octet::driver
