#include "qnn/Signature.h"
#include "schedule/Passes.h"
#include "schedule/Tiles.h"

#include <limits>

using namespace mlir;

namespace octet::schedule {

#define GEN_PASS_DEF_CHOOSETILES
#include "schedule/Passes.h.inc"

namespace {

struct ChooseTilesPass : impl::ChooseTilesBase<ChooseTilesPass> {
  using ChooseTilesBase::ChooseTilesBase;
  ChooseTilesPass(ChooseTilesOptions options, Records records)
      : ChooseTilesBase(std::move(options)), records(std::move(records)) {}

  void runOnOperation() override {
    const target::Target *row = target::findTarget(target);
    if (!row) {
      getOperation().emitError("unknown target ") << target;
      return signalPassFailure();
    }
    getOperation().walk([&](qnn::KernelOp kernel) {
      auto candidates = candidatesOf(kernel, *row);
      if (!candidates.empty())
        kernel.setTileAttr(choose(kernel, candidates));
    });
  }

private:
  qnn::TileAttr choose(qnn::KernelOp kernel, const std::vector<Candidate> &candidates) {
    if (variant > 0)
      return candidates[static_cast<uint64_t>(variant) % candidates.size()].tile;
    qnn::TileAttr best = candidates.front().tile;
    auto found = records.find(qnn::signatureOf(kernel));
    if (found == records.end())
      return best;
    // A record of something that is no candidate comes from another version of the compiler.
    double least = std::numeric_limits<double>::infinity();
    for (const Candidate &candidate : candidates) {
      auto time = found->second.find(qnn::textOf(candidate.tile));
      if (time == found->second.end() || time->second >= least)
        continue;
      bool isFirst = candidate.tile == candidates.front().tile;
      least = time->second * (isFirst ? noise : 1);
      best = candidate.tile;
    }
    return best;
  }

  Records records;
};

} // namespace

std::unique_ptr<Pass> createChooseTiles(ChooseTilesOptions options, Records records) {
  return std::make_unique<ChooseTilesPass>(std::move(options), std::move(records));
}

} // namespace octet::schedule
