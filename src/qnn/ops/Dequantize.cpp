#include "qnn/Checks.h"
#include "qnn/Ops.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult DequantizeOp::verify() {
  if (failed(requireElementType(*this, getInput(), isQuantized(getInput()), "a quantized input")))
    return failure();
  return requireElementType(*this, getResult(), elementType(getResult()).isF32(), "an f32 result");
}

LogicalResult DequantizeOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  shapes.push_back(Shape(shapeOf(getInput())));
  return success();
}

LogicalResult DequantizeOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                     llvm::SmallVectorImpl<Tensor> &results) {
  const Tensor &input = operands[0];
  Tensor result(tensorType(getResult()));
  Quantization from = *Quantization::of(input.type());
  int64_t inner = 1, channels = 1;
  if (from.isPerAxis()) {
    channels = input.shape()[from.axis];
    for (int64_t d = from.axis + 1; d < input.rank(); ++d)
      inner *= input.shape()[d];
  }
  for (int64_t i = 0; i < result.size(); ++i) {
    int64_t channel = (i / inner) % channels;
    auto difference = static_cast<int32_t>(input.integer(i) - from.zeroPoint(channel));
    result.as<float>()[i] =
        static_cast<float>(from.scale(channel)) * static_cast<float>(difference);
  }
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
