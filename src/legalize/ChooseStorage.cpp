#include "legalize/Passes.h"
#include "qnn/Checks.h"
#include "qnn/Numerics.h"
#include "qnn/Ops.h"
#include "qnn/ops/Sum.h"
#include "quant/SplitWeights.h"
#include "target/Target.h"

#include "llvm/ADT/EquivalenceClasses.h"

using namespace mlir;

namespace octet::legalize {

#define GEN_PASS_DEF_CHOOSESTORAGE
#include "legalize/Passes.h.inc"

namespace {

bool isByteCoded(Value value) {
  auto quantization = qnn::Quantization::of(value.getType());
  return quantization && quantization->storage.bits == 8 && !quantization->isPerAxis();
}

/// The centered weights of a contraction as [channels][depth]; empty if they are computed.
std::vector<int32_t> centeredWeights(Value weights) {
  auto constant = weights.getDefiningOp<qnn::ConstantOp>();
  if (!constant)
    return {};
  std::vector<int32_t> codes =
      qnn::Tensor::of(constant.getValue(), qnn::tensorType(weights)).codes();
  auto quantization = qnn::Quantization::of(weights.getType());
  if (quantization && !quantization->isPerAxis())
    for (int32_t &code : codes)
      code -= static_cast<int32_t>(quantization->zeroPoint());
  return codes;
}

/// Whether byte products can multiply by these weights at little extra cost.
bool fitsByteDot(Operation *op, Value weights, int32_t least) {
  auto quantization = qnn::Quantization::of(weights.getType());
  if (!quantization || (quantization->isPerAxis() && quantization->hasZeroPoint()))
    return quantization && !quantization->hasZeroPoint();
  bool isByte = quantization->storage.isSigned && !quantization->hasZeroPoint();
  if (isByte && least <= quantization->storage.lowest)
    return true;
  std::vector<int32_t> centered = centeredWeights(weights);
  if (centered.empty())
    return false;
  constexpr int64_t block = 64, group = 4;
  auto shape = qnn::shapeOf(weights);
  if (isa<qnn::DepthwiseConv2dOp>(op)) {
    // Taps are the groups here, a channel a column: transposed, with one tap a group.
    int64_t taps = shape[1] * shape[2], channels = shape[3];
    std::vector<int32_t> columns(centered.size());
    for (int64_t t = 0; t < taps; ++t)
      for (int64_t c = 0; c < channels; ++c)
        columns[c * taps + t] = centered[t * channels + c];
    return quant::countVisits(columns, channels, taps, 1, block, least) <= taps;
  }
  int64_t channels = shape[0], depth = static_cast<int64_t>(centered.size()) / channels;
  int64_t padded = (depth + group - 1) / group * group;
  std::vector<int32_t> rows(channels * padded, 0);
  for (int64_t c = 0; c < channels; ++c)
    std::copy_n(centered.begin() + c * depth, depth, rows.begin() + c * padded);
  return quant::countVisits(rows, channels, padded, group, block, least) * 6 <= padded / group + 6;
}

/// Operators that move or compare codes without computing on them, which ties their tensors' types.
bool tiesTypes(Operation *op) {
  // Plain integers stay as they are, so what they are read as does.
  if (isa<qnn::ReinterpretOp>(op))
    return qnn::isQuantized(op->getOperand(0)) && qnn::isQuantized(op->getResult(0));
  return isa<qnn::ReshapeOp, qnn::TransposeOp, qnn::ConcatOp, qnn::SliceOp, qnn::PadOp,
             qnn::BroadcastOp, qnn::MaxPool2dOp, qnn::AvgPool2dOp, qnn::ClampOp, qnn::SelectOp,
             qnn::BinaryOp>(op);
}

llvm::SmallVector<Value> tiedValues(Operation *op) {
  if (!tiesTypes(op))
    return {};
  llvm::SmallVector<Value> values;
  for (Value operand : op->getOperands())
    if (isByteCoded(operand))
      values.push_back(operand);
  for (Value result : op->getResults())
    if (isByteCoded(result))
      values.push_back(result);
  return values;
}

/// Operators whose results can be given another storage by changing their type alone.
bool canStoreOtherwise(Operation *op) {
  return op && (tiesTypes(op) ||
                isa<qnn::RequantizeOp, qnn::QuantizeOp, qnn::AddOp, qnn::SubOp, qnn::UnaryOp,
                    qnn::PreluOp, qnn::FloatRescaleOp, qnn::LookupOp, qnn::ConstantOp>(op));
}

/// Operators that read codes through their type, whatever it is.
bool readsAnyStorage(Operation *op) {
  return tiesTypes(op) ||
         isa<qnn::RequantizeOp, qnn::DequantizeOp, qnn::AddOp, qnn::SubOp, qnn::MulOp, qnn::UnaryOp,
             qnn::PreluOp, qnn::FloatRescaleOp, qnn::LookupOp, qnn::Conv2dOp,
             qnn::DepthwiseConv2dOp, qnn::DenseOp, qnn::BatchMatmulOp>(op);
}

struct ChooseStoragePass : impl::ChooseStorageBase<ChooseStoragePass> {
  using ChooseStorageBase::ChooseStorageBase;

