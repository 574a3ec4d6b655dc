// Softmax over rows, in the four arithmetics that TFLite has for it, and its logarithm.
#include "quant/Elementary.h"
#include "quant/FixedPoint.h"
#include "routines/Parameters.h"
#include "routines/Routine.h"
#include "routines/Sum.h"

using namespace octet;
using namespace octet::routines;
namespace fixed = octet::quant::fixed;

// Codes are compared as unsigned: flipping the sign bit of int8 codes keeps their order.
static int32_t largestCode(const uint8_t *row, int64_t depth, int32_t flip) {
  int32_t largest = 0;
  for (int64_t c = 0; c < depth; ++c) {
    int32_t code = row[c] ^ flip;
    largest = code > largest ? code : largest;
  }
  return largest;
}

// Tables by distance from the largest code stand from their ends: a code and this, modulo 256, are
// its index.
static int32_t indexOffset(int32_t largest, int32_t flip) { return flip + 255 - largest; }

// reference_ops::Softmax: everything but the sum is known for each distance from the largest code.
OCTET_ROUTINE(softmax_fixed_8) {
  const auto &p = *static_cast<const SoftmaxFixed *>(parameterBlock);
  for (int64_t i = begin; i < end; ++i) {
    const uint8_t *row = input<uint8_t>(tensors, 0) + i * p.depth;
    int32_t largest = largestCode(row, p.depth, p.signFlip), sum = 0;
    for (int64_t c = 0; c < p.depth; ++c)
      sum += p.shares[largest - (row[c] ^ p.signFlip)];
    int bitsOverUnit = 0;
    int32_t scale = fixed::reciprocal(sum, 12, &bitsOverUnit);
    int exponent = bitsOverUnit + 31 - p.outputBits;
    uint8_t bytes[256];
    int32_t codes[256], most = (1 << p.outputBits) - 1;
    for (int32_t d = 0; d < 256; ++d) {
      // From 512 equal codes on, gemmlowp shifts all bits out (and leaves the result undefined).
      int32_t share = exponent > 31 ? 0
                                    : quant::divideByPowerOfTwoHalfAway(
                                          fixed::multiply(scale, p.exponentials[d]), exponent);
      codes[d] = d < p.distances ? static_cast<int32_t>(quant::clamp(share, 0, most)) : 0;
      bytes[255 - d] = static_cast<uint8_t>(codes[d] ^ p.signFlip);
    }
    if (p.outputBits == 8)
      octet_look_up_bytes(bytes, indexOffset(largest, p.signFlip), row,
                          output<uint8_t>(tensors, 1) + i * p.depth, p.depth);
    else
      for (int64_t c = 0; c < p.depth; ++c)
        output<int16_t>(tensors, 1)[i * p.depth + c] =
            static_cast<int16_t>(codes[largest - (row[c] ^ p.signFlip)] - 32768);
  }
}

// optimized_ops::SoftmaxInt8LUT without vector instructions.
OCTET_ROUTINE(softmax_table_8) {
  const auto &p = *static_cast<const SoftmaxTable *>(parameterBlock);
  for (int64_t i = begin; i < end; ++i) {
    const uint8_t *row = input<uint8_t>(tensors, 0) + i * p.depth;
    uint8_t *result = output<uint8_t>(tensors, 1) + i * p.depth;
    int32_t largest = largestCode(row, p.depth, p.signFlip);
    float sum = 0;
    for (int64_t c = 0; c < p.depth; ++c)
      sum += p.exponentials[largest - (row[c] ^ p.signFlip)];
    float inverse = 1.0f / (sum * p.outputScale);
    uint8_t codes[256];
    for (int32_t d = 0; d < 256; ++d) {
      float scaled = p.exponentials[d] * inverse;
      auto rounded = static_cast<int32_t>(p.roundsHalfUp ? scaled + 0.5f : __builtin_rintf(scaled));
      codes[255 - d] =
          static_cast<uint8_t>(quant::clamp(rounded + p.outputZeroPoint, 0, 255) ^ p.signFlip);
    }
    octet_look_up_bytes(codes, indexOffset(largest, p.signFlip), row, result, p.depth);
  }
}

// QlinearSoftmaxCPU (qlinear_softmax.cc): a row's sum in the order of its codes.
struct Shares {
  const SoftmaxShares &p;
  float exponentials[256]; ///< [255 - distance]
  int32_t nearest;         ///< of what is so far from the largest code that its share rounds to 0

