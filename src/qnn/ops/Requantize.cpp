#include "qnn/Checks.h"
#include "qnn/Numerics.h"
#include "qnn/Ops.h"
#include "quant/Rescale.h"

using namespace mlir;

namespace octet::qnn {

static LogicalResult verifyMultipliers(RequantizeOp op) {
  for (int64_t c = 0; c < op.channelCount(); ++c)
    if (failed(requireMultiplier(op, op.getNumerics().getRounding(), op.multiplier(c))))
      return failure();
  return success();
}

LogicalResult RequantizeOp::verify() {
  if (failed(
          requireElementType(*this, getResult(), isQuantized(getResult()), "a quantized result")) ||
      failed(requirePerTensor(*this, getResult(), "result")))
    return failure();
  bool isWide = elementType(getInput()).isInteger(64);
  if (isWide != getAccumulatorScales().has_value())
    return emitOpError("accumulator_scales belong to an i64 input, and to that alone");
  int64_t channels = shapeOf(getInput()).empty() ? 1 : shapeOf(getInput()).back();
  if (isWide) {
    size_t count = getAccumulatorScales()->size();
    if (count != 1 && static_cast<int64_t>(count) != channels)
      return emitOpError("needs 1 or ") << channels << " accumulator scales, not " << count;
    if (getNumerics().getRounding() != Rounding::q15Up &&
        getNumerics().getRounding() != Rounding::doubleAway)
      return emitOpError(
          "an i64 accumulator is rescaled by q15_up, or its low 32 bits by double_away");
    return verifyMultipliers(*this);
  }
  auto input = Quantization::of(getInput().getType());
  if (!input)
    return emitOpError("needs a quantized or i64 input, not ") << elementType(getInput());
  if (input->isPerAxis() && input->axis != tensorType(getInput()).getRank() - 1)
    return emitOpError("input must be per axis on its last dimension");
  return verifyMultipliers(*this);
}

LogicalResult RequantizeOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  shapes.push_back(Shape(shapeOf(getInput())));
  return success();
}

int64_t RequantizeOp::channelCount() {
  if (auto scales = getAccumulatorScales())
    return static_cast<int64_t>(scales->size());
  return static_cast<int64_t>(Quantization::of(getInput().getType())->scales().size());
}

double RequantizeOp::multiplier(int64_t channel) {
  auto scales = getAccumulatorScales();
  double from =
      scales ? (*scales)[channel] : Quantization::of(getInput().getType())->scale(channel);
  return from / Quantization::of(getResult().getType())->scale();
}

int64_t RequantizeOp::inputZeroPoint(int64_t channel) {
  auto input = Quantization::of(getInput().getType());
  return input ? input->zeroPoint(channel) : 0;
}

LogicalResult RequantizeOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                     llvm::SmallVectorImpl<Tensor> &results) {
  Tensor result(tensorType(getResult()));
  Quantization to = *Quantization::of(result.type());
  llvm::SmallVector<quant::Rescale> rescales;
  llvm::SmallVector<int64_t> zeroPoints;
  for (int64_t c = 0; c < channelCount(); ++c) {
    rescales.push_back(rescaleOf(getNumerics().getRounding(), multiplier(c), to,
                                 static_cast<int64_t>(getCodeOrigin())));
    zeroPoints.push_back(inputZeroPoint(c));
  }
  int64_t channels = channelCount();
  for (int64_t i = 0; i < result.size(); ++i)
    result.setInteger(i, rescales[i % channels](operands[0].integer(i) - zeroPoints[i % channels]));
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
