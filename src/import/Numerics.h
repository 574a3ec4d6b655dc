// The named presets of how frameworks round: what an importer stamps on the operators it makes.
#pragma once

#include "qnn/Dialect.h"

#include "llvm/ADT/StringRef.h"

#include <optional>

namespace octet::import {

/// One framework's (and one of its kernels') arithmetic.
struct Numerics {
  llvm::StringRef name;
  llvm::StringRef description;
  /// The rescale after convolutions and dense layers, and after everything else.
  qnn::Rounding contraction = qnn::Rounding::doubleAway, other = qnn::Rounding::doubleAway;
  qnn::Recipe softmax = qnn::Recipe::fixedPoint;
  /// Logistic and tanh of int8 codes.
  qnn::Recipe activation = qnn::Recipe::fixedPoint;
  /// The same of int16 codes: in fixed point where the scale is a power of two, or interpolated
  /// always.
  qnn::Recipe wideActivation = qnn::Recipe::plain;
  qnn::Recipe mean = qnn::Recipe::rescaleThenDivide;
  qnn::Recipe lstm = qnn::Recipe::composed;
  /// Float to codes.
  qnn::Recipe quantize = qnn::Recipe::plain;
  /// Bilinear resizing of uint8 codes.
  qnn::Recipe resize = qnn::Recipe::floatSteps;
  /// ONNX: float to codes.
  qnn::Rounding quantizeRounding = qnn::Rounding::doubleAway;
  /// ONNX: whether dequantize, operator, quantize is one operator on codes. If not, it is what it
  /// says: an operator on floats.
  bool fusesOperators = true;
};

/// A scale for accumulators, of which a requantize to `scale` by float32 arithmetic makes exactly
/// this multiplier.
inline double accumulatorScale(float multiplier, double scale) {
  return static_cast<double>(multiplier) * scale;
}

/// The preset of that name; nullopt if there is none.
std::optional<Numerics> findNumerics(llvm::StringRef name);

/// All presets.
llvm::ArrayRef<Numerics> allNumerics();

} // namespace octet::import
