// Convolutions and dense layers as an implicit matrix product. A tile of pixels × channels is kept
// in registers: each step broadcasts a group of inputs per pixel and multiplies it by packed
// weights.
#include "codegen/Kernel.h"
#include "codegen/Packing.h"
#include "qnn/Checks.h"
#include "qnn/Range.h"

using namespace mlir;

namespace octet::codegen {

namespace {

/// One dimension of the pixels, cut into tiles. What is left over is a smaller tile; where that
/// would cost more code than time, the last tile overlaps the one before it instead and computes
/// some pixels twice.
struct Cut {
  Cut(int64_t wholeExtent, int64_t tileSize) {
    constexpr int64_t shareOfWaste = 24;
    extent = wholeExtent;
    size = tileSize;
    whole = extent / size;
    rest = extent % size;
    overlaps = rest != 0 && whole > 0 && (size - rest) * shareOfWaste <= extent;
    if (overlaps)
      rest = 0;
  }
  /// Tiles of full size.
  int64_t loopTiles() const { return whole + (overlaps ? 1 : 0); }
  Value begin(Emitter &emit, Value index) const {
    Value first = emit.multiply(index, size);
    return overlaps ? emit.minimum(first, extent - size) : first;
  }

  int64_t extent, size, whole, rest;
  bool overlaps;
};

class Contraction {
public:
  explicit Contraction(KernelFunction &function)
      : function(function), emit(function.emit), anchor(qnn::anchorOf(function.kernel)),
        geometry(qnn::contractionGeometry(function.kernel)), tile(*function.kernel.getTile()),
        inputBytes(qnn::elementBytesOf(qnn::elementType(anchor->getOperand(0)))),
        dot(inputBytes == 1   ? Dot::bytes
            : inputBytes == 2 ? Dot::words
                              : Dot::reals),
        stepsPerRun(static_cast<int64_t>(llvm::divideCeil(geometry.runLength, depthOf(dot)))),
        isWide(needsWide(anchor)), rows(geometry.pixels.rows, tile.getRows()),
        columns(geometry.pixels.columns, tile.getColumns()), pieces(piecesOf(function.kernel)),
        blocks(makeBlocks(geometry.channels, geometry.groups, slotOrder(function, pieces))),
        packed(packWeights(function.constants, function.kernel, geometry,
                           qnn::RunSteps::ofGroups(geometry.runLength, depthOf(dot)), blocks, dot,
                           isWide)),
        epilogue(function, geometry.pixels, blocks.slotChannels) {}

  int64_t emitTasks() {
    int64_t perChunk = tilesPerChunk(columns.loopTiles());
    auto rowTiles = rows.loopTiles() + (rows.rest ? 1 : 0);
    auto chunks =
        std::max<int64_t>(1, static_cast<int64_t>(llvm::divideCeil(columns.loopTiles(), perChunk)));
    int64_t batches = geometry.pixels.batch, panels = geometry.groups * blocks.blocks,
            perPanel = batches * rowTiles * chunks;
    emit.loop(function.begin, function.end, 1, [&](Value task) {
      auto [panel, pixels] = divideTask(emit, tile, task, panels, perPanel, perChunk);
      auto [rest, chunk] = emit.divide(pixels, chunks);
      auto [batch, rowTile] = emit.divide(rest, rowTiles);
      beginPanel(panel);
      Value firstRow = rows.begin(emit, rowTile);
      auto emitRows = [&](int64_t count) {
        emitChunk(batch, firstRow, count, chunk, perChunk, chunks);
      };
      if (rows.rest == 0 || rowTiles == 1)
        return emitRows(rows.rest == 0 ? rows.size : rows.rest);
      emit.when(
          emit.equals(rowTile, rowTiles - 1), [&] { emitRows(rows.rest); },
          [&] { emitRows(rows.size); });
    });
    return panels * perPanel;
  }

private:
  // int64 sums, where the weights do not show that 32 bits are enough.
  static bool needsWide(Operation *anchor) {
    if (!qnn::elementType(anchor->getResult(0)).isInteger(64))
      return false;
    auto range = qnn::rangeOf(anchor->getResult(0));
    return !range || llvm::any_of(range->low, [](int64_t low) { return low < INT32_MIN; }) ||
           llvm::any_of(range->high, [](int64_t high) { return high > INT32_MAX; });
  }

  // Small enough to balance threads, large enough to be worth a call.
  int64_t tilesPerChunk(int64_t columnTiles) const {
    int64_t dotsPerTile = tile.getRows() * tile.getColumns() * tile.getVectors() * steps();
    return std::clamp<int64_t>(static_cast<int64_t>(llvm::divideCeil(8192, dotsPerTile)), 1,
                               std::max<int64_t>(columnTiles, 1));
  }

