// The journey of a model, as a list of passes.
#pragma once

#include "schedule/Tiles.h"

#include "llvm/ADT/StringRef.h"

#include <string>

namespace mlir {
class DialectRegistry;
class OpPassManager;
} // namespace mlir

namespace octet::driver {

/// Import's result to what a model means; target-free. `addInterpretation` decides what integers
/// stand for the floats that a file goes through between codes, if its numerics fuse operators: the
/// evaluator's results are those of the model behind it. Nothing later changes a result. `addRaise`
/// begins with it.
void addInterpretation(mlir::OpPassManager &passes, bool fusesOperators);
void addRaise(mlir::OpPassManager &passes, bool fusesOperators);
/// From there to placed and tiled kernels for a target.
struct Lowering {
  std::string target = "native";
  /// What was measured on it, and another choice of tiles than that: see choose-tiles.
  schedule::Records records;
  int64_t variant = 0;
};
void addLower(mlir::OpPassManager &passes, const Lowering &lowering);

/// True if one of them has this name.
bool isPass(llvm::StringRef name);

/// Dialects that modules can hold, and passes and pipelines by name: for tools that take text.
void registerDialects(mlir::DialectRegistry &registry);
void registerPasses();

} // namespace octet::driver
