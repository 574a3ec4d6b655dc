#include "qnn/Checks.h"
#include "qnn/Ops.h"

#include <cstring>

using namespace mlir;

namespace octet::qnn {

LogicalResult ConcatOp::verify() {
  for (Value input : getInputs())
    if (failed(requireSameElementType(*this, input, getResult())))
      return failure();
  return success();
}

LogicalResult ConcatOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  if (getInputs().empty())
    return emitOpError("needs an input");
  Shape shape(shapeOf(getInputs()[0]));
  auto axis = static_cast<int64_t>(getAxis());
  if (axis < 0 || axis >= static_cast<int64_t>(shape.size()))
    return emitOpError("axis ") << axis << " is out of range";
  shape[axis] = 0;
  for (Value input : getInputs()) {
    auto extents = shapeOf(input);
    if (extents.size() != shape.size())
      return emitOpError("inputs have different ranks");
    for (int64_t d = 0; d < static_cast<int64_t>(shape.size()); ++d)
      if (d != axis && extents[d] != shape[d])
        return emitOpError("inputs differ in dimension ") << d;
    shape[axis] += extents[axis];
  }
  shapes.push_back(shape);
  return success();
}

LogicalResult ConcatOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                 llvm::SmallVectorImpl<Tensor> &results) {
  Tensor result(tensorType(getResult()));
  int64_t inner = elementBytesOf(elementType(getResult())), outer = 1;
  for (int64_t d = 0; d < result.rank(); ++d)
    (d < static_cast<int64_t>(getAxis()) ? outer : inner) *=
        d == static_cast<int64_t>(getAxis()) ? 1 : result.shape()[d];
  int64_t rowBytes = result.shape()[getAxis()] * inner, at = 0;
  for (const Tensor &operand : operands) {
    if (operand.size() == 0)
      continue;
    int64_t bytes = operand.shape()[getAxis()] * inner;
    for (int64_t i = 0; i < outer; ++i)
      std::memcpy(result.bytes().data() + i * rowBytes + at, operand.bytes().data() + i * bytes,
                  bytes);
    at += bytes;
  }
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