  void runOnOperation() override {
    row = target::findTarget(target);
    if (!row) {
      getOperation().emitError("unknown target ") << target;
      return signalPassFailure();
    }
    llvm::EquivalenceClasses<void *> classes;
    getOperation().walk([&](Operation *op) {
      llvm::SmallVector<Value> tied = tiedValues(op);
      for (Value value : tied)
        classes.unionSets(tied.front().getAsOpaquePointer(), value.getAsOpaquePointer());
    });
    // What each class is asked to be: bytes if every contraction that reads it can use them.
    llvm::DenseMap<void *, bool> wantsBytes;
    getOperation().walk([&](Operation *op) {
      bool isMatmul = isa<qnn::BatchMatmulOp>(op);
      if ((!isMatmul && !isa<qnn::Conv2dOp, qnn::DepthwiseConv2dOp, qnn::DenseOp>(op)) ||
          !isByteCoded(op->getOperand(0)))
        return;
      bool bytes = row->multipliesBytes() &&
                   (isMatmul ? isByteCoded(op->getOperand(1))
                             : fitsByteDot(op, op->getOperand(1), row->leastByteWeight()));
      auto [entry, isNew] = wantsBytes.try_emplace(leaderOf(classes, op->getOperand(0)), bytes);
      entry->second &= bytes;
    });
    convertAll(classes, wantsBytes);
  }

private:
  const target::Target *row = nullptr;

  static void *leaderOf(llvm::EquivalenceClasses<void *> &classes, Value value) {
    return classes.getOrInsertLeaderValue(value.getAsOpaquePointer());
  }

  RankedTensorType convertedType(Value value, bool toBytes) const {
    auto type = qnn::tensorType(value);
    auto from = *qnn::Quantization::of(type);
    // Bytes: codes move so that the lowest is that of all. int16: the same codes, wider.
    qnn::Storage bytes = qnn::fullStorage(8, row->multipliesSignedBytes);
    bool staysSigned = bytes.isSigned && from.storage.isSigned;
    int64_t shift = toBytes && !staysSigned ? bytes.lowest - from.storage.lowest : 0;
    qnn::Storage storage =
        toBytes ? bytes : qnn::Storage{16, true, from.storage.lowest, from.storage.highest};
    return type.clone(
        qnn::quantizedType(type.getContext(), storage, from.scale(), from.zeroPoint() + shift));
  }

  void convertAll(llvm::EquivalenceClasses<void *> &classes,
                  const llvm::DenseMap<void *, bool> &wantsBytes) {
    llvm::SmallVector<std::pair<Value, bool>> converted;
    auto visit = [&](Value value) {
      if (!isByteCoded(value))
        return;
      auto wish = wantsBytes.find(leaderOf(classes, value));
      if (wish != wantsBytes.end() && convertedType(value, wish->second) != value.getType())
        converted.push_back({value, wish->second});
    };
    getOperation().walk([&](Block *block) {
      for (Value argument : block->getArguments())
        visit(argument);
      for (Operation &op : *block)
        for (Value result : op.getResults())
          visit(result);
    });
    for (auto [value, toBytes] : converted)
      convert(value, toBytes);
  }

