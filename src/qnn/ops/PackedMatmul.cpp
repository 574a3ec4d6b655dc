#include "qnn/Ops.h"
#include "qnn/ops/Accumulate.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult PackedMatmulOp::verify() {
  auto panels = shapeOf(getPanels());
  if (tensorType(getResult()).getRank() > 4)
    return emitOpError("has more than 4 dimensions");
  int64_t steps = panels[panels.size() - 3], group = panels.back();
  if (steps != static_cast<int64_t>(llvm::divideCeil(depth(), group)) ||
      static_cast<int64_t>(getColumns()) > panels[panels.size() - 2])
    return emitOpError("has panels of another matrix");
  if (getSums().size() != (isFloat(getLhs()) ? 0 : 1))
    return emitOpError("needs the sums of integer panels");
  return verifyContraction(*this, getLhs(), getPanels(), Value(), getResult(), 0);
}

LogicalResult PackedMatmulOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  auto lhs = shapeOf(getLhs()), panels = shapeOf(getPanels());
  Shape shape;
  if (lhs.size() < 2 || panels.size() < 3 || panels.back() < 1 ||
      !broadcastShapes(lhs.drop_back(2), panels.drop_back(3), shape))
    return emitOpError("needs matrices and panels whose batch dimensions broadcast");
  shape.append({lhs[lhs.size() - 2], static_cast<int64_t>(getColumns())});
  shapes.push_back(shape);
  return success();
}

LogicalResult PackedMatmulOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                       llvm::SmallVectorImpl<Tensor> &results) {
  const Tensor &lhs = operands[0], &panels = operands[1];
  Accumulation accumulation(lhs, panels, nullptr, 0);
  Tensor result(tensorType(getResult()));
  int64_t group = panels.shape().back(), width = panels.shape()[panels.rank() - 2];
  Shape lhsSteps = broadcastStrides(lhs.shape().drop_back(2), result.shape().drop_back(2)),
        panelSteps = broadcastStrides(panels.shape().drop_back(3), result.shape().drop_back(2));
  int64_t panelSize = panels.shape()[panels.rank() - 3] * width * group;
  forEachIndex(result.shape(), [&](int64_t at, llvm::ArrayRef<int64_t> index) {
    auto batch = index.drop_back(2);
    int64_t rows = lhs.shape()[lhs.rank() - 2], row = index[index.size() - 2];
    int64_t first = (offsetOf(batch, lhsSteps) * rows + row) * depth(),
            matrix = offsetOf(batch, panelSteps) * panelSize;
    accumulation.store(result, at, 0, [&](auto add) {
      for (int64_t k = 0; k < depth(); ++k)
        add(first + k, matrix + (k / group * width + index.back()) * group + k % group, 1);
    });
  });
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
