#include "qnn/Ops.h"
#include "qnn/ops/Accumulate.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult BatchMatmulOp::verify() {
  if (failed(requirePerTensor(*this, getLhs(), "lhs")) || failed(requirePerTensor(*this, getRhs(), "rhs")))
    return failure();
  return verifyContraction(*this, getLhs(), getRhs(), Value(), getResult(), 0);
}

LogicalResult BatchMatmulOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  auto lhs = shapeOf(getLhs()), rhs = shapeOf(getRhs());
  if (lhs.size() < 2 || rhs.size() < 2)
    return emitOpError("needs operands of rank 2 or more");
  bool transposeLhs = getTransposeLhs(), transposeRhs = getTransposeRhs();
  int64_t rows = lhs[lhs.size() - (transposeLhs ? 1 : 2)], depth = lhs[lhs.size() - (transposeLhs ? 2 : 1)];
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

LogicalResult BatchMatmulOp::evaluate(llvm::ArrayRef<Tensor> operands, llvm::SmallVectorImpl<Tensor> &results) {
  Accumulation accumulation(operands[0], operands[1], nullptr, 0);
  Tensor result(tensorType(getResult()));
  auto lhs = operands[0].shape(), rhs = operands[1].shape(), out = result.shape();
  // Strides over [batch.., row, depth] and [batch.., depth, column] whatever is transposed.
  Shape lhsStrides = broadcastStrides(lhs, out), rhsStrides = broadcastStrides(rhs, out);
  bool transposeLhs = getTransposeLhs(), transposeRhs = getTransposeRhs();
  int64_t depth = lhs[lhs.size() - (transposeLhs ? 2 : 1)];
  int64_t rowStride = transposeLhs ? 1 : lhs.back(), lhsDepthStride = transposeLhs ? lhs.back() : 1;
  int64_t columnStride = transposeRhs ? rhs.back() : 1, rhsDepthStride = transposeRhs ? 1 : rhs.back();
  size_t batchRank = out.size() - 2;
  forEachIndex(out, [&](int64_t at, llvm::ArrayRef<int64_t> index) {
    int64_t x = index[batchRank] * rowStride, y = index[batchRank + 1] * columnStride;
    for (size_t d = 0; d < batchRank; ++d) {
      x += index[d] * lhsStrides[d];
      y += index[d] * rhsStrides[d];
    }
    accumulation.store(result, at, 0, [&](auto add) {
      for (int64_t k = 0; k < depth; ++k)
        add(x + k * lhsDepthStride, y + k * rhsDepthStride, 1);
    });
  });
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
