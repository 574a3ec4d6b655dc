#include "schedule/Tiles.h"
#include "qnn/Checks.h"
#include "schedule/MatrixTiles.h"

#include <limits>

using namespace mlir;

namespace octet::schedule {

namespace {

struct Tile {
  int64_t rows = 1, columns = 1, vectors = 1, lanes = 1, block = 0;
  qnn::Registers registers = qnn::Registers::vectors;
  qnn::Ahead ahead = qnn::Ahead::nothing;
};

int64_t elementBytes(Value value) { return qnn::elementBytesOf(qnn::elementType(value)); }

/// Time of a contraction by a tile: dot products against what has to be loaded for them, then the
/// epilogue. On x86 the unit is that in which one dot product of a full vector begins.
class ContractionModel {
public:
  ContractionModel(qnn::KernelOp kernel, const target::Target &target)
      : target(target), geometry(qnn::contractionGeometry(kernel)) {
    Operation *anchor = qnn::anchorOf(kernel);
    inputBytes = elementBytes(anchor->getOperand(0));
    depth = inputBytes == 1 ? 4 : inputBytes == 2 ? 2 : 1;
    steps = geometry.runRows * geometry.runColumns *
            static_cast<int64_t>(llvm::divideCeil(geometry.runLength, depth));
    bool isPair = depth == 2 && !target.hasWordDot;
    sumsAreWide = qnn::elementType(anchor->getResult(0)).isInteger(64);
    dotCycles = isPair ? 1.5 : 1;
    spareRegisters = target.scheduledRegisters + (isPair || !target.hasFusedMultiplyAdd ? 1 : 0);
    // The operands of a fused multiply-add may change places, for which the back end copies sums.
    constexpr int64_t leastForReals = 2;
    if (depth == 1 && target.vectorRegisters > 16)
      spareRegisters = std::max(spareRegisters, leastForReals);
    const qnn::Pixels &pixels = geometry.pixels;
    allPixels = pixels.batch * pixels.rows * pixels.columns;
    allInput = qnn::byteCountOf(qnn::tensorType(anchor->getOperand(0)));
    epilogueCycles = epilogueOf(kernel);
  }

  const qnn::ContractionGeometry &shape() const { return geometry; }
  /// The time of a vector's epilogue.
  double epilogue() const { return epilogueCycles; }

  bool fits(const Tile &tile) const {
    // Rows of different matrices have different weights; and panels end with a full register.
    if (geometry.isPerMatrix &&
        (tile.rows > 1 || tile.vectors * tile.lanes >= geometry.channels + target.lanes32()))
      return false;
    int64_t pixels = tile.rows * tile.columns, sums = pixels * tile.vectors;
    if (tile.registers == qnn::Registers::strips)
      return hasStrips() && target.strips.registers * sums + stripWeights * tile.vectors + pixels +
                                    (sumsPairs() ? pairProducts : 0) <=
                                target.vectorRegisters;
    if (!target.multipliesByLane)
      return sums + tile.vectors + 1 + spareRegisters <= target.vectorRegisters;
    // A register of groups for each pixel, and weights of a step and the next. Where pairs of
    // products are summed, there are two registers of sums for one, and some for products.
    int64_t perSum = sumsPairs() ? 2 : 1, products = sumsPairs() ? pairProducts : 0;
    return perSum * sums + 2 * tile.vectors + pixels + products <= target.vectorRegisters;
  }

  double cyclesOf(const Tile &tile) const {
    int64_t panels =
        llvm::divideCeil(geometry.channels, tile.vectors * tile.lanes) * geometry.groups;
    // Whole tiles and the rests at the right and lower edge.
    double cycles = 0;
    for (auto [rows, rowTiles] : cut(geometry.pixels.rows, tile.rows))
      for (auto [columns, columnTiles] : cut(geometry.pixels.columns, tile.columns))
        if (rowTiles > 0 && columnTiles > 0)
          cycles += static_cast<double>(rowTiles * columnTiles) * tileCycles(rows, columns, tile);
    return cycles * static_cast<double>(panels * geometry.pixels.batch) + farCycles(tile);
  }

  /// Whether inputs can be multiplied strip by strip.
  bool hasStrips() const {
    return target.strips.depth && inputBytes == 1 && !sumsAreWide && !geometry.isPerMatrix &&
           geometry.runLength >= target.strips.depth;
  }

