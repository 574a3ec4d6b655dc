#include "qnn/Checks.h"
#include "qnn/Ops.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult LookupOp::verify() {
  for (Value value : {Value(getInput()), Value(getResult())})
    if (!isQuantized(value) ||
        storageOf(value.getType())->highest - storageOf(value.getType())->lowest > 255 ||
        failed(requirePerTensor(*this, value, "every operand")))
      return emitOpError("needs 8-bit per-tensor quantized tensors");
  if (getTable().size() != 256)
    return emitOpError("needs a table of 256 entries, not ") << getTable().size();
  return success();
}

LogicalResult LookupOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  shapes.push_back(Shape(shapeOf(getInput())));
  return success();
}

bool LookupOp::keepsCodes() {
  Storage from = *storageOf(getInput().getType()), to = *storageOf(getResult().getType());
  return from.lowest == to.lowest && from.highest <= to.highest &&
         llvm::all_of(llvm::seq<int64_t>(0, from.highest - from.lowest + 1),
                      [&](int64_t i) { return static_cast<uint8_t>(getTable()[i]) == i; });
}

LogicalResult LookupOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                 llvm::SmallVectorImpl<Tensor> &results) {
  const Tensor &input = operands[0];
  Tensor result(tensorType(getResult()).clone(input.shape()));
  Storage from = *storageOf(input.type()), to = *storageOf(result.type());
  for (int64_t i = 0; i < result.size(); ++i) {
    auto entry = static_cast<uint8_t>(getTable()[input.integer(i) - from.lowest]);
    result.setInteger(i, std::min(to.lowest + entry, to.highest));
  }
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
