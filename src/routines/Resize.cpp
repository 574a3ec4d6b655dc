// Bilinear and nearest-neighbour resizing of NHWC images. A row is a line of the result.
#include "quant/Rounding.h"
#include "routines/Parameters.h"
#include "routines/Routine.h"

using namespace octet;
using namespace octet::routines;

namespace {

/// Where an output coordinate falls between two input lines, in 1/1024 of their distance.
struct Position {
  int64_t low, high;
  int32_t weight; ///< of the line at `high`; may leave [0, 1024] beyond the border
};

// ComputeInterpolationValuesInteger of reference/resize_bilinear.h.
Position integerPosition(int64_t at, int64_t inputs, int64_t outputs, bool alignCorners,
                         bool halfPixelCenters) {
  bool aligned = alignCorners && outputs > 1;
  int64_t from = aligned ? inputs - 1 : inputs, to = aligned ? outputs - 1 : outputs;
  auto scale = static_cast<int32_t>((1024 * from + to / 2) / to);
  auto scaled = static_cast<int32_t>(at * scale + (halfPixelCenters ? scale / 2 - 512 : 0));
  int32_t low = scaled / 1024, high = (scaled + 1023) / 1024;
  low = low > 0 ? low : 0;
  high = high < inputs - 1 ? high : static_cast<int32_t>(inputs - 1);
  return {low, high, scaled - 1024 * low};
}

// The channels of one pixel. The last block overlaps the one before it, so that all are vectors.
template <typename T, typename Blend>
void blendChannels(T *__restrict result, const T *__restrict a, const T *__restrict b,
                   const T *__restrict c, const T *__restrict d, int64_t depth, Blend blend) {
  constexpr int64_t block = 16;
  for (int64_t i = 0; depth < block && i < depth; ++i)
    result[i] = blend(a[i], b[i], c[i], d[i]);
  for (int64_t first = 0; depth >= block && first < depth; first += block) {
    int64_t at = first < depth - block ? first : depth - block;
    for (int64_t i = at; i < at + block; ++i)
      result[i] = blend(a[i], b[i], c[i], d[i]);
  }
}

// `Sum` holds a code times weights of 20 bits in all: 32 bits are enough for codes of 8.
template <typename T, typename Sum>
void resizeCodes(const void *const *tensors, const Resize &p, int64_t begin, int64_t end) {
  const int64_t depth = p.depth;
  const auto origin = static_cast<int32_t>(p.codeOrigin);
  for (int64_t line = begin; line < end; ++line) {
    int64_t batch = line / p.outputHeight;
    Position y = integerPosition(line % p.outputHeight, p.inputHeight, p.outputHeight,
                                 p.alignCorners, p.halfPixelCenters);
    const T *image = input<T>(tensors, 0) + batch * p.inputHeight * p.inputWidth * p.depth;
    const T *above = image + y.low * p.inputWidth * p.depth,
            *below = image + y.high * p.inputWidth * p.depth;
    T *result = output<T>(tensors, 1) + line * p.outputWidth * p.depth;
    for (int64_t column = 0; column < p.outputWidth; ++column, result += p.depth) {
      Position x =
          integerPosition(column, p.inputWidth, p.outputWidth, p.alignCorners, p.halfPixelCenters);
      int32_t lowLow = (1024 - y.weight) * (1024 - x.weight),
              highLow = y.weight * (1024 - x.weight), lowHigh = (1024 - y.weight) * x.weight,
              highHigh = y.weight * x.weight;
      const T *a = above + x.low * p.depth, *b = below + x.low * p.depth,
              *c = above + x.high * p.depth, *d = below + x.high * p.depth;
      blendChannels(result, a, b, c, d, depth, [=](Sum aCode, Sum bCode, Sum cCode, Sum dCode) {
        Sum sum = (aCode - origin) * lowLow + (bCode - origin) * highLow +
                  (cCode - origin) * lowHigh + (dCode - origin) * highHigh;
        Sum nudge = sum > 0 ? 1 << 19 : -(1 << 19);
        return static_cast<T>((sum + nudge) / (1 << 20) + origin);
      });
    }
  }
}

/// The float form of the same.
struct RealPosition {
  int64_t low, high;
  float weight;
};

RealPosition realPosition(int64_t at, int64_t inputs, int64_t outputs, bool alignCorners,
                          bool halfPixelCenters) {
  float scale = static_cast<float>(inputs) / static_cast<float>(outputs);
  if (alignCorners && outputs > 1)
    scale = static_cast<float>(inputs - 1) / static_cast<float>(outputs - 1);
  float scaled = halfPixelCenters ? (static_cast<float>(at) + 0.5f) * scale - 0.5f
                                  : static_cast<float>(at) * scale;
  auto low = static_cast<int64_t>(__builtin_floorf(scaled)),
       high = static_cast<int64_t>(__builtin_ceilf(scaled));
  low = low > 0 ? low : 0;
  high = high < inputs - 1 ? high : inputs - 1;
  return {low, high, scaled - static_cast<float>(low)};
}

int64_t nearest(int64_t at, int64_t inputs, int64_t outputs, bool alignCorners,
                bool halfPixelCenters) {
  float scale = alignCorners && outputs > 1
                    ? static_cast<float>(inputs - 1) / static_cast<float>(outputs - 1)
                    : static_cast<float>(inputs) / static_cast<float>(outputs);
  float scaled = (static_cast<float>(at) + (halfPixelCenters ? 0.5f : 0.0f)) * scale;
  float whole = __builtin_floorf(scaled);
  if (alignCorners && scaled - whole >= 0.5f)
    whole += 1.0f;
  return quant::clamp(static_cast<int64_t>(whole), 0, inputs - 1);
}

// ResizeBilinear of reference/resize_bilinear.h, and with its weights first that of
// optimized/resize_bilinear.h (ResizeBilinearGenericSmallChannel). Codes are rounded half up.
template <typename T>
void resizeReals(const void *const *tensors, const Resize &p, int64_t begin, int64_t end) {
  constexpr bool isReal = static_cast<T>(0.5) != 0;
  const int64_t depth = p.depth;
  const bool weightsFirst = p.weightsFirst;
  for (int64_t line = begin; line < end; ++line) {
    int64_t batch = line / p.outputHeight;
    RealPosition y = realPosition(line % p.outputHeight, p.inputHeight, p.outputHeight,
                                  p.alignCorners, p.halfPixelCenters);
    const T *image = input<T>(tensors, 0) + batch * p.inputHeight * p.inputWidth * p.depth;
    const T *above = image + y.low * p.inputWidth * p.depth,
            *below = image + y.high * p.inputWidth * p.depth;
    T *result = output<T>(tensors, 1) + line * p.outputWidth * p.depth;
    for (int64_t column = 0; column < p.outputWidth; ++column, result += p.depth) {
      RealPosition x =
          realPosition(column, p.inputWidth, p.outputWidth, p.alignCorners, p.halfPixelCenters);
      const T *a = above + x.low * p.depth, *b = below + x.low * p.depth,
              *c = above + x.high * p.depth, *d = below + x.high * p.depth;
      float top = 1 - y.weight, left = 1 - x.weight;
      float weights[] = {top * left, top * x.weight, y.weight * left, y.weight * x.weight};
      auto asResult = [](float value) {
        if constexpr (isReal)
          return value;
        else
          return static_cast<T>(static_cast<int32_t>(value + 0.5f));
      };
      float right = x.weight, bottom = y.weight;
      if (weightsFirst)
        blendChannels(result, a, b, c, d, depth, [=](float tl, float bl, float tr, float br) {
          return asResult(tl * weights[0] + tr * weights[1] + bl * weights[2] + br * weights[3]);
        });
      else
        blendChannels(result, a, b, c, d, depth, [=](float tl, float bl, float tr, float br) {
          return asResult(tl * top * left + bl * bottom * left + tr * top * right +
                          br * bottom * right);
        });
    }
  }
}

} // namespace

