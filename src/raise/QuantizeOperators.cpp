#include "qnn/Checks.h"
#include "qnn/Numerics.h"
#include "qnn/Ops.h"
#include "raise/Passes.h"

#include "mlir/IR/Iterators.h"

#include <cmath>

using namespace mlir;

namespace octet::raise {

#define GEN_PASS_DEF_QUANTIZEOPERATORS
#include "raise/Passes.h.inc"

namespace {

/// The codes that a float value stands for; null if it does not come from a dequantize.
Value codesOf(Value value, unsigned bits = 8) {
  auto dequantize = value ? value.getDefiningOp<qnn::DequantizeOp>() : qnn::DequantizeOp();
  if (!dequantize || qnn::storageOf(dequantize.getInput().getType())->bits != bits)
    return {};
  return dequantize.getInput();
}

qnn::ConstantOp constantOf(Value value) { return value.getDefiningOp<qnn::ConstantOp>(); }

/// What of a contraction's operands is needed to sum codes instead.
struct IntegerForm {
  Value input, weights;
  llvm::SmallVector<double> scales; ///< of the accumulator
};

/// The dimension of a contraction's weights that is its result's channels.
int64_t channelAxis(Operation *op) { return isa<qnn::DepthwiseConv2dOp>(op) ? 3 : 0; }

std::optional<IntegerForm> integerForm(Operation *op) {
  if (!isa<qnn::Conv2dOp, qnn::DepthwiseConv2dOp, qnn::Conv2dTransposeOp, qnn::DenseOp,
           qnn::BatchMatmulOp>(op))
    return std::nullopt;
  IntegerForm form{codesOf(op->getOperand(0)), codesOf(op->getOperand(1)), {}};
  if (!form.input || !form.weights)
    return std::nullopt;
  auto x = *qnn::Quantization::of(form.input.getType()),
       w = *qnn::Quantization::of(form.weights.getType());
  bool isMatmul = isa<qnn::BatchMatmulOp>(op);
  if (x.isPerAxis() || (isMatmul && w.isPerAxis()) || (!isMatmul && !constantOf(form.weights)))
    return std::nullopt;
  // The kernels of weights with zero points want one for all channels, and scales are of channels.
  if (w.isPerAxis() && (w.hasZeroPoint() || w.axis != channelAxis(op)))
    return std::nullopt;
  for (double scale : w.scales())
    form.scales.push_back(
        static_cast<double>(static_cast<float>(x.scale()) * static_cast<float>(scale)));
  return form;
}

// The bias in units of the accumulator: as it is in the file if its scale is the accumulator's,
// give or take a rounding, else derived again from its numbers, as ONNX Runtime does with float
// biases. Null if the bias is computed, or out of range. `isForeign` becomes true if codes were
// derived of codes.
Value integerBias(OpBuilder &builder, Value bias, llvm::ArrayRef<double> scales, bool &isForeign) {
  Value held = codesOf(bias, 32);
  auto constant = constantOf(held ? held : bias);
  if (!constant)
    return {};
  auto type = qnn::tensorType(constant.getResult());
  const auto tensor = qnn::Tensor::of(constant.getValue(), type);
  auto plain = RankedTensorType::get(type.getShape(), builder.getI32Type());
  qnn::Tensor result(plain);
  auto quantization = qnn::Quantization::of(type);
  for (int64_t i = 0; i < result.size(); ++i) {
    double scale = scales[scales.size() == 1 ? 0 : static_cast<size_t>(i)];
    if (held && std::abs(quantization->scale(i) - scale) <= 1e-5 * scale &&
        quantization->zeroPoint(i) == 0) {
      result.setInteger(i, tensor.integer(i));
      continue;
    }
    isForeign |= held != nullptr;
    double real = held ? quantization->scale(i) *
                             static_cast<double>(tensor.integer(i) - quantization->zeroPoint(i))
                       : tensor.real(i);
    double code = real == 0 ? 0 : std::nearbyint(real / scale);
    if (!(std::abs(code) < 0x1p31))
      return {};
    result.setInteger(i, static_cast<int64_t>(code));
  }
  return qnn::makeConstant(builder, constant.getLoc(), result);
}

bool isRoundedToEven(qnn::QuantizeOp quantize) {
  return qnn::roundingOf(quantize.getNumerics()) == qnn::Rounding::floatEven;
}

/// The float operators between codes and a quantize, which lets them act on codes: rounding is
/// monotone, so that bounds before it are bounds behind it.
struct Bounds {
  double lowest = -HUGE_VAL, highest = HUGE_VAL;

