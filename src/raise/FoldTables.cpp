#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "raise/Passes.h"

#include <map>

using namespace mlir;

namespace octet::raise {

#define GEN_PASS_DEF_FOLDTABLES
#include "raise/Passes.h.inc"

namespace {

constexpr int64_t entries = 256;
/// Longer expressions are several tables: each is evaluated as a whole.
constexpr int64_t maximumOperators = 64;

bool isByteCoded(Value value) {
  auto quantization = qnn::Quantization::of(value.getType());
  return quantization && !quantization->isPerAxis() && quantization->storage.bits == 8;
}

bool isOneNumber(Value value) {
  auto constant = value.getDefiningOp<qnn::ConstantOp>();
  auto quantization = qnn::Quantization::of(value.getType());
  return constant && qnn::tensorType(value).getNumElements() == 1 &&
         !(quantization && quantization->isPerAxis());
}

/// The one tensor of codes that a value follows from, element by element, and what that takes.
struct Origin {
  Value codes;
  /// A function that costs a table or floats anyway, and more than that alone.
  bool hasFunction = false, hasMore = false;
  int64_t operators = 0; ///< of the expression written out
};

struct FoldTablesPass : impl::FoldTablesBase<FoldTablesPass> {
  void runOnOperation() override {
    llvm::DenseMap<Value, Origin> origins;
    llvm::SmallVector<Operation *> folded;
    getOperation().walk([&](Operation *op) {
      if (op->getNumResults() != 1)
        return;
      auto origin = originOf(op, origins);
      if (!origin)
        return;
      origins[op->getResult(0)] = *origin;
      if (isByteCoded(op->getResult(0)) && origin->hasFunction && origin->hasMore)
        folded.push_back(op);
    });
    // The last first: what only they read has no user then.
    for (Operation *op : llvm::reverse(folded)) {
      if (!op->use_empty())
        replace(op, origins[op->getResult(0)].codes);
      if (op->use_empty())
        op->erase();
    }
  }

private:
  static std::optional<Origin> originOf(Operation *op, llvm::DenseMap<Value, Origin> &origins) {
    if (!op->hasTrait<qnn::Elementwise>())
      return std::nullopt;
    Origin origin;
    for (Value operand : op->getOperands()) {
      if (isOneNumber(operand))
        continue;
      auto known = origins.find(operand);
      Origin own = known != origins.end() ? known->second : Origin{operand};
      if (!isByteCoded(own.codes) || (origin.codes && origin.codes != own.codes) ||
          qnn::shapeOf(operand) != qnn::shapeOf(op->getResult(0)))
        return std::nullopt;
      origin.codes = own.codes;
      origin.hasFunction |= own.hasFunction;
      origin.hasMore |= own.hasMore || known != origins.end();
      origin.operators += own.operators;
    }
    if (!origin.codes || ++origin.operators > maximumOperators)
      return std::nullopt;
    origin.hasFunction |= isa<qnn::UnaryOp, qnn::DequantizeOp>(op);
    return origin;
  }

  static void replace(Operation *op, Value codes) {
    std::map<Operation *, qnn::Tensor> known;
    llvm::SmallVector<Location> locations;
    auto all = RankedTensorType::get({entries}, qnn::elementType(codes));
    qnn::Tensor inputs(all);
    qnn::Storage from = *qnn::storageOf(codes.getType()),
                 to = *qnn::storageOf(op->getResult(0).getType());
    for (int64_t i = 0; i < entries; ++i)
      inputs.setInteger(i, std::min(from.lowest + i, from.highest));
    qnn::Tensor outputs = evaluate(op->getResult(0), codes, inputs, known, locations);
    llvm::SmallVector<int8_t> table;
    for (int64_t i = 0; i < entries; ++i)
      table.push_back(static_cast<int8_t>(outputs.integer(i) - to.lowest));
    OpBuilder builder(op);
    auto lookup = builder.create<qnn::LookupOp>(builder.getFusedLoc(locations),
                                                op->getResult(0).getType(), codes, table);
    op->getResult(0).replaceAllUsesWith(lookup.getResult());
  }

  // The value for each of the codes: its operators evaluated on 256 elements.
  static qnn::Tensor evaluate(Value value, Value codes, const qnn::Tensor &inputs,
                              std::map<Operation *, qnn::Tensor> &known,
                              llvm::SmallVectorImpl<Location> &locations) {
    if (value == codes)
      return inputs;
    Operation *op = value.getDefiningOp();
    if (auto constant = dyn_cast<qnn::ConstantOp>(op))
      return qnn::Tensor(RankedTensorType::get({}, qnn::elementType(value)),
                         qnn::Tensor::of(constant.getValue(), qnn::tensorType(value)).bytes());
    if (auto found = known.find(op); found != known.end())
      return found->second;
    llvm::SmallVector<qnn::Tensor> operands, results;
    for (Value operand : op->getOperands())
      operands.push_back(evaluate(operand, codes, inputs, known, locations));
    // On a copy of the operator, for its result's type says the shape.
    Operation *copy = op->clone();
    copy->getResult(0).setType(RankedTensorType::get({entries}, qnn::elementType(value)));
    (void)cast<qnn::Evaluable>(copy).evaluate(operands, results);
    copy->erase();
    locations.push_back(op->getLoc());
    return known.insert({op, results[0]}).first->second;
  }
};

} // namespace
} // namespace octet::raise
