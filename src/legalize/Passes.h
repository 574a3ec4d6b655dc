// Legalization: rewrites types and operators to what the target's instructions want. Values keep
// their meaning.
#pragma once

#include "qnn/Dialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace octet::legalize {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "legalize/Passes.h.inc"

} // namespace octet::legalize