  int64_t steps() const { return geometry.runRows * geometry.runColumns * stepsPerRun; }
  int64_t stepBytes() const { return blocks.block * 4; }

  void beginPanel(Value panel) {
    auto [group, block] = emit.divide(panel, blocks.blocks);
    slot = emit.multiply(panel, blocks.block);
    Value first = emit.multiply(block, blocks.block);
    if (blocks.lastBegin() % blocks.block != 0)
      first = emit.minimum(first, blocks.lastBegin());
    channel = emit.add(first, emit.multiply(group, geometry.channels));
    groupOffset = emit.multiply(group, geometry.groupStep);
    weights = emit.at(function.constantsBase,
                      emit.add(emit.multiply(panel, packed.panelBytes), packed.panels));
    bias =
        emit.at(function.constantsBase, emit.add(emit.multiply(slot, isWide ? 8 : 4), packed.bias));
    visitWeights =
        emit.at(function.constantsBase,
                emit.add(emit.multiply(panel, packed.visits * stepBytes()), packed.visitPanels));
    visitOffsets = emit.at(function.constantsBase,
                           emit.add(emit.multiply(panel, packed.visits * 8), packed.visitOffsets));
  }

  void emitChunk(Value batch, Value row, int64_t count, Value chunk, int64_t perChunk,
                 int64_t chunks) {
    if (columns.loopTiles() > 0) {
      Value first = emit.multiply(chunk, perChunk),
            last = emit.minimum(emit.add(first, perChunk), columns.loopTiles());
      emit.loop(first, last, 1, [&](Value index) {
        emitTile(batch, row, columns.begin(emit, index), count, columns.size);
      });
    }
    if (columns.rest == 0)
      return;
    auto emitRest = [&] {
      emitTile(batch, row, emit.constant(columns.whole * columns.size), count, columns.rest);
    };
    if (chunks == 1)
      emitRest();
    else
      emit.when(emit.equals(chunk, chunks - 1), emitRest);
  }

  void emitTile(Value batch, Value row, Value column, int64_t height, int64_t width) {
    const qnn::PixelSteps &input = geometry.pixels.input;
    llvm::SmallVector<int64_t> displacements;
    for (int64_t i = 0; i < height; ++i)
      for (int64_t j = 0; j < width; ++j)
        displacements.push_back((i * input.row + j * input.column) * inputBytes);
    Value first =
        emit.add(emit.add(emit.multiply(batch, input.batch), emit.multiply(row, input.row)),
                 emit.add(emit.multiply(column, input.column), groupOffset));
    auto argument = cast<BlockArgument>(anchor->getOperand(0));
    Value base =
        emit.at(function.inputs[argument.getArgNumber()], emit.multiply(first, inputBytes));
    Values accumulators = multiply(base, displacements);
    epilogue.moveTo(batch, row, column, channel);
    finish(accumulators, height, width);
  }

  Values initial(int64_t pixels) {
    Type element = dot == Dot::reals ? emit.f32() : isWide ? emit.i64() : emit.i32();
    Values vectors;
    for (int64_t v = 0; v < tile.getVectors(); ++v)
      vectors.push_back(emit.load(emit.vector(tile.getLanes(), element),
                                  emit.at(bias, v * tile.getLanes() * (isWide ? 8 : 4))));
    Values accumulators;
    for (int64_t p = 0; p < pixels; ++p)
      accumulators.append(vectors);
    return accumulators;
  }

  Values multiply(Value base, llvm::ArrayRef<int64_t> displacements) {
    Values accumulators = initial(static_cast<int64_t>(displacements.size()));
    auto inner = [&](Value runBase, Value runWeights, Values carried) {
      return multiplyRun(runBase, runWeights, displacements, carried);
    };
    auto overColumns = [&](Value rowBase, Value rowWeights, Values carried) {
      return repeat(geometry.runColumns, carried, [&](Value index, Values state) {
        return inner(emit.at(rowBase, emit.multiply(index, geometry.runColumnStep * inputBytes)),
                     emit.at(rowWeights, emit.multiply(index, stepsPerRun * stepBytes())), state);
      });
    };
    accumulators = repeat(geometry.runRows, accumulators, [&](Value index, Values state) {
      return overColumns(
          emit.at(base, emit.multiply(index, geometry.runRowStep * inputBytes)),
          emit.at(weights, emit.multiply(index, geometry.runColumns * stepsPerRun * stepBytes())),
          state);
    });
    return repeat(packed.visits, accumulators, [&](Value index, Values state) {
      Value offset = emit.load(emit.i64(), emit.at(visitOffsets, emit.multiply(index, 8)));
      step(emit.at(base, emit.multiply(offset, inputBytes)),
           emit.at(visitWeights, emit.multiply(index, stepBytes())), displacements, state);
      return state;
    });
  }

