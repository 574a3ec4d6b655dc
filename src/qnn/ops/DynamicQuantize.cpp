#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "routines/Parameters.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult DynamicQuantizeOp::verify() {
  auto storage = storageOf(getCodes().getType());
  unsigned bits = getAsymmetric() ? 16 : 8;
  if (failed(
          requireElementType(*this, getInput(), elementType(getInput()).isF32(), "an f32 input")) ||
      failed(requireElementType(*this, getCodes(),
                                storage && storage->isSigned && storage->bits == bits,
                                bits == 8 ? "int8 codes" : "i16 distances")))
    return failure();
  return requireElementType(*this, getScales(), elementType(getScales()).isF32(), "f32 scales");
}

LogicalResult DynamicQuantizeOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  Shape shape(shapeOf(getInput()));
  if (shape.empty())
    return emitOpError("needs a row to quantize");
  shapes.push_back(shape);
  shape.back() = 1;
  shapes.push_back(shape);
  return success();
}

Routine DynamicQuantizeOp::routine() {
  return {getAsymmetric() ? "dynamic_quantize_asymmetric" : "dynamic_quantize",
          routines::Rows{shapeOf(getInput()).back()}, tensorType(getScales()).getNumElements()};
}

} // namespace octet::qnn
