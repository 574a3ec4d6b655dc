// Scheduling: decisions as attributes on the IR. Values never change here.
#pragma once

#include "qnn/Dialect.h"
#include "schedule/Tiles.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace octet::schedule {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "schedule/Passes.h.inc"

/// Records are of the pass's target.
std::unique_ptr<mlir::Pass> createChooseTiles(ChooseTilesOptions options, Records records);

} // namespace octet::schedule