  // `count` times, as a loop that carries the accumulators or, if that is short, written out.
  Values repeat(int64_t count, Values carried, const std::function<Values(Value, Values)> &body) {
    if (count == 0)
      return carried;
    if (count == 1)
      return body(emit.constant(0), carried);
    return emit.loop(emit.constant(0), emit.constant(count), 1, carried,
                     [&](Value index, ValueRange state) { return body(index, Values(state)); });
  }

  Values multiplyRun(Value runBase, Value runWeights, llvm::ArrayRef<int64_t> displacements,
                     Values accumulators) {
    // A few steps at once where a step is short, so that the loop itself does not count.
    int64_t dots = static_cast<int64_t>(displacements.size()) * tile.getVectors(), unroll = 1;
    for (int64_t candidate : {2, 3, 4, 6, 8})
      if (stepsPerRun % candidate == 0 && candidate * dots <= 64)
        unroll = candidate;
    return repeat(stepsPerRun / unroll, accumulators, [&](Value index, Values state) {
      Value a = emit.at(runBase, emit.multiply(index, unroll * 4)),
            b = emit.at(runWeights, emit.multiply(index, unroll * stepBytes()));
      for (int64_t u = 0; u < unroll; ++u)
        step(emit.at(a, u * 4), emit.at(b, u * stepBytes()), displacements, state);
      return state;
    });
  }

  // One group of inputs of every pixel times its weights for every channel.
  void step(Value a, Value b, llvm::ArrayRef<int64_t> displacements, Values &accumulators) {
    Type element = dot == Dot::reals ? emit.f32() : emit.i32();
    auto type = emit.vector(tile.getLanes(), element);
    Values vectors;
    for (int64_t v = 0; v < tile.getVectors(); ++v)
      vectors.push_back(emit.load(type, emit.at(b, v * tile.getLanes() * 4)));
    for (auto [p, displacement] : llvm::enumerate(displacements)) {
      Value group = emit.splat(type, emit.load(element, emit.at(a, displacement)));
      for (int64_t v = 0; v < tile.getVectors(); ++v) {
        Value &accumulator = accumulators[p * tile.getVectors() + v];
        if (!isWide) {
          accumulator = function.machine.dot(emit, dot, accumulator, group, vectors[v]);
          continue;
        }
        Value products = function.machine.dot(emit, dot, emit.integers(type, 0), group, vectors[v]);
        accumulator = emit.ir.create<arith::AddIOp>(
            accumulator, emit.ir.create<arith::ExtSIOp>(accumulator.getType(), products));
      }
    }
  }

  void finish(const Values &accumulators, int64_t rows, int64_t columns) {
    bool widens = qnn::elementType(anchor->getResult(0)).isInteger(64) && !isWide;
    for (const Piece &piece : pieces) {
      int64_t lanes = piece.vectors * tile.getLanes(), channel = piece.first * tile.getLanes();
      int64_t stored = std::min(lanes, geometry.channels - channel);
      if (stored <= 0)
        break;
      epilogue.beginRun(channel, lanes, piece.vectors, true, emit.add(slot, channel));
      for (int64_t p = 0; p < rows * columns; ++p) {
        Value joined = emit.concat(
            ValueRange(accumulators).slice(p * tile.getVectors() + piece.first, piece.vectors));
        if (widens)
          joined = emit.ir.create<arith::ExtSIOp>(emit.vector(lanes, emit.i64()), joined);
        epilogue.finish(p / columns, p % columns, joined, stored);
      }
    }
  }

  KernelFunction &function;
  Emitter &emit;
  Operation *anchor;
  qnn::ContractionGeometry geometry;
  qnn::TileAttr tile;
  int64_t inputBytes;
  Dot dot;
  int64_t stepsPerRun;
  bool isWide;
  Cut rows, columns;
  llvm::SmallVector<Piece> pieces;
  ChannelBlocks blocks;
  PackedWeights packed;
  Epilogue epilogue;
  // Of the current panel: a block of channels of a group.
  Value slot, channel, groupOffset, weights, bias, visitWeights, visitOffsets;
};

} // namespace

int64_t emitContraction(KernelFunction &function) {
  if (function.kernel.getTile()->getRegisters() == qnn::Registers::matrices)
    return emitMatrixContraction(function);
  return Contraction(function).emitTasks();
}

} // namespace octet::codegen
