#include "quant/SplitWeights.h"
#include "Exact.h"

#include <gtest/gtest.h>

using namespace octet;
using exact::Random;
using quant::SplitWeights;

namespace {
struct Case {
  int64_t channels, depth, group, block;
  std::vector<int32_t> weights;

  int32_t at(int64_t channel, int64_t input) const {
    return weights[static_cast<size_t>(channel * depth + input)];
  }
};
} // namespace

static Case randomCase(Random &random, int32_t low, int32_t high, int64_t outliersIn1000) {
  Case made;
  made.group = int64_t{1} << random.between(0, 3);
  made.depth = made.group * random.between(1, 9);
  made.block = random.between(1, 20);
  made.channels = random.between(1, 40);
  for (int64_t i = 0; i < made.channels * made.depth; ++i)
    made.weights.push_back(static_cast<int32_t>(random.between(0, 999) < outliersIn1000
                                                    ? random.between(low, high)
                                                    : random.between(-128, 127)));
  return made;
}

// Sums up what the parts give each weight: if these are right, so is every dot product.
static std::vector<int64_t> recombine(const SplitWeights &split, const Case &made) {
  std::vector<int64_t> sums(split.base.begin(), split.base.end());
  for (size_t block = 0; block < split.visits.size(); ++block)
    for (const SplitWeights::Visit &visit : split.visits[block]) {
      int64_t first = static_cast<int64_t>(block) * made.block,
              width = std::min(made.block, made.channels - first);
      EXPECT_EQ(static_cast<int64_t>(visit.residual.size()), width * made.group);
      EXPECT_TRUE(visit.group >= 0 && visit.group < made.depth / made.group) << visit.group;
      for (int64_t c = 0; c < width; ++c)
        for (int64_t i = 0; i < made.group; ++i)
          sums[static_cast<size_t>((first + c) * made.depth + visit.group * made.group + i)] +=
              visit.residual[static_cast<size_t>(c * made.group + i)];
    }
  return sums;
}

static void expectExact(const Case &made) {
  SplitWeights split =
      quant::splitWeights(made.weights, made.channels, made.depth, made.group, made.block);
  EXPECT_EQ(split.channels, made.channels);
  EXPECT_EQ(split.depth, made.depth);
  ASSERT_EQ(split.base.size(), made.weights.size());
  std::vector<int64_t> sums = recombine(split, made);
  for (size_t i = 0; i < sums.size(); ++i)
    ASSERT_EQ(sums[i], made.weights[i]) << "weight " << i;
  ASSERT_EQ(static_cast<int64_t>(split.visits.size()),
            (made.channels + made.block - 1) / made.block);
  for (const auto &block : split.visits)
    ASSERT_EQ(block.size(), split.visits.front().size()) << "blocks with unlike numbers of visits";
}

TEST(SplitWeights, thePartsSumToTheWeights) {
  Random random(61);
  for (int i = 0; i < 400; ++i)
    ASSERT_NO_FATAL_FAILURE(expectExact(randomCase(random, -255, 255, i % 2 ? 10 : 600)));
}

TEST(SplitWeights, weightsOfAnySizeAreSplit) {
  Random random(62);
  for (int i = 0; i < 60; ++i)
    ASSERT_NO_FATAL_FAILURE(expectExact(randomCase(random, -3000, 3000, 100)));
}

TEST(SplitWeights, weightsThatFitABytesNeedNoVisit) {
  Random random(63);
  for (int i = 0; i < 50; ++i) {
    Case made = randomCase(random, -128, 127, 1000);
    SplitWeights split =
        quant::splitWeights(made.weights, made.channels, made.depth, made.group, made.block);
    for (const auto &block : split.visits)
      EXPECT_TRUE(block.empty());
    for (size_t w = 0; w < made.weights.size(); ++w)
      ASSERT_EQ(split.base[w], made.weights[w]);
    EXPECT_EQ(quant::countVisits(made.weights, made.channels, made.depth, made.group, made.block),
              0);
  }
}

// Counted here from the weights: 127 or 128 of each is left behind by the base and by every visit.
static int64_t neededVisits(const Case &made) {
  int64_t most = 0;
  for (int64_t first = 0; first < made.channels; first += made.block) {
    int64_t count = 0;
    for (int64_t group = 0; group < made.depth / made.group; ++group) {
      int64_t deepest = 0;
      for (int64_t c = first; c < std::min(first + made.block, made.channels); ++c)
        for (int64_t i = 0; i < made.group; ++i) {
          int64_t weight = made.at(c, group * made.group + i), parts = 0;
          for (; weight != 0; ++parts)
            weight -= weight > 127 ? 127 : weight < -128 ? -128 : weight;
          deepest = std::max(deepest, parts - 1);
        }
      count += deepest;
    }
    most = std::max(most, count);
  }
  return most;
}

TEST(SplitWeights, noVisitIsMadeThatIsNotNeededAndTheCountIsKnownBefore) {
  Random random(64);
  for (int i = 0; i < 400; ++i) {
    Case made = randomCase(random, -255, 255, i % 2 ? 10 : 600);
    SplitWeights split =
        quant::splitWeights(made.weights, made.channels, made.depth, made.group, made.block);
    ASSERT_EQ(static_cast<int64_t>(split.visits.front().size()), neededVisits(made));
    ASSERT_EQ(quant::countVisits(made.weights, made.channels, made.depth, made.group, made.block),
              neededVisits(made));
  }
}

TEST(SplitWeights, theExtremesOfLegacyModelsTakeOneAndTwoVisits) {
  for (auto [weight, visits] :
       {std::pair{-255, 1}, {-129, 1}, {-128, 0}, {127, 0}, {128, 1}, {254, 1}, {255, 2}})
    EXPECT_EQ(quant::countVisits({weight}, 1, 1, 1, 1), visits) << weight;
}
