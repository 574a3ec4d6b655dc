#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "raise/Passes.h"

using namespace mlir;

namespace octet::raise {

#define GEN_PASS_DEF_FOLDCONSTANTS
#include "raise/Passes.h.inc"

namespace {

/// Results larger than this, and than what they are made of, stay operators: a broadcast of one
/// number need not become a megabyte.
constexpr int64_t maximumBytes = int64_t{64} << 20;

struct FoldConstantsPass : impl::FoldConstantsBase<FoldConstantsPass> {
  using FoldConstantsBase::FoldConstantsBase;

  void runOnOperation() override {
    getOperation().walk([&](Operation *op) {
      if (!keepsCodes || !isa<qnn::DequantizeOp>(op))
        fold(op);
    });
  }

private:
  static void fold(Operation *op) {
    auto evaluable = dyn_cast<qnn::Evaluable>(op);
    if (!evaluable || !isMemoryEffectFree(op) || isa<qnn::ConstantOp>(op) ||
        op->getNumOperands() == 0)
      return;
    if (llvm::all_of(op->getResultTypes(), isEmpty)) {
      llvm::SmallVector<qnn::Tensor> results;
      for (Type type : op->getResultTypes())
        results.push_back(qnn::Tensor(cast<RankedTensorType>(type)));
      return replace(op, results);
    }
    dropEmptyParts(op);
    int64_t operandBytes = 0, resultBytes = 0;
    llvm::SmallVector<qnn::Tensor> operands, results;
    for (Value operand : op->getOperands()) {
      auto constant = operand.getDefiningOp<qnn::ConstantOp>();
      if (!constant)
        return;
      operandBytes += qnn::byteCountOf(qnn::tensorType(operand));
    }
    for (Value result : op->getResults())
      resultBytes += qnn::byteCountOf(qnn::tensorType(result));
    bool isLarge = resultBytes > std::max(maximumBytes, operandBytes) ||
                   resultBytes > 16 * operandBytes + 4096;
    // Constants are packed here, or nowhere.
    if (isLarge && !isa<qnn::PackOp>(op))
      return;
    for (Value operand : op->getOperands())
      operands.push_back(qnn::Tensor::of(operand.getDefiningOp<qnn::ConstantOp>().getValue(),
                                         qnn::tensorType(operand)));
    if (failed(evaluable.evaluate(operands, results)))
      return;
    replace(op, results);
  }

  // No code computes what has no elements.
  static bool isEmpty(Type type) { return cast<RankedTensorType>(type).getNumElements() == 0; }

  static void dropEmptyParts(Operation *op) {
    if (isa<qnn::ConcatOp>(op))
      for (unsigned i = op->getNumOperands(); i-- > 0;)
        if (isEmpty(op->getOperand(i).getType()))
          op->eraseOperand(i);
  }

  static void replace(Operation *op, llvm::ArrayRef<qnn::Tensor> results) {
    OpBuilder builder(op);
    for (auto [result, tensor] : llvm::zip_equal(op->getResults(), results))
      result.replaceAllUsesWith(qnn::makeConstant(builder, op->getLoc(), tensor));
    op->erase();
  }
};

} // namespace
} // namespace octet::raise
