#include "qnn/Checks.h"
#include "qnn/Numerics.h"
#include "qnn/Ops.h"
#include "qnn/Range.h"
#include "qnn/ops/Quantize.h"
#include "qnn/ops/Sum.h"
#include "quant/Proof.h"
#include "schedule/Passes.h"
#include "target/Target.h"

#include "mlir/IR/Threading.h"

using namespace mlir;

namespace octet::schedule {

#define GEN_PASS_DEF_PROVEFORMS
#include "schedule/Passes.h.inc"

namespace {

using quant::FloatRescale;

constexpr bool isSame(qnn::FloatShape shape, FloatRescale::Shape other) {
  return static_cast<int>(shape) == static_cast<int>(other);
}
static_assert(isSame(qnn::FloatShape::single, FloatRescale::Shape::single) &&
              isSame(qnn::FloatShape::singleSigned, FloatRescale::Shape::singleSigned) &&
              isSame(qnn::FloatShape::floored, FloatRescale::Shape::floored) &&
              isSame(qnn::FloatShape::flooredSigned, FloatRescale::Shape::flooredSigned) &&
              isSame(qnn::FloatShape::twice, FloatRescale::Shape::twice) &&
              isSame(qnn::FloatShape::twiceSigned, FloatRescale::Shape::twiceSigned));

/// One channel's function: its steps over all it can get, and its nominal line.
struct Channel {
  quant::Steps steps;
  double real;
};

/// The first shape that every channel can take, with each channel's constants; null if there is
/// none.
qnn::FloatRescaleAttr proveAll(MLIRContext *context, llvm::ArrayRef<Channel> channels,
                               const target::Target &target, bool fused, int32_t zeroPoint,
                               int32_t lowest, int32_t highest) {
  for (auto shape : {FloatRescale::Shape::single, FloatRescale::Shape::singleSigned,
                     FloatRescale::Shape::floored, FloatRescale::Shape::flooredSigned,
                     FloatRescale::Shape::twice, FloatRescale::Shape::twiceSigned}) {
    if (quant::isFloored(shape) && !target.roundsByInstruction())
      continue;
    llvm::SmallVector<double> multipliers, addends;
    int32_t offset = 0;
    for (const Channel &channel : channels) {
      auto form = quant::proveRescale(channel.steps, shape, fused, channel.real, zeroPoint, lowest,
                                      highest);
      if (!form)
        break;
      multipliers.push_back(form->multiplier);
      addends.push_back(form->addend);
      offset = form->offset;
    }
    if (multipliers.size() == channels.size())
      return qnn::FloatRescaleAttr::get(context, static_cast<qnn::FloatShape>(shape), fused, offset,
                                        DenseF64ArrayAttr::get(context, multipliers),
                                        DenseF64ArrayAttr::get(context, addends));
  }
  return {};
}

// The bounds that the clamps behind a value set on its codes: what lies beyond them need not be
// right.
std::pair<int64_t, int64_t> observedCodes(Value value, const qnn::Storage &storage) {
  int64_t lowest = storage.lowest, highest = storage.highest;
  while (value.hasOneUse()) {
    auto clamp = dyn_cast<qnn::ClampOp>(*value.user_begin());
    if (!clamp)
      break;
    lowest = std::max(lowest, static_cast<int64_t>(clamp.getLowest().convertToDouble()));
    highest = std::min(highest, static_cast<int64_t>(clamp.getHighest().convertToDouble()));
    value = clamp.getResult();
  }
  return {lowest, highest};
}

qnn::FloatRescaleAttr proveRequantize(qnn::RequantizeOp op, const target::Target &target) {
  auto to = *qnn::Quantization::of(op.getResult().getType());
  auto range = qnn::rangeOf(op.getInput());
  if (!range || to.storage.highest - to.storage.lowest > 255)
    return {};
  auto [lowest, highest] = observedCodes(op.getResult(), to.storage);
  if (lowest > highest)
    return {};
  int64_t channelCount =
      std::max<int64_t>(op.channelCount(), static_cast<int64_t>(range->low.size()));
  // Channels of one multiplier and one range are one.
  llvm::SmallVector<Channel> channels;
  for (int64_t c = 0; c < channelCount; ++c) {
    int64_t m = op.channelCount() > 1 ? c : 0;
    double real = op.multiplier(m);
    int64_t low = range->lowOf(c) - op.inputZeroPoint(m),
            high = range->highOf(c) - op.inputZeroPoint(m);
    quant::Rescale exact(qnn::toQuant(op.getNumerics().getRounding()), real,
                         static_cast<int32_t>(to.zeroPoint()), static_cast<int32_t>(lowest),
                         static_cast<int32_t>(highest), static_cast<int32_t>(op.getCodeOrigin()));
    if (low < INT32_MIN || high > INT32_MAX || !exact.isMonotone(low, high))
      return {};
    auto steps = quant::findSteps(exact, low, high, real, static_cast<double>(to.zeroPoint()));
    if (!steps)
      return {};
    channels.push_back({std::move(*steps), real});
  }
  auto prove = [&](bool fused) {
    return proveAll(op.getContext(), channels, target, fused, static_cast<int32_t>(to.zeroPoint()),
                    static_cast<int32_t>(lowest), static_cast<int32_t>(highest));
  };
  // A framework that rounds floats, and their product before a sum, may have no fused form.
  auto form = prove(target.hasFusedMultiplyAdd);
  bool isShifted = qnn::isShifted(op.getNumerics().getRounding());
  return form || !isShifted || !target.hasFusedMultiplyAdd ? form : prove(false);
}

// A window holds between one and window-size elements; the division by each count is a step
// function of the sum of the codes, counted from their origin.
qnn::FloatRescaleAttr provePool(qnn::AvgPool2dOp op, const target::Target &target) {
  auto storage = qnn::storageOf(op.getInput().getType());
  if (!storage || storage->highest - storage->lowest > 255)
    return {};
  int64_t most = op.getWindow()[0] * op.getWindow()[1],
          origin = static_cast<int64_t>(op.getCodeOrigin());
  if (most > 1 << 16)
    return {};
  // Without padding every window is full, so only that count matters.
  bool isFull = llvm::all_of(op.getPadding(), [](int64_t amount) { return amount == 0; });
  llvm::SmallVector<Channel> channels;
  for (int64_t count = isFull ? most : 1; count <= most; ++count) {
    auto divide = [=](int64_t sum) {
      return static_cast<int32_t>(quant::divideHalfAway(sum, count) + origin);
    };
    double real = 1.0 / static_cast<double>(count);
    auto steps =
        quant::findSteps(divide, (storage->lowest - origin) * count,
                         (storage->highest - origin) * count, real, static_cast<double>(origin));
    if (!steps)
      return {};
    channels.push_back({std::move(*steps), real});
  }
  return proveAll(op.getContext(), channels, target, target.hasFusedMultiplyAdd,
                  static_cast<int32_t>(origin), static_cast<int32_t>(storage->lowest),
                  static_cast<int32_t>(storage->highest));
}

// A requantize that rounds in float32 has its code less an offset first: a sum takes that.
int32_t cheapestOrigin(Value operand) {
  while (auto clamp = operand.getDefiningOp<qnn::ClampOp>())
    operand = clamp.getInput();
  auto requantize = operand.getDefiningOp<qnn::RequantizeOp>();
  auto form = requantize ? requantize.getForm() : std::nullopt;
  bool isSingle =
      form && quant::isSinglePrecision(static_cast<FloatRescale::Shape>(form->getShape()));
  return isSingle ? form->getOffset() : 0;
}

quant::CodeRange codesOf(Value value) {
  auto storage = *qnn::storageOf(value.getType());
  return {static_cast<int32_t>(storage.lowest), static_cast<int32_t>(storage.highest)};
}

/// The sum of two 8-bit codes.
struct CodeSum {
  CodeSum(Operation *op, const qnn::QuantizedSum &sum) : exact(sum) {
    x = codesOf(op->getOperand(0));
    y = codesOf(op->getOperand(1));
    auto [low, high] = observedCodes(op->getResult(0), *qnn::storageOf(op->getResult(0).getType()));
    exact.output.lowest = static_cast<int32_t>(low);
    exact.output.highest = static_cast<int32_t>(high);
  }

