#include "qnn/Checks.h"
#include "qnn/Ops.h"

#include <cstring>

using namespace mlir;

namespace octet::qnn {

LogicalResult SelectOp::verify() {
  if (failed(requireElementType(*this, getCondition(), elementType(getCondition()).isInteger(1),
                                "booleans")) ||
      failed(requireSameElementType(*this, getOnTrue(), getOnFalse())))
    return failure();
  return requireSameElementType(*this, getOnTrue(), getResult());
}

LogicalResult SelectOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  Shape values, shape;
  if (!broadcastShapes(shapeOf(getOnTrue()), shapeOf(getOnFalse()), values) ||
      !broadcastShapes(shapeOf(getCondition()), values, shape))
    return emitOpError("operands do not broadcast");
  shapes.push_back(shape);
  return success();
}

LogicalResult SelectOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                 llvm::SmallVectorImpl<Tensor> &results) {
  Tensor result(tensorType(getResult()));
  Shape condition = broadcastStrides(operands[0].shape(), result.shape());
  Shape strides[] = {broadcastStrides(operands[2].shape(), result.shape()),
                     broadcastStrides(operands[1].shape(), result.shape())};
  int64_t bytes = elementBytesOf(elementType(getResult()));
  forEachIndex(result.shape(), [&](int64_t at, llvm::ArrayRef<int64_t> index) {
    bool chosen = operands[0].integer(offsetOf(index, condition)) != 0;
    const Tensor &source = operands[chosen ? 1 : 2];
    std::memcpy(result.bytes().data() + at * bytes,
                source.bytes().data() + offsetOf(index, strides[chosen ? 1 : 0]) * bytes, bytes);
  });
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
