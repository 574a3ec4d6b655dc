#include "qnn/Checks.h"
#include "qnn/Geometry.h"
#include "schedule/MatrixTiles.h"
#include "schedule/Passes.h"
#include "target/Target.h"

#include <limits>

using namespace mlir;

namespace octet::schedule {

#define GEN_PASS_DEF_CHOOSETILES
#include "schedule/Passes.h.inc"

namespace {

struct Tile {
  int64_t rows = 1, columns = 1, vectors = 1, lanes = 1;
  qnn::Registers registers = qnn::Registers::vectors;
};

/// What the inner loop of a contraction is made of: which decides how long a step takes.
struct InnerLoop {
  int64_t steps;          ///< groups of inputs per pixel
  double dotCycles;       ///< of one full vector
  int64_t spareRegisters; ///< besides accumulators, weights and one input
  int64_t resultBytes;    ///< of one element
};

class CostModel {
public:
  explicit CostModel(const target::Target &target) : target(target) {}

  /// Cycles for all pixels and channels by one tile; infinite if it does not fit the registers.
  double cyclesOf(const qnn::ContractionGeometry &geometry, const InnerLoop &inner,
                  const Tile &tile) const {
    int64_t pixels = tile.rows * tile.columns;
    if (pixels * tile.vectors + tile.vectors + 1 + inner.spareRegisters > target.vectorRegisters)
      return std::numeric_limits<double>::infinity();
    int64_t blocks =
        llvm::divideCeil(geometry.channels, tile.vectors * tile.lanes) * geometry.groups;
    // Whole tiles and the rests at the right and lower edge.
    double cycles = 0;
    for (auto [rows, rowTiles] : cut(geometry.pixels.rows, tile.rows))
      for (auto [columns, columnTiles] : cut(geometry.pixels.columns, tile.columns))
        if (rowTiles > 0 && columnTiles > 0)
          cycles += static_cast<double>(rowTiles * columnTiles) *
                    tileCycles(rows * columns, tile.vectors, tile.lanes, inner);
    return cycles * static_cast<double>(blocks * geometry.pixels.batch);
  }

private:
  using Parts = std::array<std::pair<int64_t, int64_t>, 2>;
  static Parts cut(int64_t extent, int64_t size) {
    return {{{size, extent / size}, {extent % size, extent % size ? 1 : 0}}};
  }

  double tileCycles(int64_t pixels, int64_t vectors, int64_t lanes, const InnerLoop &inner) const {
    // A narrower vector is cheaper, but not in proportion.
    double share = static_cast<double>(lanes) / target.lanes32(), width = 0.15 + 0.85 * share;
    auto dots = static_cast<double>(pixels * vectors), p = static_cast<double>(pixels),
         v = static_cast<double>(vectors);
    // Two loads a cycle, or one of 64 bytes; an accumulator is ready again after 5 cycles.
    double loads = (p + v * (target.vectorBytes == 64 ? 2 * share : 1)) / 2;
    double step = std::max({dots * inner.dotCycles * width, loads, 5.0});
    // Converting, rescaling, packing: about six instructions a vector, and a store for each pixel.
    double epilogue = dots * 6 * width + p * 2 + 12;
    return static_cast<double>(inner.steps) * step + epilogue;
  }

