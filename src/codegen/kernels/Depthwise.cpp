// Depthwise convolutions. Channels lie side by side in a register, so the taps of a channel are
// brought together by interleaving: four vectors of bytes become four of 32-bit groups, ready for a
// dot product. Groups are made of taps of one column, so that neighbouring pixels share them.
//
// Where products of bytes are summed in int16 first, taps stay as they are, and a group is as many
// as fit 16 bits with the weights that there are.
#include "codegen/Kernel.h"
#include "codegen/Packing.h"
#include "qnn/Checks.h"

#include <map>

using namespace mlir;

namespace octet::codegen {

namespace {

/// One tap with the part of its weights that a byte holds: a tap whose weights exceed a byte has
/// several.
struct Tap {
  int64_t row, column;
  std::vector<int32_t> weights; ///< per channel
};

class Depthwise {
public:
  explicit Depthwise(KernelFunction &function)
      : function(function), emit(function.emit), anchor(qnn::anchorOf(function.kernel)),
        geometry(qnn::windowGeometry(function.kernel)), tile(*function.kernel.getTile()),
        inputBytes(qnn::elementBytesOf(qnn::elementType(anchor->getOperand(0)))),
        dot(inputBytes == 1   ? Dot::bytes
            : inputBytes == 2 ? Dot::words
                              : Dot::reals),
        sumsInWords(dot == Dot::bytes && function.emit.target.hasBytePairs),
        block(tile.getVectors() * tile.getLanes()),
        blocks(makeBlocks(geometry.channels, 1, slotOrder())), groups(makeGroups()),
        epilogue(function, geometry.pixels, blocks.slotChannels) {
    packConstants();
  }

  int64_t emitTasks() {
    const qnn::Pixels &pixels = geometry.pixels;
    emit.loop(function.begin, function.end, 1, [&](Value task) {
      auto [rest, blockIndex] = emit.divide(task, blocks.blocks);
      auto [batch, row] = emit.divide(rest, pixels.rows);
      beginBlock(blockIndex);
      int64_t columns = tile.getColumns(), whole = pixels.columns / columns,
              left = pixels.columns % columns;
      emit.loop(whole,
                [&](Value index) { emitTile(batch, row, emit.multiply(index, columns), columns); });
      if (left > 0)
        emitTile(batch, row, emit.constant(whole * columns), left);
    });
    return blocks.blocks * pixels.batch * pixels.rows;
  }

private:
  llvm::SmallVector<int64_t> slotOrder() {
    if (tile.getVectors() > 1)
      return function.machine.laneOrder(block, tile.getVectors());
    return llvm::to_vector(llvm::seq<int64_t>(0, block));
  }

  std::vector<Tap> makeTaps() {
    std::vector<Tap> taps;
    std::vector<int32_t> weights;
    if (dot != Dot::reals)
      weights = centeredWeights(anchor->getOperand(1), 3);
    int32_t most = dot == Dot::bytes ? INT8_MAX : INT16_MAX,
            least = dot == Dot::bytes ? emit.target.leastByteWeight() : INT16_MIN;
    // Column by column.
    for (int64_t i = 0; i < geometry.height * geometry.width; ++i) {
      int64_t row = i % geometry.height, column = i / geometry.height;
      if (dot == Dot::reals) {
        taps.push_back({row, column, {}});
        continue;
      }
      auto first = weights.begin() + (row * geometry.width + column) * geometry.channels;
      std::vector<int32_t> rest(first, first + geometry.channels);
      do {
        Tap tap{row, column, rest};
        for (size_t c = 0; c < rest.size(); ++c) {
          tap.weights[c] = std::clamp(rest[c], least, most);
          rest[c] -= tap.weights[c];
        }
        taps.push_back(std::move(tap));
      } while (llvm::any_of(rest, [](int32_t weight) { return weight != 0; }));
    }
    return taps;
  }

  // As many taps as inputs of -128 can meet without leaving int16: two at least.
  static std::vector<std::vector<Tap>> groupsForWords(std::vector<Tap> taps) {
    constexpr int32_t mostOfWeights = INT16_MAX / 128;
    std::vector<std::vector<Tap>> result;
    std::vector<int32_t> magnitudes;
    for (Tap &tap : taps) {
      bool fits = !result.empty();
      for (size_t c = 0; fits && c < magnitudes.size(); ++c)
        fits = magnitudes[c] + std::abs(tap.weights[c]) <= mostOfWeights;
      if (!fits) {
        result.emplace_back();
        magnitudes.assign(tap.weights.size(), 0);
      }
      for (size_t c = 0; c < magnitudes.size(); ++c)
        magnitudes[c] += std::abs(tap.weights[c]);
      result.back().push_back(std::move(tap));
    }
    return result;
  }

