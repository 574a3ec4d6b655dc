#include "qnn/Checks.h"
#include "qnn/Numerics.h"
#include "qnn/Ops.h"
#include "routines/Parameters.h"

#include <cmath>

using namespace mlir;

namespace octet::qnn {

namespace {
struct Sizes {
  int64_t batch, time, inputs, cells, outputs;
};
} // namespace

static Sizes sizesOf(LstmOp op) {
  auto input = shapeOf(op.getInput());
  bool timeMajor = op.getTimeMajor();
  return {input[timeMajor ? 1 : 0], input[timeMajor ? 0 : 1], input[2],
          shapeOf(op.getInputToForget())[0],
          op.getProjection() ? shapeOf(op.getProjection())[0] : shapeOf(op.getInputToForget())[0]};
}

// 2^exponent == scale, or nothing.
static std::optional<int> powerOfTwoExponent(double scale) {
  int exponent = 0;
  if (std::frexp(scale, &exponent) != 0.5)
    return std::nullopt;
  return exponent - 1;
}

static LogicalResult verifyInteger(LstmOp op) {
  auto is = [](Value value, unsigned bits) {
    auto quantization = Quantization::of(value.getType());
    return quantization && !quantization->isPerAxis() && quantization->storage.isSigned &&
           quantization->storage.bits == bits;
  };
  if (!is(op.getInput(), 8) || !is(op.getHiddenState(), 8) || !is(op.getCellState(), 16) ||
      !is(op.getResult(), 8))
    return op.emitOpError(
        "in integers needs int8 input, hidden state and result and an int16 cell state");
  for (Value weights : {op.getInputToInput(), op.getInputToForget(), op.getInputToCell(),
                        op.getInputToOutput(), op.getRecurrentToInput(), op.getRecurrentToForget(),
                        op.getRecurrentToCell(), op.getRecurrentToOutput(), op.getProjection()})
    if (weights && (!is(weights, 8) || Quantization::of(weights.getType())->hasZeroPoint()))
      return op.emitOpError("in integers needs per-tensor int8 weights with zero point 0");
  for (Value weights :
       {op.getCellToInput(), op.getCellToForget(), op.getCellToOutput(), op.getInputNorm(),
        op.getForgetNorm(), op.getCellNorm(), op.getOutputNorm()})
    if (weights && (!is(weights, 16) || Quantization::of(weights.getType())->hasZeroPoint()))
      return op.emitOpError("in integers needs int16 peephole and norm weights with zero point 0");
  for (Value bias : {op.getInputBias(), op.getForgetBias(), op.getCellBias(), op.getOutputBias(),
                     op.getProjectionBias()})
    if (bias && (!storageOf(bias.getType()) || storageOf(bias.getType())->bits != 32))
      return op.emitOpError("in integers needs i32 biases");
  if (!op.getHidden() || !Quantization::of(*op.getHidden()))
    return op.emitOpError("in integers needs the quantization of its hidden state");
  if (op.getForgetNorm()) {
    if (!op.getPreactivations() || op.getPreactivations()->size() != 4)
      return op.emitOpError(
          "with a layer normalization needs the quantization of its four preactivations");
    mlir::ArrayAttr preactivations = *op.getPreactivations();
    for (Attribute type : preactivations)
      if (!isa<TypeAttr>(type) || !Quantization::of(cast<TypeAttr>(type).getValue()))
        return op.emitOpError("needs quantized preactivations");
  }
  if (recipeOf(op.getNumerics()) == Recipe::composed &&
      (!op.getInputToInput() || op.getCellToForget() || op.getProjection() || op.getForgetNorm()))
    return op.emitOpError(
        "in composed form has all four gates and neither peephole, projection nor normalization");
  // The cell state is Qm.n with at most 6 integer bits, which tanh is defined for.
  auto exponent = powerOfTwoExponent(Quantization::of(op.getCellState().getType())->scale());
  if (!exponent || *exponent > -9 || *exponent < -15)
    return op.emitOpError("needs a cell state scale of 2^-15 … 2^-9");
  llvm::SmallVector<Type> inside = {*op.getHidden()};
  if (op.getForgetNorm())
    for (auto type : op.getPreactivations()->getAsRange<TypeAttr>())
      inside.push_back(type.getValue());
  if (failed(requireOrdinaryScales(op, inside)))
    return failure();
  return requireOrdinaryScales(op);
}

LogicalResult LstmOp::verify() {
  if (!getInputToInput() != !getRecurrentToInput() || !getInputToInput() != !getInputBias())
    return emitOpError("has an input gate only in part");
  if (!getCellToForget() != !getCellToOutput() ||
      (getCellToInput() && (!getCellToForget() || !getInputToInput())))
    return emitOpError("has peepholes only in part");
  if (!getForgetNorm() != !getCellNorm() || !getForgetNorm() != !getOutputNorm() ||
      (getForgetNorm() && !getInputNorm() != !getInputToInput()))
    return emitOpError("has a layer normalization only in part");
  if (failed(requireSameElementType(*this, getHiddenState(), getNextHiddenState())) ||
      failed(requireSameElementType(*this, getCellState(), getNextCellState())))
    return failure();
  if (!isFloat(getInput()))
    return verifyInteger(*this);
  for (Value value : getOperands())
    if (!elementType(value).isF32())
      return emitOpError("needs f32 operands throughout, or int8 ones");
  return requireSameElementType(*this, getInput(), getResult());
}

LogicalResult LstmOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  if (shapeOf(getInput()).size() != 3 || shapeOf(getInputToForget()).size() != 2 ||
      (getProjection() && shapeOf(getProjection()).size() != 2))
    return emitOpError("needs an input of rank 3 and weights of rank 2");
  Sizes sizes = sizesOf(*this);
  auto has = [](Value value, llvm::ArrayRef<int64_t> shape) {
    return !value || shapeOf(value) == shape;
  };
  bool fits = true;
  for (Value weights :
       {getInputToInput(), getInputToForget(), getInputToCell(), getInputToOutput()})
    fits &= has(weights, {sizes.cells, sizes.inputs});
  for (Value weights : {getRecurrentToInput(), getRecurrentToForget(), getRecurrentToCell(),
                        getRecurrentToOutput()})
    fits &= has(weights, {sizes.cells, sizes.outputs});
  for (Value vector : {getCellToInput(), getCellToForget(), getCellToOutput(), getInputBias(),
                       getForgetBias(), getCellBias(), getOutputBias(), getInputNorm(),
                       getForgetNorm(), getCellNorm(), getOutputNorm()})
    fits &= has(vector, {sizes.cells});
  fits &= has(getProjection(), {sizes.outputs, sizes.cells}) &&
          has(getProjectionBias(), {sizes.outputs}) &&
          has(getHiddenState(), {sizes.batch, sizes.outputs}) &&
          has(getCellState(), {sizes.batch, sizes.cells});
  if (!fits)
    return emitOpError() << "operand shapes do not fit " << sizes.inputs << " inputs, "
                         << sizes.cells << " cells and " << sizes.outputs << " outputs";
  Shape result(shapeOf(getInput()));
  result[2] = sizes.outputs;
  shapes.push_back(result);
  shapes.push_back({sizes.batch, sizes.outputs});
  shapes.push_back({sizes.batch, sizes.cells});
  return success();
}