  qnn::QuantizedSum exact;
  quant::CodeRange x, y;
};

qnn::FloatSumAttr proveLinear(Operation *op, const CodeSum &sum, quant::FloatSum nominal) {
  double lhs = qnn::Quantization::of(op->getOperand(0).getType())->scale(),
         rhs = qnn::Quantization::of(op->getOperand(1).getType())->scale(),
         result = qnn::Quantization::of(op->getResult(0).getType())->scale();
  lhs /= result;
  rhs /= sum.exact.subtracts ? -result : result;
  nominal.xMultiplier = static_cast<float>(lhs);
  nominal.yMultiplier = static_cast<float>(rhs);
  nominal.addend = static_cast<float>(sum.exact.output.zeroPoint - nominal.offset +
                                      (nominal.xOrigin - sum.exact.lhsZeroPoint) * lhs +
                                      (nominal.yOrigin - sum.exact.rhsZeroPoint) * rhs);
  nominal.lowest = sum.exact.output.lowest;
  nominal.highest = sum.exact.output.highest;
  auto form = quant::proveSum(sum.exact, sum.x, sum.y, nominal);
  if (!form)
    return {};
  return qnn::attributeOf(op->getContext(), *form);
}

// A framework's sum in floats has the form of the proof already: other origins and additions
// without fusion need one.
qnn::FloatSumAttr proveFloatSum(qnn::AddOp op, const target::Target &target) {
  quant::FloatSum exact = qnn::floatSum(op);
  auto [low, high] = observedCodes(op.getResult(), *qnn::storageOf(op.getResult().getType()));
  if (low > high)
    return {};
  exact.lowest = static_cast<int32_t>(low);
  exact.highest = static_cast<int32_t>(high);
  quant::FloatSum nominal = exact;
  nominal.fused = target.hasFusedMultiplyAdd;
  nominal.xOrigin = cheapestOrigin(op.getLhs());
  nominal.yOrigin = cheapestOrigin(op.getRhs());
  nominal.offset = 0;
  nominal.addend += static_cast<float>(exact.offset) +
                    static_cast<float>(nominal.xOrigin - exact.xOrigin) * exact.xMultiplier +
                    static_cast<float>(nominal.yOrigin - exact.yOrigin) * exact.yMultiplier;
  auto form = quant::proveSum(exact, codesOf(op.getLhs()), codesOf(op.getRhs()), nominal);
  return form ? qnn::attributeOf(op.getContext(), *form) : qnn::FloatSumAttr();
}

// The total is that of the framework's integers, and its rescale one of a sum like any other.
qnn::FloatRescaleAttr proveTotal(Operation *op, const CodeSum &sum, const target::Target &target) {
  const quant::Rescale &exact = sum.exact.output;
  int64_t low = INT64_MAX, high = INT64_MIN;
  for (int32_t x : {sum.x.low, sum.x.high})
    for (int32_t y : {sum.y.low, sum.y.high}) {
      low = std::min<int64_t>(low, sum.exact.total(x, y));
      high = std::max<int64_t>(high, sum.exact.total(x, y));
    }
  if (!exact.isMonotone(low, high))
    return {};
  auto steps = quant::findSteps(exact, low, high, exact.real, exact.zeroPoint);
  if (!steps)
    return {};
  return proveAll(op->getContext(), Channel{std::move(*steps), exact.real}, target,
                  target.hasFusedMultiplyAdd, exact.zeroPoint, exact.lowest, exact.highest);
}

Attribute proveSumForm(Operation *op, bool subtracts, std::optional<qnn::NumericsAttr> numerics,
                       const target::Target &target) {
  auto x = qnn::Quantization::of(op->getOperand(0).getType()),
       y = qnn::Quantization::of(op->getOperand(1).getType()),
       z = qnn::Quantization::of(op->getResult(0).getType());
  auto isByte = [](const std::optional<qnn::Quantization> &q) {
    return q && q->storage.highest - q->storage.lowest <= 255;
  };
  if (!isByte(x) || !isByte(y) || !isByte(z))
    return {};
  if (qnn::isFloatSum(op, numerics))
    return proveFloatSum(cast<qnn::AddOp>(op), target);
  CodeSum sum(op, qnn::QuantizedSum(*x, *y, *z, qnn::roundingOf(numerics), subtracts));
  if (sum.exact.output.lowest > sum.exact.output.highest)
    return {};
  bool fused = target.hasFusedMultiplyAdd;
  quant::FloatSum plane{.fused = fused,
                        .xOrigin = cheapestOrigin(op->getOperand(0)),
                        .yOrigin = cheapestOrigin(op->getOperand(1))};
  if (auto form = proveLinear(op, sum, plane))
    return form;
  quant::FloatSum oddFunction{.fused = fused,
                              .takesSign = true,
                              .xOrigin = sum.exact.lhsZeroPoint,
                              .yOrigin = sum.exact.rhsZeroPoint,
                              .offset = sum.exact.output.zeroPoint};
  if (auto form = proveLinear(op, sum, oddFunction))
    return form;
  return proveTotal(op, sum, target);
}

// A division by the scale keeps the core busy for longer than two products.
std::optional<quant::Reciprocal> proveQuotient(qnn::QuantizeOp op, const target::Target &target) {
  auto to = *qnn::Quantization::of(op.getResult().getType());
  auto rounding = qnn::roundingOf(op.getNumerics());
  if (!target.hasFusedMultiplyAdd || !qnn::isFloatEven(rounding) || to.storage.bits > 8)
    return std::nullopt;
  auto origin = static_cast<int64_t>(op.getCodeOrigin());
  return quant::proveReciprocal(static_cast<float>(to.scale()), [&](float quotient) {
    return static_cast<int32_t>(qnn::roundedToEven(quotient, to, rounding, origin));
  });
}

struct ProveFormsPass : impl::ProveFormsBase<ProveFormsPass> {
  using ProveFormsBase::ProveFormsBase;

