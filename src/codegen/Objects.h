// From LLVM IR to object files.
#pragma once

#include "target/Target.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Module.h"

#include <string>

namespace octet::codegen {

/// How much LLVM does: kernels are loops that are good already, routines are plain C++.
enum class Effort { none, light, full };

/// Optimizes a module for the target, in place.
void optimize(llvm::Module &module, const target::Target &target, Effort effort);

llvm::SmallVector<char, 0> emitObject(llvm::Module &module, const target::Target &target);

/// Names all that the object of a module depends on before optimize(): also this build of Octet and
/// of LLVM, "" where they cannot be told.
std::string keyOf(const llvm::Module &module, const target::Target &target, Effort effort);

/// Of writeConstants().
inline constexpr llvm::StringLiteral constantsSymbol = "octet_constants";

/// Parts of a model, on their way through contexts of their own, as one text: LLVM IR or assembly.
llvm::SmallVector<char, 0> writeBitcode(const llvm::Module &module);
std::string list(llvm::ArrayRef<llvm::SmallVector<char, 0>> bitcodes, const target::Target &target,
                 bool assembly);

/// A module with the routines of these symbols and what they need.
std::unique_ptr<llvm::Module> loadRoutines(llvm::ArrayRef<std::string> names,
                                           llvm::LLVMContext &context);

} // namespace octet::codegen