  const target::Target &target;
};

int64_t elementBytes(Value value) { return qnn::elementBytesOf(qnn::elementType(value)); }

Tile chooseContraction(qnn::KernelOp kernel, const target::Target &target) {
  qnn::ContractionGeometry geometry = qnn::contractionGeometry(kernel);
  int64_t inputBytes = elementBytes(qnn::anchorOf(kernel)->getOperand(0));
  int64_t depth = inputBytes == 1 ? 4 : inputBytes == 2 ? 2 : 1;
  InnerLoop inner;
  inner.steps = geometry.runRows * geometry.runColumns *
                static_cast<int64_t>(llvm::divideCeil(geometry.runLength, depth));
  bool isPair = depth == 2 && !target.hasWordDot;
  inner.dotCycles = isPair ? 1.5 : 1;
  inner.spareRegisters =
      target.scheduledRegisters + (isPair || !target.hasFusedMultiplyAdd ? 1 : 0);
  CostModel model(target);
  Tile best;
  double least = std::numeric_limits<double>::infinity();
  for (int64_t lanes = target.lanes32(); lanes >= 4; lanes /= 2)
    for (int64_t vectors : {1, 2, 3, 4, 6, 8})
      for (int64_t rows = 1;
           rows <= std::min<int64_t>(geometry.pixels.rows, target.vectorRegisters); ++rows)
        for (int64_t columns = 1;
             rows * columns <= target.vectorRegisters && columns <= geometry.pixels.columns;
             ++columns) {
          Tile tile{rows, columns, vectors, lanes};
          double cycles = model.cyclesOf(geometry, inner, tile);
          if (cycles < least) {
            least = cycles;
            best = tile;
          }
        }
  if (auto matrices = cheapestMatrixTile(kernel, target); matrices && matrices->cycles < least)
    return {matrices->rows, matrices->columns, matrices->vectors, matrices->lanes,
            qnn::Registers::matrices};
  return best;
}

// Channels side by side: a full vector of elements, or less where there are fewer channels. A
// 32-bit accumulator has one lane for each.
Tile chooseDepthwise(qnn::KernelOp kernel, const target::Target &target) {
  qnn::WindowGeometry geometry = qnn::windowGeometry(kernel);
  int64_t inputBytes = elementBytes(qnn::anchorOf(kernel)->getOperand(0)), vectors = 4 / inputBytes;
  int64_t lanes = target.lanes32();
  auto cost = [&](int64_t width) {
    double share = static_cast<double>(width) / target.lanes32();
    return static_cast<double>(llvm::divideCeil(geometry.channels, width * vectors)) *
           (0.25 + 0.75 * share);
  };
  for (int64_t narrower = lanes / 2; narrower >= 4; narrower /= 2)
    if (cost(narrower) < cost(lanes))
      lanes = narrower;
  // Neighbours share what they load; more of them only make code.
  int64_t columns = std::min<int64_t>(geometry.pixels.columns, 4);
  return {1, columns, vectors, lanes};
}

// Elements per step of a kernel without dot products: four accumulator vectors, so that bytes fill
// one.
Tile chooseLanes(int64_t extent, const target::Target &target) {
  int64_t count = target.vectorBytes;
  while (count > 1 && count > extent)
    count /= 2;
  int64_t lanes = std::min<int64_t>(count, target.lanes32());
  return {1, 1, count / lanes, lanes};
}

struct ChooseTilesPass : impl::ChooseTilesBase<ChooseTilesPass> {
  using ChooseTilesBase::ChooseTilesBase;

  void runOnOperation() override {
    const target::Target *row = target::findTarget(target);
    if (!row) {
      getOperation().emitError("unknown target ") << target;
      return signalPassFailure();
    }
    getOperation().walk([&](qnn::KernelOp kernel) {
      Tile tile;
      switch (kernel.getKind()) {
      case qnn::KernelKind::contraction:
        tile = chooseContraction(kernel, *row);
        break;
      case qnn::KernelKind::depthwise:
        tile = chooseDepthwise(kernel, *row);
        break;
      case qnn::KernelKind::pool:
        tile = chooseLanes(qnn::windowGeometry(kernel).channels, *row);
        break;
      case qnn::KernelKind::map:
        tile = chooseMap(kernel, *row);
        break;
      case qnn::KernelKind::fill:
      case qnn::KernelKind::routine:
        return;
      }
      kernel.setTileAttr(qnn::TileAttr::get(&getContext(), tile.rows, tile.columns, tile.vectors,
                                            tile.lanes, tile.registers));
    });
  }

private:
  static Tile chooseMap(qnn::KernelOp kernel, const target::Target &target) {
    qnn::MapGeometry geometry = qnn::mapGeometry(kernel);
    if (geometry.extents.empty())
      return {};
    bool isVector = geometry.result.back() == 1;
    for (const qnn::Shape &strides : geometry.operands)
      isVector &= strides.back() == 0 || strides.back() == 1;
    return isVector ? chooseLanes(geometry.extents.back(), target) : Tile{};
  }
};

} // namespace
} // namespace octet::schedule
