#include "qnn/Ops.h"
#include "qnn/ops/Accumulate.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult BatchMatmulOp::verify() {
  if (llvm::SmallVector<Shape> shapes; failed(inferShapes(shapes)))
    return failure();
  if (failed(requirePerTensor(*this, getLhs(), "lhs")) ||
      failed(requirePerTensor(*this, getRhs(), "rhs")))
    return failure();
  if (tensorType(getResult()).getRank() > 8)
    return emitOpError("has more than 8 dimensions");
  auto x = storageOf(getLhs().getType()), y = storageOf(getRhs().getType());
  // What 32 bits may not hold: products of 16-bit codes, not of bytes stored in 16.
  auto isWide = [](const std::optional<Storage> &storage) {
    return storage && storage->highest - storage->lowest > 255;
  };
  if (isWide(x) && isWide(y) && !elementType(getResult()).isInteger(64))
    return emitOpError("sums products of 16-bit codes in i64");
  return verifyContraction(*this, getLhs(), getRhs(), Value(), getResult(), 0);
}

LogicalResult BatchMatmulOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  auto lhs = shapeOf(getLhs()), rhs = shapeOf(getRhs());
  if (lhs.size() < 2 || rhs.size() < 2)
    return emitOpError("needs operands of rank 2 or more");
  bool transposeLhs = getTransposeLhs(), transposeRhs = getTransposeRhs();
  int64_t rows = lhs[lhs.size() - (transposeLhs ? 1 : 2)],
          depth = lhs[lhs.size() - (transposeLhs ? 2 : 1)];
  int64_t columns = rhs[rhs.size() - (transposeRhs ? 2 : 1)];
  if (depth != rhs[rhs.size() - (transposeRhs ? 1 : 2)])
    return emitOpError("inner dimensions differ");
  Shape shape;
  if (!broadcastShapes(lhs.drop_back(2), rhs.drop_back(2), shape))
    return emitOpError("batch dimensions do not broadcast");
  shape.append({rows, columns});
  shapes.push_back(shape);
  return success();
}

LogicalResult BatchMatmulOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                      llvm::SmallVectorImpl<Tensor> &results) {
  const Tensor &lhs = operands[0], &rhs = operands[1];
  Accumulation accumulation(lhs, rhs, nullptr, 0);
  Tensor result(tensorType(getResult()));
  Shape lhsSteps = broadcastStrides(lhs.shape(), result.shape()),
        rhsSteps = broadcastStrides(rhs.shape(), result.shape());
  // Over [.., row, depth] and [.., depth, column] whatever is transposed.
  size_t row = lhsSteps.size() - 2, column = row + 1;
  int64_t depth = lhs.shape()[lhs.rank() - (getTransposeLhs() ? 2 : 1)];
  lhsSteps[row] = getTransposeLhs() ? 1 : lhs.shape().back();
  rhsSteps[column] = getTransposeRhs() ? rhs.shape().back() : 1;
  lhsSteps[column] = rhsSteps[row] = 0;
  int64_t lhsDepth = getTransposeLhs() ? lhs.shape().back() : 1,
          rhsDepth = getTransposeRhs() ? 1 : rhs.shape().back();
  forEachIndex(result.shape(), [&](int64_t at, llvm::ArrayRef<int64_t> index) {
    int64_t x = offsetOf(index, lhsSteps), y = offsetOf(index, rhsSteps);
    accumulation.store(result, at, 0, [&](auto add) {
      for (int64_t k = 0; k < depth; ++k)
        add(x + k * lhsDepth, y + k * rhsDepth, 1);
    });
  });
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
