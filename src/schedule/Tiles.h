// Schedules that a kernel can have, and what a model of the machine expects of them.
#pragma once

#include "qnn/Ops.h"
#include "target/Target.h"

#include "llvm/ADT/StringMap.h"

#include <string>
#include <vector>

namespace octet::schedule {

struct Candidate {
  qnn::TileAttr tile;
  double cycles; ///< by the model, for the whole kernel
};

/// Every schedule that the kernel can have on the target, what the model expects to be fastest
/// first. Empty for kernels that have none.
std::vector<Candidate> candidatesOf(qnn::KernelOp kernel, const target::Target &target);

/// A schedule has to take less than this share of the expected one's time to be taken instead:
/// equal code does not take equal time.
constexpr double noise = 0.98;

/// What was measured: microseconds by a kernel's signature and, of it, by the schedule's text.
using Records = llvm::StringMap<llvm::StringMap<double>>;

} // namespace octet::schedule
