// Routines over independent rows: norms, extremes, the largest elements, dynamic quantization.
#include "quant/Rsqrt.h"
#include "routines/Parameters.h"
#include "routines/Routine.h"
#include "routines/Sum.h"

using namespace octet;
using namespace octet::routines;

// reference_integer_ops::L2Normalization, and reference_ops::L2Normalization for uint8.
OCTET_ROUTINE(l2_norm_8) {
  const auto &p = *static_cast<const L2Norm *>(parameterBlock);
  for (int64_t i = begin; i < end; ++i) {
    const uint8_t *row = input<uint8_t>(tensors, 0) + i * p.depth;
    uint8_t *result = output<uint8_t>(tensors, 1) + i * p.depth;
    // The zero point is an unsigned code here, like the codes after the flip.
    uint32_t sum = 0;
    for (int64_t c = 0; c < p.depth; ++c) {
      int32_t difference = (row[c] ^ p.signFlip) - p.zeroPoint;
      sum += static_cast<uint32_t>(difference * difference);
    }
    quant::FixedPointMultiplier inverse = quant::inverseSquareRoot(static_cast<int32_t>(sum));
    inverse.exponent += p.inverseShift;
    for (int64_t c = 0; c < p.depth; ++c) {
      int32_t difference = (row[c] ^ p.signFlip) - p.zeroPoint;
      int64_t code = quant::clamp(
          int64_t{128} + quant::multiplyDoubleAway(difference << p.codeShift, inverse), 0, 255);
      result[c] = static_cast<uint8_t>(code ^ p.signFlip);
    }
  }
}

OCTET_ROUTINE(l2_norm_f32) {
  const auto &p = *static_cast<const Rows *>(parameterBlock);
  for (int64_t i = begin; i < end; ++i) {
    const float *row = input<float>(tensors, 0) + i * p.depth;
    float *result = output<float>(tensors, 1) + i * p.depth;
    float sum = 0;
    for (int64_t c = 0; c < p.depth; ++c)
      sum += row[c] * row[c];
    float norm = __builtin_sqrtf(sum);
    norm = norm < 1e-6f ? 1e-6f : norm;
    for (int64_t c = 0; c < p.depth; ++c)
      result[c] = row[c] / norm;
  }
}

// Rows side by side, so that one's additions do not wait for another's. The sums are those of
// reduce, the squares MlasLayerNormKernelAvx2's for simplified norms.
template <int64_t rows>
static void normalize(const float *__restrict from, int64_t depth, float epsilon,
                      float *__restrict to) {
  const auto count = static_cast<float>(depth);
  float means[rows], squares[rows];
  sumRows<rows>(from, depth, means);
  for (float &mean : means)
    mean /= count;
  const int64_t whole = depth / pairLanes * pairLanes;
  PairOfLanes sums[rows] = {};
  for (int64_t c = 0; c < whole; c += pairLanes)
    for (int64_t row = 0; row < rows; ++row) {
      PairOfLanes numbers;
      loadPair(from + row * depth + c, numbers);
      numbers -= means[row];
      addSquares(numbers, sums[row]);
    }
  for (int64_t row = 0; row < rows; ++row) {
    squares[row] = foldPair(sums[row]);
    for (int64_t c = whole; c < depth; ++c) {
      float difference = from[row * depth + c] - means[row];
      squares[row] = __builtin_fmaf(difference, difference, squares[row]);
    }
    float mean = means[row], inverse = 1.0f / __builtin_sqrtf(squares[row] / count + epsilon);
    for (int64_t c = 0; c < depth; ++c)
      to[row * depth + c] = (from[row * depth + c] - mean) * inverse;
  }
}

OCTET_ROUTINE(layer_norm_f32) {
  const auto &p = *static_cast<const LayerNorm *>(parameterBlock);
  inGroups<4>(begin, end, [&]<int64_t rows>(int64_t i) {
    normalize<rows>(input<float>(tensors, 0) + i * p.depth, p.depth, p.epsilon,
                    output<float>(tensors, 1) + i * p.depth);
  });
}

// Welford's recurrence, as SkipLayerNormalization has it (skip_layer_norm.cc). Every step of a row
// waits for the one before, so rows go side by side.
template <int64_t rows>
static void normalizeInOnePass(const float *from, int64_t depth, float epsilon, float *to) {
  float means[rows] = {}, squares[rows] = {};
  for (int64_t c = 0; c < depth; ++c) {
    const auto count = static_cast<float>(c + 1);
    for (int64_t row = 0; row < rows; ++row) {
      float number = from[row * depth + c], difference = number - means[row];
      means[row] += difference / count;
      squares[row] += difference * (number - means[row]);
    }
  }
  for (int64_t row = 0; row < rows; ++row) {
    float mean = means[row];
    float deviation = __builtin_sqrtf(squares[row] / static_cast<float>(depth) + epsilon);
    for (int64_t c = 0; c < depth; ++c)
      to[row * depth + c] = (from[row * depth + c] - mean) / deviation;
  }
}