  // Columns of taps cut into groups. What is left of a column has a group of its own, or shares it
  // with other columns where it would fill no more than half.
  std::vector<std::vector<Tap>> makeGroups() {
    std::vector<Tap> taps = makeTaps();
    if (sumsInWords)
      return groupsForWords(std::move(taps));
    auto depth = static_cast<size_t>(depthOf(dot));
    std::vector<std::vector<Tap>> result, shared;
    auto add = [&](std::vector<std::vector<Tap>> &to, Tap tap, bool begins) {
      if (begins || to.empty() || to.back().size() == depth)
        to.emplace_back();
      to.back().push_back(std::move(tap));
    };
    for (auto first = taps.begin(); first != taps.end();) {
      auto last = std::find_if(first, taps.end(),
                               [&](const Tap &tap) { return tap.column != first->column; });
      auto size = static_cast<size_t>(last - first), whole = size;
      if (size % depth * 2 <= depth)
        whole = size / depth * depth;
      for (size_t i = 0; i < size; ++i)
        i < whole ? add(result, std::move(first[i]), i == 0)
                  : add(shared, std::move(first[i]), false);
      first = last;
    }
    result.insert(result.end(), std::make_move_iterator(shared.begin()),
                  std::make_move_iterator(shared.end()));
    return result;
  }

  void packConstants() {
    if (dot == Dot::reals)
      return packReals();
    std::vector<int32_t> weights = centeredWeights(anchor->getOperand(1), 3);
    std::vector<int64_t> sums(geometry.channels, 0);
    for (size_t i = 0; i < weights.size(); ++i)
      sums[static_cast<int64_t>(i) % geometry.channels] += weights[i];
    std::vector<int64_t> bias = foldedBias(anchor, sums);
    std::vector<int32_t> slotBias;
    for (int64_t channel : blocks.slotChannels)
      slotBias.push_back(static_cast<int32_t>(bias[channel]));
    biasOffset = function.constants.add(slotBias);
    if (sumsInWords)
      packTapByTap();
    else if (dot == Dot::bytes)
      packTaps<int8_t>();
    else
      packTaps<int16_t>();
  }

  // A tap that a group lacks is zero.
  int32_t weightOf(const std::vector<Tap> &group, int64_t slot, int64_t tap) const {
    bool isUsed = tap < static_cast<int64_t>(group.size()) && blocks.slotIsUsed[slot];
    return isUsed ? group[tap].weights[blocks.slotChannels[slot]] : 0;
  }

  // [block][group][vector][slot and tap, in the machine's order].
  template <typename Stored> void packTaps() {
    auto order = function.machine.weightOrder(dot, tile.getLanes());
    std::vector<Stored> packed;
    for (int64_t first = 0; first < static_cast<int64_t>(blocks.slotChannels.size());
         first += block)
      for (const std::vector<Tap> &group : groups)
        for (int64_t slot = first; slot < first + block; slot += tile.getLanes())
          for (int64_t place : order)
            packed.push_back(static_cast<Stored>(
                weightOf(group, slot + place / depthOf(dot), place % depthOf(dot))));
    weightOffset = function.constants.add(packed);
  }

  // [block][tap][slot].
  void packTapByTap() {
    std::vector<int8_t> packed;
    for (int64_t first = 0; first < static_cast<int64_t>(blocks.slotChannels.size());
         first += block)
      for (const std::vector<Tap> &group : groups)
        for (int64_t tap = 0; tap < static_cast<int64_t>(group.size()); ++tap)
          for (int64_t slot = first; slot < first + block; ++slot)
            packed.push_back(static_cast<int8_t>(weightOf(group, slot, tap)));
    weightOffset = function.constants.add(packed);
  }

