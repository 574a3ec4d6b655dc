// How a diagnostic is printed: file, operator, tensor, then what is wrong.
#pragma once

#include "mlir/IR/Diagnostics.h"

#include <string>

namespace octet::driver {

/// Collects a context's diagnostics as lines of text while it lives.
class Diagnostics {
public:
  explicit Diagnostics(mlir::MLIRContext *context);

  /// Everything so far, without the last line's end; empty if nothing went wrong.
  std::string text() const;

private:
  std::string lines;
  mlir::ScopedDiagnosticHandler handler;
};

} // namespace octet::driver
