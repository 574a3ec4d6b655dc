// Convolutions and dense layers of bytes on registers that are matrices. A tile of pixels ×
// channels is a few of them: one for up to 16 pixels of a row and a vector of channels. The sums go
// through memory to the epilogue, which works on vectors.
#include "codegen/Kernel.h"
#include "codegen/Packing.h"
#include "qnn/Checks.h"

using namespace mlir;

namespace octet::codegen {

namespace {

using target::Target;

/// One dimension of the pixels in tiles; the last one overlaps the one before it.
struct Tiles {
  Tiles(int64_t extent, int64_t size)
      : size(size), lastBegin(extent - size),
        count(static_cast<int64_t>(llvm::divideCeil(extent, size))) {}
  Value begin(Emitter &emit, Value index) const {
    Value first = emit.multiply(index, size);
    return lastBegin % size == 0 ? first : emit.minimum(first, lastBegin);
  }

  int64_t size, lastBegin, count;
};

class MatrixContraction {
public:
  explicit MatrixContraction(KernelFunction &function)
      : function(function), emit(function.emit), machine(function.machine),
        anchor(qnn::anchorOf(function.kernel)), geometry(qnn::contractionGeometry(function.kernel)),
        tile(*function.kernel.getTile()),
        steps(
            qnn::RunSteps::ofRows(geometry.runLength, depthOf(Dot::bytes), Target::matrixRowBytes)),
        rows(geometry.pixels.rows, tile.getRows()),
        columns(geometry.pixels.columns, tile.getColumns()),
        matricesPerRow(Target::matricesFor(tile.getColumns())),
        height(tile.getRows() * matricesPerRow), width(tile.getVectors()),
        matrixPixels(tile.getColumns() / matricesPerRow), pieces(piecesOf(function.kernel)),
        blocks(makeBlocks(geometry.channels, geometry.groups, slotOrder(function, pieces))),
        packed(packWeights(function.constants, function.kernel, geometry, steps, blocks, Dot::bytes,
                           /*isWide=*/false,
                           {depthOf(Dot::bytes),
                            function.machine.weightOrder(Dot::bytes, tile.getLanes()),
                            emit.target.leastByteWeight()})),
        epilogue(function, geometry.pixels, blocks.slotChannels) {
    assert(tile.getColumns() % matricesPerRow == 0 && "matrices of a row differ in size");
  }

  int64_t emitTasks() {
    begin();
    int64_t perChunk = tilesPerChunk(),
            chunks = static_cast<int64_t>(llvm::divideCeil(columns.count, perChunk));
    int64_t batches = geometry.pixels.batch, panels = geometry.groups * blocks.blocks,
            perPanel = batches * rows.count * chunks;
    emit.loop(function.begin, function.end, 1, [&](Value task) {
      auto [panel, pixels] = divideTask(emit, tile, task, panels, perPanel, perChunk);
      auto [rest, chunk] = emit.divide(pixels, chunks);
      auto [batch, rowTile] = emit.divide(rest, rows.count);
      beginPanel(panel);
      Value row = rows.begin(emit, rowTile), first = emit.multiply(chunk, perChunk),
            last = emit.minimum(emit.add(first, perChunk), columns.count);
      emit.loop(first, last, 1,
                [&](Value index) { emitTile(batch, row, columns.begin(emit, index)); });
    });
    machine.releaseMatrices(emit);
    return panels * perPanel;
  }

private:
  // The registers: sums, then inputs, then weights.
  int64_t sums(int64_t i, int64_t v) const { return i * width + v; }
  int64_t inputs(int64_t i) const { return height * width + i; }
  int64_t weights(int64_t v) const { return height * width + height + v; }

  int64_t vectorBytes() const { return tile.getLanes() * 4; }
  int64_t blockBytes() const { return width * vectorBytes(); }
  int64_t stepBytes() const { return steps.depth / depthOf(Dot::bytes) * blockBytes(); }

  void begin() {
    using Shape = Machine::MatrixShape;
    llvm::SmallVector<Shape> shapes(height * width, Shape{matrixPixels, vectorBytes()});
    shapes.append(height, Shape{matrixPixels, steps.depth});
    shapes.append(width, Shape{steps.depth / depthOf(Dot::bytes), vectorBytes()});
    machine.shapeMatrices(emit, function.constants, function.constantsBase, shapes);
    stored = emit.ir.create<LLVM::AllocaOp>(emit.pointer(), emit.i8(),
                                            emit.constant(height * matrixPixels * blockBytes()),
                                            static_cast<unsigned>(vectorBytes()));
  }

  // Small enough to balance threads, large enough to be worth a call.
  int64_t tilesPerChunk() const {
    int64_t stepCount = geometry.runRows * geometry.runColumns * steps.count + packed.visits,
            products = height * width * stepCount;
    auto worthwhile = static_cast<int64_t>(llvm::divideCeil(512, products));
    return std::clamp<int64_t>(worthwhile, 1, columns.count);
  }

  void beginPanel(Value panel) {
    auto [group, block] = emit.divide(panel, blocks.blocks);
    slot = emit.multiply(panel, blocks.block);
    Value first = emit.minimum(emit.multiply(block, blocks.block), blocks.lastBegin());
    channel = emit.add(first, emit.multiply(group, geometry.channels));
    groupOffset = emit.multiply(group, geometry.groupStep);
    auto within = [&](int64_t offset, int64_t panelBytes) {
      return emit.at(function.constantsBase, emit.add(emit.multiply(panel, panelBytes), offset));
    };
    panelWeights = within(packed.panels, packed.panelBytes);
    bias = within(packed.bias, blocks.block * 4);
    visitWeights = within(packed.visitPanels, packed.visits * stepBytes());
    visitOffsets = within(packed.visitOffsets, packed.visits * 8);
  }

