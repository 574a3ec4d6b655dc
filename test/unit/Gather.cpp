#include "Exact.h"
#include "Routines.h"

#include <algorithm>

using namespace octet;
using exact::Random;

TEST(Gather, noRoutineIsFoundByAnotherName) {
  for (const char *name : {"", "gathe", "gather_", "octet_gather", "GATHER"})
    EXPECT_EQ(routines::find(name), nullptr) << name;
}

template <typename Index> static void expectGathered(Random &random, bool batched) {
  int64_t outer = random.between(1, 4), extent = random.between(1, 9),
          count = random.between(1, 12), slice = random.between(1, 7);
  std::vector<uint8_t> from(static_cast<size_t>(outer * extent * slice));
  std::vector<Index> indices(static_cast<size_t>(batched ? outer * count : count));
  for (uint8_t &byte : from)
    byte = static_cast<uint8_t>(random.between(0, 255));
  for (Index &index : indices) // some lie outside
    index = static_cast<Index>(random.between(-2, extent + 1));
  std::vector<uint8_t> result(static_cast<size_t>(outer * count * slice));
  callRoutine("gather", routines::Gather{outer, extent, count, slice, sizeof(Index), batched},
              outer, from, indices, result);
  for (int64_t o = 0; o < outer; ++o)
    for (int64_t i = 0; i < count; ++i)
      for (int64_t b = 0; b < slice; ++b) {
        int64_t index = std::clamp<int64_t>(
            indices[static_cast<size_t>((batched ? o * count : 0) + i)], 0, extent - 1);
        ASSERT_EQ(result[static_cast<size_t>((o * count + i) * slice + b)],
                  from[static_cast<size_t>((o * extent + index) * slice + b)]);
      }
}

TEST(Gather, everySliceIsTheOneThatItsIndexNames) {
  Random random(81);
  for (int i = 0; i < 300; ++i) {
    ASSERT_NO_FATAL_FAILURE(expectGathered<int32_t>(random, i % 2));
    ASSERT_NO_FATAL_FAILURE(expectGathered<int64_t>(random, i % 2));
  }
}

namespace {
/// Coordinates into a tensor of two dimensions of slices.
struct Places {
  routines::Coordinates parameters{};
  std::vector<int32_t> indices;

  explicit Places(Random &random) {
    int64_t height = random.between(1, 5), width = random.between(1, 5);
    parameters.count = random.between(1, 20);
    parameters.rank = 2;
    parameters.indexBytes = 4;
    parameters.sliceElements = random.between(1, 5);
    parameters.elementBytes = 4;
    parameters.resultElements = height * width * parameters.sliceElements;
    parameters.extents[0] = height, parameters.extents[1] = width;
    parameters.strides[0] = width, parameters.strides[1] = 1;
    for (int64_t i = 0; i < parameters.count; ++i) {
      indices.push_back(static_cast<int32_t>(random.between(0, height - 1)));
      indices.push_back(static_cast<int32_t>(random.between(0, width - 1)));
    }
  }
  size_t slice(int64_t i) const {
    auto at = static_cast<size_t>(2 * i);
    return static_cast<size_t>(indices[at] * parameters.extents[1] + indices[at + 1]);
  }
};
} // namespace

TEST(Gather, coordinatesNameSlices) {
  Random random(82);
  for (int round = 0; round < 300; ++round) {
    Places places(random);
    auto width = static_cast<size_t>(places.parameters.sliceElements);
    std::vector<int32_t> from(static_cast<size_t>(places.parameters.resultElements));
    for (int32_t &value : from)
      value = static_cast<int32_t>(random.ofAnyMagnitude(32));
    std::vector<int32_t> result(static_cast<size_t>(places.parameters.count) * width);
    callRoutine("gather_nd", places.parameters, places.parameters.count, from, places.indices,
                result);
    for (size_t i = 0; i < result.size(); ++i)
      ASSERT_EQ(result[i], from[places.slice(static_cast<int64_t>(i / width)) * width + i % width]);
  }
}

TEST(Gather, scatteredSlicesAreSummedWithWrapping) {
  Random random(83);
  for (int round = 0; round < 300; ++round) {
    Places places(random);
    auto width = static_cast<size_t>(places.parameters.sliceElements),
         count = static_cast<size_t>(places.parameters.count);
    std::vector<int32_t> updates(count * width),
        result(static_cast<size_t>(places.parameters.resultElements), -1);
    for (int32_t &value : updates)
      value = static_cast<int32_t>(random.between(INT32_MIN, INT32_MAX));
    std::vector<int64_t> expected(result.size());
    for (size_t i = 0; i < updates.size(); ++i)
      expected[places.slice(static_cast<int64_t>(i / width)) * width + i % width] += updates[i];
    callRoutine("scatter_nd_i32", places.parameters, 1, places.indices, updates, result);
    for (size_t i = 0; i < result.size(); ++i)
      ASSERT_EQ(result[i], exact::wrap(expected[i], 32)) << i;
  }
}

TEST(Gather, whereListsTheCoordinatesOfWhatIsNotZero) {
  Random random(84);
  for (int round = 0; round < 300; ++round) {
    routines::Where p{};
    p.rank = static_cast<int32_t>(random.between(1, 4));
    p.elementBytes = 1 << random.between(0, 3);
    p.elements = 1;
    for (int32_t d = 0; d < p.rank; ++d)
      p.elements *= p.extents[d] = random.between(1, 4);
    auto bytes = static_cast<size_t>(p.elementBytes);
    std::vector<uint8_t> condition(static_cast<size_t>(p.elements) * bytes);
    for (int64_t i = 0; i < p.elements; ++i)
      if (random.between(0, 1)) // one byte of the element, whichever
        condition[static_cast<size_t>(i) * bytes +
                  static_cast<size_t>(random.between(0, p.elementBytes - 1))] = 0x80;
    std::vector<int64_t> expected, result(static_cast<size_t>(p.elements * p.rank), -1),
        count(1, -1);
    int64_t at[4] = {}, found = 0;
    for (int64_t i = 0; i < p.elements; ++i) {
      auto begin = condition.begin() + i * p.elementBytes;
      if (std::any_of(begin, begin + p.elementBytes, [](uint8_t byte) { return byte != 0; })) {
        expected.insert(expected.end(), at, at + p.rank);
        ++found;
      }
      for (int32_t d = p.rank - 1; d >= 0 && ++at[d] == p.extents[d]; --d)
        at[d] = 0;
    }
    expected.resize(result.size()); // zeros where nothing is meant
    callRoutine("where", p, 1, condition, result, count);
    ASSERT_EQ(count[0], found);
    ASSERT_EQ(result, expected);
  }
}