  void convert(Value value, bool toBytes) {
    RankedTensorType from = qnn::tensorType(value), to = convertedType(value, toBytes);
    int64_t shift =
        qnn::Quantization::of(to)->zeroPoint() - qnn::Quantization::of(from)->zeroPoint();
    Operation *producer = value.getDefiningOp();
    llvm::SmallVector<OpOperand *> uses(llvm::make_pointer_range(value.getUses()));
    Value stored = value;
    if (canStoreOtherwise(producer)) {
      if (auto constant = dyn_cast<qnn::ConstantOp>(producer))
        convertConstant(constant, from, to, shift);
      else
        moveCodes(producer, shift);
      value.setType(to);
    } else {
      OpBuilder builder(&getContext());
      builder.setInsertionPointAfterValue(value);
      stored = cast(builder, value.getLoc(), value, to);
    }
    for (OpOperand *use : uses) {
      Operation *user = use->getOwner();
      if (readsAnyStorage(user)) {
        use->set(stored);
        moveOperandCodes(*use, shift);
      } else {
        OpBuilder builder(user);
        use->set(stored == value ? cast(builder, value.getLoc(), stored, from) : value);
      }
    }
  }

  // Equal scales make this exact: every code becomes its counterpart.
  static Value cast(OpBuilder &builder, Location location, Value value, RankedTensorType type) {
    auto numerics =
        qnn::NumericsAttr::get(builder.getContext(), qnn::Rounding::doubleAway, qnn::Recipe::plain);
    return builder.create<qnn::RequantizeOp>(location, type, value, numerics, DenseF64ArrayAttr(),
                                             qnn::FloatRescaleAttr());
  }

  static void convertConstant(qnn::ConstantOp constant, RankedTensorType from, RankedTensorType to,
                              int64_t shift) {
    qnn::Tensor old = qnn::Tensor::of(constant.getValue(), from), moved(to);
    for (int64_t i = 0; i < old.size(); ++i)
      moved.setInteger(i, old.integer(i) + shift);
    constant.setValueAttr(qnn::makeElements(moved));
  }

  // The code that was 0 at import, where an operator's arithmetic depends on it.
  template <typename Op> static void moveOrigin(Op op, int64_t shift) {
    op.setCodeOrigin(static_cast<uint64_t>(static_cast<int64_t>(op.getCodeOrigin()) + shift));
  }

  static void moveOrigin(qnn::AddOp add, size_t tensor, int64_t shift) {
    if (!qnn::isFloatSum(add, add.getNumerics()))
      return;
    auto origins = llvm::to_vector(add.getCodeOrigins());
    origins[tensor] += shift;
    add.setCodeOrigins(origins);
  }

  static void moveOperandCodes(OpOperand &operand, int64_t shift) {
    if (auto add = dyn_cast<qnn::AddOp>(operand.getOwner()))
      moveOrigin(add, operand.getOperandNumber(), shift);
  }

  // Attributes that are codes move with them. Runs once for each converted result, and these
  // operators have one.
  static void moveCodes(Operation *op, int64_t shift) {
    auto moved = [shift](llvm::APFloat value) {
      return llvm::APFloat(value.convertToDouble() + static_cast<double>(shift));
    };
    if (auto clamp = dyn_cast<qnn::ClampOp>(op)) {
      clamp.setLowest(moved(clamp.getLowest()));
      clamp.setHighest(moved(clamp.getHighest()));
    } else if (auto pad = dyn_cast<qnn::PadOp>(op)) {
      if (pad.getKind() == qnn::PadKind::constant)
        pad.setValue(moved(pad.getValue()));
    } else if (auto pool = dyn_cast<qnn::AvgPool2dOp>(op)) {
      moveOrigin(pool, shift);
    } else if (auto add = dyn_cast<qnn::AddOp>(op)) {
      moveOrigin(add, 2, shift);
    } else if (auto quantize = dyn_cast<qnn::QuantizeOp>(op)) {
      if (qnn::isShifted(qnn::roundingOf(quantize.getNumerics())))
        moveOrigin(quantize, shift);
    } else if (auto requantize = dyn_cast<qnn::RequantizeOp>(op)) {
      if (qnn::isShifted(requantize.getNumerics().getRounding()))
        moveOrigin(requantize, shift);
    }
  }
};

} // namespace
} // namespace octet::legalize
