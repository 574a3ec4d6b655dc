#include "qnn/Ops.h"
#include "qnn/ops/Sum.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult SubOp::verify() { return verifySum(*this, getNumerics()); }

LogicalResult SubOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  return inferSumShape(*this, shapes);
}

LogicalResult SubOp::evaluate(llvm::ArrayRef<Tensor> operands,
                              llvm::SmallVectorImpl<Tensor> &results) {
  return evaluateSum(*this, /*subtracts=*/true, getNumerics(), operands, results);
}

} // namespace octet::qnn
