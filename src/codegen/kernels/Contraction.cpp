// Convolutions and dense layers as an implicit matrix product. A tile of pixels × channels is kept
// in registers: each step broadcasts a group of inputs per pixel and multiplies it by packed
// weights.
#include "codegen/Kernel.h"
#include "codegen/Packing.h"
#include "codegen/kernels/Cut.h"
#include "codegen/kernels/NextPanel.h"
#include "qnn/Checks.h"
#include "qnn/Range.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace octet::codegen {

namespace {

class Contraction {
public:
  explicit Contraction(KernelFunction &function)
      : function(function), emit(function.emit), anchor(qnn::anchorOf(function.kernel)),
        geometry(qnn::contractionGeometry(function.kernel)), tile(*function.kernel.getTile()),
        inputBytes(qnn::elementBytesOf(qnn::elementType(anchor->getOperand(0)))),
        dot(inputBytes == 1   ? Dot::bytes
            : inputBytes == 2 ? Dot::words
                              : Dot::reals),
        inStrips(tile.getRegisters() == qnn::Registers::strips),
        groupSize(inStrips ? emit.target.strips.depth : depthOf(dot)),
        runSteps(inStrips ? qnn::RunSteps::ofStrips(geometry.runLength, groupSize)
                          : qnn::RunSteps::ofGroups(geometry.runLength, groupSize)),
        isWide(needsWide(anchor)), rows(geometry.pixels.rows, tile.getRows()),
        columns(geometry.pixels.columns, tile.getColumns()), pieces(piecesOf(function.kernel)),
        matmul(dyn_cast<qnn::PackedMatmulOp>(anchor)),
        blocks(makeBlocks(geometry.channels, geometry.groups, orderOfSlots())),
        packed(matmul ? PackedWeights()
                      : packWeights(function.constants, function.kernel, geometry, runSteps, blocks,
                                    dot, isWide, registerLayout())),
        epilogue(function, geometry.pixels, blocks.slotChannels) {}

