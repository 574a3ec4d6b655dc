#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "qnn/ops/Move.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult SliceOp::verify() { return requireSameElementType(*this, getInput(), getResult()); }

LogicalResult SliceOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  auto input = shapeOf(getInput());
  auto begin = getBegin(), sizes = getSizes(), strides = getStrides();
  if (begin.size() != input.size() || sizes.size() != input.size() ||
      strides.size() != input.size())
    return emitOpError("needs ") << input.size() << " entries of begin, sizes and strides";
  for (size_t d = 0; d < input.size(); ++d) {
    if (sizes[d] < 0 || strides[d] == 0)
      return emitOpError("has a negative size or a stride of 0");
    if (sizes[d] == 0)
      continue;
    int64_t last = begin[d] + (sizes[d] - 1) * strides[d];
    if (begin[d] < 0 || begin[d] >= input[d] || last < 0 || last >= input[d])
      return emitOpError("leaves dimension ") << d << " of extent " << input[d];
  }
  shapes.push_back(Shape(sizes));
  return success();
}

LogicalResult SliceOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                llvm::SmallVectorImpl<Tensor> &results) {
  Shape strides, inputStrides = stridesOf(operands[0].shape());
  int64_t offset = 0;
  for (auto [begin, stride, inputStride] : llvm::zip(getBegin(), getStrides(), inputStrides)) {
    offset += begin * inputStride;
    strides.push_back(stride * inputStride);
  }
  results.push_back(readStrided(operands[0], tensorType(getResult()), offset, strides));
  return success();
}

} // namespace octet::qnn
