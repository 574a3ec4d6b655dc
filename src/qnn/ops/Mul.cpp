#include "qnn/Checks.h"
#include "qnn/Ops.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult MulOp::verify() {
  if (!isQuantized(getLhs())) {
    if (failed(requireSameElementType(*this, getLhs(), getRhs())))
      return failure();
    return requireSameElementType(*this, getLhs(), getResult());
  }
  for (Value value : {getLhs(), getRhs()})
    if (!isQuantized(value) || storageOf(value.getType())->bits > 16 ||
        failed(requirePerTensor(*this, value, "every operand")))
      return emitOpError("needs per-tensor quantized operands of at most 16 bits");
  auto result = Quantization::of(getResult().getType());
  if (!result || result->storage.bits != 32 || result->isPerAxis())
    return emitOpError("the product of quantized tensors is an i32 accumulator, not ")
           << elementType(getResult());
  return success();
}

LogicalResult MulOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  Shape shape;
  if (!broadcastShapes(shapeOf(getLhs()), shapeOf(getRhs()), shape))
    return emitOpError("operands do not broadcast");
  shapes.push_back(shape);
  return success();
}

LogicalResult MulOp::evaluate(llvm::ArrayRef<Tensor> operands,
                              llvm::SmallVectorImpl<Tensor> &results) {
  Tensor result(tensorType(getResult()));
  const Tensor &lhs = operands[0], &rhs = operands[1];
  Shape lhsStrides = broadcastStrides(lhs.shape(), result.shape()),
        rhsStrides = broadcastStrides(rhs.shape(), result.shape());
  auto x = Quantization::of(lhs.type()), y = Quantization::of(rhs.type());
  int64_t xZeroPoint = x ? x->zeroPoint() : 0, yZeroPoint = y ? y->zeroPoint() : 0;
  forEachIndex(result.shape(), [&](int64_t at, llvm::ArrayRef<int64_t> index) {
    int64_t i = offsetOf(index, lhsStrides), j = offsetOf(index, rhsStrides);
    if (result.isFloat())
      result.setReal(at, lhs.real(i) * rhs.real(j));
    else
      result.setInteger(at,
                        static_cast<int64_t>(static_cast<uint64_t>(lhs.integer(i) - xZeroPoint) *
                                             static_cast<uint64_t>(rhs.integer(j) - yZeroPoint)));
  });
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