  /// What the second cache does not keep from one panel or block to the next comes from the third.
  double farCycles(const Tile &tile) const {
    int64_t panels =
        llvm::divideCeil(geometry.channels, tile.vectors * tile.lanes) * geometry.groups;
    double far = 0;
    if (!isNear(allInput, tile))
      far += static_cast<double>(allInput * (tile.block ? 1 : panels));
    auto weights = static_cast<double>(panels * panelBytes(tile));
    if (tile.block && weights > 0.5 * target.l2Bytes)
      far += weights * static_cast<double>(llvm::divideCeil(allPixels, tile.block));
    // The first tile of a panel waits for weights that nobody asked for before.
    if (tile.ahead == qnn::Ahead::nothing && canFetchNext(tile))
      far += weights;
    return far / target.l3BytesPerCycle * target.dotsPerCycle;
  }

  /// Pixels whose inputs stay in the second cache while every panel of channels uses them; 0 where
  /// all do, or there is one panel.
  int64_t blockFor(const Tile &tile) const {
    if (geometry.channels <= tile.vectors * tile.lanes || isNear(allInput, tile) ||
        geometry.isPerMatrix)
      return 0;
    int64_t perPixel = std::max<int64_t>(1, allInput / std::max<int64_t>(1, allPixels));
    int64_t block = (target.l2Bytes / 2 - panelBytes(tile)) / perPixel;
    constexpr int64_t least = 64;
    return block >= allPixels || block < least ? 0 : block / least * least;
  }

  /// Pixels between which all channels are done where the first cache keeps all weights: it costs
  /// nothing then, and threads share pixels, which they find in their caches at the next kernel.
  int64_t sharedBlock(const Tile &tile) const {
    constexpr int64_t blocks = 8;
    int64_t panels =
        llvm::divideCeil(geometry.channels, tile.vectors * tile.lanes) * geometry.groups;
    bool isKept = panels * panelBytes(tile) <= target.l1Bytes * 2 / 3;
    if (panels == 1 || !isKept || !isNear(allInput, tile) || geometry.isPerMatrix ||
        allPixels < blocks * tile.rows * tile.columns)
      return 0;
    return allPixels / blocks;
  }

  /// Whether a panel's tiles can ask for the next one, a line of each step between them. Few
  /// weights stay in a cache from one inference to the next; cores that multiply by lanes differ
  /// too much to choose for them without one.
  bool canFetchNext(const Tile &tile) const {
    constexpr int64_t keptBytes = 64 * 1024;
    int64_t panels =
        llvm::divideCeil(geometry.channels, tile.vectors * tile.lanes) * geometry.groups;
    return tile.registers == qnn::Registers::vectors && !target.multipliesByLane &&
           !geometry.isPerMatrix && panels * panelBytes(tile) > keptBytes &&
           allPixels / (tile.rows * tile.columns) >= tile.vectors * tile.lanes * 4 / lineBytes;
  }

private:
  // Registers of weights of a vector's strips, and of products on their way into sums.
  static constexpr int64_t stripWeights = 4, pairProducts = 8;
  static constexpr int64_t lineBytes = 64, sets = 64; ///< of first caches

  using Parts = std::array<std::pair<int64_t, int64_t>, 2>;
  static Parts cut(int64_t extent, int64_t size) {
    return {{{size, extent / size}, {extent % size, extent % size ? 1 : 0}}};
  }

  int64_t panelBytes(const Tile &tile) const { return steps * tile.vectors * tile.lanes * 4; }
  bool isNear(int64_t bytes, const Tile &tile) const {
    return bytes + panelBytes(tile) <= target.l2Bytes * 3 / 4;
  }

  bool sumsPairs() const { return depth == 4 && target.hasBytePairs; }

  // Instructions of a strip: multiplications, a load for each pixel, where these come in pairs one
  // to bring them together, and weights by pairs of loads.
  double stripTileCycles(int64_t rows, int64_t columns, const Tile &tile) const {
    int64_t group = target.strips.pixels;
    auto p = static_cast<double>(llvm::alignTo(rows * columns, group)),
         v = static_cast<double>(tile.vectors);
    double strip = p * v * target.strips.instructions + p * static_cast<double>(group) +
                   v * stripWeights / 2,
           ends = p * v * (epilogueCycles + target.strips.registers) + p * 4 + v * 4 + 12;
    auto count = static_cast<double>(geometry.runRows * geometry.runColumns *
                                     llvm::divideCeil(geometry.runLength, target.strips.depth));
    return count * strip + ends;
  }

