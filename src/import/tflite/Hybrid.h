// Products of float activations and int8 weights, TFLite's "hybrid" kernels of dynamic-range
// models.
#pragma once

#include "import/tflite/Node.h"

namespace octet::tflite {

/// What differs between TFLite's hybrid kernels.
struct HybridForm {
  /// The leading dimensions of the input that count its rows, each quantized by its own range.
  int64_t rowRank = 1;
  bool isAsymmetric = false;
  /// sum * weights' scale * row's scale, rounded in this order; else sum * (both scales' product).
  bool channelsFirst = false;
};

/// Rows become integer codes as they come, are multiplied in integers, and the scales of row and
/// weights come in behind as floats.
struct Hybrid {
  /// Fails with a diagnostic if the weights are not what TFLite's hybrid kernels take. `bias` may
  /// be null.
  static llvm::FailureOr<Hybrid> of(Node &node, mlir::Value input, mlir::Value weights,
                                    mlir::Value bias, HybridForm form);

  /// The float result of an int32 sum of products, bias included; null after a diagnostic.
  mlir::Value real(Node &node, mlir::Value sum) const;

  /// Codes in units of themselves, without zero points: products and sums are plain.
  mlir::Value codes, weights;
  /// f32: those of rows as [rows, 1, ...], those of weights one or one per channel.
  mlir::Value rowScales, weightScales;
  mlir::Value bias;
  HybridForm form;
};

} // namespace octet::tflite
