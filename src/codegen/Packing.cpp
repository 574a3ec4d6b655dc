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

// Appends the panel of the block that begins at slot `first`: one vector register's worth after the
// other, each in the machine's order; `element(slot, step, i)` is input i of a step's group.
template <typename Stored, typename Element>
static void appendPanel(std::vector<Stored> &packed, int64_t first, const ChannelBlocks &blocks,
                        int64_t steps, int64_t groupSize, llvm::ArrayRef<int64_t> order,
                        Element element) {
  packed.reserve(blocks.slotChannels.size() * steps * groupSize);
  int64_t lanes = static_cast<int64_t>(order.size()) / groupSize;
  for (int64_t step = 0; step < steps; ++step)
    for (int64_t slot = first; slot < first + blocks.block; slot += lanes)
      for (int64_t place : order)
        packed.push_back(
            static_cast<Stored>(element(slot + place / groupSize, step, place % groupSize)));
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

/// The weights of a contraction minus their zero points, a row for each channel.
class CenteredRows {
public:
  CenteredRows(Value weights, int64_t depth)
      : tensor(tensorOf(weights)), quantization(qnn::Quantization::of(weights.getType())),
        depth(depth) {}

  std::vector<int32_t> row(int64_t channel) const {
    int64_t zeroPoint =
        quantization ? quantization->zeroPoint(quantization->isPerAxis() ? channel : 0) : 0;
    std::vector<int32_t> result(depth);
    tensor.visitIntegers([&](auto codes) {
      llvm::transform(codes.slice(channel * depth, depth), result.begin(), [&](auto code) {
        return static_cast<int32_t>(static_cast<int64_t>(code) - zeroPoint);
      });
    });
    return result;
  }

  /// The rows of the block that begins at slot `first`, their groups as they are multiplied: what
  /// is padding is zero.
  std::vector<int32_t> block(int64_t first, const ChannelBlocks &blocks,
                             const Groups &groups) const {
    int64_t padded = groups.count * groups.size;
    std::vector<int32_t> rows(blocks.block * padded, 0);
    for (int64_t slot = 0; slot < blocks.block; ++slot) {
      if (!blocks.slotIsUsed[first + slot])
        continue;
      std::vector<int32_t> weights = row(blocks.slotChannels[first + slot]);
      for (int64_t group = 0; group < groups.count; ++group)
        for (int64_t i = 0; i < groups.size; ++i)
          if (int64_t at = groups.indexOf(group, i); at >= 0)
            rows[slot * padded + group * groups.size + i] = weights[at];
    }
    return rows;
  }

private:
  qnn::Tensor tensor;
  std::optional<qnn::Quantization> quantization;
  int64_t depth;
};
} // namespace

static void packReals(Constants &constants, PackedWeights &packed, Operation *anchor,
                      const Groups &groups, const ChannelBlocks &blocks,
                      const RegisterLayout &layout) {
  qnn::Tensor tensor = tensorOf(anchor->getOperand(1));
  llvm::ArrayRef<float> weights = std::as_const(tensor).as<float>();
  int64_t depth = groups.runs * groups.runLength;
  auto slots = static_cast<int64_t>(blocks.slotChannels.size());
  std::vector<float> panels, bias(slots, 0.0f);
  for (int64_t first = 0; first < slots; first += blocks.block)
    appendPanel(panels, first, blocks, groups.count, 1, layout.order,
                [&](int64_t slot, int64_t group, int64_t) {
                  return blocks.slotIsUsed[slot]
                             ? weights[blocks.slotChannels[slot] * depth + group]
                             : 0.0f;
                });
  packed.panels = constants.add(panels);
  if (anchor->getNumOperands() > 2) {
    qnn::Tensor values = tensorOf(anchor->getOperand(2));
    for (int64_t slot = 0; slot < slots; ++slot)
      bias[slot] = std::as_const(values).as<float>()[blocks.slotChannels[slot]];
  }
  packed.bias = constants.add(bias);
}