  void emitTile(Value batch, Value row, Value column) {
    const qnn::PixelSteps &input = geometry.pixels.input;
    Value first =
        emit.add(emit.add(emit.multiply(batch, input.batch), emit.multiply(row, input.row)),
                 emit.add(emit.multiply(column, input.column), groupOffset));
    auto argument = cast<BlockArgument>(anchor->getOperand(0));
    multiply(emit.at(function.inputs[argument.getArgNumber()], first));
    for (int64_t i = 0; i < height; ++i)
      for (int64_t v = 0; v < width; ++v)
        machine.storeMatrix(emit, sums(i, v),
                            emit.at(stored, i * matrixPixels * blockBytes() + v * vectorBytes()),
                            blockBytes());
    for (int64_t i = 0; i < height; ++i)
      finish(batch, emit.add(row, i / matricesPerRow),
             emit.add(column, i % matricesPerRow * matrixPixels),
             emit.at(stored, i * matrixPixels * blockBytes()));
  }

  void multiply(Value base) {
    // Every pixel's sums begin with the bias: a matrix whose rows are the same ones.
    for (int64_t i = 0; i < height; ++i)
      for (int64_t v = 0; v < width; ++v)
        machine.loadMatrix(emit, sums(i, v), emit.at(bias, v * vectorBytes()), 0);
    int64_t rowBytes = geometry.runColumns * steps.count * stepBytes();
    emit.loop(geometry.runRows, [&](Value runRow) {
      Value rowBase = emit.at(base, emit.multiply(runRow, geometry.runRowStep)),
            rowWeights = emit.at(panelWeights, emit.multiply(runRow, rowBytes));
      emit.loop(geometry.runColumns, [&](Value runColumn) {
        multiplyRun(emit.at(rowBase, emit.multiply(runColumn, geometry.runColumnStep)),
                    emit.at(rowWeights, emit.multiply(runColumn, steps.count * stepBytes())));
      });
    });
    emit.loop(packed.visits, [&](Value index) {
      Value offset = emit.load(emit.i64(), emit.at(visitOffsets, emit.multiply(index, 8)));
      step(emit.at(base, offset), emit.at(visitWeights, emit.multiply(index, stepBytes())));
    });
  }

  void multiplyRun(Value runBase, Value runWeights) {
    emit.loop(steps.count, [&](Value index) {
      Value first = emit.multiply(index, steps.depth);
      if (steps.lastBegin != (steps.count - 1) * steps.depth)
        first = emit.minimum(first, steps.lastBegin);
      step(emit.at(runBase, first), emit.at(runWeights, emit.multiply(index, stepBytes())));
    });
  }

  void step(Value a, Value b) {
    const qnn::PixelSteps &input = geometry.pixels.input;
    for (int64_t i = 0; i < height; ++i) {
      int64_t offset =
          i / matricesPerRow * input.row + i % matricesPerRow * matrixPixels * input.column;
      machine.loadMatrix(emit, inputs(i), emit.at(a, offset), input.column);
      for (int64_t v = 0; v < width; ++v) {
        if (i == 0)
          machine.loadMatrix(emit, weights(v), emit.at(b, v * vectorBytes()), blockBytes());
        machine.multiplyMatrices(emit, sums(i, v), inputs(i), weights(v));
      }
    }
  }

  // The pixels of one row of matrices.
  void finish(Value batch, Value row, Value column, Value values) {
    int64_t unroll = matrixPixels % 4 == 0 ? 4 : matrixPixels % 2 == 0 ? 2 : 1;
    for (const Piece &piece : pieces) {
      int64_t lanes = piece.vectors * tile.getLanes(), first = piece.first * tile.getLanes(),
              used = std::min(lanes, geometry.channels - first);
      if (used <= 0)
        break;
      emit.loop(matrixPixels / unroll, [&](Value index) {
        Value pixel = emit.multiply(index, unroll);
        epilogue.moveTo(batch, row, emit.add(column, pixel), channel);
        epilogue.beginRun(first, lanes, piece.vectors, true, emit.add(slot, first));
        Value pixelValues = emit.at(values, emit.multiply(pixel, blockBytes()));
        for (int64_t p = 0; p < unroll; ++p)
          epilogue.finish(0, p,
                          emit.load(emit.vector(lanes, emit.i32()),
                                    emit.at(pixelValues, p * blockBytes() + first * 4)),
                          used);
      });
    }
  }

  KernelFunction &function;
  Emitter &emit;
  Machine &machine;
  Operation *anchor;
  qnn::ContractionGeometry geometry;
  qnn::TileAttr tile;
  qnn::RunSteps steps;
  Tiles rows, columns;
  int64_t matricesPerRow, height, width; ///< of pixels, of channels
  int64_t matrixPixels;
  llvm::SmallVector<Piece> pieces;
  ChannelBlocks blocks;
  PackedWeights packed;
  Epilogue epilogue;
  Value stored; ///< the sums of a tile, pixel after pixel
  // Of the current panel: a block of channels of a group.
  Value slot, channel, groupOffset, panelWeights, bias, visitWeights, visitOffsets;
};

} // namespace

int64_t emitMatrixContraction(KernelFunction &function) {
  return MatrixContraction(function).emitTasks();
}

} // namespace octet::codegen
