#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "qnn/Permutation.h"
#include "raise/Passes.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>
#include <cstring>
#include <limits>

using namespace mlir;

namespace octet::raise {

#define GEN_PASS_DEF_SINKDEQUANTIZE
#include "raise/Passes.h.inc"

namespace {

bool isSameFloat(float a, float b) { return std::memcmp(&a, &b, sizeof a) == 0; }

/// The floats that the codes of a tensor stand for, in the order of the codes; empty unless they
/// are those of 16 bits at most, and every next one is larger.
class Reals {
public:
  explicit Reals(qnn::DequantizeOp op) {
    auto quantization = *qnn::Quantization::of(op.getInput().getType());
    if (quantization.isPerAxis() || quantization.storage.bits > 16 ||
        static_cast<float>(quantization.scale()) < std::numeric_limits<float>::min())
      return;
    lowest = quantization.storage.lowest;
    int64_t count = quantization.storage.highest - lowest + 1;
    auto element = qnn::elementType(op.getInput());
    qnn::Tensor codes(RankedTensorType::get({count}, element));
    for (int64_t i = 0; i < count; ++i)
      codes.setInteger(i, lowest + i);
    // On a copy of the operator, for its result's type says the shape.
    Operation *copy = op->clone();
    copy->getResult(0).setType(RankedTensorType::get({count}, qnn::elementType(op.getResult())));
    llvm::SmallVector<qnn::Tensor> results;
    (void)cast<qnn::Evaluable>(copy).evaluate(codes, results);
    copy->erase();
    values = results[0].floats();
    if (!llvm::is_sorted(values) ||
        std::adjacent_find(values.begin(), values.end()) != values.end())
      values.clear();
  }

  bool areOrdered() const { return !values.empty(); }
  llvm::ArrayRef<float> all() const { return values; }
  int64_t code(size_t index) const { return lowest + static_cast<int64_t>(index); }

  /// The code of a float that is among them.
  std::optional<int64_t> codeOf(float value) const {
    auto found = llvm::lower_bound(values, value);
    if (found == values.end() || !isSameFloat(*found, value))
      return std::nullopt;
    return code(static_cast<size_t>(found - values.begin()));
  }

private:
  std::vector<float> values;
  int64_t lowest = 0;
};

//===-- What an operator does to codes --===//

// Each gives the operator the attributes with which it computes on codes what it did on the floats
// they stand for, and says with which element type; null, and nothing is changed, if it cannot.

Type onCodes(qnn::ReshapeOp op, qnn::DequantizeOp of) {
  return qnn::reshapedElementType(qnn::tensorType(of.getInput()), op.getShape());
}

Type onCodes(qnn::TransposeOp op, qnn::DequantizeOp of) {
  return qnn::permuted(qnn::tensorType(of.getInput()), op.getPermutation()).getElementType();
}

bool isPerAxis(qnn::DequantizeOp of) {
  return qnn::Quantization::of(of.getInput().getType())->isPerAxis();
}

Type unlessPerAxis(qnn::DequantizeOp of) {
  return isPerAxis(of) ? Type() : qnn::elementType(of.getInput());
}

Type onCodes(qnn::SliceOp op, qnn::DequantizeOp of) {
  auto quantization = *qnn::Quantization::of(of.getInput().getType());
  int axis = quantization.axis;
  bool isCut = axis >= 0 && (op.getSizes()[axis] != qnn::shapeOf(op.getInput())[axis] ||
                             op.getStrides()[axis] != 1);
  return isCut ? Type() : qnn::elementType(of.getInput());
}

Type onCodes(qnn::PadOp op, qnn::DequantizeOp of) {
  if (op.getKind() != qnn::PadKind::constant)
    return unlessPerAxis(of);
  auto code = Reals(of).codeOf(static_cast<float>(op.getValue().convertToDouble()));
  if (!code)
    return {};
  op.setValue(llvm::APFloat(static_cast<double>(*code)));
  return qnn::elementType(of.getInput());
}

Type onCodes(qnn::ConcatOp op, qnn::DequantizeOp of) {
  for (Value input : op.getInputs()) {
    auto other = input.getDefiningOp<qnn::DequantizeOp>();
    if (!other || qnn::elementType(other.getInput()) != qnn::elementType(of.getInput()) ||
        other->getAttrDictionary() != of->getAttrDictionary())
      return {};
  }
  return unlessPerAxis(of);
}

// Only a bound that is the float of a code cuts codes where it cuts floats.
Type onCodes(qnn::ClampOp op, qnn::DequantizeOp of) {
  Reals reals(of);
  double lowest = op.getLowest().convertToDouble(), highest = op.getHighest().convertToDouble();
  llvm::ArrayRef<float> all = reals.all();
  auto least = llvm::partition_point(all, [&](float real) { return real < lowest; });
  auto beyond = llvm::partition_point(all, [&](float real) { return real <= highest; });
  if (least >= beyond)
    return {};
  bool isExact = (least == all.begin() || isSameFloat(*least, static_cast<float>(lowest))) &&
                 (beyond == all.end() || isSameFloat(beyond[-1], static_cast<float>(highest)));
  if (!isExact)
    return {};
  auto bound = [&](const float *at) {
    return llvm::APFloat(static_cast<double>(reals.code(static_cast<size_t>(at - all.begin()))));
  };
  op.setLowest(bound(least));
  op.setHighest(bound(beyond - 1));
  return qnn::elementType(of.getInput());
}

// The largest of codes is that of the largest float.
Type ifOrdered(qnn::DequantizeOp of) {
  return Reals(of).areOrdered() ? qnn::elementType(of.getInput()) : Type();
}

Type onCodes(qnn::ReduceOp op, qnn::DequantizeOp of) {
  bool isExtreme =
      op.getKind() == qnn::ReduceKind::minimum || op.getKind() == qnn::ReduceKind::maximum;
  // The extreme of nothing is no code.
  bool isEmpty = qnn::tensorType(op.getInput()).getNumElements() == 0;
  bool hasForm = !qnn::routineSuffix(qnn::elementType(of.getInput())).empty();
  return isExtreme && !isEmpty && hasForm ? ifOrdered(of) : Type();
}

/// The element type of what the operator makes of codes in place of floats; null if it has to have
/// floats.
Type onCodes(Operation *op, qnn::DequantizeOp of) {
  return llvm::TypeSwitch<Operation *, Type>(op)
      .Case<qnn::ReshapeOp, qnn::TransposeOp, qnn::SliceOp, qnn::PadOp, qnn::ConcatOp, qnn::ClampOp,
            qnn::ReduceOp>([&](auto concrete) { return onCodes(concrete, of); })
      .Case([&](qnn::BroadcastOp) { return unlessPerAxis(of); })
      .Case([&](qnn::GatherOp) { return unlessPerAxis(of); })
      .Case([&](qnn::ResizeOp resize) {
        return resize.getKind() == qnn::ResizeKind::nearest ? unlessPerAxis(of) : Type();
      })
      .Case([&](qnn::MaxPool2dOp) { return ifOrdered(of); })
      .Default(Type());
}

//===-- The pass --===//

/// A copy of a conversion that converts another tensor.
Operation *convert(OpBuilder &builder, Operation *conversion, Value value, Type element) {
  Operation *copy = builder.clone(*conversion);
  copy->setOperand(0, value);
  copy->getResult(0).setType(qnn::tensorType(value).clone(element));
  return copy;
}

struct SinkDequantizePass : impl::SinkDequantizeBase<SinkDequantizePass> {
  void runOnOperation() override {
    llvm::SmallVector<Operation *> all;
    getOperation().walk<WalkOrder::PreOrder>([&](Operation *op) { all.push_back(op); });
    for (Operation *op : all)
      sink(op);
    for (Operation *op : llvm::reverse(all))
      if (auto quantize = dyn_cast<qnn::QuantizeOp>(op))
        raise(quantize);
    getOperation().walk([](qnn::DequantizeOp op) {
      if (op->use_empty())
        op->erase();
    });
  }

private:
  static void sink(Operation *op) {
    if (op->getNumResults() != 1 || op->getNumOperands() == 0)
      return;
    auto of = op->getOperand(0).getDefiningOp<qnn::DequantizeOp>();
    Type element = of ? onCodes(op, of) : Type();
    if (!element)
      return;
    for (OpOperand &operand : op->getOpOperands())
      if (auto dequantize = operand.get().getDefiningOp<qnn::DequantizeOp>())
        operand.set(dequantize.getInput());
    Value result = op->getResult(0);
    Type real = qnn::elementType(result);
    result.setType(qnn::tensorType(result).clone(element));
    OpBuilder builder(op);
    builder.setInsertionPointAfter(op);
    Operation *dequantize = convert(builder, of, result, real);
    result.replaceAllUsesExcept(dequantize->getResult(0), dequantize);
  }