OCTET_ROUTINE(layer_norm_one_pass_f32) {
  const auto &p = *static_cast<const LayerNorm *>(parameterBlock);
  inGroups<16>(begin, end, [&]<int64_t rows>(int64_t i) {
    normalizeInOnePass<rows>(input<float>(tensors, 0) + i * p.depth, p.depth, p.epsilon,
                             output<float>(tensors, 1) + i * p.depth);
  });
}

// Half away from zero. Truncation after adding a half would overshoot just below a half.
static float rounded(float value) {
  float whole = __builtin_truncf(value);
  return __builtin_fabsf(value - whole) >= 0.5f ? whole + __builtin_copysignf(1.0f, value) : whole;
}
static int32_t rounded(double value) {
  auto whole = static_cast<int32_t>(value);
  double rest = value - whole;
  return whole + (rest >= 0.5) - (rest <= -0.5);
}

template <typename Real> static Real clamped(Real value, Real lowest, Real highest) {
  value = value < highest ? value : highest;
  return value > lowest ? value : lowest;
}

// TFLite's PortableSymmetricQuantizeFloats: codes, then the row's scale.
OCTET_ROUTINE(dynamic_quantize) {
  const auto &p = *static_cast<const Rows *>(parameterBlock);
  for (int64_t i = begin; i < end; ++i) {
    const float *row = input<float>(tensors, 0) + i * p.depth;
    int8_t *codes = output<int8_t>(tensors, 1) + i * p.depth;
    float range = 0;
    for (int64_t c = 0; c < p.depth; ++c) {
      float magnitude = __builtin_fabsf(row[c]);
      range = magnitude > range ? magnitude : range;
    }
    output<float>(tensors, 2)[i] = range == 0 ? 1.0f : range / 127.0f;
    float inverse = range == 0 ? 0.0f : 127.0f / range;
    for (int64_t c = 0; c < p.depth; ++c)
      codes[c] = static_cast<int8_t>(clamped(rounded(row[c] * inverse), -127.0f, 127.0f));
  }
}

// TFLite's PortableAsymmetricQuantizeFloats, less the zero point: distances to it, then the row's
// scale.
OCTET_ROUTINE(dynamic_quantize_asymmetric) {
  const auto &p = *static_cast<const Rows *>(parameterBlock);
  constexpr double lowest = -128, highest = 127;
  for (int64_t i = begin; i < end; ++i) {
    const float *row = input<float>(tensors, 0) + i * p.depth;
    int16_t *distances = output<int16_t>(tensors, 1) + i * p.depth;
    float least = 0, most = 0;
    for (int64_t c = 0; c < p.depth; ++c) {
      least = row[c] < least ? row[c] : least;
      most = row[c] > most ? row[c] : most;
    }
    float scale = 1, inverse = 0, zeroPoint = 0;
    if (least != most) {
      double step = (double{most} - double{least}) / (highest - lowest);
      // Of the two zero points that the ends of the range give, the one nearer to its end.
      double fromLeast = lowest - least / step, fromMost = highest - most / step;
      bool leastIsNearer =
          -lowest + __builtin_fabs(least / step) < highest + __builtin_fabs(most / step);
      double real = clamped(leastIsNearer ? fromLeast : fromMost, lowest, highest);
      zeroPoint = static_cast<float>(rounded(real));
      scale = static_cast<float>(step);
      inverse = scale == 0 ? 0.0f : static_cast<float>(1.0 / scale);
    }
    output<float>(tensors, 2)[i] = scale;
    for (int64_t c = 0; c < p.depth; ++c)
      distances[c] = static_cast<int16_t>(
          clamped(rounded(zeroPoint + row[c] * inverse), -128.0f, 127.0f) - zeroPoint);
  }
}

// ONNX Runtime's GetQuantizationParameter for uint8. The lanes are apart so that they can be
// vectors; an extreme does not depend on the order.
OCTET_ROUTINE(dynamic_range) {
  constexpr int64_t lanes = 32;
  const float *values = input<float>(tensors, 0);
  int64_t count = static_cast<const Rows *>(parameterBlock)->depth, whole = count / lanes * lanes;
  float least[lanes] = {}, most[lanes] = {};
  for (int64_t at = 0; at < whole; at += lanes)
    for (int64_t i = 0; i < lanes; ++i) {
      float value = values[at + i];
      least[i] = value < least[i] ? value : least[i];
      most[i] = value > most[i] ? value : most[i];
    }
  for (int64_t at = whole; at < count; ++at) {
    least[0] = values[at] < least[0] ? values[at] : least[0];
    most[0] = values[at] > most[0] ? values[at] : most[0];
  }
  for (int64_t i = 1; i < lanes; ++i) {
    least[0] = least[i] < least[0] ? least[i] : least[0];
    most[0] = most[i] > most[0] ? most[i] : most[0];
  }
  float scale = least[0] == most[0] ? 1.0f : (most[0] - least[0]) / 255.0f;
  // Where the range is infinite this is no number, and the library's bound for it is the upper one.
  float zeroPoint = 0.0f - least[0] / scale;
  zeroPoint = zeroPoint < 255.0f ? zeroPoint : 255.0f;
  zeroPoint = zeroPoint > 0.0f ? zeroPoint : 0.0f;
  *output<float>(tensors, 1) = scale;
  *output<uint8_t>(tensors, 2) = static_cast<uint8_t>(__builtin_rintf(zeroPoint));
}

