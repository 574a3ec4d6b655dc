// How contractions add up: shared by the evaluators of convolutions, dense layers and matrix
// products.
#pragma once

#include "qnn/Checks.h"

#include <cmath>
#include <vector>

namespace octet::qnn {

/// The operands of a contraction with zero points subtracted, and the arithmetic of its sums:
///  - f32: from the bias on, one fused multiply-add per term in the order of the calls;
///  - integers: exact, wrapped to 32 bits unless the result is i64.
class Accumulation {
public:
  /// `channelAxis` is the weights' axis of output channels. `bias` may be null.
  Accumulation(const Tensor &input, const Tensor &weights, const Tensor *bias, int channelAxis)
      : isFloat(input.isFloat()) {
    if (isFloat) {
      floatInput = input.floats();
      floatWeights = weights.floats();
      if (bias)
        floatBias = bias->floats();
      return;
    }
    integerInput = centered(input, -1);
    integerWeights = centered(weights, channelAxis);
    if (bias)
      for (int64_t i = 0; i < bias->size(); ++i)
        integerBias.push_back(bias->integer(i));
  }

  /// Stores element `at` of `result`: the bias of `channel` plus the terms that
  /// `forEachTerm(add)` names by calling add(inputIndex, weightIndex, count) for runs of
  /// consecutive elements.
  template <typename ForEachTerm>
  void store(Tensor &result, int64_t at, int64_t channel, ForEachTerm &&forEachTerm) const {
    if (isFloat) {
      float sum = floatBias.empty() ? 0.0f : floatBias[channel];
      forEachTerm([&](int64_t x, int64_t w, int64_t count) {
        for (int64_t i = 0; i < count; ++i)
          sum = std::fma(floatInput[x + i], floatWeights[w + i], sum);
      });
      result.as<float>()[at] = sum;
      return;
    }
    int64_t sum = integerBias.empty() ? 0 : integerBias[channel];
    forEachTerm([&](int64_t x, int64_t w, int64_t count) {
      for (int64_t i = 0; i < count; ++i)
        sum += int64_t{integerInput[x + i]} * integerWeights[w + i];
    });
    result.setInteger(at, sum);
  }

private:
  static std::vector<int32_t> centered(const Tensor &tensor, int channelAxis) {
    std::vector<int32_t> codes = tensor.codes();
    auto quantization = Quantization::of(tensor.type());
    if (!quantization || !quantization->hasZeroPoint())
      return codes;
    int64_t inner = 1, channels = 1;
    if (quantization->isPerAxis()) {
      channels = tensor.shape()[channelAxis];
      for (int64_t d = channelAxis + 1; d < tensor.rank(); ++d)
        inner *= tensor.shape()[d];
    }
    for (int64_t i = 0; i < tensor.size(); ++i)
      codes[i] -= static_cast<int32_t>(quantization->zeroPoint((i / inner) % channels));
    return codes;
  }

  bool isFloat;
  std::vector<float> floatInput, floatWeights, floatBias;
  std::vector<int32_t> integerInput, integerWeights;
  std::vector<int64_t> integerBias;
};

} // namespace octet::qnn