// PopulateQuantizedLstmParams8x8_16: float32 products; gates in Q3.12 unless they are normalized.
static void describeInteger(LstmOp op, routines::Lstm &p) {
  auto scaleOf = [](Value value) {
    return static_cast<float>(Quantization::of(value.getType())->scale());
  };
  auto zeroPointOf = [](Value value) {
    return static_cast<int32_t>(Quantization::of(value.getType())->zeroPoint());
  };
  float inputScale = scaleOf(op.getInput()), stateScale = scaleOf(op.getHiddenState());
  p.cellExponent = *powerOfTwoExponent(Quantization::of(op.getCellState().getType())->scale());
  auto gate = [&](unsigned index, Value inputWeights, Value recurrentWeights, Value peephole,
                  Value norm) {
    routines::LstmGate result{};
    if (!inputWeights)
      return result;
    float gateScale = std::ldexp(1.0f, -12);
    if (norm) {
      Type preactivation = cast<TypeAttr>((*op.getPreactivations())[index]).getValue();
      gateScale = static_cast<float>(Quantization::of(preactivation)->scale());
      result.norm = quant::toFixedPoint(scaleOf(norm));
      result.leastVariance = std::max(1, static_cast<int32_t>(10000 * scaleOf(norm)));
    }
    result.input = quant::toFixedPoint(scaleOf(inputWeights) * inputScale / gateScale);
    result.recurrent = quant::toFixedPoint(scaleOf(recurrentWeights) * stateScale / gateScale);
    if (peephole)
      result.peephole = quant::toFixedPoint(
          static_cast<float>(std::ldexp(1.0, p.cellExponent) * scaleOf(peephole) / gateScale));
    return result;
  };
  p.inputGate = gate(0, op.getInputToInput(), op.getRecurrentToInput(), op.getCellToInput(),
                     op.getInputNorm());
  p.forgetGate = gate(1, op.getInputToForget(), op.getRecurrentToForget(), op.getCellToForget(),
                      op.getForgetNorm());
  p.cellGate = gate(2, op.getInputToCell(), op.getRecurrentToCell(), Value(), op.getCellNorm());
  p.outputGate = gate(3, op.getInputToOutput(), op.getRecurrentToOutput(), op.getCellToOutput(),
                      op.getOutputNorm());
  Quantization hidden = *Quantization::of(*op.getHidden());
  auto hiddenScale = static_cast<float>(hidden.scale());
  p.hidden = quant::toFixedPoint(
      static_cast<float>(std::ldexp(1.0, -15) / hiddenScale * std::ldexp(1.0, -15)));
  p.inputZeroPoint = zeroPointOf(op.getInput());
  p.stateZeroPoint = zeroPointOf(op.getHiddenState());
  p.hiddenZeroPoint = static_cast<int32_t>(hidden.zeroPoint());
  // Before a projection every version of TFLite subtracts the zero point (and the projection adds
  // it back); without one only 2.9 does, the fault that this recipe stands for.
  if (op.getProjection() || recipeOf(op.getNumerics()) == Recipe::subtractZeroPoint)
    p.hiddenZeroPoint = -p.hiddenZeroPoint;
  if (op.getProjection())
    p.projection = quant::toFixedPoint(scaleOf(op.getProjection()) * hiddenScale / stateScale);
  if (recipeOf(op.getNumerics()) == Recipe::composed) {
    // TFLite Micro's form: products of Q0.15 gates rescaled by multipliers made in double.
    double gateScale = std::ldexp(1.0, -15), cellScale = std::ldexp(1.0, p.cellExponent);
    p.isComposed = 1;
    p.keep = quant::toFixedPoint(gateScale);
    p.admit = quant::toFixedPoint(gateScale * gateScale / cellScale);
    p.hidden = quant::toFixedPoint(gateScale * gateScale / static_cast<double>(stateScale));
    p.hiddenZeroPoint = p.stateZeroPoint;
  }
  auto clip = [](float limit, float scale, float most) {
    return limit > 0 ? static_cast<int32_t>(std::min(limit / scale, most)) : 0;
  };
  p.quantizedCellClip =
      clip(op.getCellClip().convertToFloat(), scaleOf(op.getCellState()), 32767.0f);
  p.quantizedProjectionClip =
      clip(op.getProjectionClip().convertToFloat(), scaleOf(op.getResult()), 127.0f);
}

Routine LstmOp::routine() {
  Sizes sizes = sizesOf(*this);
  routines::Lstm p{};
  p.batch = sizes.batch;
  p.time = sizes.time;
  p.inputs = sizes.inputs;
  p.cells = sizes.cells;
  p.outputs = sizes.outputs;
  p.timeMajor = getTimeMajor();
  p.cellClip = getCellClip().convertToFloat();
  p.projectionClip = getProjectionClip().convertToFloat();
  bool isInteger = !isFloat(getInput());
  if (isInteger)
    describeInteger(*this, p);
  int64_t elementBytes = isInteger ? 2 : 4;
  Routine routine(isInteger ? "lstm_8" : "lstm_f32", p, sizes.batch,
                  sizes.batch * 5 * sizes.cells * elementBytes);
  int next = 0;
  for (int32_t present : getProperties().operandSegmentSizes)
    routine.operandSlots.push_back(present ? next++ : -1);
  return routine;
}

} // namespace octet::qnn
