#include "qnn/Checks.h"
#include "qnn/Numerics.h"
#include "qnn/Ops.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult PreluOp::verify() {
  if (isFloat(getInput())) {
    if (failed(requireSameElementType(*this, getInput(), getSlope())))
      return failure();
    return requireSameElementType(*this, getInput(), getResult());
  }
  if (failed(requireUnshifted(*this, getNumerics())))
    return failure();
  for (Value value : {Value(getInput()), Value(getSlope()), Value(getResult())})
    if (!isQuantized(value) || storageOf(value.getType())->bits > 16 ||
        failed(requirePerTensor(*this, value, "every operand")))
      return emitOpError("needs float or per-tensor quantized operands");
  return requireOrdinaryScales(*this);
}

LogicalResult PreluOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  Shape shape;
  if (!broadcastShapes(shapeOf(getInput()), shapeOf(getSlope()), shape) ||
      llvm::ArrayRef<int64_t>(shape) != shapeOf(getInput()))
    return emitOpError("the slope does not broadcast to the input");
  shapes.push_back(shape);
  return success();
}

LogicalResult PreluOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                llvm::SmallVectorImpl<Tensor> &results) {
  Tensor result(tensorType(getResult()));
  const Tensor &input = operands[0], &slope = operands[1];
  Shape slopeStrides = broadcastStrides(slope.shape(), result.shape());
  auto from = Quantization::of(input.type()), by = Quantization::of(slope.type()),
       to = Quantization::of(result.type());
  quant::Rescale positive, negative;
  if (to) {
    auto inputScale = static_cast<float>(from->scale()),
         outputScale = static_cast<float>(to->scale());
    positive = rescaleOf(roundingOf(getNumerics()), inputScale / outputScale, *to);
    negative = rescaleOf(roundingOf(getNumerics()),
                         inputScale * static_cast<float>(by->scale()) / outputScale, *to);
  }
  forEachIndex(result.shape(), [&](int64_t at, llvm::ArrayRef<int64_t> index) {
    int64_t j = offsetOf(index, slopeStrides);
    if (result.isFloat()) {
      float x = input.as<float>()[at];
      result.as<float>()[at] = x >= 0 ? x : x * slope.as<float>()[j];
      return;
    }
    int64_t x = input.integer(at) - from->zeroPoint();
    result.setInteger(at,
                      x >= 0 ? positive(x) : negative(x * (slope.integer(j) - by->zeroPoint())));
  });
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