  // Movement of floats that only a quantization reads moves codes instead, and not more of them.
  static void raise(qnn::QuantizeOp op) {
    Operation *movement = op.getInput().getDefiningOp();
    if (!movement || !movement->hasOneUse() ||
        !isa<qnn::ReshapeOp, qnn::TransposeOp, qnn::BroadcastOp, qnn::ConcatOp, qnn::PadOp>(
            movement))
      return;
    OpBuilder builder(movement);
    Type element = qnn::elementType(op.getResult());
    if (auto pad = dyn_cast<qnn::PadOp>(movement); pad && pad.getKind() == qnn::PadKind::constant)
      pad.setValue(codeOf(op, pad.getValue()));
    llvm::SmallVector<qnn::QuantizeOp> copies;
    for (OpOperand &operand : movement->getOpOperands()) {
      copies.push_back(cast<qnn::QuantizeOp>(convert(builder, op, operand.get(), element)));
      operand.set(copies.back().getResult());
    }
    movement->getResult(0).setType(op.getResult().getType());
    op.getResult().replaceAllUsesWith(movement->getResult(0));
    op->erase();
    for (qnn::QuantizeOp copy : copies)
      raise(copy);
  }

  static llvm::APFloat codeOf(qnn::QuantizeOp op, const llvm::APFloat &value) {
    Operation *copy = op->clone();
    auto scalar = RankedTensorType::get({}, qnn::elementType(op.getResult()));
    copy->getResult(0).setType(scalar);
    qnn::Tensor real(RankedTensorType::get({}, qnn::elementType(op.getInput())));
    real.setReal(0, value.convertToDouble());
    llvm::SmallVector<qnn::Tensor> results;
    (void)cast<qnn::Evaluable>(copy).evaluate(real, results);
    copy->erase();
    return llvm::APFloat(static_cast<double>(results[0].integer(0)));
  }
};

} // namespace
} // namespace octet::raise
