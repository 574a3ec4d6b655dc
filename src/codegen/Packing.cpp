#include "codegen/Packing.h"
#include "qnn/Checks.h"
#include "quant/SplitWeights.h"

using namespace mlir;

namespace octet::codegen {

ChannelBlocks makeBlocks(int64_t channels, int64_t groups, llvm::ArrayRef<int64_t> slotOrder) {
  ChannelBlocks result{channels, static_cast<int64_t>(slotOrder.size()), 0, groups, {}, {}};
  result.blocks = static_cast<int64_t>(llvm::divideCeil(channels, result.block));
  for (int64_t group = 0; group < groups; ++group)
    for (int64_t block = 0; block < result.blocks; ++block) {
      int64_t first = std::min(block * result.block, result.lastBegin());
      for (int64_t position : slotOrder) {
        result.slotIsUsed.push_back(first + position < channels);
        result.slotChannels.push_back(group * channels + std::min(first + position, channels - 1));
      }
    }
  return result;
}

static qnn::Tensor tensorOf(Value constant) {
  return qnn::Tensor::of(constant.getDefiningOp<qnn::ConstantOp>().getValue(),
                         qnn::tensorType(constant));
}

std::vector<int32_t> centeredWeights(Value weights, int channelAxis) {
  qnn::Tensor tensor = tensorOf(weights);
  std::vector<int32_t> codes = tensor.codes();
  auto quantization = qnn::Quantization::of(weights.getType());
  if (!quantization || !quantization->hasZeroPoint())
    return codes;
  int64_t inner = 1;
  for (int64_t d = channelAxis + 1; d < tensor.rank(); ++d)
    inner *= tensor.shape()[d];
  int64_t channels = tensor.shape()[channelAxis];
  for (size_t i = 0; i < codes.size(); ++i)
    codes[i] -= static_cast<int32_t>(quantization->zeroPoint(
        quantization->isPerAxis() ? static_cast<int64_t>(i) / inner % channels : 0));
  return codes;
}

std::vector<int64_t> foldedBias(Operation *anchor, llvm::ArrayRef<int64_t> weightSums) {
  auto input = qnn::Quantization::of(anchor->getOperand(0).getType());
  int64_t zeroPoint = input ? input->zeroPoint() : 0;
  std::vector<int64_t> folded(weightSums.size(), 0);
  if (anchor->getNumOperands() > 2) {
    qnn::Tensor bias = tensorOf(anchor->getOperand(2));
    for (size_t c = 0; c < folded.size(); ++c)
      folded[c] = bias.integer(static_cast<int64_t>(c));
  }
  for (size_t c = 0; c < folded.size(); ++c)
    folded[c] -= zeroPoint * weightSums[c];
  return folded;
}

// One vector register's worth after the other, each in the machine's order; `element(slot, step,
// i)` is input i of a step's group.
template <typename Stored, typename Element>
static std::vector<Stored> pack(const ChannelBlocks &blocks, int64_t steps, int64_t groupSize,
                                llvm::ArrayRef<int64_t> order, Element element) {
  std::vector<Stored> packed;
  packed.reserve(blocks.slotChannels.size() * steps * groupSize);
  int64_t slots = static_cast<int64_t>(blocks.slotChannels.size()),
          lanes = static_cast<int64_t>(order.size()) / groupSize;
  for (int64_t first = 0; first < slots; first += blocks.block)
    for (int64_t step = 0; step < steps; ++step)
      for (int64_t slot = first; slot < first + blocks.block; slot += lanes)
        for (int64_t place : order)
          packed.push_back(
              static_cast<Stored>(element(slot + place / groupSize, step, place % groupSize)));
  return packed;
}

namespace {
/// Where the inputs of a group are in a channel's row of weights: runs are padded to whole steps.
struct Groups {
  qnn::RunSteps steps;
  int64_t runs, runLength, size, perStep, perRun, count;

  Groups(const qnn::ContractionGeometry &geometry, const qnn::RunSteps &steps, int64_t size)
      : steps(steps), runs(geometry.runRows * geometry.runColumns), runLength(geometry.runLength),
        size(size), perStep(steps.depth / size), perRun(steps.count * perStep),
        count(runs * perRun) {}