  // Instructions of a step: multiplications, weights by pairs of loads, inputs for all lanes'
  // steps at once, and of pairs a copy of each group for all lanes.
  double laneTileCycles(int64_t rows, int64_t columns, const Tile &tile) const {
    auto p = static_cast<double>(rows * columns), v = static_cast<double>(tile.vectors);
    double each = sumsPairs() ? 4 : depth == 2 ? 2 : 1, copies = sumsPairs() ? 1.25 : 0.25;
    constexpr double latency = 8;
    double step = std::max(p * v * each + v / 2 + p * copies, latency);
    double ends = p * v * (epilogueCycles + (sumsPairs() ? 3 : 1)) + p * 4 + v * 2 + 12;
    return static_cast<double>(steps) * step + ends;
  }

  double tileCycles(int64_t rows, int64_t columns, const Tile &tile) const {
    if (tile.registers == qnn::Registers::strips)
      return stripTileCycles(rows, columns, tile);
    if (target.multipliesByLane)
      return laneTileCycles(rows, columns, tile);
    double share = target.halvesVectors ? static_cast<double>(tile.lanes) / target.lanes32() : 1,
           width = 0.15 + 0.85 * share, perCycle = target.dotsPerCycle;
    auto p = static_cast<double>(rows * columns), v = static_cast<double>(tile.vectors);
    double loads = perCycle * (p / 2 + v * share / target.loadsPerCycle);
    constexpr double latency = 5;
    double step = std::max({p * v * dotCycles * width, loads, perCycle * latency});
    // Pixels whose inputs fall into the same set of the first cache drive each other out of it.
    // Weights need some of its ways.
    int64_t ways = target.l1Bytes / (lineBytes * sets);
    if (mostInOneSet(rows, columns) > ways * 3 / 4)
      step = std::max(step, perCycle * p * lineBytes / target.l2BytesPerCycle);
    // A panel that the first cache does not hold comes from the second for every tile, or from the
    // third.
    double panelCycles = v * static_cast<double>(tile.lanes) * 4 /
                         (panelBytes(tile) > target.l2Bytes * 3 / 4 ? target.l3BytesPerCycle
                                                                    : target.l2BytesPerCycle);
    if (panelBytes(tile) > target.l1Bytes * 3 / 4)
      step = std::max(step, perCycle * panelCycles);
    return static_cast<double>(steps) * step + p * v * epilogueCycles * width + p * 2 + 12;
  }

  // Lines that inputs of a step need in the set of the first cache that gets most.
  int64_t mostInOneSet(int64_t rows, int64_t columns) const {
    const qnn::PixelSteps &steps = geometry.pixels.input;
    std::array<int64_t, sets> lines{};
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t j = 0; j < columns; ++j)
        // Places before the first pixel, of reversed inputs, wrap around like the sets.
        ++lines[static_cast<uint64_t>((i * steps.row + j * steps.column) * inputBytes) / lineBytes %
                sets];
    return *std::max_element(lines.begin(), lines.end());
  }

  // Of one vector: converting, rescaling, packing, and what else there is to do.
  static double epilogueOf(qnn::KernelOp kernel) {
    double cycles = 1;
    for (Operation &op : kernel.getBody().front()) {
      if (auto requantize = dyn_cast<qnn::RequantizeOp>(op))
        cycles += requantize.getForm() ? 3 : 12;
      else if (op.hasTrait<qnn::Elementwise>())
        cycles += 3;
    }
    return cycles;
  }