  void packReals() {
    auto valuesOf = [](Value value) {
      return qnn::Tensor::of(value.getDefiningOp<qnn::ConstantOp>().getValue(),
                             qnn::tensorType(value))
          .floats();
    };
    std::vector<float> weights = valuesOf(anchor->getOperand(1)), packed, bias;
    std::vector<float> biases = anchor->getNumOperands() > 2
                                    ? valuesOf(anchor->getOperand(2))
                                    : std::vector<float>(geometry.channels, 0.0f);
    for (int64_t first = 0; first < static_cast<int64_t>(blocks.slotChannels.size());
         first += block)
      for (const std::vector<Tap> &group : groups)
        for (int64_t slot = first; slot < first + block; ++slot)
          packed.push_back(
              weights[(group[0].row * geometry.width + group[0].column) * geometry.channels +
                      blocks.slotChannels[slot]]);
    for (int64_t channel : blocks.slotChannels)
      bias.push_back(biases[channel]);
    weightOffset = function.constants.add(packed);
    biasOffset = function.constants.add(bias);
  }

  void beginBlock(Value index) {
    slot = emit.multiply(index, block);
    channel = slot;
    if (blocks.lastBegin() % block != 0)
      channel = emit.minimum(slot, blocks.lastBegin());
    auto panelBytes = static_cast<int64_t>(groups.size()) * block * 4;
    if (sumsInWords)
      panelBytes = tapCount() * block;
    blockWeights =
        emit.at(function.constantsBase, emit.add(emit.multiply(index, panelBytes), weightOffset));
    bias = emit.at(function.constantsBase, emit.add(emit.multiply(slot, 4), biasOffset));
  }

  int64_t tapCount() const {
    int64_t count = 0;
    for (const std::vector<Tap> &group : groups)
      count += static_cast<int64_t>(group.size());
    return count;
  }

  void emitTile(Value batch, Value row, Value column, int64_t columns) {
    const qnn::PixelSteps &input = geometry.pixels.input;
    Value first =
        emit.add(emit.add(emit.multiply(batch, input.batch), emit.multiply(row, input.row)),
                 emit.add(emit.multiply(column, input.column), channel));
    auto argument = cast<BlockArgument>(anchor->getOperand(0));
    weights = blockWeights;
    base = emit.at(function.inputs[argument.getArgNumber()], emit.multiply(first, inputBytes));
    std::vector<Values> accumulators(static_cast<size_t>(columns));
    if (sumsInWords)
      accumulateTapByTap(accumulators);
    else
      accumulateVectors(accumulators);
    epilogue.moveTo(batch, row, column, channel);
    epilogue.beginRun(0, block, tile.getVectors(), true, slot);
    for (auto [pixel, values] : llvm::enumerate(accumulators))
      epilogue.finish(0, static_cast<int64_t>(pixel), emit.concat(values),
                      std::min(block, geometry.channels));
  }

  // Inputs by inputs: those of one group of taps, interleaved, are multiplied for all pixels that
  // need them before the next ones are loaded.
  void accumulateVectors(std::vector<Values> &accumulators) {
    // The taps of a group around a pixel, by where they are; neighbours share them.
    struct Use {
      int64_t pixel, group;
    };
    std::map<Places, std::vector<Use>> uses;
    for (auto pixel : llvm::seq<int64_t>(0, static_cast<int64_t>(accumulators.size())))
      for (auto [index, group] : llvm::enumerate(groups))
        uses[placesOf(group, pixel)].push_back({pixel, static_cast<int64_t>(index)});
    // Two vectors at a time: the weights of all taps for so few are kept in registers, if there are
    // enough of these.
    int64_t vectors = tile.getVectors(), together = std::min<int64_t>(vectors, 2);
    auto left = emit.target.vectorRegisters - 2 * depthOf(dot) -
                static_cast<int64_t>(accumulators.size()) * vectors,
         count = static_cast<int64_t>(groups.size());
    bool keepsWeights = count * together <= left, keepsAll = count * vectors <= left;
    for (int64_t vector = 0; vector < vectors; vector += together) {
      if (!keepsAll)
        weights = emit.opaque(weights);
      loaded.clear();
      for (Values &values : accumulators)
        addBias(values, vector, together);
      for (const auto &[places, users] : uses) {
        Values inputs = interleaved(places), touched;
        for (auto [pixel, group] : users)
          for (int64_t v = vector; v < vector + together; ++v) {
            addProducts(accumulators[pixel][v], group, v, inputs[v]);
            touched.push_back(accumulators[pixel][v]);
          }
        if (dot == Dot::reals) // Their registers are few, and each sum waits for the one before.
          continue;
        base = emit.opaqueAfter(base, touched);
        if (!keepsWeights)
          weights = emit.opaqueAfter(weights, touched);
      }
    }
  }