  /// Index of input i of a group in the row, -1 where its weight is zero.
  int64_t indexOf(int64_t group, int64_t i) const {
    int64_t step = group % perRun / perStep;
    int64_t within = steps.begin(step) + group % perStep * size + i;
    bool isOfStep = within >= step * steps.depth && within < runLength;
    return isOfStep ? group / perRun * runLength + within : -1;
  }
};
} // namespace

static void packReals(Constants &constants, PackedWeights &packed, Operation *anchor,
                      const Groups &groups, const ChannelBlocks &blocks,
                      const RegisterLayout &layout) {
  qnn::Tensor tensor = tensorOf(anchor->getOperand(1));
  llvm::ArrayRef<float> weights = std::as_const(tensor).as<float>();
  int64_t depth = groups.runs * groups.runLength;
  packed.panels = constants.add(
      pack<float>(blocks, groups.count, 1, layout.order, [&](int64_t slot, int64_t group, int64_t) {
        return blocks.slotIsUsed[slot] ? weights[blocks.slotChannels[slot] * depth + group] : 0.0f;
      }));
  std::vector<float> bias(blocks.slotChannels.size(), 0.0f);
  if (anchor->getNumOperands() > 2) {
    qnn::Tensor values = tensorOf(anchor->getOperand(2));
    for (size_t slot = 0; slot < bias.size(); ++slot)
      bias[slot] = std::as_const(values).as<float>()[blocks.slotChannels[slot]];
  }
  packed.bias = constants.add(bias);
}

static void packBytes(Constants &constants, PackedWeights &packed,
                      const std::vector<int32_t> &weights, const Groups &groups,
                      const qnn::ContractionGeometry &geometry, const ChannelBlocks &blocks,
                      const RegisterLayout &layout) {
  int64_t depth = groups.runs * groups.runLength, padded = groups.count * groups.size;
  std::vector<int32_t> rows(blocks.slotChannels.size() * padded, 0);
  for (size_t slot = 0; slot < blocks.slotChannels.size(); ++slot)
    for (int64_t group = 0; blocks.slotIsUsed[slot] && group < groups.count; ++group)
      for (int64_t i = 0; i < groups.size; ++i)
        if (int64_t at = groups.indexOf(group, i); at >= 0)
          rows[slot * padded + group * groups.size + i] =
              weights[blocks.slotChannels[slot] * depth + at];
  auto slots = static_cast<int64_t>(blocks.slotChannels.size());
  int64_t stepDepth = groups.steps.depth;
  quant::SplitWeights split =
      quant::splitWeights(rows, slots, padded, stepDepth, blocks.block, layout.leastByte);
  packed.panels = constants.add(pack<int8_t>(
      blocks, groups.count, groups.size, layout.order, [&](int64_t slot, int64_t group, int64_t i) {
        return split.base[slot * padded + group * groups.size + i];
      }));
  packed.visits = static_cast<int64_t>(split.visits.front().size());
  if (packed.visits == 0)
    return;
  packed.visitPanels = constants.add(pack<int8_t>(
      blocks, packed.visits * groups.perStep, groups.size, layout.order,
      [&](int64_t slot, int64_t group, int64_t i) {
        const auto &visits = split.visits[slot / blocks.block];
        int64_t within = group % groups.perStep * groups.size + i;
        return visits[group / groups.perStep].residual[slot % blocks.block * stepDepth + within];
      }));
  std::vector<int64_t> offsets;
  for (const auto &block : split.visits)
    for (const auto &visit : block) {
      int64_t run = visit.group / groups.steps.count;
      offsets.push_back(run / geometry.runColumns * geometry.runRowStep +
                        run % geometry.runColumns * geometry.runColumnStep +
                        groups.steps.begin(visit.group % groups.steps.count));
    }
  packed.visitOffsets = constants.add(offsets);
}

PackedWeights packWeights(Constants &constants, qnn::KernelOp kernel,
                          const qnn::ContractionGeometry &geometry, const qnn::RunSteps &steps,
                          const ChannelBlocks &blocks, Dot dot, bool isWide,
                          const RegisterLayout &layout) {
  Operation *anchor = qnn::anchorOf(kernel);
  Groups groups(geometry, steps, layout.groupSize);
  PackedWeights packed;
  packed.panelBytes = groups.count * blocks.block * groups.size * 4 / depthOf(dot);
  if (dot == Dot::reals) {
    packReals(constants, packed, anchor, groups, blocks, layout);
    return packed;
  }
  std::vector<int32_t> weights = centeredWeights(anchor->getOperand(1), 0);
  int64_t depth = geometry.depth();
  std::vector<int64_t> sums(geometry.channels * geometry.groups, 0);
  for (size_t i = 0; i < weights.size(); ++i)
    sums[static_cast<int64_t>(i) / depth] += weights[i];
  std::vector<int64_t> bias = foldedBias(anchor, sums), slotBias;
  for (size_t slot = 0; slot < blocks.slotChannels.size(); ++slot)
    slotBias.push_back(bias[blocks.slotChannels[slot]]);
  if (isWide)
    packed.bias = constants.add(slotBias);
  else
    packed.bias = constants.add(std::vector<int32_t>(slotBias.begin(), slotBias.end()));
  if (dot == Dot::bytes) {
    packBytes(constants, packed, weights, groups, geometry, blocks, layout);
    return packed;
  }
  packed.panels = constants.add(pack<int16_t>(
      blocks, groups.count, groups.size, layout.order, [&](int64_t slot, int64_t group, int64_t i) {
        int64_t at = groups.indexOf(group, i);
        return at >= 0 && blocks.slotIsUsed[slot] ? weights[blocks.slotChannels[slot] * depth + at]
                                                  : 0;
      }));
  return packed;
}

} // namespace octet::codegen
