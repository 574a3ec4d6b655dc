// LSTM layers: TFLite's float form and its 8x8_16 integer form
// (tensorflow/lite/kernels/lstm_eval.cc).
#include "quant/Elementary.h"
#include "quant/FixedPoint.h"
#include "quant/Interpolated.h"
#include "quant/Rsqrt.h"
#include "routines/Parameters.h"
#include "routines/Routine.h"

using namespace octet;
using namespace octet::routines;

namespace {

/// The operands of qnn.lstm in their order, then its results, then scratch.
enum Tensor {
  inputTensor,
  inputToInput,
  inputToForget,
  inputToCell,
  inputToOutput,
  recurrentToInput,
  recurrentToForget,
  recurrentToCell,
  recurrentToOutput,
  cellToInput,
  cellToForget,
  cellToOutput,
  inputBias,
  forgetBias,
  cellBias,
  outputBias,
  projectionWeights,
  projectionBias,
  hiddenState,
  cellState,
  inputNorm,
  forgetNorm,
  cellNorm,
  outputNorm,
  resultTensor,
  nextHiddenState,
  nextCellState,
  scratch,
};

/// Which tensors belong to a gate.
struct GateTensors {
  int inputWeights, recurrentWeights, peepholeWeights, bias, norm;
};
constexpr GateTensors inputGate{inputToInput, recurrentToInput, cellToInput, inputBias, inputNorm};
constexpr GateTensors forgetGate{inputToForget, recurrentToForget, cellToForget, forgetBias,
                                 forgetNorm};
constexpr GateTensors cellGate{inputToCell, recurrentToCell, -1, cellBias, cellNorm};
constexpr GateTensors outputGate{inputToOutput, recurrentToOutput, cellToOutput, outputBias,
                                 outputNorm};

int32_t dot(const int8_t *a, int32_t zeroPoint, const int8_t *weights, int64_t count) {
  int32_t sum = 0;
  for (int64_t i = 0; i < count; ++i)
    sum += (a[i] - zeroPoint) * weights[i];
  return sum;
}

int16_t saturate16(int64_t value) {
  return static_cast<int16_t>(quant::clamp(value, INT16_MIN, INT16_MAX));
}

// PortableApplyLayerNorm: mean and deviation with 10 more bits, then weights, bias and a rescale to
// Q3.12.
void normalize(int16_t *gate, int64_t count, const int16_t *weights, const int32_t *bias,
               const LstmGate &scales) {
  int64_t sum = 0, squares = 0;
  for (int64_t c = 0; c < count; ++c) {
    sum += gate[c];
    squares += gate[c] * gate[c];
  }
  auto mean = static_cast<int32_t>(sum * 1024 / count);
  // TFLite's own approximation of squares / count, exact for powers of two.
  auto inverseCount = static_cast<int32_t>((1 << 20) / count);
  auto variance = static_cast<int32_t>((squares * inverseCount - int64_t{mean} * mean) / (1 << 20));
  quant::FixedPointMultiplier inverse =
      quant::inverseSquareRoot(variance < 1 ? scales.leastVariance : variance);
  quant::FixedPointMultiplier output = scales.norm;
  output.exponent += 12;
  for (int64_t c = 0; c < count; ++c) {
    int32_t normalized = quant::multiplyDoubleAway(1024 * gate[c] - mean, inverse);
    int64_t weighted = quant::wrapToInt32(int64_t{normalized} * weights[c] + bias[c]);
    auto reduced = static_cast<int32_t>((weighted > 0 ? weighted + 512 : weighted - 512) / 1024);
    gate[c] = saturate16(quant::multiplyDoubleAway(reduced, output));
  }
}

// CalculateLstmGateInteger8x8_16 up to the activation: three products, each rescaled and added with
// saturation. With a layer normalization the bias comes after it.
void gatePreactivation(const void *const *tensors, const Lstm &p, const LstmGate &scales,
                       GateTensors names, const int8_t *x, const int8_t *state, const int16_t *cell,
                       int16_t *gate) {
  const auto *inputWeights = input<int8_t>(tensors, names.inputWeights);
  const auto *recurrentWeights = input<int8_t>(tensors, names.recurrentWeights);
  const auto *bias = input<int32_t>(tensors, names.bias);
  const auto *norm = input<int16_t>(tensors, names.norm);
  const int16_t *peephole =
      names.peepholeWeights < 0 ? nullptr : input<int16_t>(tensors, names.peepholeWeights);
  for (int64_t c = 0; c < p.cells; ++c) {
    int32_t fromInput =
        dot(x, p.inputZeroPoint, inputWeights + c * p.inputs, p.inputs) + (norm ? 0 : bias[c]);
    gate[c] = saturate16(quant::multiplyDoubleAway(fromInput, scales.input));
    int64_t fromState = quant::multiplyDoubleAway(
        dot(state, p.stateZeroPoint, recurrentWeights + c * p.outputs, p.outputs),
        scales.recurrent);
    gate[c] = saturate16(int64_t{gate[c]} + (p.isComposed ? saturate16(fromState) : fromState));
    if (peephole)
      gate[c] = saturate16(int64_t{gate[c]} +
                           quant::multiplyDoubleAway(peephole[c] * cell[c], scales.peephole));
  }
  if (norm)
    normalize(gate, p.cells, norm, bias, scales);
}

void applyLogistic(const Lstm &p, int16_t *gate) {
  for (int64_t c = 0; c < p.cells; ++c)
    gate[c] =
        p.isComposed ? quant::interpolated::logistic(gate[c]) : quant::fixed::logistic<3>(gate[c]);
}

int16_t fixedTanh(int16_t x, int integerBits) {
  switch (integerBits) {
  case 0:
    return quant::fixed::tanh<0>(x);
  case 1:
    return quant::fixed::tanh<1>(x);
  case 2:
    return quant::fixed::tanh<2>(x);
  case 3:
    return quant::fixed::tanh<3>(x);
  case 4:
    return quant::fixed::tanh<4>(x);
  case 5:
    return quant::fixed::tanh<5>(x);
  default:
    return quant::fixed::tanh<6>(x);
  }
}

/// tanh of numbers with the given integer bits, to Q0.15.
void applyTanh(const Lstm &p, const int16_t *from, int16_t *to, int integerBits) {
  for (int64_t c = 0; c < p.cells; ++c)
    to[c] =
        p.isComposed
            ? quant::interpolated::tanh(from[c], quant::interpolated::shiftedLeft(integerBits - 3))
            : fixedTanh(from[c], integerBits);
}

int16_t productShifted(int16_t a, int16_t b, int shift) {
  return static_cast<int16_t>(quant::divideByPowerOfTwoHalfAway(int32_t{a} * b, shift));
}

int16_t productRescaled(int16_t a, int16_t b, quant::FixedPointMultiplier by) {
  return saturate16(quant::multiplyDoubleAway(int32_t{a} * b, by));
}

void integerStep(const void *const *tensors, const Lstm &p, const int8_t *x, int8_t *state,
                 int16_t *cell, int8_t *result, int16_t *buffers) {
  int16_t *inputs = buffers, *forget = buffers + p.cells, *update = forget + p.cells,
          *out = update + p.cells;
  auto *hidden = reinterpret_cast<int8_t *>(out + p.cells);
  bool coupled = !tensors[inputToInput];
  gatePreactivation(tensors, p, p.forgetGate, forgetGate, x, state, cell, forget);
  applyLogistic(p, forget);
  gatePreactivation(tensors, p, p.cellGate, cellGate, x, state, cell, update);
  applyTanh(p, update, update, 3);
  if (!coupled) {
    gatePreactivation(tensors, p, p.inputGate, inputGate, x, state, cell, inputs);
    applyLogistic(p, inputs);
  }
  for (int64_t c = 0; c < p.cells; ++c) {
    auto share = static_cast<int16_t>(coupled ? 32767 - forget[c] : inputs[c]);
    int32_t kept = p.isComposed ? productRescaled(forget[c], cell[c], p.keep)
                                : productShifted(forget[c], cell[c], 15);
    int32_t added = p.isComposed ? productRescaled(share, update[c], p.admit)
                                 : productShifted(share, update[c], 30 + p.cellExponent);
    cell[c] = saturate16(kept + added);
    if (p.quantizedCellClip > 0)
      cell[c] =
          static_cast<int16_t>(quant::clamp(cell[c], -p.quantizedCellClip, p.quantizedCellClip));
  }
  // The output gate's peephole reads the new cell state.
  gatePreactivation(tensors, p, p.outputGate, outputGate, x, state, cell, out);
  applyLogistic(p, out);
  applyTanh(p, cell, update, 15 + p.cellExponent);
  const auto *projection = input<int8_t>(tensors, projectionWeights);
  int8_t *target = projection ? hidden : state;
  for (int64_t c = 0; c < p.cells; ++c) {
    int64_t scaled = quant::multiplyDoubleAway(int32_t{out[c]} * update[c], p.hidden) +
                     int64_t{p.hiddenZeroPoint};
    target[c] = static_cast<int8_t>(quant::clamp(scaled, -128, 127));
  }
  if (projection) {
    const auto *bias = input<int32_t>(tensors, projectionBias);
    for (int64_t o = 0; o < p.outputs; ++o) {
      int32_t sum =
          dot(hidden, p.hiddenZeroPoint, projection + o * p.cells, p.cells) + (bias ? bias[o] : 0);
      int64_t code = quant::clamp(
          quant::multiplyDoubleAway(sum, p.projection) + int64_t{p.stateZeroPoint}, -128, 127);
      if (p.quantizedProjectionClip > 0)
        code = quant::clamp(code, -p.quantizedProjectionClip, p.quantizedProjectionClip);
      state[o] = static_cast<int8_t>(code);
    }
  }
  __builtin_memcpy(result, state, static_cast<uint64_t>(p.outputs));
}

float dotReal(const float *a, const float *weights, int64_t count, float sum) {
  for (int64_t i = 0; i < count; ++i)
    sum += a[i] * weights[i];
  return sum;
}

void gateReal(const void *const *tensors, const Lstm &p, GateTensors names, const float *x,
              const float *state, const float *cell, float *gate) {
  const float *peephole =
      names.peepholeWeights < 0 ? nullptr : input<float>(tensors, names.peepholeWeights);
  const auto *norm = input<float>(tensors, names.norm), *bias = input<float>(tensors, names.bias);
  for (int64_t c = 0; c < p.cells; ++c) {
    float sum = dotReal(x, input<float>(tensors, names.inputWeights) + c * p.inputs, p.inputs,
                        norm ? 0.0f : bias[c]);
    sum = dotReal(state, input<float>(tensors, names.recurrentWeights) + c * p.outputs, p.outputs,
                  sum);
    gate[c] = peephole ? sum + peephole[c] * cell[c] : sum;
  }
  if (!norm)
    return;
  // MeanStddevNormalization, then weights and bias.
  float sum = 0, squares = 0;
  for (int64_t c = 0; c < p.cells; ++c)
    sum += gate[c];
  float mean = sum / static_cast<float>(p.cells);
  for (int64_t c = 0; c < p.cells; ++c)
    squares += (gate[c] - mean) * (gate[c] - mean);
  float inverse = 1.0f / __builtin_sqrtf(squares / static_cast<float>(p.cells) + 1e-8f);
  for (int64_t c = 0; c < p.cells; ++c)
    gate[c] = (gate[c] - mean) * inverse * norm[c] + bias[c];
}

float bounded(float value, float limit) {
  return limit <= 0 ? value : value > limit ? limit : value < -limit ? -limit : value;
}

void realStep(const void *const *tensors, const Lstm &p, const float *x, float *state, float *cell,
              float *result, float *buffers) {
  quant::elementary::Scalar m;
  float *inputs = buffers, *forget = buffers + p.cells, *update = forget + p.cells,
        *out = update + p.cells;
  bool coupled = !tensors[inputToInput];
  gateReal(tensors, p, forgetGate, x, state, cell, forget);
  gateReal(tensors, p, cellGate, x, state, cell, update);
  if (!coupled)
    gateReal(tensors, p, inputGate, x, state, cell, inputs);
  for (int64_t c = 0; c < p.cells; ++c) {
    float keep = quant::elementary::logistic(m, forget[c]);
    float share = coupled ? 1.0f - keep : quant::elementary::logistic(m, inputs[c]);
    cell[c] = bounded(keep * cell[c] + quant::elementary::tanh(m, update[c]) * share, p.cellClip);
  }
  gateReal(tensors, p, outputGate, x, state, cell, out);
  const auto *projection = input<float>(tensors, projectionWeights);
  float *target = projection ? update : state;
  for (int64_t c = 0; c < p.cells; ++c)
    target[c] = quant::elementary::logistic(m, out[c]) * quant::elementary::tanh(m, cell[c]);
  if (projection) {
    const auto *bias = input<float>(tensors, projectionBias);
    for (int64_t o = 0; o < p.outputs; ++o)
      state[o] = bounded(dotReal(update, projection + o * p.cells, p.cells, bias ? bias[o] : 0.0f),
                         p.projectionClip);
  }
  __builtin_memcpy(result, state, static_cast<uint64_t>(p.outputs) * sizeof(float));
}

// Copies the states to their results, which the steps then update in place.
template <typename State, typename Cell, typename Step>
void sequence(const void *const *tensors, const Lstm &p, int64_t begin, int64_t end, Step step) {
  for (int64_t b = begin; b < end; ++b) {
    State *state = output<State>(tensors, nextHiddenState) + b * p.outputs;
    Cell *cell = output<Cell>(tensors, nextCellState) + b * p.cells;
    __builtin_memcpy(state, input<State>(tensors, hiddenState) + b * p.outputs,
                     sizeof(State) * static_cast<uint64_t>(p.outputs));
    __builtin_memcpy(cell, input<Cell>(tensors, cellState) + b * p.cells,
                     sizeof(Cell) * static_cast<uint64_t>(p.cells));
    for (int64_t t = 0; t < p.time; ++t) {
      int64_t at = p.timeMajor ? t * p.batch + b : b * p.time + t;
      step(input<State>(tensors, inputTensor) + at * p.inputs, state, cell,
           output<State>(tensors, resultTensor) + at * p.outputs,
           output<Cell>(tensors, scratch) + b * 5 * p.cells);
    }
  }
}

} // namespace

OCTET_ROUTINE(lstm_8) {
  const auto &p = *static_cast<const Lstm *>(parameterBlock);
  sequence<int8_t, int16_t>(
      tensors, p, begin, end,
      [&](const int8_t *x, int8_t *state, int16_t *cell, int8_t *result, int16_t *buffers) {
        integerStep(tensors, p, x, state, cell, result, buffers);
      });
}

OCTET_ROUTINE(lstm_f32) {
  const auto &p = *static_cast<const Lstm *>(parameterBlock);
  sequence<float, float>(
      tensors, p, begin, end,
      [&](const float *x, float *state, float *cell, float *result, float *buffers) {
        realStep(tensors, p, x, state, cell, result, buffers);
      });
}
