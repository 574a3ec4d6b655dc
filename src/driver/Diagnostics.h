// How a diagnostic is printed: file, operator, tensor, then what is wrong.
#pragma once

#include "mlir/IR/Diagnostics.h"

#include <string>
#include <vector>

namespace octet::driver {

/// Collects a context's diagnostics as lines of text while it lives.
class Diagnostics {
public:
  explicit Diagnostics(mlir::MLIRContext *context);

  /// Everything so far, without the last line's end; empty if nothing went wrong.
  std::string text() const;

  /// What passes have to say of operators where nothing is wrong: operator, tensor, remark.
  llvm::ArrayRef<std::string> remarks() const { return said; }

private:
  std::string lines;
  std::vector<std::string> said;
  mlir::ScopedDiagnosticHandler handler;
};

} // namespace octet::driver