  /// Takes the clamps off a value that nothing else reads.
  Value strip(Value value) {
    while (auto clamp = value.getDefiningOp<qnn::ClampOp>()) {
      if (!value.hasOneUse())
        break;
      // The clamps in front are applied first.
      double low = clamp.getLowest().convertToDouble(), high = clamp.getHighest().convertToDouble();
      lowest = std::clamp(low, lowest, highest);
      highest = std::clamp(high, lowest, highest);
      value = clamp.getInput();
    }
    return value;
  }

  /// The same on codes of the value's type.
  Value apply(OpBuilder &builder, Location location, Value value) const {
    auto to = *qnn::Quantization::of(value.getType());
    auto code = [&](double bound) {
      double rounded = std::isinf(bound)
                           ? bound
                           : static_cast<double>(std::nearbyint(static_cast<float>(bound) /
                                                                static_cast<float>(to.scale())));
      return std::clamp(rounded + static_cast<double>(to.zeroPoint()),
                        static_cast<double>(to.storage.lowest),
                        static_cast<double>(to.storage.highest));
    };
    double low = code(lowest), high = code(highest);
    if (low == static_cast<double>(to.storage.lowest) &&
        high == static_cast<double>(to.storage.highest))
      return value;
    return builder.create<qnn::ClampOp>(location, value.getType(), value,
                                        builder.getF64FloatAttr(low),
                                        builder.getF64FloatAttr(high));
  }
};

struct QuantizeOperatorsPass : impl::QuantizeOperatorsBase<QuantizeOperatorsPass> {
  void runOnOperation() override {
    getOperation().walk([](Operation *op) { sumCodes(op); });
    getOperation().walk([](qnn::QuantizeOp quantize) { raiseAbovePool(quantize); });
    getOperation().walk([](qnn::QuantizeOp quantize) {
      if (isRoundedToEven(quantize))
        quantizeProducer(quantize);
    });
    getOperation().walk<WalkOrder::PostOrder, ReverseIterator>([](Operation *op) {
      if (isOpTriviallyDead(op))
        op->erase();
    });
  }

private:
  // A contraction of dequantized operands: sums of codes, and one product with their scales.
  static void sumCodes(Operation *op) {
    auto form = integerForm(op);
    if (!form)
      return;
    OpBuilder builder(op);
    Operation *sums = op->clone();
    sums->setOperand(0, form->input);
    sums->setOperand(1, form->weights);
    if (op->getNumOperands() > 2) {
      bool isForeign = false;
      Value bias = integerBias(builder, op->getOperand(2), form->scales, isForeign);
      if (!bias)
        return sums->destroy();
      if (isForeign)
        op->emitRemark("the scale of its bias is not the input's times the weights': its codes are "
                       "derived again");
      sums->setOperand(2, bias);
    }
    auto type = qnn::tensorType(op->getResult(0));
    sums->getResult(0).setType(
        type.clone(qnn::accumulatorType(op->getContext(), form->scales, type.getRank())));
    builder.insert(sums);
    auto real = builder.create<qnn::DequantizeOp>(op->getLoc(), type, sums->getResult(0));
    op->replaceAllUsesWith(real);
    op->erase();
  }

  // The largest of some floats becomes the largest of their codes. Rounding is monotone.
  static void raiseAbovePool(qnn::QuantizeOp quantize) {
    auto pool = quantize.getInput().getDefiningOp<qnn::MaxPool2dOp>();
    if (!pool || !pool->hasOneUse())
      return;
    auto type = quantize.getType();
    OpBuilder builder(quantize);
    auto codes = builder.create<qnn::QuantizeOp>(
        quantize.getLoc(), qnn::tensorType(pool.getInput()).clone(qnn::elementType(quantize)),
        pool.getInput(), quantize.getNumericsAttr());
    auto largest = builder.create<qnn::MaxPool2dOp>(pool.getLoc(), type, codes, pool.getWindow(),
                                                    pool.getStrides(), pool.getPadding());
    quantize.replaceAllUsesWith(largest.getResult());
    quantize.erase();
  }

