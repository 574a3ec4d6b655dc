#include "qnn/Evaluate.h"
#include "qnn/Checks.h"
#include "qnn/Ops.h"

#include "llvm/ADT/DenseMap.h"

using namespace mlir;

namespace octet::qnn {

State initialState(ModuleOp model) {
  State state;
  for (auto variable : model.getOps<VariableOp>())
    state[variable.getSymName()] =
        Tensor::of(variable.getInitial(), cast<RankedTensorType>(variable.getType()));
  return state;
}

namespace {

class Evaluator {
public:
  Evaluator(State &state, const Observer &observer) : state(state), observer(observer) {}

  LogicalResult runBlock(Block &block, llvm::ArrayRef<Tensor> arguments,
                         llvm::SmallVectorImpl<Tensor> &results) {
    llvm::DenseMap<Value, Tensor> values;
    llvm::DenseMap<Value, int64_t> usesLeft;
    for (auto [argument, tensor] : llvm::zip_equal(block.getArguments(), arguments))
      values[argument] = tensor;
    for (Operation &op : block) {
      llvm::SmallVector<Tensor> operands;
      for (Value operand : op.getOperands()) {
        operands.push_back(values.lookup(operand));
        // A tensor is dropped after its last use, or large models would not fit.
        auto [uses, isFirst] =
            usesLeft.try_emplace(operand, std::distance(operand.use_begin(), operand.use_end()));
        if (--uses->second == 0)
          values.erase(operand);
      }
      if (op.hasTrait<OpTrait::IsTerminator>()) {
        results.append(operands.begin(), operands.end());
        return success();
      }
      llvm::SmallVector<Tensor> produced;
      if (failed(runOperation(op, operands, produced)))
        return failure();
      if (observer)
        observer(&op, produced);
      for (auto [result, tensor] : llvm::zip_equal(op.getResults(), produced))
        if (!result.use_empty())
          values[result] = tensor;
    }
    return success();
  }

private:
  LogicalResult runOperation(Operation &op, llvm::ArrayRef<Tensor> operands,
                             llvm::SmallVectorImpl<Tensor> &results) {
    if (auto evaluable = dyn_cast<Evaluable>(op))
      return evaluable.evaluate(operands, results);
    if (auto read = dyn_cast<ReadOp>(op)) {
      results.push_back(state.lookup(read.getVariable()));
      return success();
    }
    if (auto assign = dyn_cast<AssignOp>(op)) {
      state[assign.getVariable()] = operands[0];
      return success();
    }
    if (auto loop = dyn_cast<WhileOp>(op))
      return runWhile(loop, operands, results);
    return op.emitOpError("has no evaluator");
  }

  LogicalResult runWhile(WhileOp op, llvm::ArrayRef<Tensor> operands,
                         llvm::SmallVectorImpl<Tensor> &results) {
    llvm::SmallVector<Tensor> values(operands);
    while (true) {
      llvm::SmallVector<Tensor> condition, next;
      if (failed(runBlock(op.getCondition().front(), values, condition)))
        return failure();
      if (condition[0].integer(0) == 0)
        break;
      if (failed(runBlock(op.getBody().front(), values, next)))
        return failure();
      values = next;
    }
    results.append(values.begin(), values.end());
    return success();
  }

  State &state;
  const Observer &observer;
};

} // namespace

LogicalResult evaluate(func::FuncOp function, llvm::ArrayRef<Tensor> inputs, State &state,
                       llvm::SmallVectorImpl<Tensor> &results, const Observer &observer) {
  return Evaluator(state, observer).runBlock(function.getBody().front(), inputs, results);
}

LogicalResult evaluateBlock(Block &block, llvm::ArrayRef<Tensor> arguments,
                            llvm::SmallVectorImpl<Tensor> &results) {
  State none;
  Observer silent;
  return Evaluator(none, silent).runBlock(block, arguments, results);
}

} // namespace octet::qnn
