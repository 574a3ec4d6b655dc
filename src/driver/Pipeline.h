// The journey of a model, as a list of passes.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace mlir {
class DialectRegistry;
class OpPassManager;
} // namespace mlir

namespace octet::driver {

/// Import's result to what a model means; target-free.
void addRaise(mlir::OpPassManager &passes);
/// From there to placed and tiled kernels for a target.
void addLower(mlir::OpPassManager &passes, const std::string &target);

/// True if one of them has this name.
bool isPass(llvm::StringRef name);

/// Dialects that modules can hold, and passes and pipelines by name: for tools that take text.
void registerDialects(mlir::DialectRegistry &registry);
void registerPasses();

} // namespace octet::driver
