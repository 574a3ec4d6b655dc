#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "routines/Parameters.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult BlockDenseOp::verify() {
  if (llvm::SmallVector<Shape> shapes; failed(inferShapes(shapes)))
    return failure();
  for (Value value : {getInput(), getScales(), getResult()})
    if (!elementType(value).isF32())
      return emitOpError("needs f32 inputs, scales and results, not ") << elementType(value);
  for (Value value : {getCodes(), getZeroPoints()})
    if (value && !elementType(value).isUnsignedInteger(8))
      return emitOpError("needs codes and zero points in ui8, not ") << elementType(value);
  return success();
}

LogicalResult BlockDenseOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  auto bits = static_cast<int64_t>(getBits()), blockSize = static_cast<int64_t>(getBlockSize());
  if (bits != 4 && bits != 8)
    return emitOpError("has codes of 4 or 8 bits, not of ") << bits;
  if (blockSize < 16 || blockSize % 16 != 0)
    return emitOpError("needs blocks of a multiple of 16, not of ") << blockSize;
  auto input = shapeOf(getInput()), codes = shapeOf(getCodes()), scales = shapeOf(getScales());
  if (input.size() != 2 || codes.size() != 2)
    return emitOpError("needs two matrices");
  int64_t blocks = (input[1] + blockSize - 1) / blockSize;
  if (codes[1] != (input[1] * bits + 7) / 8)
    return emitOpError("needs ") << input[1] << " codes in a row";
  if (scales != llvm::ArrayRef<int64_t>{codes[0], blocks} ||
      (getZeroPoints() && shapeOf(getZeroPoints()) != scales))
    return emitOpError("needs a scale for each of ") << codes[0] << " x " << blocks << " blocks";
  shapes.push_back({input[0], codes[0]});
  return success();
}

Routine BlockDenseOp::routine() {
  auto input = shapeOf(getInput()), codes = shapeOf(getCodes());
  routines::BlockDense p{};
  p.rows = input[0];
  p.depth = input[1];
  p.columns = codes[0];
  p.rowBytes = codes[1];
  p.blockSize = static_cast<int64_t>(getBlockSize());
  p.blocks = shapeOf(getScales())[1];
  p.bits = static_cast<int32_t>(getBits());
  p.zeroPoint = static_cast<int32_t>(getZeroPoint());
  Routine routine("block_dense", p, p.columns);
  routine.operandSlots = {0, 1, 2, getZeroPoints() ? 3 : -1};
  return routine;
}

} // namespace octet::qnn
