#include "qnn/Checks.h"
#include "qnn/Ops.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult PackOp::verify() {
  if (tensorType(getRhs()).getRank() < 2)
    return emitOpError("needs an operand of rank 2 or more");
  if (static_cast<int64_t>(getGroup()) < 1 || static_cast<int64_t>(getWidth()) < columns())
    return emitOpError("needs a positive group and a width of all columns");
  if (failed(requirePerTensor(*this, getRhs(), "operand")) ||
      failed(requirePerTensor(*this, getPanels(), "panels")))
    return failure();
  if (isFloat(getRhs()))
    return getSums().empty() ? requireSameElementType(*this, getRhs(), getPanels())
                             : emitOpError("has sums of integers alone");
  auto from = Quantization::of(getRhs().getType()), to = Quantization::of(getPanels().getType());
  if (!from || !to || getSums().size() != 1)
    return emitOpError("takes floats, or codes with their sums");
  int64_t shift = to->zeroPoint() - from->zeroPoint();
  if (from->storage.lowest + shift < to->storage.lowest ||
      from->storage.highest + shift > to->storage.highest)
    return emitOpError("has panels that not every code fits");
  return requireElementType(*this, getSums()[0], elementType(getSums()[0]).isInteger(32),
                            "i32 sums");
}

LogicalResult PackOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  auto group = static_cast<int64_t>(getGroup()), width = static_cast<int64_t>(getWidth());
  if (tensorType(getRhs()).getRank() < 2 || group < 1)
    return emitOpError("needs an operand of rank 2 or more, and a positive group");
  Shape panels(shapeOf(getRhs()).drop_back(2)), sums = panels;
  panels.append({static_cast<int64_t>(llvm::divideCeil(depth(), group)), width, group});
  sums.push_back(width);
  shapes.push_back(panels);
  if (!getSums().empty())
    shapes.push_back(sums);
  return success();
}

LogicalResult PackOp::evaluate(llvm::ArrayRef<Tensor> operands,
                               llvm::SmallVectorImpl<Tensor> &results) {
  const Tensor &rhs = operands[0];
  Tensor panels(tensorType(getPanels()));
  auto group = static_cast<int64_t>(getGroup()), width = static_cast<int64_t>(getWidth());
  auto from = Quantization::of(rhs.type()), to = Quantization::of(panels.type());
  int64_t steps = panels.shape()[panels.rank() - 3],
          matrices = rhs.size() / std::max<int64_t>(1, depth() * columns());
  std::vector<int64_t> totals(static_cast<size_t>(matrices * width), 0);
  for (int64_t m = 0; m < matrices; ++m)
    for (int64_t k = 0; k < depth(); ++k)
      for (int64_t n = 0; n < columns(); ++n) {
        int64_t source = (m * depth() + k) * columns() + n;
        if (getTranspose())
          source = (m * columns() + n) * depth() + k;
        int64_t place = ((m * steps + k / group) * width + n) * group + k % group;
        if (!from) {
          panels.setReal(place, rhs.real(source));
          continue;
        }
        int64_t centered = rhs.integer(source) - from->zeroPoint();
        panels.setInteger(place, centered + to->zeroPoint());
        totals[static_cast<size_t>(m * width + n)] += centered;
      }
  results.push_back(panels);
  if (getSums().empty())
    return success();
  Tensor sums(tensorType(getSums()[0]));
  for (int64_t i = 0; i < sums.size(); ++i)
    sums.setInteger(i, totals[static_cast<size_t>(i)]);
  results.push_back(sums);
  return success();
}

} // namespace octet::qnn
