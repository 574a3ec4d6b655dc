// Raising: target-free rewrites that keep every bit.
#pragma once

#include "qnn/Dialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace octet::raise {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "raise/Passes.h.inc"

} // namespace octet::raise