  explicit Shares(const SoftmaxShares &p) : p(p) {
    for (int32_t i = 0; i < 256; ++i)
      exponentials[i] = p.exponentials[255 - i];
    // The sum is no less than the exponential of the largest code.
    nearest = 0;
    while (nearest < 256 && exponentials[nearest] * p.sharesOfOne < 0.49f * exponentials[255])
      ++nearest;
  }

  void ofSum(float sum, uint8_t *codes) const {
    const int32_t flip = p.signFlip, zeroPoint = p.outputZeroPoint, most = 255 - flip;
    const float sharesOfOne = p.sharesOfOne;
    for (int32_t i = 0; i < nearest; ++i)
      codes[i] = static_cast<uint8_t>(quant::clamp(zeroPoint, -flip, most));
    // Whole registers: no element is left to be divided alone.
    for (int32_t i = nearest & -16; i < 256; ++i) {
      float share = __builtin_rintf(exponentials[i] * sharesOfOne / sum);
      // Beyond an int32 is what x86's conversions make of it.
      int32_t whole = share < 0x1p31f ? static_cast<int32_t>(share) : flip ? INT32_MIN : 0;
      auto code =
          static_cast<int32_t>(static_cast<uint32_t>(whole) + static_cast<uint32_t>(zeroPoint));
      codes[i] = static_cast<uint8_t>(quant::clamp(code, -flip, most));
    }
  }
};

// Rows are summed side by side, for each addition waits for the one before.
template <int64_t rows>
static void shareRows(const Shares &shares, const uint8_t *from, uint8_t *to) {
  const int64_t depth = shares.p.depth; // a copy: bytes that are stored could be parameters
  constexpr int64_t stretch = 256;
  uint8_t indices[rows][stretch];
  int32_t offsets[rows];
  float sums[rows] = {};
  for (int64_t i = 0; i < rows; ++i)
    offsets[i] =
        indexOffset(largestCode(from + i * depth, depth, shares.p.signFlip), shares.p.signFlip);
  for (int64_t first = 0; first < depth; first += stretch) {
    int64_t count = depth - first < stretch ? depth - first : stretch;
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t c = 0; c < count; ++c)
        indices[i][c] = static_cast<uint8_t>(from[i * depth + first + c] + offsets[i]);
    for (int64_t c = 0; c < count; ++c)
      for (int64_t i = 0; i < rows; ++i)
        sums[i] += shares.exponentials[indices[i][c]];
  }
  for (int64_t i = 0; i < rows; ++i) {
    uint8_t codes[256];
    shares.ofSum(sums[i], codes);
    octet_look_up_bytes(codes, offsets[i], from + i * depth, to + i * depth, depth);
  }
}

OCTET_ROUTINE(softmax_shares_8) {
  const auto &p = *static_cast<const SoftmaxShares *>(parameterBlock);
  Shares shares(p);
  const uint8_t *from = input<uint8_t>(tensors, 0);
  uint8_t *to = output<uint8_t>(tensors, 1);
  inGroups<8>(begin, end, [&]<int64_t rows>(int64_t i) {
    shareRows<rows>(shares, from + i * p.depth, to + i * p.depth);
  });
}

static int16_t interpolate(int64_t value, const int16_t *table) {
  auto position = static_cast<int32_t>(quant::clamp(value, INT16_MIN, INT16_MAX));
  int32_t index = 256 + (position >> 7), offset = position & 0x7F;
  int32_t slope = table[index + 1] - table[index];
  return static_cast<int16_t>(table[index] + ((slope * offset + 64) >> 7));
}

// reference_ops::SoftmaxInt16.
OCTET_ROUTINE(softmax_16) {
  const auto &p = *static_cast<const Softmax16 *>(parameterBlock);
  for (int64_t i = begin; i < end; ++i) {
    const int16_t *row = input<int16_t>(tensors, 0) + i * p.depth;
    int16_t *result = output<int16_t>(tensors, 1) + i * p.depth;
    int32_t largest = INT16_MIN, sum = 0;
    for (int64_t c = 0; c < p.depth; ++c)
      largest = row[c] > largest ? row[c] : largest;
    for (int64_t c = 0; c < p.depth; ++c) {
      int64_t scaled = quant::multiplyDoubleAway(row[c] - largest, p.input);
      result[c] = interpolate(scaled + 32767, p.exponential);
      sum += result[c];
    }
    int headroom = __builtin_clz(static_cast<uint32_t>(sum));
    int64_t shifted = ((int64_t{sum} << (headroom - 1)) + (1 << 13)) >> 14;
    int64_t reciprocal = interpolate(shifted - ((1 << 15) + (1 << 16)), p.reciprocal);
    int shift = 31 - headroom;
    for (int64_t c = 0; c < p.depth; ++c) {
      int64_t share = (result[c] * reciprocal + (int64_t{1} << (shift - 1))) >> shift;
      result[c] = static_cast<int16_t>(quant::clamp(share, 0, 32767));
    }
  }
}

