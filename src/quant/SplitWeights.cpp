#include "quant/SplitWeights.h"
#include "quant/Rounding.h"

#include <algorithm>

namespace octet::quant {

static int8_t cutToByte(int32_t weight, int32_t least) {
  return static_cast<int8_t>(clamp(weight, least, INT8_MAX));
}

SplitWeights splitWeights(const std::vector<int32_t> &weights, int64_t channels, int64_t depth,
                          int64_t groupSize, int64_t blockSize, int32_t least) {
  SplitWeights split;
  split.channels = channels;
  split.depth = depth;
  split.base.reserve(weights.size());
  std::vector<int32_t> rest = weights;
  int32_t excess = 0;
  for (int32_t &weight : rest) {
    split.base.push_back(cutToByte(weight, least));
    weight -= split.base.back();
    excess |= weight;
  }
  size_t most = 0;
  for (int64_t first = 0; first < channels; first += blockSize) {
    int64_t last = std::min(first + blockSize, channels);
    std::vector<SplitWeights::Visit> visits;
    for (int64_t group = 0; excess != 0 && group < depth / groupSize; ++group) {
      auto isWhole = [&] {
        for (int64_t c = first; c < last; ++c)
          for (int64_t i = 0; i < groupSize; ++i)
            if (rest[c * depth + group * groupSize + i] != 0)
              return false;
        return true;
      };
      while (!isWhole()) {
        SplitWeights::Visit visit{
            group, std::vector<int8_t>(static_cast<size_t>((last - first) * groupSize))};
        for (int64_t c = first; c < last; ++c)
          for (int64_t i = 0; i < groupSize; ++i) {
            int32_t &weight = rest[c * depth + group * groupSize + i];
            int8_t part = cutToByte(weight, least);
            visit.residual[(c - first) * groupSize + i] = part;
            weight -= part;
          }
        visits.push_back(std::move(visit));
      }
    }
    most = std::max(most, visits.size());
    split.visits.push_back(std::move(visits));
  }
  for (size_t block = 0; block < split.visits.size(); ++block) {
    int64_t first = static_cast<int64_t>(block) * blockSize,
            width = std::min(blockSize, channels - first);
    split.visits[block].resize(most,
                               {0, std::vector<int8_t>(static_cast<size_t>(width * groupSize))});
  }
  return split;
}

int64_t countVisits(const std::vector<int32_t> &weights, int64_t channels, int64_t depth,
                    int64_t groupSize, int64_t blockSize, int32_t least) {
  int64_t most = 0;
  for (int64_t first = 0; first < channels; first += blockSize) {
    int64_t count = 0;
    for (int64_t group = 0; group < depth / groupSize; ++group) {
      int64_t rounds = 0;
      for (int64_t c = first; c < std::min(first + blockSize, channels); ++c)
        for (int64_t i = 0; i < groupSize; ++i) {
          int32_t weight = weights[c * depth + group * groupSize + i];
          int32_t excess = weight > INT8_MAX ? weight - INT8_MAX
                           : weight < least  ? least - weight
                                             : 0;
          rounds = std::max<int64_t>(rounds, (excess + INT8_MAX - 1) / INT8_MAX);
        }
      count += rounds;
    }
    most = std::max(most, count);
  }
  return most;
}

} // namespace octet::quant
