#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "routines/Parameters.h"

#include "llvm/ADT/StringSwitch.h"

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
  if (x && y && (x->bits != y->bits || x->isSigned != y->isSigned))
    return emitOpError("multiplies operands of one storage type");
  bool isWide = x && x->bits == 16;
  if (isWide != elementType(getResult()).isInteger(64))
    return emitOpError("sums products of 16-bit codes, and those alone, in i64");
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

Routine BatchMatmulOp::routine() {
  auto lhs = shapeOf(getLhs()), rhs = shapeOf(getRhs()), out = shapeOf(getResult());
  routines::BatchMatmul p{};
  // Strides over [batch.., row, depth] and [batch.., depth, column] whatever is transposed.
  Shape lhsStrides = broadcastStrides(lhs, out), rhsStrides = broadcastStrides(rhs, out);
  p.batchRank = static_cast<int32_t>(out.size()) - 2;
  for (int32_t d = 0; d < p.batchRank; ++d) {
    p.extents[d] = out[d];
    p.lhsBatchStrides[d] = lhsStrides[d];
    p.rhsBatchStrides[d] = rhsStrides[d];
  }
  bool transposeLhs = getTransposeLhs(), transposeRhs = getTransposeRhs();
  p.rows = out[out.size() - 2];
  p.columns = out.back();
  p.depth = lhs[lhs.size() - (transposeLhs ? 2 : 1)];
  p.lhsRowStride = transposeLhs ? 1 : lhs.back();
  p.lhsDepthStride = transposeLhs ? lhs.back() : 1;
  p.rhsColumnStride = transposeRhs ? rhs.back() : 1;
  p.rhsDepthStride = transposeRhs ? 1 : rhs.back();
  if (auto x = Quantization::of(getLhs().getType()))
    p.lhsZeroPoint = static_cast<int32_t>(x->zeroPoint());
  if (auto y = Quantization::of(getRhs().getType()))
    p.rhsZeroPoint = static_cast<int32_t>(y->zeroPoint());
  llvm::StringRef name = llvm::StringSwitch<llvm::StringRef>(routineSuffix(elementType(getLhs())))
                             .Case("i8", "batch_matmul_i8")
                             .Case("u8", "batch_matmul_u8")
                             .Case("i16", "batch_matmul_i16")
                             .Default("batch_matmul_f32");
  int64_t rows = p.rows;
  for (int64_t extent : out.drop_back(2))
    rows *= extent;
  return {name, p, rows};
}

} // namespace octet::qnn
