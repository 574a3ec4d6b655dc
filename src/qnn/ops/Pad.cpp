#include "qnn/Checks.h"
#include "qnn/Ops.h"

#include <cstring>

using namespace mlir;

namespace octet::qnn {

LogicalResult PadOp::verify() {
  auto storage = storageOf(getInput().getType());
  double value = getValue().convertToDouble();
  if (storage && getKind() == PadKind::constant && storage->bits < 64 &&
      (value < static_cast<double>(storage->lowest) ||
       value > static_cast<double>(storage->highest) ||
       value != static_cast<double>(static_cast<int64_t>(value))))
    return emitOpError("value ") << value << " is not a code of " << elementType(getInput());
  if (getKind() != PadKind::constant && !getInterior().empty())
    return emitOpError("mirrors borders only");
  return requireSameElementType(*this, getInput(), getResult());
}

LogicalResult PadOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  auto input = shapeOf(getInput());
  if (failed(requireEntries(*this, getLow(), input.size(), 0, "low")) ||
      failed(requireEntries(*this, getHigh(), input.size(), 0, "high")))
    return failure();
  if (!getInterior().empty() &&
      failed(requireEntries(*this, getInterior(), input.size(), 0, "interior")))
    return failure();
  Shape shape;
  // A mirror needs as many elements as it shows.
  int64_t spare = getKind() == PadKind::reflect ? 1 : 0;
  for (size_t d = 0; d < input.size(); ++d) {
    if (getKind() != PadKind::constant && std::max(getLow()[d], getHigh()[d]) > input[d] - spare)
      return emitOpError("mirrors more than dimension ") << d << " has";
    int64_t between =
        getInterior().empty() || input[d] == 0 ? 0 : (input[d] - 1) * getInterior()[d];
    shape.push_back(getLow()[d] + input[d] + between + getHigh()[d]);
  }
  shapes.push_back(shape);
  return success();
}

LogicalResult PadOp::evaluate(llvm::ArrayRef<Tensor> operands,
                              llvm::SmallVectorImpl<Tensor> &results) {
  const Tensor &input = operands[0];
  Tensor result(tensorType(getResult()));
  Shape strides = stridesOf(input.shape());
  int64_t bytes = elementBytesOf(elementType(getResult()));
  int64_t mirror = getKind() == PadKind::reflect ? 0 : 1;
  forEachIndex(result.shape(), [&](int64_t at, llvm::ArrayRef<int64_t> index) {
    int64_t source = 0;
    bool isInside = true;
    for (size_t d = 0; d < strides.size(); ++d) {
      int64_t i = index[d] - getLow()[d], extent = input.shape()[d];
      int64_t step = getInterior().empty() ? 1 : getInterior()[d] + 1;
      isInside &= i >= 0 && i % step == 0 && i / step < extent;
      i /= step;
      i = i < 0 ? -i - mirror : i >= extent ? 2 * extent - 2 - i + mirror : i;
      source += i * strides[d];
    }
    if (isInside || getKind() != PadKind::constant)
      std::memcpy(result.bytes().data() + at * bytes, input.bytes().data() + source * bytes, bytes);
    else if (result.isFloat())
      result.setReal(at, getValue().convertToDouble());
    else
      result.setInteger(at, static_cast<int64_t>(getValue().convertToDouble()));
  });
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
