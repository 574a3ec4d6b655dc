#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "routines/Parameters.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult DetectionPostprocessOp::verify() {
  if (llvm::SmallVector<Shape> shapes; failed(inferShapes(shapes)))
    return failure();
  for (Value value : getOperands())
    if (!elementType(value).isF32())
      return emitOpError("needs f32 operands");
  for (Value value : getResults())
    if (!elementType(value).isF32())
      return emitOpError("has f32 results");
  auto classes = static_cast<int64_t>(getNumClasses());
  int64_t columns = shapeOf(getScores())[2], boxes = shapeOf(getBoxes())[1];
  if (classes < 1 || columns < classes || columns > classes + 1)
    return emitOpError() << columns << " columns of scores do not hold " << classes
                         << " classes and a background";
  if (static_cast<int64_t>(getMaxClassesPerDetection()) < 1 ||
      static_cast<int64_t>(getDetectionsPerClass()) < 0 || boxes * classes > INT32_MAX)
    return emitOpError("has limits out of range");
  for (float scale : getBoxScales())
    if (!(scale > 0))
      return emitOpError("needs positive box scales");
  return success();
}

LogicalResult DetectionPostprocessOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  auto boxes = shapeOf(getBoxes()), scores = shapeOf(getScores()), anchors = shapeOf(getAnchors());
  if (boxes.size() != 3 || scores.size() != 3 || anchors.size() != 2 || boxes[0] != 1 ||
      scores[0] != 1 || boxes[2] < 4 || scores[1] != boxes[1] || anchors[0] != boxes[1] ||
      anchors[1] != 4 || getBoxScales().size() != 4)
    return emitOpError(
        "needs boxes [1, n, 4], scores [1, n, classes], anchors [n, 4] and 4 box scales");
  auto detections = static_cast<int64_t>(getMaxDetections());
  int64_t perBox = std::min(static_cast<int64_t>(getMaxClassesPerDetection()),
                            static_cast<int64_t>(getNumClasses()));
  int64_t rows = getUseRegularNms() ? detections : detections * perBox;
  if (detections < 0 || rows < 0 || rows > (1 << 24))
    return emitOpError("has an impossible number of detections");
  shapes.append({{1, rows, 4}, {1, rows}, {1, rows}, {1}});
  return success();
}

Routine DetectionPostprocessOp::routine() {
  routines::DetectionPostprocess p{};
  p.boxes = shapeOf(getBoxes())[1];
  p.boxWidth = shapeOf(getBoxes())[2];
  p.classes = static_cast<int64_t>(getNumClasses());
  p.classesWithBackground = shapeOf(getScores())[2];
  p.maxDetections = static_cast<int64_t>(getMaxDetections());
  p.maxClassesPerDetection = static_cast<int64_t>(getMaxClassesPerDetection());
  p.detectionsPerClass = static_cast<int64_t>(getDetectionsPerClass());
  p.useRegularNms = getUseRegularNms();
  p.scoreThreshold = getScoreThreshold().convertToFloat();
  p.iouThreshold = getIouThreshold().convertToFloat();
  auto scales = getBoxScales();
  p.yScale = scales[0];
  p.xScale = scales[1];
  p.hScale = scales[2];
  p.wScale = scales[3];
  // The routine cuts its lists from this: 16 bytes and five words a box, six words an entry of the
  // best.
  int64_t best = p.maxDetections + p.boxes;
  int64_t scratch = p.boxes * (16 + 4 * 4 + 1) + best * 6 * 4 + 16 * 16;
  return {"detection_postprocess", p, 1, scratch};
}

} // namespace octet::qnn
