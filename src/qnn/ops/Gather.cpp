#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "routines/Parameters.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult GatherOp::verify() {
  if (llvm::SmallVector<Shape> shapes; failed(inferShapes(shapes)))
    return failure();
  bool isIndex = elementType(getIndices()).isInteger(32) || elementType(getIndices()).isInteger(64);
  if (failed(requireElementType(*this, getIndices(), isIndex, "i32 or i64 indices")))
    return failure();
  if (shapeOf(getInput())[getAxis()] == 0 && tensorType(getIndices()).getNumElements() != 0)
    return emitOpError("gathers from an empty axis");
  return requireSameElementType(*this, getInput(), getResult());
}

LogicalResult GatherOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  auto input = shapeOf(getInput()), indices = shapeOf(getIndices());
  auto axis = static_cast<int64_t>(getAxis()), batchDims = static_cast<int64_t>(getBatchDims());
  if (axis < 0 || axis >= static_cast<int64_t>(input.size()) || batchDims < 0 || batchDims > axis ||
      batchDims > static_cast<int64_t>(indices.size()))
    return emitOpError("axis or batch_dims out of range");
  // Outer slices in between would each need all indices: the routine has no such loop.
  if (batchDims != 0 && batchDims != axis)
    return emitOpError("batch_dims must be 0 or the axis");
  for (int64_t d = 0; d < batchDims; ++d)
    if (input[d] != indices[d])
      return emitOpError("batch dimensions differ");
  Shape shape(input.begin(), input.begin() + axis);
  shape.append(indices.begin() + batchDims, indices.end());
  shape.append(input.begin() + axis + 1, input.end());
  shapes.push_back(shape);
  return success();
}

Routine GatherOp::routine() {
  auto input = shapeOf(getInput()), indices = shapeOf(getIndices());
  auto axis = static_cast<int64_t>(getAxis()), batchDims = static_cast<int64_t>(getBatchDims());
  routines::Gather p{1,
                     input[axis],
                     1,
                     elementBytesOf(elementType(getInput())),
                     elementType(getIndices()).isInteger(64) ? 8 : 4,
                     batchDims > 0};
  for (int64_t d = 0; d < axis; ++d)
    p.outer *= input[d];
  for (int64_t d = axis + 1; d < static_cast<int64_t>(input.size()); ++d)
    p.sliceBytes *= input[d];
  for (int64_t d = batchDims; d < static_cast<int64_t>(indices.size()); ++d)
    p.count *= indices[d];
  return {"gather", p, p.outer};
}

} // namespace octet::qnn