  int64_t emitTasks() {
    int64_t perChunk = tilesPerChunk(columns.loopTiles());
    auto rowTiles = rows.loopTiles() + (rows.rest ? 1 : 0);
    auto chunks =
        std::max<int64_t>(1, static_cast<int64_t>(llvm::divideCeil(columns.loopTiles(), perChunk)));
    int64_t batches = geometry.pixels.batch, panels = geometry.groups * blocks.blocks,
            perPanel = batches * rowTiles * chunks;
    // What computed weights need of inputs is the same for all channels: a tile has them one after
    // the other, unless that would leave threads without a task.
    constexpr int64_t enoughTasks = 16;
    if (matmul && perPanel >= enoughTasks)
      std::swap(panels, panelsOfTile);
    tilesOfRow = columns.loopTiles() + (columns.rest ? 1 : 0);
    int64_t tilesOfTask = chunks == 1 ? tilesOfRow : perChunk;
    if (tile.getAhead() == qnn::Ahead::panel && !matmul)
      nextPanel.plan(packed.panelBytes, stepBytes(),
                     unrolledSteps(tile.getRows() * tile.getColumns()),
                     std::min(batches * rowTiles * tilesOfRow,
                              tasksOfBlock(tile, perPanel, perChunk) * tilesOfTask));
    emit.loop(function.begin, function.end, 1, [&](Value task) {
      auto [panel, pixels] = divideTask(emit, tile, task, panels, perPanel, perChunk);
      auto [rest, chunk] = emit.divide(pixels, chunks);
      auto [batch, rowTile] = emit.divide(rest, rowTiles);
      if (panelsOfTile == 1)
        beginPanel(panel);
      firstOfRow = emit.multiply(rest, tilesOfRow);
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
  // Computed weights are packed before a tile is known: their channels are in order.
  llvm::SmallVector<int64_t> orderOfSlots() {
    return matmul ? llvm::to_vector(llvm::seq<int64_t>(0, tile.getVectors() * tile.getLanes()))
                  : slotOrder(function, pieces);
  }

  RegisterLayout registerLayout() {
    int64_t lanes = tile.getLanes();
    return {groupSize,
            inStrips ? function.machine.stripOrder(lanes)
                     : function.machine.weightOrder(dot, lanes),
            emit.target.leastByteWeight()};
  }

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
    int64_t dotsPerTile = tile.getRows() * tile.getColumns() * tile.getVectors() *
                          (matmul ? blocks.blocks : 1) * geometry.runRows * geometry.runColumns *
                          static_cast<int64_t>(llvm::divideCeil(geometry.runLength, depthOf(dot)));
    return std::clamp<int64_t>(static_cast<int64_t>(llvm::divideCeil(2048, dotsPerTile)), 1,
                               std::max<int64_t>(columnTiles, 1));
  }

  int64_t stepBytes() {
    if (!matmul)
      return blocks.block * groupSize * inputBytes;
    auto panels = qnn::shapeOf(matmul.getPanels());
    return panels[panels.size() - 2] * 4;
  }

  void beginPanel(Value panel) {
    auto [group, block] = emit.divide(panel, blocks.blocks);
    slot = emit.multiply(panel, blocks.block);
    Value first = emit.multiply(block, blocks.block);
    if (blocks.lastBegin() % blocks.block != 0)
      first = emit.minimum(first, blocks.lastBegin());
    channel = emit.add(first, emit.multiply(group, geometry.channels));
    if (matmul)
      return;
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

  void beginNext(Value index) {
    if (nextPanel.isFetched())
      ahead = nextPanel.linesOf(weights, emit.add(firstOfRow, index));
  }

  void emitChunk(Value batch, Value row, int64_t count, Value chunk, int64_t perChunk,
                 int64_t chunks) {
    if (columns.loopTiles() > 0) {
      Value first = emit.multiply(chunk, perChunk),
            last = emit.minimum(emit.add(first, perChunk), columns.loopTiles());
      emit.loop(first, last, 1, [&](Value index) {
        beginNext(index);
        emitTile(batch, row, columns.begin(emit, index), count, columns.size);
      });
    }
    if (columns.rest == 0)
      return;
    auto emitRest = [&] {
      beginNext(emit.constant(columns.loopTiles()));
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
                 emit.multiply(column, input.column));
    if (!matmul)
      first = emit.add(first, groupOffset);
    Value base =
        emit.at(addressOf(function, anchor->getOperand(0)), emit.multiply(first, inputBytes));
    auto emitPanel = [&](const Values &sums) {
      epilogue.moveTo(batch, row, column, channel);
      if (!emit.target.multipliesByLane)
        epilogue.fetchFar(height, width, tile.getVectors() * tile.getLanes());
      finish(multiply(base, displacements, sums), height, width);
    };
    if (!matmul)
      return emitPanel(initial(static_cast<int64_t>(displacements.size())));
    Values ofRows = rowTerms(base, displacements);
    emit.loop(panelsOfTile, [&](Value panel) {
      if (panelsOfTile > 1)
        beginPanel(panel);
      beginMatrix(batch, row);
      emitPanel(matrixInitial(ofRows, displacements.size()));
    });
  }

  Values initial(int64_t pixels) {
    Type element = dot == Dot::reals ? emit.f32() : isWide ? emit.i64() : emit.i32();
    Values vectors;
    for (int64_t v = 0; v < tile.getVectors(); ++v)
      vectors.push_back(opened(emit.load(emit.vector(tile.getLanes(), element),
                                         emit.at(bias, v * tile.getLanes() * (isWide ? 8 : 4)))));
    Values accumulators;
    int64_t together = inStrips ? emit.target.strips.pixels : 1;
    for (int64_t p = 0; p < pixels; p += together)
      accumulators.append(vectors);
    return accumulators;
  }

  Value opened(Value sums) {
    if (inStrips)
      return function.machine.openStrips(emit, sums);
    return isWide ? sums : function.machine.open(emit, dot, sums);
  }
  Value closed(Value sums) {
    return isWide || inStrips ? sums : function.machine.close(emit, dot, sums);
  }

  //===-- Weights that are computed --===//

  /// The place of this batch's and row's part of an operand whose last dimensions are a matrix.
  Value matrixOf(Value operand, size_t matrixRank, Value batch, Value row) {
    auto shape = qnn::shapeOf(operand);
    qnn::Shape strides = qnn::stridesOf(shape);
    Value offset = emit.constant(0);
    for (auto [fromEnd, index] : {std::pair(matrixRank + 1, row), std::pair(matrixRank + 2, batch)})
      if (shape.size() >= fromEnd && shape[shape.size() - fromEnd] != 1)
        offset = emit.add(offset, emit.multiply(index, strides[shape.size() - fromEnd]));
    int64_t bytes = qnn::elementBytesOf(qnn::elementType(operand));
    return emit.at(addressOf(function, operand), emit.multiply(offset, bytes));
  }

  void beginMatrix(Value batch, Value row) {
    Value offset = emit.multiply(channel, 4);
    weights = emit.at(matrixOf(matmul.getPanels(), 3, batch, row), offset);
    if (!matmul.getSums().empty())
      bias = emit.at(matrixOf(matmul.getSums()[0], 1, batch, row), offset);
  }

  // (x - zero point)(w - zero point), summed: what neither x alone nor the inner loop has. Sums of
  // columns know their zero point, so of the rows' only the weights' is left.
  Values matrixInitial(const Values &ofRows, size_t pixels) {
    auto type = laneType();
    int64_t zeroPoint = zeroPointOf(matmul.getLhs());
    Values vectors, accumulators;
    for (int64_t v = 0; v < tile.getVectors(); ++v) {
      Value zero = dot == Dot::reals ? emit.reals(type, 0) : emit.integers(type, 0);
      if (zeroPoint == 0) {
        vectors.push_back(zero);
        continue;
      }
      Value sums = emit.load(type, emit.at(bias, v * tile.getLanes() * 4));
      vectors.push_back(emit.ir.create<arith::MulIOp>(sums, emit.integers(type, -zeroPoint)));
    }
    for (size_t pixel = 0; pixel < pixels; ++pixel)
      for (Value vector : vectors) {
        Value sum =
            ofRows.empty() ? vector : Value(emit.ir.create<arith::AddIOp>(vector, ofRows[pixel]));
        accumulators.push_back(isWide ? extended(sum) : opened(sum));
      }
    return accumulators;
  }

  // What a zero point of the weights makes of each pixel's inputs; none where that is 0.
  Values rowTerms(Value base, llvm::ArrayRef<int64_t> displacements) {
    Values terms;
    if (int64_t zeroPoint = zeroPointOf(matmul.getPanels()))
      for (int64_t displacement : displacements)
        terms.push_back(
            emit.splat(laneType(), scaled(rowSum(emit.at(base, displacement)), -zeroPoint)));
    return terms;
  }

  Value scaled(Value sum, int64_t factor) {
    return emit.ir.create<arith::MulIOp>(
        sum, emit.ir.create<arith::ConstantIntOp>(factor, /*width=*/32));
  }

  static int64_t zeroPointOf(Value value) {
    auto quantization = qnn::Quantization::of(value.getType());
    return quantization ? quantization->zeroPoint() : 0;
  }

  Value extended(Value sums) {
    return emit.ir.create<arith::ExtSIOp>(emit.vector(tile.getLanes(), emit.i64()), sums);
  }

  // Of one pixel's inputs: products with ones, and with zeros behind the last.
  Value rowSum(Value inputs) {
    int64_t width = emit.target.vectorBytes / inputBytes, whole = geometry.runLength / width,
            rest = geometry.runLength % width;
    auto type = emit.vector(emit.target.lanes32(), emit.i32());
    auto add = [&](Value pointer, int64_t count, Value sums) {
      Type element = emit.ir.getIntegerType(static_cast<unsigned>(8 * inputBytes));
      llvm::SmallVector<Attribute> ones(static_cast<size_t>(width),
                                        emit.ir.getIntegerAttr(element, 0));
      std::fill_n(ones.begin(), count, emit.ir.getIntegerAttr(element, 1));
      Value factors = emit.ir.create<arith::ConstantOp>(
          DenseElementsAttr::get(emit.vector(width, element), ones));
      return function.machine.dot(emit, dot, sums, emit.load(type, pointer),
                                  emit.ir.create<vector::BitCastOp>(type, factors));
    };
    Value none = function.machine.open(emit, dot, emit.integers(type, 0));
    Values sums = repeat(whole, {none}, [&](Value index, Values state) {
      return Values{
          add(emit.at(inputs, emit.multiply(index, width * inputBytes)), width, state[0])};
    });
    if (rest != 0)
      sums[0] = add(emit.at(inputs, whole * width * inputBytes), rest, sums[0]);
    return emit.ir.create<vector::ReductionOp>(vector::CombiningKind::ADD,
                                               function.machine.close(emit, dot, sums[0]));
  }

  //===-- Products --===//

  /// The place of a step's weights, and a line of the panel to come, null where none is fetched.
  struct Weights {
    Value here, ahead;
  };

  Weights atStep(Weights from, Value steps) {
    return {emit.at(from.here, emit.multiply(steps, stepBytes())),
            from.ahead ? nextPanel.atStep(from.ahead, steps) : Value()};
  }

  Values multiply(Value base, llvm::ArrayRef<int64_t> displacements, Values accumulators) {
    auto overColumns = [&](Value rowBase, Weights rowWeights, Values carried) {
      return repeat(geometry.runColumns, carried, [&](Value index, Values state) {
        return multiplyRun(
            emit.at(rowBase, emit.multiply(index, geometry.runColumnStep * inputBytes)),
            atStep(rowWeights, emit.multiply(index, runSteps.count)), displacements, state);
      });
    };
    accumulators = repeat(geometry.runRows, accumulators, [&](Value index, Values state) {
      return overColumns(
          emit.at(base, emit.multiply(index, geometry.runRowStep * inputBytes)),
          atStep({weights, ahead}, emit.multiply(index, geometry.runColumns * runSteps.count)),
          state);
    });
    return repeat(packed.visits, accumulators, [&](Value index, Values state) {
      Value offset = emit.load(emit.i64(), emit.at(visitOffsets, emit.multiply(index, 8)));
      Value a = emit.at(base, emit.multiply(offset, inputBytes)),
            b = emit.at(visitWeights, emit.multiply(index, stepBytes()));
      inStrips ? multiplyStrip(a, b, displacements, state) : step(a, b, displacements, state);
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

  // A few steps at once where a step is short, so that the loop itself does not count.
  int64_t unrolledSteps(int64_t pixels) {
    int64_t dots = pixels * tile.getVectors(), unroll = 1;
    for (int64_t candidate : {2, 3, 4, 6, 8})
      if (runSteps.count % candidate == 0 && candidate * dots <= 64)
        unroll = candidate;
    return unroll;
  }

  Values multiplyRun(Value runBase, Weights runWeights, llvm::ArrayRef<int64_t> displacements,
                     Values accumulators) {
    if (inStrips)
      return multiplyRunInStrips(runBase, runWeights.here, displacements, accumulators);
    if (emit.target.multipliesByLane)
      return multiplyRunByLane(runBase, runWeights.here, displacements, accumulators);
    int64_t unroll = unrolledSteps(static_cast<int64_t>(displacements.size()));
    if (!nextPanel.divides(unroll))
      runWeights.ahead = {};
    return repeat(runSteps.count / unroll, accumulators, [&](Value index, Values state) {
      Value a = emit.at(runBase, emit.multiply(index, unroll * 4));
      Weights b = atStep(runWeights, emit.multiply(index, unroll));
      for (int64_t u = 0; u < unroll; ++u) {
        if (b.ahead && nextPanel.divides(u))
          emit.prefetch(nextPanel.atStep(b.ahead, emit.constant(u)), /*cache=*/2);
        step(emit.at(a, u * 4), emit.at(b.here, u * stepBytes()), displacements, state);
      }
      return state;
    });
  }

  // Several strips at once, and what is left of them after the loop. The last one may overlap the
  // one before it.
  Values multiplyRunInStrips(Value runBase, Value runWeights, llvm::ArrayRef<int64_t> displacements,
                             Values accumulators) {
    int64_t whole = geometry.runLength / groupSize, unroll = 1;
    for (int64_t candidate = 2; candidate <= emit.target.strips.atOnce; ++candidate)
      if (whole >= 8 || whole % candidate == 0)
        unroll = candidate;
    accumulators = repeat(whole / unroll, accumulators, [&](Value index, Values state) {
      Value a = emit.at(runBase, emit.multiply(index, unroll * groupSize)),
            b = emit.at(runWeights, emit.multiply(index, unroll * stepBytes()));
      for (int64_t u = 0; u < unroll; ++u)
        multiplyStrip(emit.at(a, u * groupSize), emit.at(b, u * stepBytes()), displacements, state);
      return state;
    });
    for (int64_t i = whole / unroll * unroll; i < runSteps.count; ++i)
      multiplyStrip(emit.at(runBase, runSteps.begin(i)), emit.at(runWeights, i * stepBytes()),
                    displacements, accumulators);
    return accumulators;
  }

  void multiplyStrip(Value a, Value b, llvm::ArrayRef<int64_t> displacements,
                     Values &accumulators) {
    int64_t vectorBytes = tile.getLanes() * groupSize;
    llvm::SmallVector<Values> weightVectors(tile.getVectors());
    for (auto [v, registers] : llvm::enumerate(weightVectors))
      for (int64_t i = 0; i < vectorBytes; i += emit.target.vectorBytes)
        registers.push_back(
            emit.load(laneType(), emit.at(b, static_cast<int64_t>(v) * vectorBytes + i)));
    Value *accumulator = accumulators.begin();
    for (size_t first = 0; first < displacements.size(); first += emit.target.strips.pixels) {
      Values inputs;
      for (size_t pixel = first; pixel < first + emit.target.strips.pixels; ++pixel) {
        // The last is multiplied twice, where it is alone.
        int64_t displacement = displacements[std::min(pixel, displacements.size() - 1)];
        inputs.push_back(emit.load(laneType(), emit.at(a, displacement)));
      }
      for (const Values &registers : weightVectors) {
        *accumulator = function.machine.multiplyStrips(emit, *accumulator, inputs, registers);
        ++accumulator;
      }
    }
  }

  // As many steps at once as groups fit a register: one load for each pixel. Those that are left
  // have a load each.
  Values multiplyRunByLane(Value runBase, Value runWeights, llvm::ArrayRef<int64_t> displacements,
                           Values accumulators) {
    int64_t lanes = tile.getLanes(), whole = runSteps.count / lanes * lanes;
    accumulators = repeat(whole / lanes, accumulators, [&](Value index, Values state) {
      Value a = emit.at(runBase, emit.multiply(index, lanes * 4)),
            b = emit.at(runWeights, emit.multiply(index, lanes * stepBytes()));
      Values registers;
      for (int64_t displacement : displacements)
        registers.push_back(emit.load(laneType(), emit.at(a, displacement)));
      for (int64_t lane = 0; lane < lanes; ++lane) {
        Values weightVectors = loadWeights(emit.at(b, lane * stepBytes()));
        for (auto [p, groups] : llvm::enumerate(registers))
          multiplyPixel(p, {groups, lane}, weightVectors, state);
      }
      return state;
    });
    for (int64_t i = whole; i < runSteps.count; ++i)
      step(emit.at(runBase, i * 4), emit.at(runWeights, i * stepBytes()), displacements,
           accumulators);
    return accumulators;
  }

  /// Inputs of a step: one lane of a register of groups, or the same group in all.
  struct Group {
    Value groups;
    int64_t lane;
  };

  // One group of inputs of every pixel times its weights for every channel.
  void step(Value a, Value b, llvm::ArrayRef<int64_t> displacements, Values &accumulators) {
    Values weightVectors = loadWeights(b);
    for (auto [p, displacement] : llvm::enumerate(displacements)) {
      Value group =
          emit.splat(laneType(), emit.load(laneType().getElementType(), emit.at(a, displacement)));
      multiplyPixel(p, {group, 0}, weightVectors, accumulators);
    }
  }

  void multiplyPixel(size_t pixel, Group group, const Values &weightVectors, Values &accumulators) {
    Values parts;
    for (Value part : partsOf(group.groups))
      parts.push_back(broadcast({part, group.lane}));
    for (size_t v = 0; v < weightVectors.size(); ++v) {
      Value &accumulator = accumulators[pixel * weightVectors.size() + v];
      for (Value part : parts)
        accumulator = addDot(accumulator, part, weightVectors[v]);
    }
  }

  Value broadcast(Group group) {
    return emit.target.multipliesByLane
               ? function.machine.broadcastGroup(emit, dot, group.groups, group.lane)
               : group.groups;
  }

  VectorType laneType() {
    return emit.vector(tile.getLanes(), dot == Dot::reals ? emit.f32() : emit.i32());
  }

  Values loadWeights(Value pointer) {
    Values vectors;
    for (int64_t v = 0; v < tile.getVectors(); ++v)
      vectors.push_back(inOrder(emit.load(laneType(), emit.at(pointer, v * tile.getLanes() * 4))));
    return vectors;
  }

  // Computed weights lie group by group, whatever the machine's order.
  Value inOrder(Value weightVector) {
    auto order = function.machine.weightOrder(dot, tile.getLanes());
    if (!matmul || llvm::is_sorted(order))
      return weightVector;
    Value elements = emit.ir.create<vector::BitCastOp>(
        emit.vector(static_cast<int64_t>(order.size()), emit.ir.getI16Type()), weightVector);
    return emit.ir.create<vector::BitCastOp>(laneType(), emit.shuffle(elements, elements, order));
  }

  // Wide sums are in 64 bits: products are added to nothing, and then to them.
  Value addDot(Value accumulator, Value group, Value weightVector) {
    Machine &machine = function.machine;
    if (!isWide)
      return machine.dot(emit, dot, accumulator, group, weightVector);
    Value zero = machine.open(emit, dot, emit.integers(laneType(), 0)),
          products = machine.close(emit, dot, machine.dot(emit, dot, zero, group, weightVector));
    return emit.ir.create<arith::AddIOp>(accumulator, extended(products));
  }

  // A pair of products of 16-bit codes may not fit 32 bits: they are added one by one.
  Values partsOf(Value group) {
    if (!matmul || !isWide)
      return {group};
    auto type = cast<VectorType>(group.getType());
    constexpr int64_t low = 0xFFFF;
    return {emit.ir.create<arith::AndIOp>(group, emit.integers(type, low)),
            emit.ir.create<arith::AndIOp>(group, emit.integers(type, ~low))};
  }

  // Pixel by pixel, of each its vectors.
  Values closedStrips(const Values &accumulators) {
    int64_t vectors = tile.getVectors(), together = emit.target.strips.pixels;
    Values sums(accumulators.size() * together);
    for (auto [i, accumulator] : llvm::enumerate(accumulators)) {
      int64_t group = static_cast<int64_t>(i) / vectors, v = static_cast<int64_t>(i) % vectors;
      for (auto [p, sum] : llvm::enumerate(function.machine.closeStrips(emit, accumulator)))
        sums[(group * together + static_cast<int64_t>(p)) * vectors + v] = sum;
    }
    return sums;
  }

  void finish(Values accumulators, int64_t rows, int64_t columns) {
    if (inStrips)
      accumulators = closedStrips(accumulators);
    bool widens = qnn::elementType(anchor->getResult(0)).isInteger(64) && !isWide;
    for (const Piece &piece : pieces) {
      int64_t lanes = piece.vectors * tile.getLanes(), channel = piece.first * tile.getLanes();
      int64_t stored = std::min(lanes, geometry.channels - channel);
      if (stored <= 0)
        break;
      epilogue.beginRun(channel, lanes, piece.vectors, /*isInterleaved=*/!matmul,
                        emit.add(slot, channel));
      for (int64_t p = 0; p < rows * columns; ++p) {
        Values sums;
        for (int64_t v = piece.first; v < piece.first + piece.vectors; ++v)
          sums.push_back(closed(accumulators[p * tile.getVectors() + v]));
        Value joined = emit.concat(sums);
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
  bool inStrips;     ///< inputs are multiplied a register at a time, as they were loaded
  int64_t groupSize; ///< inputs of a pixel in a step
  qnn::RunSteps runSteps;
  bool isWide;
  Cut rows, columns;
  llvm::SmallVector<Piece> pieces;
  qnn::PackedMatmulOp matmul; ///< null where the weights are constants
  ChannelBlocks blocks;
  PackedWeights packed;
  Epilogue epilogue;
  // Of the current panel: a block of channels of a group. Computed ones are of the tile's matrix.
  Value slot, channel, groupOffset, weights, bias, visitWeights, visitOffsets;
  NextPanel nextPanel{emit};
  int64_t tilesOfRow = 0, panelsOfTile = 1;
  Value firstOfRow, ahead; ///< the current tile's lines of the next panel; null if it asks for none
};

} // namespace

int64_t emitContraction(KernelFunction &function) {
  if (function.kernel.getTile()->getRegisters() == qnn::Registers::matrices)
    return emitMatrixContraction(function);
  return Contraction(function).emitTasks();
}

} // namespace octet::codegen
