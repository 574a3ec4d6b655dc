// Scheduling: decisions as attributes on the IR. Values never change here.
#pragma once

#include "qnn/Dialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace octet::schedule {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "schedule/Passes.h.inc"

} // namespace octet::schedule