// A code with what is left of its index below it: the largest such number is the first of the
// largest codes, found without branches.
template <typename T> static int64_t extremeOfCodes(const T *row, int64_t extent, bool minimum) {
  constexpr int64_t block = 16;
  constexpr int signBit = static_cast<T>(-1) < 0 ? 0x80 : 0;
  const int flip = minimum ? signBit ^ 0xFF : signBit;
  uint16_t keys[block] = {};
  // The last block overlaps the one before it: a maximum may take an element twice.
  for (int64_t k = 0; k < extent; k += block) {
    int64_t from = extent < block ? 0 : quant::clamp(k, 0, extent - block);
    int64_t count = extent < block ? extent : block;
    for (int64_t i = 0; i < count; ++i) {
      int code = static_cast<uint8_t>(row[from + i]) ^ flip;
      auto key = static_cast<uint16_t>(code << 8 | (255 - static_cast<int>(from + i)));
      keys[i] = key > keys[i] ? key : keys[i];
    }
  }
  uint16_t largest = 0;
  for (uint16_t key : keys)
    largest = key > largest ? key : largest;
  return 255 - (largest & 255);
}

// Rows are the elements of the result.
template <typename T>
static void argExtreme(const void *const *tensors, const ArgExtreme &p, int64_t begin,
                       int64_t end) {
  for (int64_t i = begin; i < end; ++i) {
    const T *base = input<T>(tensors, 0) + i / p.inner * p.extent * p.inner + i % p.inner;
    int64_t best = 0;
    T bestValue = base[0];
    bool isRowOfCodes = sizeof(T) == 1 && p.inner == 1 && p.extent <= 256;
    if (isRowOfCodes)
      best = extremeOfCodes(base, p.extent, p.minimum);
    for (int64_t k = 1; k < p.extent && !isRowOfCodes; ++k) {
      T value = base[k * p.inner];
      if (p.minimum ? value < bestValue : value > bestValue) {
        bestValue = value;
        best = k;
      }
    }
    if (p.indexBytes == 8)
      output<int64_t>(tensors, 1)[i] = best;
    else
      output<int32_t>(tensors, 1)[i] = static_cast<int32_t>(best);
  }
}

#define ARG_EXTREME(name, type)                                                                    \
  OCTET_ROUTINE(arg_extreme_##name) {                                                              \
    argExtreme<type>(tensors, *static_cast<const ArgExtreme *>(parameterBlock), begin, end);       \
  }
ARG_EXTREME(i8, int8_t)
ARG_EXTREME(u8, uint8_t)
ARG_EXTREME(i16, int16_t)
ARG_EXTREME(i32, int32_t)
ARG_EXTREME(f32, float)

// Insertion into the k largest so far; an equal element stays behind the earlier one.
template <typename T>
static void topK(const void *const *tensors, const TopK &p, int64_t begin, int64_t end) {
  for (int64_t i = begin; i < end; ++i) {
    const T *row = input<T>(tensors, 0) + i * p.depth;
    T *values = output<T>(tensors, 1) + i * p.k;
    int32_t *indices = output<int32_t>(tensors, 2) + i * p.k;
    int64_t count = 0;
    for (int64_t c = 0; c < p.depth; ++c) {
      if (count == p.k && !(row[c] > values[count - 1]))
        continue;
      int64_t place = count < p.k ? count++ : p.k - 1;
      for (; place > 0 && row[c] > values[place - 1]; --place) {
        values[place] = values[place - 1];
        indices[place] = indices[place - 1];
      }
      values[place] = row[c];
      indices[place] = static_cast<int32_t>(c);
    }
  }
}

#define TOP_K(name, type)                                                                          \
  OCTET_ROUTINE(top_k_##name) {                                                                    \
    topK<type>(tensors, *static_cast<const TopK *>(parameterBlock), begin, end);                   \
  }
TOP_K(i8, int8_t)
TOP_K(u8, uint8_t)
TOP_K(i32, int32_t)
TOP_K(i64, int64_t)
TOP_K(f32, float)
