// SVDF layers (tensorflow/lite/kernels/internal/reference/svdf.h).
#include "quant/Multiplier.h"
#include "routines/Parameters.h"
#include "routines/Routine.h"

using namespace octet;
using namespace octet::routines;

namespace {

enum Tensor { inputTensor, feature, time, bias, state, resultTensor, nextState };

// The state of every filter moves one step towards the past; the newest column is written by the
// caller.
template <typename T> void shiftState(const void *const *tensors, const Svdf &p, int64_t b) {
  const T *from = input<T>(tensors, state) + b * p.filters * p.memory;
  T *to = output<T>(tensors, nextState) + b * p.filters * p.memory;
  for (int64_t f = 0; f < p.filters; ++f)
    for (int64_t m = 0; m + 1 < p.memory; ++m)
      to[f * p.memory + m] = from[f * p.memory + m + 1];
}

} // namespace

OCTET_ROUTINE(svdf_8) {
  const auto &p = *static_cast<const Svdf *>(parameterBlock);
  int64_t units = p.filters / p.rank;
  for (int64_t b = begin; b < end; ++b) {
    shiftState<int16_t>(tensors, p, b);
    int16_t *memory = output<int16_t>(tensors, nextState) + b * p.filters * p.memory;
    const int8_t *x = input<int8_t>(tensors, inputTensor) + b * p.inputs;
    for (int64_t f = 0; f < p.filters; ++f) {
      const int8_t *weights = input<int8_t>(tensors, feature) + f * p.inputs;
      int32_t sum = 0;
      for (int64_t i = 0; i < p.inputs; ++i)
        sum += weights[i] * (x[i] - p.inputZeroPoint);
      int64_t activation = quant::multiplyDoubleAway(sum, p.feature);
      memory[f * p.memory + p.memory - 1] =
          static_cast<int16_t>(quant::clamp(activation, INT16_MIN, INT16_MAX));
    }
    for (int64_t u = 0; u < units; ++u) {
      const auto *offset = input<int32_t>(tensors, bias);
      uint32_t sum = offset ? static_cast<uint32_t>(offset[u]) : 0;
      for (int64_t i = u * p.rank * p.memory; i < (u + 1) * p.rank * p.memory; ++i)
        sum += static_cast<uint32_t>(input<int16_t>(tensors, time)[i] * memory[i]);
      int64_t code = int64_t{quant::multiplyDoubleAway(static_cast<int32_t>(sum), p.output)} +
                     p.outputZeroPoint;
      output<int8_t>(tensors, resultTensor)[b * units + u] =
          static_cast<int8_t>(quant::clamp(code, -128, 127));
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
