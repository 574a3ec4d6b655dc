#include "qnn/Checks.h"
#include "qnn/Numerics.h"
#include "qnn/Ops.h"
#include "routines/Parameters.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult ResizeOp::verify() {
  if (llvm::SmallVector<Shape> shapes; failed(inferShapes(shapes)))
    return failure();
  if (getAlignCorners() && getHalfPixelCenters())
    return emitOpError("cannot both align corners and use half-pixel centers");
  llvm::StringRef suffix = routineSuffix(elementType(getInput()));
  if (getKind() == ResizeKind::bilinear && suffix != "i8" && suffix != "u8" && suffix != "i16" &&
      suffix != "f32")
    return emitOpError("interpolates f32 and codes of 8 or 16 bits, not ")
           << elementType(getInput());
  Recipe recipe = recipeOf(getNumerics());
  bool inFloat = recipe == Recipe::floatSteps || recipe == Recipe::floatWeights;
  if (inFloat && (suffix != "u8" || getCodeOrigin() != 0))
    return emitOpError("goes through float for u8 codes alone");
  // The integer form keeps 10 fractional bits of a 32-bit position.
  for (int64_t extent : {shapeOf(getInput())[1], shapeOf(getInput())[2], shapeOf(getResult())[1],
                         shapeOf(getResult())[2]})
    if (extent >= 1 << 20)
      return emitOpError("image is too large");
  return requireSameElementType(*this, getInput(), getResult());
}

LogicalResult ResizeOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  auto input = shapeOf(getInput());
  if (input.size() != 4 || input[1] < 1 || input[2] < 1 ||
      failed(requireEntries(*this, getSize(), 2, 1, "size")))
    return emitOpError("needs a nonempty input of rank 4 and a size of 2 entries");
  shapes.push_back({input[0], getSize()[0], getSize()[1], input[3]});
  return success();
}

Routine ResizeOp::routine() {
  auto input = shapeOf(getInput());
  routines::Resize p{};
  p.batches = input[0];
  p.inputHeight = input[1];
  p.inputWidth = input[2];
  p.outputHeight = getSize()[0];
  p.outputWidth = getSize()[1];
  p.depth = input[3];
  p.elementBytes = elementBytesOf(elementType(getInput()));
  p.alignCorners = getAlignCorners();
  p.halfPixelCenters = getHalfPixelCenters();
  p.codeOrigin = static_cast<int32_t>(getCodeOrigin());
  int64_t lines = p.batches * p.outputHeight;
  if (getKind() == ResizeKind::nearest)
    return {"resize_nearest", p, lines};
  llvm::StringRef suffix = routineSuffix(elementType(getInput()));
  Recipe recipe = recipeOf(getNumerics());
  p.weightsFirst = recipe == Recipe::floatWeights;
  if (p.weightsFirst || recipe == Recipe::floatSteps)
    return {"resize_bilinear_real_u8", p, lines};
  return {suffix == "i8"    ? "resize_bilinear_i8"
          : suffix == "u8"  ? "resize_bilinear_u8"
          : suffix == "i16" ? "resize_bilinear_i16"
                            : "resize_bilinear_f32",
          p, lines};
}

} // namespace octet::qnn