  void runOnOperation() override {
    const target::Target *row = target::findTarget(target);
    if (!row) {
      getOperation().emitError("unknown target ") << target;
      return signalPassFailure();
    }
    llvm::SmallVector<Operation *> rescales, sums;
    getOperation().walk([&](Operation *op) {
      if (isa<qnn::RequantizeOp, qnn::QuantizeOp, qnn::AvgPool2dOp>(op))
        rescales.push_back(op);
      else if (isa<qnn::AddOp, qnn::SubOp>(op))
        sums.push_back(op);
    });
    // Each is independent, and large models have thousands of channels; but a sum looks at the
    // forms of its operands.
    mlir::parallelForEach(&getContext(), rescales, [&](Operation *op) {
      if (auto requantize = dyn_cast<qnn::RequantizeOp>(op)) {
        if (auto form = proveRequantize(requantize, *row))
          requantize.setFormAttr(form);
      } else if (auto quantize = dyn_cast<qnn::QuantizeOp>(op)) {
        if (auto parts = proveQuotient(quantize, *row))
          quantize.setReciprocal(ArrayRef<float>{parts->high, parts->low});
      } else if (auto pool = cast<qnn::AvgPool2dOp>(op); auto form = provePool(pool, *row)) {
        pool.setFormAttr(form);
      }
    });
    mlir::parallelForEach(&getContext(), sums, [&](Operation *op) {
      if (auto add = dyn_cast<qnn::AddOp>(op)) {
        if (auto form = proveSumForm(op, false, add.getNumerics(), *row))
          add.setFormAttr(form);
      } else if (auto subtract = cast<qnn::SubOp>(op);
                 auto form = proveSumForm(op, true, subtract.getNumerics(), *row)) {
        subtract.setFormAttr(form);
      }
    });
  }
};

} // namespace
} // namespace octet::schedule
