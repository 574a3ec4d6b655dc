#include "import/Numerics.h"

namespace octet::import {

using qnn::Recipe;
using qnn::Rounding;

static const Numerics presets[] = {
    {"tflite", "TFLite's reference kernels"},
    // Differences found by running TFLite 2.9 against its reference kernels: the x86 matrix product
    // rounds ties upward, softmax, logistic and tanh go through float tables, the LSTM has its
    // zero point's sign wrong, QUANTIZE divides in double, and RESIZE_BILINEAR multiplies weights
    // first.
    {"tflite-optimized", "TFLite 2.9's built-in kernels on x86", Rounding::doubleUp,
     Rounding::doubleAway, Recipe::floatTable, Recipe::floatTable, Recipe::fixedPoint,
     Recipe::rescaleThenDivide, Recipe::subtractZeroPoint, Recipe::divideInDouble,
     Recipe::floatWeights},
    // Contractions round to even and add the zero point then, sums and products add it before;
    // functions are tables made of floats.
    {.name = "onnxruntime",
     .description = "ONNX Runtime's kernels for x86",
     .contraction = Rounding::floatEven,
     .other = Rounding::floatEvenShifted,
     .softmax = Recipe::floatTable,
     .activation = Recipe::floatTable,
     .mean = Recipe::foldCount,
     .quantizeRounding = Rounding::floatEven},
    // onnx/reference: products in numpy's float64.
    {.name = "onnx",
     .description = "the ONNX standard's reference",
     .contraction = Rounding::float64EvenShifted,
     .other = Rounding::float64EvenShifted,
     .quantizeRounding = Rounding::floatEven,
     .fusesOperators = false},
};

llvm::ArrayRef<Numerics> allNumerics() { return presets; }

std::optional<Numerics> findNumerics(llvm::StringRef name) {
  for (const Numerics &preset : presets)
    if (preset.name == name)
      return preset;
  return std::nullopt;
}

} // namespace octet::import
