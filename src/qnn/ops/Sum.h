// Quantized addition and subtraction: TFLite's recipe, and ONNX Runtime's.
#pragma once

#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "quant/Proof.h"

namespace octet::qnn {

/// x ± y on codes (tensorflow/lite/kernels/add.cc and sub.cc, reference_ops::Add): both operands
/// are shifted left, rescaled to twice the larger scale, combined, and rescaled to the output.
struct QuantizedSum {
  QuantizedSum(const Quantization &lhs, const Quantization &rhs, const Quantization &result,
               Rounding rounding, bool subtracts);

  /// The result's code for operands' codes x and y.
  int32_t operator()(int32_t x, int32_t y) const { return output(total(x, y)); }
  /// What is rescaled to the output.
  int32_t total(int32_t x, int32_t y) const;

  int leftShift;
  bool subtracts;
  int32_t lhsZeroPoint, rhsZeroPoint;
  quant::FixedPointMultiplier lhs, rhs;
  quant::Rescale output;
};

/// Whether a sum is ONNX Runtime's.
bool isFloatSum(mlir::Operation *op, std::optional<NumericsAttr> numerics);
/// x + y on codes as MLAS's QLinearAdd computes it on x86 (qladd_avx2.cpp): two fused
/// multiply-adds.
quant::FloatSum floatSum(AddOp op);
/// A formula as the form of a sum.
FloatSumAttr attributeOf(mlir::MLIRContext *context, const quant::FloatSum &sum);

/// Verifier, shape inference and evaluator of qnn.add and qnn.sub.
llvm::LogicalResult verifySum(mlir::Operation *op, std::optional<NumericsAttr> numerics);
llvm::LogicalResult inferSumShape(mlir::Operation *op, llvm::SmallVectorImpl<Shape> &shapes);
llvm::LogicalResult evaluateSum(mlir::Operation *op, bool subtracts,
                                std::optional<NumericsAttr> numerics,
                                llvm::ArrayRef<Tensor> operands,
                                llvm::SmallVectorImpl<Tensor> &results);

} // namespace octet::qnn
