// Reductions over one block of axes: input[outer][reduced][inner] → result[outer][inner].
#include "quant/Rounding.h"
#include "routines/Parameters.h"
#include "routines/Routine.h"
#include "routines/Sum.h"

#include <type_traits>

using namespace octet;
using namespace octet::routines;

namespace {

enum Kind { sum, product, minimum, maximum };
// The dialect's recipes, as numbers in the parameter block.
enum Recipe { floatMean = 4, meanOfCodes = 5, foldCount = 6 };

// A quantized sum or mean: the last step of each recipe (qnn.reduce says where they come from).
int64_t rescaled(const Reduce &p, int64_t total) {
  auto multiply = [&p](int64_t value) {
    auto narrow = quant::wrapToInt32(value);
    return p.rounding == static_cast<int32_t>(quant::Rounding::doubleUp)
               ? quant::multiplyDoubleUp(narrow, p.multiplier)
               : quant::multiplyDoubleAway(narrow, p.multiplier);
  };
  int64_t centered = total - int64_t{p.inputZeroPoint} * p.reduced;
  auto roundAway = [](float x) {
    float whole = __builtin_truncf(x);
    return __builtin_fabsf(x - whole) >= 0.5f ? whole + __builtin_copysignf(1.0f, x) : whole;
  };
  auto count = static_cast<float>(p.reduced), zeroPoint = static_cast<float>(-p.inputZeroPoint);
  int64_t code = 0;
  if (p.rounding == static_cast<int32_t>(quant::Rounding::floatEven)) {
    // ONNX Runtime's QLinearGlobalAveragePool on x86 (MlasRequantizeOutput), its clamp first.
    float code = static_cast<float>(quant::wrapToInt32(centered)) * p.scale;
    auto lowest = static_cast<float>(p.lowest - p.outputZeroPoint),
         highest = static_cast<float>(p.highest - p.outputZeroPoint);
    code = code > lowest ? code : lowest;
    return static_cast<int64_t>(__builtin_rintf(code < highest ? code : highest)) +
           p.outputZeroPoint;
  }
  if (p.recipe == floatMean && !p.isMean) {
    // TFLite's conversion to int32 is undefined beyond it; Octet saturates. What fits wraps into
    // the storage: QuantizedMeanOrSum clamps means alone.
    float sum = roundAway(static_cast<float>(total) * p.scale + zeroPoint * p.scale * count);
    sum = sum < 0x1p31f ? sum : 0x1.fffffep30f;
    return static_cast<int64_t>(sum > -0x1p31f ? sum : -0x1p31f) + p.outputZeroPoint;
  }
  if (p.recipe == floatMean)
    code = static_cast<int64_t>(
        roundAway(static_cast<float>(total) / count * p.scale + zeroPoint * p.scale) +
        static_cast<float>(p.outputZeroPoint));
  else if (p.recipe == meanOfCodes)
    code = multiply(total) + p.bias;
  else if (p.recipe == foldCount || !p.isMean)
    code = multiply(centered) + p.outputZeroPoint;
  else
    code = quant::divideHalfAway(multiply(centered), p.reduced) + p.outputZeroPoint;
  return quant::clamp(code, p.lowest, p.highest);
}

template <typename Sum> struct Combine {
  static constexpr bool isReal = static_cast<Sum>(0.5) != 0;
  static constexpr Sum limit = sizeof(Sum) == 8 ? static_cast<Sum>(INT64_MAX) : INT32_MAX;

  static Sum neutral(int32_t kind) {
    bool largest = kind == minimum, smallest = kind == maximum;
    if constexpr (isReal)
      return kind == product ? 1 : largest ? __builtin_inff() : smallest ? -__builtin_inff() : 0;
    else
      return kind == product ? 1 : largest ? limit : smallest ? -limit - 1 : 0;
  }
  static Sum step(int32_t kind, Sum a, Sum b) {
    switch (kind) {
    case product:
      if constexpr (isReal)
        return a * b;
      else
        return static_cast<Sum>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
    case minimum:
      return b < a ? b : a;
    case maximum:
      return a < b ? b : a;
    default:
      if constexpr (isReal)
        return a + b;
      else
        return static_cast<Sum>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
    }
  }
};

// `width` results side by side of rows `inner` apart, one kind at a time, so that the inner loop is
// a plain one. Sums and extremes of narrow integers fit 32 bits for as many rows as a chunk has.
template <int32_t kind, typename T, typename Sum, int64_t width>
void accumulate(const T *from, int64_t reduced, int64_t inner, Sum *sums) {
  constexpr bool isNarrow = sizeof(T) <= 2 && kind != product;
  using Partial = std::conditional_t<isNarrow, int32_t, Sum>;
  const int64_t chunk = isNarrow ? 1 << 14 : reduced;
  for (int64_t first = 0; first < reduced; first += chunk) {
    int64_t last = reduced - first < chunk ? reduced : first + chunk;
    Partial partial[width];
    for (int64_t i = 0; i < width; ++i)
      partial[i] = Combine<Partial>::neutral(kind);
    for (int64_t r = first; r < last; ++r)
      for (int64_t i = 0; i < width; ++i)
        partial[i] =
            Combine<Partial>::step(kind, partial[i], static_cast<Partial>(from[r * inner + i]));
    for (int64_t i = 0; i < width; ++i)
      sums[i] = isNarrow ? Combine<Sum>::step(kind, sums[i], static_cast<Sum>(partial[i]))
                         : static_cast<Sum>(partial[i]);
  }
}

// The last step. One function for all kinds and widths: it takes more code than the rest.
template <typename T, typename Sum>
__attribute__((noinline)) void finish(const Reduce &p, const Sum *totals, int64_t count,
                                      T *result) {
  for (int64_t i = 0; i < count; ++i) {
    if (p.rescales)
      result[i] = static_cast<T>(rescaled(p, static_cast<int64_t>(totals[i])));
    else if (p.isMean)
      result[i] = p.reduced ? static_cast<T>(totals[i] / static_cast<Sum>(p.reduced)) : T{};
    else
      result[i] = static_cast<T>(totals[i]);
  }
}

template <int32_t kind, typename T, typename Sum, int64_t width>
void reduceColumns(const T *from, const Reduce &p, T *result) {
  Sum sums[width];
  for (int64_t i = 0; i < width; ++i)
    sums[i] = Combine<Sum>::neutral(kind);
  accumulate<kind, T, Sum, width>(from, p.reduced, p.inner, sums);
  finish(p, sums, width, result);
}

// One result of many neighbours, floats in the order that Sum.h has.
template <int32_t kind, typename T, typename Sum>
void reduceRow(const T *from, const Reduce &p, T *result) {
  if constexpr (kind == sum && Combine<Sum>::isReal) {
    Sum total;
    sumRows<1>(from, p.reduced, &total);
    return finish(p, &total, 1, result);
  }
  Sum sums[sumLanes];
  for (Sum &sum : sums)
    sum = Combine<Sum>::neutral(kind);
  accumulate<kind, T, Sum, sumLanes>(from, p.reduced / sumLanes, sumLanes, sums);
  for (int64_t i = p.reduced / sumLanes * sumLanes; i < p.reduced; ++i)
    sums[i % sumLanes] = Combine<Sum>::step(kind, sums[i % sumLanes], static_cast<Sum>(from[i]));
  Sum total = foldLanes(sums, [](Sum a, Sum b) { return Combine<Sum>::step(kind, a, b); });
  finish(p, &total, 1, result);
}

// The last columns of a width overlap those before.
template <int32_t kind, typename T, typename Sum>
void reduceAs(const void *const *tensors, const Reduce &p, int64_t begin, int64_t end) {
  constexpr int64_t wide = 32, narrow = 8;
  for (int64_t outer = begin; outer < end; ++outer) {
    const T *from = input<T>(tensors, 0) + outer * p.reduced * p.inner;
    T *result = output<T>(tensors, 1) + outer * p.inner;
    constexpr bool addsFloats = kind == sum && Combine<Sum>::isReal;
    if (kind != product && p.inner == 1 && p.reduced >= (addsFloats ? 1 : sumLanes)) {
      reduceRow<kind, T, Sum>(from, p, result);
      continue;
    }
    int64_t width = kind == product ? 1 : p.inner >= wide ? wide : p.inner >= narrow ? narrow : 1;
    for (int64_t column = 0; column < p.inner; column += width) {
      int64_t first = column < p.inner - width ? column : p.inner - width;
      if (width == wide)
        reduceColumns<kind, T, Sum, wide>(from + first, p, result + first);
      else if (width == narrow)
        reduceColumns<kind, T, Sum, narrow>(from + first, p, result + first);
      else
        reduceColumns<kind, T, Sum, 1>(from + first, p, result + first);
    }
  }
}

} // namespace