  const target::Target &target;
  qnn::ContractionGeometry geometry;
  int64_t inputBytes, depth, steps, spareRegisters, allPixels, allInput;
  double dotCycles, epilogueCycles;
  bool sumsAreWide;
};

template <typename Visit>
void forEachContraction(const ContractionModel &model, const target::Target &target, Visit visit) {
  const qnn::Pixels &pixels = model.shape().pixels;
  int64_t most = target.vectorRegisters;
  auto visitIn = [&](qnn::Registers registers, Tile tile) {
    tile.registers = registers;
    if (!model.fits(tile))
      return;
    auto visitBlocks = [&](int64_t block) {
      tile.block = block;
      for (auto ahead : {qnn::Ahead::nothing, qnn::Ahead::panel})
        if (tile.ahead = ahead; ahead == qnn::Ahead::nothing || model.canFetchNext(tile))
          visit(tile);
    };
    visitBlocks(model.sharedBlock(tile));
    if (int64_t block = model.blockFor(tile))
      visitBlocks(block);
  };
  for (int64_t lanes = target.lanes32(); lanes >= 4; lanes /= 2)
    for (int64_t vectors : {1, 2, 3, 4, 6, 8})
      for (int64_t rows = 1; rows <= std::min(pixels.rows, most); ++rows)
        for (int64_t columns = 1; columns <= std::min(pixels.columns, most / rows); ++columns)
          for (auto registers : {qnn::Registers::vectors, qnn::Registers::strips})
            visitIn(registers, {rows, columns, vectors, lanes});
}

template <typename Visit>
void forEachMatrixTile(qnn::KernelOp kernel, const ContractionModel &model,
                       const target::Target &target, Visit visit) {
  if (model.shape().isPerMatrix)
    return;
  for (const MatrixTile &found : matrixTiles(kernel, target, model.epilogue())) {
    Tile tile{found.rows, found.columns, found.vectors, found.lanes, 0, qnn::Registers::matrices};
    visit(tile, found.cycles + model.farCycles(tile));
    if ((tile.block = model.blockFor(tile)))
      visit(tile, found.cycles + model.farCycles(tile));
  }
}

// Channels side by side: a full vector of elements, or less where there are fewer channels. A
// 32-bit accumulator has one lane for each.
template <typename Visit>
void forEachDepthwise(qnn::KernelOp kernel, const target::Target &target, Visit visit) {
  qnn::WindowGeometry geometry = qnn::windowGeometry(kernel);
  int64_t vectors = 4 / elementBytes(qnn::anchorOf(kernel)->getOperand(0));
  for (int64_t lanes = target.lanes32(); lanes >= 4; lanes /= 2)
    // Neighbours share what they load; more than four of them only make code.
    for (int64_t columns : {1, 2, 3, 4, 6, 8}) {
      if (columns > geometry.pixels.columns)
        continue;
      // Of what a full vector takes, where it is multiplied in two halves or in one.
      double share = static_cast<double>(lanes) / target.lanes32(),
             atLeast = target.halvesVectors ? 0.25 : 0.9;
      auto blocks = static_cast<double>(llvm::divideCeil(geometry.channels, lanes * vectors)),
           tiles = static_cast<double>(llvm::divideCeil(geometry.pixels.columns, columns));
      auto c = static_cast<double>(columns);
      visit(Tile{1, columns, vectors, lanes}, blocks * (atLeast + (1 - atLeast) * share) * tiles *
                                                  (1 + c + (columns > 4 ? 0.5 * c : 0)));
    }
}

// Elements per step of a kernel without dot products: four accumulator vectors, so that bytes
// fill one.
Tile chooseLanes(int64_t extent, const target::Target &target) {
  int64_t count = target.vectorBytes;
  while (count > 1 && count > extent)
    count /= 2;
  int64_t lanes = std::min<int64_t>(count, target.lanes32());
  return {1, 1, count / lanes, lanes};
}

Tile chooseMap(qnn::KernelOp kernel, const target::Target &target) {
  qnn::MapGeometry geometry = qnn::mapGeometry(kernel);
  if (geometry.extents.empty())
    return {};
  bool isVector = geometry.result.back() == 1;
  for (const qnn::Shape &strides : geometry.operands)
    isVector &= strides.back() == 0 || strides.back() == 1;
  if (geometry.dealtChannels())
    return chooseLanes(geometry.extents[geometry.extents.size() - 2], target);
  return isVector ? chooseLanes(geometry.extents.back(), target) : Tile{};
}

} // namespace

std::vector<Candidate> candidatesOf(qnn::KernelOp kernel, const target::Target &target) {
  std::vector<Candidate> candidates;
  auto add = [&](const Tile &tile, double cycles) {
    candidates.push_back(
        {qnn::TileAttr::get(kernel.getContext(), tile.rows, tile.columns, tile.vectors, tile.lanes,
                            tile.block, tile.registers, tile.ahead),
         cycles});
  };
  switch (kernel.getKind()) {
  case qnn::KernelKind::contraction: {
    ContractionModel model(kernel, target);
    forEachContraction(model, target, [&](const Tile &tile) { add(tile, model.cyclesOf(tile)); });
    forEachMatrixTile(kernel, model, target, add);
    break;
  }
  case qnn::KernelKind::depthwise:
    forEachDepthwise(kernel, target, add);
    break;
  case qnn::KernelKind::pool:
    add(chooseLanes(qnn::windowGeometry(kernel).channels, target), 0);
    break;
  case qnn::KernelKind::map:
    add(chooseMap(kernel, target), 0);
    break;
  case qnn::KernelKind::fill:
  case qnn::KernelKind::pack:
  case qnn::KernelKind::routine:
    break;
  }
  auto key = [](const Candidate &candidate) {
    qnn::TileAttr tile = candidate.tile;
    return std::tuple(candidate.cycles, -tile.getLanes(), tile.getVectors(), tile.getRows(),
                      tile.getColumns(), tile.getBlock(), tile.getRegisters(), tile.getAhead());
  };
  llvm::sort(candidates, [&](const auto &a, const auto &b) { return key(a) < key(b); });
  return candidates;
}

} // namespace octet::schedule