  // The operator that a quantize reads, on codes.
  static void quantizeProducer(qnn::QuantizeOp quantize) {
    Bounds bounds;
    Value value = bounds.strip(quantize.getInput());
    OpBuilder builder(quantize);
    Location location = quantize.getLoc();
    auto type = quantize.getType();
    Value result;
    if (Value codes = codesOf(value, 8); codes && codes.getType() == type)
      result = codes;
    else if (Value sums = codesOf(value, 32); sums && value.hasOneUse() && sums.hasOneUse())
      result = requantized(builder, location, sums, type, qnn::Rounding::floatEven);
    else if (Operation *op = value.getDefiningOp(); op && value.hasOneUse())
      result = onCodes(builder, location, op, type);
    if (!result)
      return;
    result = bounds.apply(builder, location, result);
    quantize.replaceAllUsesWith(result);
    quantize.erase();
  }

  // Operators that ONNX Runtime has on codes, where they are between a dequantize and a quantize.
  static Value onCodes(OpBuilder &builder, Location location, Operation *op,
                       RankedTensorType type) {
    llvm::SmallVector<Value> operands;
    for (Value operand : op->getOperands()) {
      Value codes = codesOf(operand);
      if (!codes || qnn::Quantization::of(codes.getType())->isPerAxis())
        return {};
      operands.push_back(codes);
    }
    if (qnn::storageOf(type)->bits != 8)
      return {};
    auto numerics = [&](qnn::Rounding rounding, qnn::Recipe recipe = qnn::Recipe::plain) {
      return qnn::NumericsAttr::get(builder.getContext(), rounding, recipe);
    };
    if (isa<qnn::AddOp>(op))
      return builder.create<qnn::AddOp>(location, type, operands[0], operands[1],
                                        numerics(qnn::Rounding::floatEvenShifted), Attribute());
    if (isa<qnn::MulOp>(op)) {
      auto scaleOf = [](Value codes) {
        return static_cast<float>(qnn::Quantization::of(codes.getType())->scale());
      };
      auto scale = static_cast<double>(scaleOf(operands[0]) * scaleOf(operands[1]));
      Value product = builder.create<qnn::MulOp>(
          location, type.clone(qnn::accumulatorType(builder.getContext(), {scale}, 1)), operands[0],
          operands[1]);
      return requantized(builder, location, product, type, qnn::Rounding::floatEvenShifted);
    }
    if (auto unary = dyn_cast<qnn::UnaryOp>(op); unary && isTable(unary.getKind()))
      return builder.create<qnn::UnaryOp>(
          location, type, unary.getKind(), operands[0], unary.getAlpha(),
          numerics(qnn::Rounding::floatEven, qnn::Recipe::floatTable));
    if (auto reduce = dyn_cast<qnn::ReduceOp>(op);
        reduce && reduce.getKind() == qnn::ReduceKind::mean)
      return builder.create<qnn::ReduceOp>(
          location, type, reduce.getKind(), operands[0], reduce.getAxes(), reduce.getKeepDims(),
          numerics(qnn::Rounding::floatEven, qnn::Recipe::foldCount));
    if (auto softmax = dyn_cast<qnn::SoftmaxOp>(op))
      return builder.create<qnn::SoftmaxOp>(
          location, type, operands[0], softmax.getBeta(),
          numerics(qnn::Rounding::floatEven, qnn::Recipe::floatTable));
    return {};
  }

  // Functions of which ONNX Runtime makes tables. Others become tables of the evaluator's own.
  static bool isTable(qnn::UnaryKind kind) {
    using qnn::UnaryKind;
    return kind == UnaryKind::logistic || kind == UnaryKind::leakyRelu || kind == UnaryKind::tanh ||
           kind == UnaryKind::elu || kind == UnaryKind::exp;
  }

  // ONNX Runtime multiplies sums by (x scale * w scale) / y scale, both steps in float32.
  static Value requantized(OpBuilder &builder, Location location, Value sums, Type type,
                           qnn::Rounding rounding) {
    auto from = *qnn::Quantization::of(sums.getType()), to = *qnn::Quantization::of(type);
    llvm::SmallVector<double> scales;
    for (double scale : from.scales()) {
      float ratio = static_cast<float>(scale) / static_cast<float>(to.scale());
      scales.push_back(static_cast<double>(ratio) * to.scale());
    }
    auto shape = qnn::tensorType(sums);
    sums.setType(shape.clone(qnn::accumulatorType(builder.getContext(), scales, shape.getRank())));
    auto numerics = qnn::NumericsAttr::get(builder.getContext(), rounding, qnn::Recipe::plain);
    return builder.create<qnn::RequantizeOp>(location, type, sums, numerics, DenseF64ArrayAttr(),
                                             qnn::FloatRescaleAttr());
  }
};

} // namespace
} // namespace octet::raise
