#include "Exact.h"
#include "Routines.h"

#include <algorithm>

using namespace octet;
using exact::Random;
using exact::Wide;

static routines::Resize randomResize(Random &random, int32_t elementBytes) {
  routines::Resize p{random.between(1, 2),
                     random.between(1, 9),
                     random.between(1, 9),
                     random.between(1, 20),
                     random.between(1, 20),
                     random.between(1, 3),
                     elementBytes,
                     0,
                     0,
                     0,
                     0};
  p.alignCorners = random.between(0, 2) == 0;
  p.halfPixelCenters = !p.alignCorners && random.between(0, 1);
  return p;
}

// Where an output line lies among the input's, in 1024ths, and between which two.
namespace {
struct Place {
  Wide low, high, share;
};
} // namespace
static Place place(int64_t at, int64_t inputs, int64_t outputs, const routines::Resize &p) {
  Wide scale = p.alignCorners && outputs > 1
                   ? exact::floorOf(1024 * (inputs - 1) + (outputs - 1) / 2, outputs - 1)
                   : exact::floorOf(1024 * inputs + outputs / 2, outputs);
  Wide position = at * scale + (p.halfPixelCenters ? exact::floorOf(scale, 2) - 512 : 0);
  Wide low = exact::bound(exact::floorOf(position, 1024), 0, position);
  low = low < 0 ? 0 : low;
  return {low, exact::bound(-exact::floorOf(-position, 1024), 0, inputs - 1),
          position - 1024 * low};
}

template <typename T> static void expectBilinear(const char *name, Random &random) {
  routines::Resize p = randomResize(random, 1);
  constexpr int64_t lowest = std::is_signed_v<T> ? -128 : 0;
  std::vector<T> input(static_cast<size_t>(p.batches * p.inputHeight * p.inputWidth * p.depth));
  std::vector<T> result(static_cast<size_t>(p.batches * p.outputHeight * p.outputWidth * p.depth));
  for (T &code : input)
    code = static_cast<T>(random.between(lowest, lowest + 255));
  callRoutine(name, p, p.batches * p.outputHeight, input, result);
  size_t i = 0;
  for (int64_t b = 0; b < p.batches; ++b)
    for (int64_t row = 0; row < p.outputHeight; ++row)
      for (int64_t column = 0; column < p.outputWidth; ++column)
        for (int64_t c = 0; c < p.depth; ++c, ++i) {
          Place y = place(row, p.inputHeight, p.outputHeight, p),
                x = place(column, p.inputWidth, p.outputWidth, p);
          auto at = [&](Wide line, Wide pixel) {
            return static_cast<Wide>(input[static_cast<size_t>(
                ((b * p.inputHeight + line) * p.inputWidth + pixel) * p.depth + c)]);
          };
          Wide above = at(y.low, x.low) * (1024 - x.share) + at(y.low, x.high) * x.share;
          Wide below = at(y.high, x.low) * (1024 - x.share) + at(y.high, x.high) * x.share;
          Wide expected = exact::roundHalfAway(above * (1024 - y.share) + below * y.share, 1 << 20);
          ASSERT_EQ(result[i], static_cast<T>(expected))
              << name << " " << p.inputHeight << " x " << p.inputWidth << " to " << p.outputHeight
              << " x " << p.outputWidth << " at " << row << ", " << column;
        }
}

TEST(Resize, aCodeBetweenFourIsTheirWeightedSum) {
  Random random(111);
  for (int i = 0; i < 400; ++i) {
    ASSERT_NO_FATAL_FAILURE(expectBilinear<int8_t>("resize_bilinear_i8", random));
    ASSERT_NO_FATAL_FAILURE(expectBilinear<uint8_t>("resize_bilinear_u8", random));
  }
}

// Sizes whose quotients float32 holds, so that no rounding of the scale decides.
TEST(Resize, theNearestPixelIsCopied) {
  Random random(112);
  for (int round = 0; round < 400; ++round) {
    routines::Resize p = randomResize(random, static_cast<int32_t>(random.between(1, 4)));
    p.outputHeight = int64_t{1} << random.between(0, 4),
    p.outputWidth = int64_t{1} << random.between(0, 4);
    p.outputHeight += p.alignCorners, p.outputWidth += p.alignCorners;
    auto pixel = static_cast<size_t>(p.depth * p.elementBytes);
    std::vector<uint8_t> input(static_cast<size_t>(p.batches * p.inputHeight * p.inputWidth) *
                               pixel);
    std::vector<uint8_t> result(static_cast<size_t>(p.batches * p.outputHeight * p.outputWidth) *
                                pixel);
    for (uint8_t &byte : input)
      byte = static_cast<uint8_t>(random.between(0, 255));
    callRoutine("resize_nearest", p, p.batches * p.outputHeight, input, result);
    auto nearest = [&p](int64_t at, int64_t inputs, int64_t outputs) {
      Wide found = p.alignCorners       ? exact::roundHalfUp(at * (inputs - 1), outputs - 1)
                   : p.halfPixelCenters ? exact::floorOf((2 * at + 1) * inputs, 2 * outputs)
                                        : exact::floorOf(at * inputs, outputs);
      return static_cast<int64_t>(exact::bound(found, 0, inputs - 1));
    };
    size_t i = 0;
    for (int64_t b = 0; b < p.batches; ++b)
      for (int64_t row = 0; row < p.outputHeight; ++row)
        for (int64_t column = 0; column < p.outputWidth; ++column)
          for (size_t byte = 0; byte < pixel; ++byte, ++i) {
            int64_t y = nearest(row, p.inputHeight, p.outputHeight),
                    x = nearest(column, p.inputWidth, p.outputWidth);
            ASSERT_EQ(
                result[i],
                input[static_cast<size_t>((b * p.inputHeight + y) * p.inputWidth + x) * pixel +
                      byte]);
          }
  }
}

TEST(Resize, floatsAreInterpolatedInBothDirections) {
  Random random(113);
  for (int round = 0; round < 200; ++round) {
    routines::Resize p = randomResize(random, 4);
    // A plane: interpolation keeps it, up to the border, where the outermost lines count.
    std::vector<float> input,
        result(static_cast<size_t>(p.batches * p.outputHeight * p.outputWidth * p.depth));
    for (int64_t i = 0; i < p.batches * p.inputHeight * p.inputWidth * p.depth; ++i)
      input.push_back(static_cast<float>(i / p.depth / p.inputWidth % p.inputHeight * 3 -
                                         i / p.depth % p.inputWidth * 2 + i % p.depth));
    callRoutine("resize_bilinear_f32", p, p.batches * p.outputHeight, input, result);
    auto at = [&p](int64_t i, int64_t inputs, int64_t outputs) {
      double scale = p.alignCorners && outputs > 1
                         ? static_cast<double>(inputs - 1) / static_cast<double>(outputs - 1)
                         : static_cast<double>(inputs) / static_cast<double>(outputs);
      double position = p.halfPixelCenters ? (static_cast<double>(i) + 0.5) * scale - 0.5
                                           : static_cast<double>(i) * scale;
      return std::clamp(position, 0.0, static_cast<double>(inputs - 1));
    };
    for (size_t i = 0; i < result.size(); ++i) {
      auto pixel = static_cast<int64_t>(i) / p.depth;
      double expected =
          3 * at(pixel / p.outputWidth % p.outputHeight, p.inputHeight, p.outputHeight) -
          2 * at(pixel % p.outputWidth, p.inputWidth, p.outputWidth) +
          static_cast<double>(static_cast<int64_t>(i) % p.depth);
      ASSERT_NEAR(result[i], expected, 1e-4);
    }
  }
}
