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
};

llvm::ArrayRef<Numerics> allNumerics() { return presets; }

std::optional<Numerics> findNumerics(llvm::StringRef name) {
  for (const Numerics &preset : presets)
    if (preset.name == name)
      return preset;
  return std::nullopt;
}

} // namespace octet::import
