#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "routines/Parameters.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult L2NormOp::verify() {
  if (failed(requireRows(*this, getInput())))
    return failure();
  if (elementType(getInput()).isF32())
    return requireSameElementType(*this, getInput(), getResult());
  auto from = Quantization::of(getInput().getType()), to = Quantization::of(getResult().getType());
  if (!from || !to || from->isPerAxis() || to->isPerAxis() || from->storage.bits != 8 ||
      to->storage.bits != 8 || from->storage.isSigned != to->storage.isSigned)
    return emitOpError("needs f32, or 8-bit per-tensor quantized tensors of one signedness");
  if (to->scale() != 1.0 / 128 || to->zeroPoint() - to->storage.lowest != 128)
    return emitOpError("has a quantized result of scale 1/128 with its zero point in the middle");
  return success();
}

LogicalResult L2NormOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  shapes.push_back(Shape(shapeOf(getInput())));
  return success();
}

Routine L2NormOp::routine() {
  int64_t depth = shapeOf(getInput()).back(),
          rows = tensorType(getInput()).getNumElements() / depth;
  auto from = Quantization::of(getInput().getType());
  if (!from)
    return {"l2_norm_f32", routines::Rows{depth}, rows};
  bool isSigned = from->storage.isSigned;
  routines::L2Norm p{depth, static_cast<int32_t>(from->zeroPoint() - from->storage.lowest),
                     isSigned ? 0x80 : 0, isSigned ? 0 : 7, isSigned ? 7 : 0};
  return {"l2_norm_8", p, rows};
}

} // namespace octet::qnn