// By lanes, as sums are. A NaN is the largest only if it comes first.
static float largestOf(const float *numbers, int64_t count) {
  float largest[sumLanes], most = numbers[0];
  for (float &lane : largest)
    lane = most;
  int64_t whole = count / sumLanes * sumLanes;
  for (int64_t i = 0; i < whole; i += sumLanes)
    for (int64_t lane = 0; lane < sumLanes; ++lane)
      largest[lane] = numbers[i + lane] > largest[lane] ? numbers[i + lane] : largest[lane];
  for (int64_t i = whole; i < count; ++i)
    most = numbers[i] > most ? numbers[i] : most;
  for (float lane : largest)
    most = lane > most ? lane : most;
  return most;
}

// The sum of exponentials as MlasComputeSumExpF32KernelAvx512F has it: neighbours' pairs come
// together, of each half of the lanes.
static float sumOfLanes(const float *numbers, int64_t count) {
  float sums[sumLanes] = {};
  addToLanes(count, sums, [=](int64_t i) { return numbers[i]; });
  for (int64_t lane = 0; lane < sumLanes / 2; ++lane)
    sums[lane] += sums[lane + sumLanes / 2];
  for (int64_t width = sumLanes / 4; width > 0; width /= 2)
    for (int64_t lane = 0; lane < width; ++lane)
      sums[lane] = sums[2 * lane] + sums[2 * lane + 1];
  return sums[0];
}

// Short rows are taken together, so that exponentials and logarithms are long loops.
constexpr int64_t together = 1024;

/// Calls finish(first, last) for rows whose result holds exp((x - largest) * beta), and their
/// largest elements `largest`, by then.
template <typename Finish>
static void forEachRows(const void *const *tensors, int64_t depth, float beta, int64_t begin,
                        int64_t end, float *largest, Finish finish) {
  int64_t rows = depth < together ? together / depth : 1;
  quant::elementary::Scalar m;
  const float *operand = input<float>(tensors, 0);
  float *result = output<float>(tensors, 1);
  for (int64_t first = begin; first < end; first += rows) {
    int64_t last = first + rows < end ? first + rows : end;
    for (int64_t i = first; i < last; ++i) {
      const float *row = operand + i * depth;
      float most = largestOf(row, depth);
      for (int64_t c = 0; c < depth; ++c)
        result[i * depth + c] = (row[c] - most) * beta;
      largest[i - first] = most;
    }
    for (int64_t i = first * depth; i < last * depth; ++i)
      result[i] = beta < 0 ? quant::elementary::exp(m, result[i])
                           : quant::elementary::expUpTo88(m, result[i]);
    finish(first, last);
  }
}

OCTET_ROUTINE(softmax_f32) {
  const auto &p = *static_cast<const SoftmaxFloat *>(parameterBlock);
  const int64_t depth = p.depth;
  float *result = output<float>(tensors, 1), largest[together];
  forEachRows(tensors, depth, p.beta, begin, end, largest, [=](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      float share = 1.0f / sumOfLanes(result + i * depth, depth);
      for (int64_t c = 0; c < depth; ++c)
        result[i * depth + c] *= share;
    }
  });
}

OCTET_ROUTINE(log_softmax_f32) {
  const auto &p = *static_cast<const Rows *>(parameterBlock);
  const int64_t depth = p.depth;
  const float *operand = input<float>(tensors, 0);
  float *result = output<float>(tensors, 1), largest[together], logs[together];
  forEachRows(tensors, depth, 1.0f, begin, end, largest, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i)
      logs[i - first] = sumOfLanes(result + i * depth, depth);
    for (int64_t i = 0; i < last - first; ++i)
      logs[i] = quant::elementary::log(quant::elementary::Scalar(), logs[i]);
    for (int64_t i = first; i < last; ++i)
      for (int64_t c = 0; c < depth; ++c)
        result[i * depth + c] = operand[i * depth + c] - largest[i - first] - logs[i - first];
  });
}
