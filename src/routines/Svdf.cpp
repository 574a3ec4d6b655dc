// SVDF layers (tensorflow/lite/kernels/internal/reference/svdf.h).
#include "quant/Multiplier.h"
#include "routines/Parameters.h"
#include "routines/Routine.h"

using namespace octet;
using namespace octet::routines;

namespace {

enum Tensor { inputTensor, feature, time, bias, state, resultTensor, nextState };

// The state of every filter moves one step towards the past; the newest column, where the next
// filter's oldest is by then, is written by the caller.
template <typename T> void shiftState(const void *const *tensors, const Svdf &p, int64_t b) {
  const int64_t count = p.filters * p.memory;
  const T *from = input<T>(tensors, state) + b * count;
  T *to = output<T>(tensors, nextState) + b * count;
  for (int64_t i = 0; i + 1 < count; ++i)
    to[i] = from[i + 1];
}

// How many sums and inputs are taken together: loops over them are vectors, and their arrays small.
constexpr int64_t sumsTogether = 64, inputsTogether = 256;

int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

// Products of the inputs and the weights of filters [first, first + count).
void sumInputs(const Svdf &p, const int8_t *weights, const int8_t *x, int64_t count,
               int32_t *sums) {
  for (int64_t f = 0; f < count; ++f)
    sums[f] = 0;
  for (int64_t begin = 0; begin < p.inputs; begin += inputsTogether) {
    int64_t width = least(inputsTogether, p.inputs - begin);
    int16_t centered[inputsTogether];
    for (int64_t i = 0; i < width; ++i)
      centered[i] = static_cast<int16_t>(x[begin + i] - p.inputZeroPoint);
    for (int64_t f = 0; f < count; ++f) {
      const int8_t *row = weights + f * p.inputs + begin;
      int32_t sum = 0;
      for (int64_t i = 0; i < width; ++i)
        sum += row[i] * centered[i];
      sums[f] += sum;
    }
  }
}

// Products of a unit's states and weights, which lie side by side.
uint32_t sumStates(const int16_t *weights, const int16_t *states, int64_t count) {
  constexpr int64_t together = 8;
  uint32_t sum = 0;
  int64_t whole = count / together * together;
  for (int64_t begin = 0; begin < whole; begin += together) {
    int32_t products[together];
    for (int64_t i = 0; i < together; ++i)
      products[i] = weights[begin + i] * states[begin + i];
    for (int32_t product : products)
      sum += static_cast<uint32_t>(product);
  }
  for (int64_t i = whole; i < count; ++i)
    sum += static_cast<uint32_t>(weights[i] * states[i]);
  return sum;
}

} // namespace

OCTET_ROUTINE(svdf_8) {
  const auto &p = *static_cast<const Svdf *>(parameterBlock);
  int64_t units = p.filters / p.rank;
  for (int64_t b = begin; b < end; ++b) {
    shiftState<int16_t>(tensors, p, b);
    int16_t *memory = output<int16_t>(tensors, nextState) + b * p.filters * p.memory;
    const int8_t *x = input<int8_t>(tensors, inputTensor) + b * p.inputs;
    int32_t sums[sumsTogether];
    for (int64_t first = 0; first < p.filters; first += sumsTogether) {
      int64_t count = least(sumsTogether, p.filters - first);
      sumInputs(p, input<int8_t>(tensors, feature) + first * p.inputs, x, count, sums);
      for (int64_t f = 0; f < count; ++f)
        sums[f] = static_cast<int32_t>(
            quant::clamp(quant::multiplyDoubleAway(sums[f], p.feature), INT16_MIN, INT16_MAX));
      for (int64_t f = 0; f < count; ++f)
        memory[(first + f + 1) * p.memory - 1] = static_cast<int16_t>(sums[f]);
    }
    const auto *offset = input<int32_t>(tensors, bias);
    const int64_t perUnit = p.rank * p.memory;
    for (int64_t first = 0; first < units; first += sumsTogether) {
      int64_t count = least(sumsTogether, units - first);
      for (int64_t u = 0; u < count; ++u)
        sums[u] =
            static_cast<int32_t>((offset ? static_cast<uint32_t>(offset[first + u]) : 0) +
                                 sumStates(input<int16_t>(tensors, time) + (first + u) * perUnit,
                                           memory + (first + u) * perUnit, perUnit));
      int8_t *result = output<int8_t>(tensors, resultTensor) + b * units + first;
      for (int64_t u = 0; u < count; ++u)
        result[u] = static_cast<int8_t>(quant::clamp(
            int64_t{quant::multiplyDoubleAway(sums[u], p.output)} + p.outputZeroPoint, -128, 127));
    }
  }
}

OCTET_ROUTINE(svdf_f32) {
  const auto &p = *static_cast<const Svdf *>(parameterBlock);
  int64_t units = p.filters / p.rank;
  for (int64_t b = begin; b < end; ++b) {
    shiftState<float>(tensors, p, b);
    float *memory = output<float>(tensors, nextState) + b * p.filters * p.memory;
    const float *x = input<float>(tensors, inputTensor) + b * p.inputs;
    for (int64_t f = 0; f < p.filters; ++f) {
      const float *weights = input<float>(tensors, feature) + f * p.inputs;
      float sum = 0;
      for (int64_t i = 0; i < p.inputs; ++i)
        sum += weights[i] * x[i];
      memory[f * p.memory + p.memory - 1] = sum;
    }
    for (int64_t u = 0; u < units; ++u) {
      const auto *offset = input<float>(tensors, bias);
      float sum = offset ? offset[u] : 0;
      for (int64_t i = u * p.rank * p.memory; i < (u + 1) * p.rank * p.memory; ++i)
        sum += input<float>(tensors, time)[i] * memory[i];
      output<float>(tensors, resultTensor)[b * units + u] = sum;
    }
  }
}
