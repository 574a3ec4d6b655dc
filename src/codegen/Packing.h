// Weights as the inner loop of a contraction reads them.
#pragma once

#include "codegen/Constants.h"
#include "codegen/Machine.h"
#include "qnn/Geometry.h"

namespace octet::codegen {

/// The block of output channels that a task computes, and which slot of it each channel has.
struct ChannelBlocks {
  int64_t channels, block;                 ///< of one group; of one block
  int64_t blocks, groups;                  ///< blocks per group
  llvm::SmallVector<int64_t> slotChannels; ///< the channel of each slot, over all groups
  llvm::SmallVector<bool> slotIsUsed;      ///< false where a block is wider than the group

  /// The last block ends with the last channel, so it may overlap the one before.
  int64_t lastBegin() const { return std::max<int64_t>(0, channels - block); }
};

/// `slotOrder` is the channel, relative to its block's first, of each slot of a block.
ChannelBlocks makeBlocks(int64_t channels, int64_t groups, llvm::ArrayRef<int64_t> slotOrder);

/// Packed weights and what belongs to them, as offsets into the kernel's constants.
struct PackedWeights {
  int64_t panels = 0; ///< [group and block][step][group of the step][vector][lane][input]
  int64_t panelBytes = 0;
  int64_t bias = 0; ///< one accumulator per slot
  /// Steps that are visited again for what their weights exceed a byte: as many for each block.
  int64_t visits = 0, visitPanels = 0, visitOffsets = 0; ///< offsets in input elements, as i64
};

/// How the machine wants a vector of weights: inputs of a group, Machine::weightOrder or
/// stripOrder, and the least of bytes.
struct RegisterLayout {
  int64_t groupSize;
  llvm::SmallVector<int64_t> order;
  int32_t leastByte;
};

PackedWeights packWeights(Constants &constants, qnn::KernelOp kernel,
                          const qnn::ContractionGeometry &geometry, const qnn::RunSteps &steps,
                          const ChannelBlocks &blocks, Dot dot, bool isWide,
                          const RegisterLayout &layout);

/// The centered weights of an anchor as int32: codes minus their zero point, `channelAxis` as in
/// its type.
std::vector<int32_t> centeredWeights(mlir::Value weights, int channelAxis);

/// The bias of each output channel with what the input's zero point adds: bias - zero point * sum
/// of weights.
std::vector<int64_t> foldedBias(mlir::Operation *anchor, llvm::ArrayRef<int64_t> weightSums);

} // namespace octet::codegen