// reference_ops::QuantizedReduceProd.
template <typename T>
static void productOfCodes(const void *const *tensors, const Reduce &p, int64_t begin,
                           int64_t end) {
  for (int64_t i = begin * p.inner; i < end * p.inner; ++i) {
    const T *from = input<T>(tensors, 0) + i / p.inner * p.reduced * p.inner + i % p.inner;
    int32_t total = 1;
    for (int64_t r = 0; r < p.reduced; ++r) {
      int32_t factor = from[r * p.inner] - p.inputZeroPoint;
      total = r == 0 ? factor : quant::multiplyQ15Up(int64_t{total} * factor, p.multiplier);
    }
    int64_t code = int64_t{quant::multiplyQ15Up(total, p.multiplier)} + p.outputZeroPoint;
    output<T>(tensors, 1)[i] = static_cast<T>(quant::clamp(code, p.lowest, p.highest));
  }
}

OCTET_ROUTINE(reduce_scaled_product_i8) {
  productOfCodes<int8_t>(tensors, *static_cast<const Reduce *>(parameterBlock), begin, end);
}
OCTET_ROUTINE(reduce_scaled_product_i16) {
  productOfCodes<int16_t>(tensors, *static_cast<const Reduce *>(parameterBlock), begin, end);
}

// An artifact holds the kinds that it needs.
#define REDUCE_AS(kind, name, type, total)                                                         \
  OCTET_ROUTINE(reduce_##kind##_##name) {                                                          \
    reduceAs<kind, type, total>(tensors, *static_cast<const Reduce *>(parameterBlock), begin,      \
                                end);                                                              \
  }
#define REDUCE(name, type, total)                                                                  \
  REDUCE_AS(sum, name, type, total)                                                                \
  REDUCE_AS(product, name, type, total)                                                            \
  REDUCE_AS(minimum, name, type, total)                                                            \
  REDUCE_AS(maximum, name, type, total)
REDUCE(i8, int8_t, int64_t)
REDUCE(u8, uint8_t, int64_t)
REDUCE(bool, uint8_t, int64_t)
REDUCE(i16, int16_t, int64_t)
REDUCE(i32, int32_t, int64_t)
REDUCE(i64, int64_t, int64_t)
REDUCE(f32, float, float)
