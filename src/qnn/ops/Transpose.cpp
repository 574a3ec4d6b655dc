#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "qnn/Permutation.h"
#include "qnn/ops/Move.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult TransposeOp::verify() {
  // The shapes are verified after this, and a permutation that is none moves no axis.
  llvm::SmallVector<Shape> shapes;
  if (failed(inferShapes(shapes)))
    return failure();
  Type expected = permuted(tensorType(getInput()), getPermutation()).getElementType();
  if (elementType(getResult()) != expected)
    return emitOpError("has a result of ") << expected << ", not " << elementType(getResult());
  return success();
}

LogicalResult TransposeOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  auto input = shapeOf(getInput());
  llvm::SmallVector<bool> seen(input.size(), false);
  Shape shape;
  for (int64_t d : getPermutation()) {
    if (d < 0 || d >= static_cast<int64_t>(input.size()) || seen[d])
      return emitOpError("has no permutation of ") << input.size() << " dimensions";
    seen[d] = true;
    shape.push_back(input[d]);
  }
  if (shape.size() != input.size())
    return emitOpError("has no permutation of ") << input.size() << " dimensions";
  shapes.push_back(shape);
  return success();
}

LogicalResult TransposeOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                    llvm::SmallVectorImpl<Tensor> &results) {
  Shape strides = permuted(stridesOf(operands[0].shape()), getPermutation());
  results.push_back(readStrided(operands[0], tensorType(getResult()), 0, strides));
  return success();
}

} // namespace octet::qnn
