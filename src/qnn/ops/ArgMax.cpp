#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "routines/Parameters.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult ArgMaxOp::verify() {
  auto axis = static_cast<int64_t>(getAxis());
  if (axis < 0 || axis >= tensorType(getInput()).getRank() || shapeOf(getInput())[axis] == 0)
    return emitOpError("axis ") << axis << " is out of range or empty";
  llvm::StringRef suffix = routineSuffix(elementType(getInput()));
  if (suffix.empty() || suffix == "i64" || suffix == "bool")
    return emitOpError("has no form for ") << elementType(getInput());
  bool isIndex = elementType(getResult()).isInteger(32) || elementType(getResult()).isInteger(64);
  return requireElementType(*this, getResult(), isIndex, "i32 or i64 indices");
}

LogicalResult ArgMaxOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  Shape shape(shapeOf(getInput()));
  auto axis = static_cast<int64_t>(getAxis());
  if (axis < 0 || axis >= static_cast<int64_t>(shape.size()))
    return emitOpError("axis ") << axis << " is out of range";
  shape.erase(shape.begin() + axis);
  shapes.push_back(shape);
  return success();
}

Routine ArgMaxOp::routine() {
  auto input = shapeOf(getInput());
  routines::ArgExtreme p{};
  p.extent = input[getAxis()];
  p.inner = 1;
  for (int64_t d = static_cast<int64_t>(getAxis()) + 1; d < static_cast<int64_t>(input.size()); ++d)
    p.inner *= input[d];
  p.indexBytes = elementType(getResult()).isInteger(64) ? 8 : 4;
  p.minimum = getMinimum();
  llvm::StringRef suffix = routineSuffix(elementType(getInput()));
  llvm::StringRef name = suffix == "i8"    ? "arg_extreme_i8"
                         : suffix == "u8"  ? "arg_extreme_u8"
                         : suffix == "i16" ? "arg_extreme_i16"
                         : suffix == "i32" ? "arg_extreme_i32"
                                           : "arg_extreme_f32";
  return {name, p, tensorType(getResult()).getNumElements()};
}

} // namespace octet::qnn