OCTET_ROUTINE(resize_bilinear_i8) {
  resizeCodes<int8_t, int32_t>(tensors, *static_cast<const Resize *>(parameterBlock), begin, end);
}
OCTET_ROUTINE(resize_bilinear_u8) {
  resizeCodes<uint8_t, int32_t>(tensors, *static_cast<const Resize *>(parameterBlock), begin, end);
}

OCTET_ROUTINE(resize_bilinear_i16) {
  resizeCodes<int16_t, int64_t>(tensors, *static_cast<const Resize *>(parameterBlock), begin, end);
}
OCTET_ROUTINE(resize_bilinear_real_u8) {
  resizeReals<uint8_t>(tensors, *static_cast<const Resize *>(parameterBlock), begin, end);
}
OCTET_ROUTINE(resize_bilinear_f32) {
  resizeReals<float>(tensors, *static_cast<const Resize *>(parameterBlock), begin, end);
}

OCTET_ROUTINE(resize_nearest) {
  const auto &p = *static_cast<const Resize *>(parameterBlock);
  int64_t pixelBytes = p.depth * p.elementBytes;
  for (int64_t line = begin; line < end; ++line) {
    int64_t batch = line / p.outputHeight;
    int64_t y = nearest(line % p.outputHeight, p.inputHeight, p.outputHeight, p.alignCorners,
                        p.halfPixelCenters);
    const char *from =
        input<char>(tensors, 0) + (batch * p.inputHeight + y) * p.inputWidth * pixelBytes;
    char *to = output<char>(tensors, 1) + line * p.outputWidth * pixelBytes;
    for (int64_t column = 0; column < p.outputWidth; ++column) {
      int64_t x = nearest(column, p.inputWidth, p.outputWidth, p.alignCorners, p.halfPixelCenters);
      __builtin_memcpy(to + column * pixelBytes, from + x * pixelBytes,
                       static_cast<uint64_t>(pixelBytes));
    }
  }
}
