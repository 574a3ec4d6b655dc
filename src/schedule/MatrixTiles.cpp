#include "schedule/MatrixTiles.h"
#include "qnn/Checks.h"

using namespace mlir;

namespace octet::schedule {

namespace {

using target::Target;

class CostModel {
public:
  CostModel(const qnn::ContractionGeometry &geometry, const Target &target, double epilogueCycles)
      : geometry(geometry), target(target), epilogueCycles(epilogueCycles),
        steps(qnn::RunSteps::ofRows(geometry.runLength, 4, Target::matrixRowBytes)) {}

  double cyclesOf(const MatrixTile &tile) const {
    const qnn::Pixels &pixels = geometry.pixels;
    auto tiles = static_cast<double>(
        llvm::divideCeil(pixels.rows, tile.rows) * llvm::divideCeil(pixels.columns, tile.columns) *
        llvm::divideCeil(geometry.channels, tile.vectors * tile.lanes) * geometry.groups *
        pixels.batch);
    auto p = static_cast<double>(tile.rows * tile.columns), v = static_cast<double>(tile.vectors),
         products = static_cast<double>(tile.rows * Target::matricesFor(tile.columns)) * v;
    // A row of a register is loaded as a vector is: one in the model's unit of time.
    double loads = p + v * static_cast<double>(steps.depth) / 4,
           latency = target.matrixProductLatency * target.dotsPerCycle;
    double step = std::max({products * target.matrixProductCycles, loads, latency});
    // The bias is loaded into every row of sums, these are stored, and loaded as vectors; then what
    // an epilogue costs there.
    double ends = p * v * 4 + p * v * epilogueCycles + p * 2 + 2 * latency;
    auto count = static_cast<double>(geometry.runRows * geometry.runColumns * steps.count);
    // Shaping the registers takes a while too.
    constexpr double setup = 200;
    return setup + tiles * (count * step + ends);
  }

private:
  const qnn::ContractionGeometry &geometry;
  const Target &target;
  double epilogueCycles;
  qnn::RunSteps steps;
};

bool canMultiply(qnn::KernelOp kernel, const qnn::ContractionGeometry &geometry,
                 const Target &target) {
  Operation *anchor = qnn::anchorOf(kernel);
  return target.hasByteMatrices && geometry.runLength > 0 && geometry.pixels.columns > 0 &&
         qnn::elementBytesOf(qnn::elementType(anchor->getOperand(0))) == 1 &&
         !qnn::elementType(anchor->getResult(0)).isInteger(64);
}

} // namespace

std::vector<MatrixTile> matrixTiles(qnn::KernelOp kernel, const Target &target,
                                    double epilogueCycles) {
  qnn::ContractionGeometry geometry = qnn::contractionGeometry(kernel);
  if (!canMultiply(kernel, geometry, target))
    return {};
  CostModel model(geometry, target, epilogueCycles);
  std::vector<MatrixTile> tiles;
  const qnn::Pixels &pixels = geometry.pixels;
  for (int64_t perRow : {1, 2, 3})
    for (int64_t rows : {1, 2, 3})
      for (int64_t vectors : {1, 2, 3}) {
        // As few tiles as can be, then all as narrow as that allows, so that little overlaps.
        auto across = llvm::divideCeil(pixels.columns, perRow * Target::matrixRows);
        auto columns =
            static_cast<int64_t>(llvm::alignTo(llvm::divideCeil(pixels.columns, across), perRow));
        int64_t matrices = perRow * rows;
        if (columns > pixels.columns || Target::matricesFor(columns) != perRow ||
            rows > pixels.rows || matrices * vectors + matrices + vectors > target.matrixRegisters)
          continue;
        MatrixTile tile{rows, columns, vectors, Target::matrixRowBytes / 4, 0};
        tile.cycles = model.cyclesOf(tile);
        tiles.push_back(tile);
      }
  return tiles;
}

} // namespace octet::schedule
