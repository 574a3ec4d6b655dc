// Weights that do not fit a signed byte, as several that do.
#pragma once

#include <cstdint>
#include <vector>

namespace octet::quant {

/// A contraction's weights, centered on their zero point, as rows of s8 for a byte dot product.
/// Legacy uint8 models have weights w - z between -255 and 255, but few of them outside a byte:
/// those are cut, and what was cut off is added by visiting their group of inputs a second time (or
/// a third).
///
/// Exact: the dot product with `base` plus those of all visits is that with the weights.
struct SplitWeights {
  int64_t channels = 0, depth = 0; ///< depth is a multiple of the group size
  std::vector<int8_t> base;        ///< [channels][depth]
  struct Visit {
    int64_t group;                ///< which `groupSize` inputs
    std::vector<int8_t> residual; ///< [channels][groupSize]
  };
  /// Visits for each block of `blockSize` channels, as many for every block (some all zero).
  std::vector<std::vector<Visit>> visits;
};

/// `weights` are [channels][depth]. Groups are `groupSize` consecutive inputs. A part is `least` at
/// least: -128, or -127.
SplitWeights splitWeights(const std::vector<int32_t> &weights, int64_t channels, int64_t depth,
                          int64_t groupSize, int64_t blockSize, int32_t least = INT8_MIN);

/// Second visits per block that splitWeights would make, without making it.
int64_t countVisits(const std::vector<int32_t> &weights, int64_t channels, int64_t depth,
                    int64_t groupSize, int64_t blockSize, int32_t least = INT8_MIN);

} // namespace octet::quant