  // Weights of more taps than registers can keep are loaded for each pixel, and so are inputs.
  void accumulateTapByTap(std::vector<Values> &accumulators) {
    auto type = emit.vector(block, emit.i8());
    bool keepsTaps = tapCount() <= emit.target.vectorRegisters / 2;
    // Not from tile to tile: the epilogue needs registers too.
    weights = emit.opaque(weights);
    for (auto [pixel, values] : llvm::enumerate(accumulators)) {
      if (pixel == 0 || !keepsTaps)
        loaded.clear();
      if (pixel > 0) {
        Values before = registersOf(accumulators[pixel - 1].front());
        base = emit.opaqueAfter(base, before);
        if (!keepsTaps)
          weights = emit.opaqueAfter(weights, before);
      }
      Value sums = emit.load(emit.vector(block, emit.i32()), bias);
      int64_t at = 0;
      for (const std::vector<Tap> &group : groups) {
        Values inputs, weightVectors;
        for (const Tap &tap : group) {
          inputs.push_back(loadInput(offsetOf(tap, static_cast<int64_t>(pixel))));
          weightVectors.push_back(emit.load(type, emit.at(weights, at)));
          at += block;
        }
        sums = function.machine.addProducts(emit, sums, inputs, weightVectors);
      }
      values.push_back(sums);
    }
  }

  Values registersOf(Value vector) {
    Values registers;
    for (int64_t first = 0; first < block; first += emit.target.lanes32())
      registers.push_back(emit.slice(vector, first, emit.target.lanes32()));
    return registers;
  }

  int64_t offsetOf(const Tap &tap, int64_t pixel) const {
    return tap.row * geometry.rowStep + tap.column * geometry.columnStep +
           pixel * geometry.pixels.input.column;
  }

  // Begins the sums of a pixel for `count` vectors of channels.
  void addBias(Values &accumulators, int64_t vector, int64_t count) {
    for (int64_t v = vector; v < vector + count; ++v)
      accumulators.push_back(emit.load(laneType(), emit.at(bias, v * tile.getLanes() * 4)));
  }

  void addProducts(Value &accumulator, int64_t group, int64_t vector, Value input) {
    int64_t at = (group * block + vector * tile.getLanes()) * 4;
    accumulator = function.machine.dot(emit, dot, accumulator, input,
                                       emit.load(laneType(), emit.at(weights, at)));
  }

  VectorType laneType() {
    return emit.vector(tile.getLanes(), dot == Dot::reals ? emit.f32() : emit.i32());
  }

  /// Offsets of inputs: of the column, and of the row within it. So are they sorted, and a pixel's
  /// groups with them: sums of reals depend on the order.
  using Places = std::vector<std::pair<int64_t, int64_t>>;

  Places placesOf(const std::vector<Tap> &group, int64_t pixel) const {
    Places places;
    for (const Tap &tap : group)
      places.emplace_back(tap.column * geometry.columnStep + pixel * geometry.pixels.input.column,
                          tap.row * geometry.rowStep);
    // What is missing meets weights of zero.
    places.resize(depthOf(dot), places.back());
    return places;
  }

  Values interleaved(const Places &places) {
    Values vectors;
    for (auto [column, row] : places)
      vectors.push_back(loadInput(column + row));
    return dot == Dot::reals ? vectors : function.machine.interleave(emit, vectors);
  }

  Value loadInput(int64_t offset) {
    Value &vector = loaded[offset];
    if (!vector) {
      Type element = dot == Dot::bytes   ? emit.i8()
                     : dot == Dot::words ? Type(emit.ir.getI16Type())
                                         : emit.f32();
      vector = emit.load(emit.vector(block, element), emit.at(base, offset * inputBytes));
    }
    return vector;
  }

  KernelFunction &function;
  Emitter &emit;
  Operation *anchor;
  qnn::WindowGeometry geometry;
  qnn::TileAttr tile;
  int64_t inputBytes;
  Dot dot;
  bool sumsInWords;
  int64_t block;
  ChannelBlocks blocks;
  std::vector<std::vector<Tap>> groups;
  Epilogue epilogue;
  int64_t weightOffset = 0, biasOffset = 0;
  Value slot, channel, blockWeights, bias; ///< of the block
  Value weights, base;                     ///< of the tile: what hides where loads repeat
  std::map<int64_t, Value> loaded;
};

} // namespace

int64_t emitDepthwise(KernelFunction &function) { return Depthwise(function).emitTasks(); }

} // namespace octet::codegen
