#include "qnn/Checks.h"
#include "qnn/Ops.h"

#include <cmath>

using namespace mlir;

namespace octet::qnn {

LogicalResult FloatRescaleOp::verify() {
  for (Value value : {Value(getInput()), Value(getResult())})
    if (!isQuantized(value) ||
        storageOf(value.getType())->highest - storageOf(value.getType())->lowest > 255 ||
        failed(requirePerTensor(*this, value, "every operand")))
      return emitOpError("needs 8-bit per-tensor quantized tensors");
  return success();
}

LogicalResult FloatRescaleOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  shapes.push_back(Shape(shapeOf(getInput())));
  return success();
}

// reference_ops::ConcatenationWithScaling.
LogicalResult FloatRescaleOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                       llvm::SmallVectorImpl<Tensor> &results) {
  const Tensor &input = operands[0];
  Tensor result(tensorType(getResult()).clone(input.shape()));
  Quantization from = *Quantization::of(input.type()), to = *Quantization::of(result.type());
  float inverse = 1.0f / static_cast<float>(to.scale());
  float scale = static_cast<float>(from.scale()) * inverse;
  float bias = static_cast<float>(-from.zeroPoint()) * scale;
  for (int64_t i = 0; i < result.size(); ++i) {
    double rounded = std::round(static_cast<float>(input.integer(i)) * scale + bias);
    double code = rounded + static_cast<double>(to.zeroPoint());
    result.setInteger(i,
                      static_cast<int64_t>(std::clamp(code, static_cast<double>(to.storage.lowest),
                                                      static_cast<double>(to.storage.highest))));
  }
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
