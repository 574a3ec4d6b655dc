#include "qnn/Checks.h"
#include "qnn/Numerics.h"
#include "qnn/Ops.h"
#include "routines/Parameters.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult SvdfOp::verify() {
  if (failed(requireSameElementType(*this, getState(), getNextState())))
    return failure();
  if (isFloat(getInput())) {
    for (Value value : getOperands())
      if (!elementType(value).isF32())
        return emitOpError("needs f32 operands throughout, or int8 ones");
    return requireSameElementType(*this, getInput(), getResult());
  }
  auto is = [](Value value, unsigned bits) {
    auto quantization = Quantization::of(value.getType());
    return quantization && !quantization->isPerAxis() && quantization->storage.isSigned &&
           quantization->storage.bits == bits;
  };
  if (!is(getInput(), 8) || !is(getFeature(), 8) || !is(getTime(), 16) || !is(getState(), 16) ||
      !is(getResult(), 8))
    return emitOpError(
        "in integers needs int8 input, features and result, and int16 time weights and state");
  if (Quantization::of(getFeature().getType())->hasZeroPoint() ||
      Quantization::of(getTime().getType())->hasZeroPoint() ||
      Quantization::of(getState().getType())->hasZeroPoint())
    return emitOpError("needs zero points of 0 on weights and state");
  if (getBias() && (isFloat(getBias()) || storageOf(getBias().getType())->bits != 32))
    return emitOpError("needs an i32 bias");
  return requireOrdinaryScales(*this);
}

LogicalResult SvdfOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  auto input = shapeOf(getInput()), feature = shapeOf(getFeature()), time = shapeOf(getTime());
  auto rank = static_cast<int64_t>(getRank());
  if (input.size() != 2 || feature.size() != 2 || time.size() != 2 || feature[1] != input[1] ||
      time[0] != feature[0] || rank < 1 || feature[0] % rank != 0 || time[1] < 1)
    return emitOpError("operand shapes do not fit: input [b, i], feature [f, i], time [f, m], f a "
                       "multiple of the rank");
  if (getBias() && shapeOf(getBias()) != llvm::ArrayRef<int64_t>(feature[0] / rank))
    return emitOpError("bias needs one element per unit");
  if (tensorType(getState()).getNumElements() != input[0] * feature[0] * time[1])
    return emitOpError("state needs batch * filters * memory elements");
  shapes.push_back({input[0], feature[0] / rank});
  shapes.push_back(Shape(shapeOf(getState())));
  return success();
}

Routine SvdfOp::routine() {
  auto input = shapeOf(getInput()), time = shapeOf(getTime());
  routines::Svdf p{};
  p.batch = input[0];
  p.inputs = input[1];
  p.filters = time[0];
  p.memory = time[1];
  p.rank = static_cast<int64_t>(getRank());
  bool isInteger = !isFloat(getInput());
  if (isInteger) {
    Quantization x = *Quantization::of(getInput().getType()),
                 feature = *Quantization::of(getFeature().getType()),
                 times = *Quantization::of(getTime().getType()),
                 state = *Quantization::of(getState().getType()),
                 y = *Quantization::of(getResult().getType());
    p.inputZeroPoint = static_cast<int32_t>(x.zeroPoint());
    p.outputZeroPoint = static_cast<int32_t>(y.zeroPoint());
    // TFLite multiplies and divides in float32.
    auto product = [](const Quantization &a, const Quantization &b, const Quantization &c) {
      return static_cast<float>(a.scale()) * static_cast<float>(b.scale()) /
             static_cast<float>(c.scale());
    };
    p.feature = quant::toFixedPoint(product(x, feature, state));
    p.output = quant::toFixedPoint(product(state, times, y));
  }
  Routine routine(isInteger ? "svdf_8" : "svdf_f32", p, p.batch);
  routine.operandSlots = {0, 1, 2, getBias() ? 3 : -1, getBias() ? 4 : 3};
  return routine;
}

} // namespace octet::qnn
