// Scales and zero points that only running the model gives, or that no type of codes can hold.
#pragma once

#include "import/onnx/Node.h"

namespace octet::onnx {

/// Whether the scales of a QuantizeLinear or DequantizeLinear have no place in a type: they are
/// computed, or several and of a tensor that is computed.
bool hasComputedScale(Node &node);

/// What the node, a QuantizeLinear or DequantizeLinear, says, as float operators on each element.
/// `axis` is that of several scales, and each is for `blockSize` elements along it if that is not
/// 0.
mlir::Value quantizeByOperands(Node &node, const qnn::Storage &to, int64_t axis, int64_t blockSize);
mlir::Value dequantizeByOperands(Node &node, int64_t axis, int64_t blockSize);

/// DynamicQuantizeLinear's codes, of scale 1, and what they mean.
struct DynamicCodes {
  mlir::Value codes, scale, zeroPoint;
};
llvm::FailureOr<DynamicCodes> quantizeByRange(Node &node, mlir::Value reals);

/// An operand of an integer product: codes of scale 1, whose zero point is in their type, or in
/// `zeroPoint` if no type can hold it.
struct IntegerOperand {
  mlir::Value codes, zeroPoint;
};

/// Integers of 8 bits with their zero point (null for none). Several zero points are those of the
/// slices of `axis`.
llvm::FailureOr<IntegerOperand> integerOperand(Node &node, mlir::Value integers,
                                               mlir::Value zeroPoint, int64_t axis = -1);

/// The integers less their zero points, in 16 bits; null with a diagnostic.
mlir::Value distances(Node &node, const IntegerOperand &operand);

/// Makes good that a product, whose channels are last, was one of codes without their zero point:
/// it is subtracted times the sums of the weights, of which `axis` is the channels.
mlir::Value subtractZeroPoint(Node &node, mlir::Value product, mlir::Value zeroPoint,
                              mlir::Value weights, int64_t axis);

} // namespace octet::onnx