static void packWords(Constants &constants, PackedWeights &packed, const CenteredRows &weights,
                      const Groups &groups, const ChannelBlocks &blocks,
                      const RegisterLayout &layout) {
  std::vector<int16_t> panels;
  auto slots = static_cast<int64_t>(blocks.slotChannels.size());
  for (int64_t first = 0; first < slots; first += blocks.block) {
    std::vector<int32_t> rows = weights.block(first, blocks, groups);
    appendPanel(panels, first, blocks, groups.count, groups.size, layout.order,
                [&](int64_t slot, int64_t group, int64_t i) {
                  return rows[((slot - first) * groups.count + group) * groups.size + i];
                });
  }
  packed.panels = constants.add(panels);
}

static void packBytes(Constants &constants, PackedWeights &packed, const CenteredRows &weights,
                      const Groups &groups, const qnn::ContractionGeometry &geometry,
                      const ChannelBlocks &blocks, const RegisterLayout &layout) {
  using Visit = quant::SplitWeights::Visit;
  int64_t padded = groups.count * groups.size, stepDepth = groups.steps.depth;
  auto slots = static_cast<int64_t>(blocks.slotChannels.size());
  std::vector<int8_t> panels, visitPanels;
  std::vector<std::vector<Visit>> visits;
  for (int64_t first = 0; first < slots; first += blocks.block) {
    quant::SplitWeights split =
        quant::splitWeights(weights.block(first, blocks, groups), blocks.block, padded, stepDepth,
                            blocks.block, layout.leastByte);
    appendPanel(panels, first, blocks, groups.count, groups.size, layout.order,
                [&](int64_t slot, int64_t group, int64_t i) {
                  return split.base[((slot - first) * groups.count + group) * groups.size + i];
                });
    visits.push_back(std::move(split.visits.front()));
    packed.visits = std::max(packed.visits, static_cast<int64_t>(visits.back().size()));
  }
  packed.panels = constants.add(panels);
  if (packed.visits == 0)
    return;
  // Each block is visited as often as the one that needs it most, in vain at the end.
  std::vector<int64_t> offsets;
  for (size_t block = 0; block < visits.size(); ++block) {
    visits[block].resize(packed.visits, Visit{0, std::vector<int8_t>(blocks.block * stepDepth)});
    int64_t first = static_cast<int64_t>(block) * blocks.block;
    appendPanel(visitPanels, first, blocks, packed.visits * groups.perStep, groups.size,
                layout.order, [&](int64_t slot, int64_t group, int64_t i) {
                  const Visit &visit = visits[block][group / groups.perStep];
                  return visit.residual[(slot - first) * stepDepth +
                                        group % groups.perStep * groups.size + i];
                });
    for (const Visit &visit : visits[block]) {
      int64_t run = visit.group / groups.steps.count;
      offsets.push_back(run / geometry.runColumns * geometry.runRowStep +
                        run % geometry.runColumns * geometry.runColumnStep +
                        groups.steps.begin(visit.group % groups.steps.count));
    }
  }
  packed.visitPanels = constants.add(visitPanels);
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
  CenteredRows weights(anchor->getOperand(1), geometry.depth());
  std::vector<int64_t> sums(geometry.channels * geometry.groups, 0);
  for (size_t c = 0; c < sums.size(); ++c)
    for (int32_t weight : weights.row(static_cast<int64_t>(c)))
      sums[c] += weight;
  std::vector<int64_t> bias = foldedBias(anchor, sums), slotBias;
  for (size_t slot = 0; slot < blocks.slotChannels.size(); ++slot)
    slotBias.push_back(bias[blocks.slotChannels[slot]]);
  if (isWide)
    packed.bias = constants.add(slotBias);
  else
    packed.bias = constants.add(std::vector<int32_t>(slotBias.begin(), slotBias.end()));
  if (dot == Dot::bytes)
    packBytes(constants, packed, weights, groups, geometry, blocks, layout);
  else
    packWords(constants, packed, weights, groups, blocks, layout);
  return packed;
}

} // namespace octet::codegen
