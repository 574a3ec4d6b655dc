// A model on its way through the compiler.
#pragma once

#include "codegen/Codegen.h"
#include "driver/Diagnostics.h"
#include "qnn/Evaluate.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <memory>
#include <string>

namespace mlir {
class OpPassManager;
}

namespace octet::driver {

/// Why something failed: the status of octet.h, and the message.
struct Failure {
  int status = 0;
  std::string message;
  explicit operator bool() const { return status != 0; }
};

struct ModelOptions {
  std::string target = "native", numerics, dumpAfter, tuning, dimensions, cache;
  int64_t batch = 0, variant = 0;
  unsigned threads = 0;
};

class Model {
public:
  /// Reads a file ("-" is standard input): a format that Octet imports, or text of the qnn dialect.
  /// Null, with `failure` set, if it is refused.
  static std::unique_ptr<Model> read(const std::string &path, const ModelOptions &options,
                                     Failure &failure);

  mlir::ModuleOp module() { return *owned; }
  mlir::func::FuncOp main();

  /// The passes of Pipeline.h.
  Failure interpret();
  Failure raise();
  Failure lower();

  /// The code of a lowered model. `symbol` names its entry. What consumes the constants can be done
  /// once, and leaves a model that cannot be evaluated.
  Failure generate(const std::string &symbol, codegen::Listing listing, codegen::Program &program,
                   bool consumesConstants = false);

  /// The name of the file without folder and ending.
  std::string name;
  ModelOptions options;

  /// What was refused, with the diagnostics so far.
  Failure refusal() { return {1, diagnostics->text()}; }

  /// What passes had to say of operators so far.
  llvm::ArrayRef<std::string> remarks() const { return diagnostics->remarks(); }

private:
  Failure runPasses(llvm::function_ref<void(mlir::OpPassManager &)> add);

  mlir::MLIRContext context;
  std::unique_ptr<Diagnostics> diagnostics;
  mlir::OwningOpRef<mlir::ModuleOp> owned;
};

} // namespace octet::driver
