// Fused multiply-adds on targets that have no such instruction: their artifacts have no
// mathematics library to call.
#pragma once

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

namespace octet::codegen {

/// a * b + c of floats, or vectors of them, rounded once, as operations on doubles.
llvm::Value *emitFusedMultiplyAdd(llvm::IRBuilderBase &ir, llvm::Value *a, llvm::Value *b,
                                  llvm::Value *c);

/// Puts those operations in the place of every llvm.fma on floats.
void expandFusedMultiplyAdds(llvm::Module &module);

} // namespace octet::codegen
