#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "routines/Parameters.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult TopKOp::verify() {
  llvm::StringRef suffix = routineSuffix(elementType(getInput()));
  if (suffix != "i8" && suffix != "u8" && suffix != "i32" && suffix != "i64" && suffix != "f32")
    return emitOpError("has no form for ") << elementType(getInput());
  if (failed(requireElementType(*this, getIndices(), elementType(getIndices()).isInteger(32),
                                "i32 indices")))
    return failure();
  return requireSameElementType(*this, getInput(), getValues());
}

LogicalResult TopKOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  Shape shape(shapeOf(getInput()));
  auto k = static_cast<int64_t>(getK());
  if (shape.empty() || k < 0 || k > shape.back())
    return emitOpError("k = ") << k << " does not fit the last dimension";
  shape.back() = k;
  shapes.append({shape, shape});
  return success();
}

Routine TopKOp::routine() {
  int64_t depth = shapeOf(getInput()).back();
  llvm::StringRef suffix = routineSuffix(elementType(getInput()));
  llvm::StringRef name = suffix == "i8"    ? "top_k_i8"
                         : suffix == "u8"  ? "top_k_u8"
                         : suffix == "i32" ? "top_k_i32"
                         : suffix == "i64" ? "top_k_i64"
                                           : "top_k_f32";
  return {name, routines::TopK{depth, static_cast<int64_t>(getK())},
          depth ? tensorType(getInput()).getNumElements() / depth : 0};
}

} // namespace octet::qnn
