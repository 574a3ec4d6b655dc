#include "qnn/Ops.h"
#include "qnn/ops/Sum.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult AddOp::verify() { return verifySum(*this, getNumerics()); }

LogicalResult AddOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  return inferSumShape(*this, shapes);
}

LogicalResult AddOp::evaluate(llvm::ArrayRef<Tensor> operands,
                              llvm::SmallVectorImpl<Tensor> &results) {
  return evaluateSum(*this, /*subtracts=*/false, getNumerics(), operands, results);
}

} // namespace octet::qnn
