// What the numbers inside a kernel can be: the ground on which forms are proven.
#pragma once

#include "qnn/Dialect.h"

#include <optional>
#include <vector>

namespace octet::qnn {

/// Bounds of the integers of a value, zero point not subtracted: one pair, or one per channel of
/// its last dimension.
struct Range {
  std::vector<int64_t> low, high;

  bool isPerChannel() const { return low.size() > 1; }
  int64_t lowOf(int64_t channel) const { return low[isPerChannel() ? channel : 0]; }
  int64_t highOf(int64_t channel) const { return high[isPerChannel() ? channel : 0]; }
};

/// Bounds that hold whatever a kernel's inputs are: from the weights for the sum of a contraction,
/// from the operands' codes for products, from the type elsewhere. nullopt for floats.
std::optional<Range> rangeOf(mlir::Value value);

} // namespace octet::qnn
