#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "raise/DimensionOrder.h"
#include "raise/MinimumCut.h"
#include "raise/Passes.h"

#include "llvm/ADT/MapVector.h"

using namespace mlir;

namespace octet::raise {

#define GEN_PASS_DEF_CANCELTRANSPOSES
#include "raise/Passes.h.inc"

namespace {

/// The orders in which a tensor lies on side 0 and on side 1 of a cut, as permutations of the order
/// in which the model has it: that one is among them, at home.
struct Sides {
  std::array<Order, 2> orders;

  bool home() const { return !qnn::isIdentity(orders[0]); }
  bool isComplete() const { return qnn::isIdentity(orders[0]) || qnn::isIdentity(orders[1]); }
  bool operator==(const Sides &) const = default;
};

/// The sides that follow from others by a rule for each order; nullopt unless both do, and the
/// model's order is one of them.
template <typename Rule> std::optional<Sides> follow(const Sides &sides, Rule &&rule) {
  std::optional<Order> first = rule(sides.orders[0]), second = rule(sides.orders[1]);
  if (!first || !second)
    return std::nullopt;
  Sides result{{*first, *second}};
  return result.isComplete() ? std::optional(result) : std::nullopt;
}

// Makes the tensor lie in another order, without moving anything where it can.
Value makeOrder(OpBuilder &builder, Location location, Value value, const Order &order) {
  if (qnn::isIdentity(order))
    return value;
  auto type = qnn::permuted(qnn::tensorType(value), order);
  if (qnn::keepsElementOrder(qnn::shapeOf(value), order))
    return builder.create<qnn::ReshapeOp>(location, type, value, type.getShape());
  return builder.create<qnn::TransposeOp>(location, type, value, order);
}

// What a change of order costs: the number of transposes counts first, then the bytes that they
// move. A reshape is free, but keeps operators apart that could be one kernel.
int64_t costOf(RankedTensorType type, const Order &order) {
  constexpr int64_t transpose = int64_t{1} << 44, byte = 1 << 8, reshape = 1 << 6;
  constexpr int64_t mostBytes = int64_t{1} << 34;
  if (qnn::isIdentity(order))
    return 0;
  if (qnn::keepsElementOrder(type.getShape(), order))
    return reshape;
  return transpose + byte * std::min(qnn::byteCountOf(type), mostBytes);
}

/// An operator that can compute on either side.
struct Member {
  Sides operands, result;
  int node = 0;
};

/// Finds for each operator of a block around transposes the order to compute in, so that the fewest
/// transposes are left.
class Canceller {
public:
  explicit Canceller(Block &block) : block(block) {}

  void run() {
    for (Operation &op : block)
      if (auto transpose = dyn_cast<qnn::TransposeOp>(op))
        seed(transpose);
    if (sides.empty())
      return;
    std::vector<bool> cut = solve();
    for (Operation *op : llvm::to_vector(llvm::make_pointer_range(block)))
      rewrite(op, cut);
    for (Operation *op : llvm::reverse(gone))
      if (op->use_empty())
        op->erase();
  }

private:
  //===-- Who takes part --===//

  // Side 0 is the order before the transpose, side 1 the one behind it.
  void seed(qnn::TransposeOp op) {
    if (isConstant(op.getInput()) || sides.contains(op.getInput()) ||
        sides.contains(op.getResult()) || isPerAxis(op.getInput()))
      return;
    auto permutation = op.getPermutation();
    Order none = qnn::identityOf(permutation.size());
    if (qnn::isIdentity(permutation))
      return;
    assign(op.getInput(), {{none, Order(permutation)}});
    while (!pending.empty()) {
      Value value = pending.pop_back_val();
      if (Operation *producer = value.getDefiningOp())
        include(producer, value);
      for (Operation *user : llvm::to_vector(value.getUsers()))
        if (user->getBlock() == &block)
          include(user, value);
    }
  }

  void assign(Value value, const Sides &of) {
    if (sides.insert({value, of}).second)
      pending.push_back(value);
  }
  bool agrees(Value value, const Sides &of) const {
    auto known = sides.find(value);
    return known == sides.end() || known->second == of;
  }

  // Lets an operator take part whose operand or result `known` does, unless it cannot or another
  // tensor of it already lies otherwise.
  void include(Operation *op, Value known) {
    if (op->getNumResults() != 1 || op->getNumOperands() == 0 || members.contains(op) ||
        isConstant(op->getResult(0)))
      return;
    const Sides from = sides.find(known)->second;
    bool isResult = known == op->getResult(0);
    if (auto transpose = dyn_cast<qnn::TransposeOp>(op);
        transpose && alias(transpose, from, isResult))
      return;
    if (!isResult && !followsOrder(op, known))
      return;
    std::optional<Sides> operands = from;
    if (isResult)
      operands = follow(from, [&](const Order &order) { return operandOrder(op, order); });
    auto result =
        operands ? follow(*operands, [&](const Order &order) { return resultOrder(op, order); })
                 : std::nullopt;
    if (!result || !agrees(op->getResult(0), *result))
      return;
    auto takingPart = llvm::make_filter_range(
        op->getOperands(), [&](Value operand) { return followsOrder(op, operand); });
    if (!llvm::all_of(takingPart, [&](Value operand) { return agrees(operand, *operands); }))
      return;
    members[op] = {*operands, *result, 0};
    assign(op->getResult(0), *result);
    for (Value operand : takingPart)
      assign(operand, *operands);
  }

  // A transpose is nothing to do where both its tensors are on one side: they are one tensor then.
  bool alias(qnn::TransposeOp op, const Sides &from, bool isResult) {
    Order step(op.getPermutation());
    if (!isResult)
      step = qnn::inverseOf(step);
    auto other =
        follow(from, [&](const Order &order) { return std::optional(qnn::composed(step, order)); });
    Value value = isResult ? op.getInput() : op.getResult();
    if (!other || !agrees(value, *other) || isConstant(op.getInput()))
      return false;
    aliases.insert(op);
    assign(value, *other);
    return true;
  }

  // Constants are put into any order for nothing, and what is broadcast from a lower rank has none.
  bool followsOrder(Operation *op, Value operand) {
    return qnn::tensorType(operand).getRank() == operandRank(op) && !isConstant(operand);
  }

  static bool isPerAxis(Value value) {
    auto quantization = qnn::Quantization::of(value.getType());
    return quantization && quantization->isPerAxis();
  }

  // Whether a value follows from constants alone.
  bool isConstant(Value value) {
    Operation *op = value.getDefiningOp();
    if (!op || !isa<qnn::Evaluable>(op) || !isMemoryEffectFree(op))
      return false;
    if (auto found = constants.find(op); found != constants.end())
      return found->second;
    bool all = llvm::all_of(op->getOperands(), [&](Value operand) { return isConstant(operand); });
    return constants[op] = all;
  }

  //===-- Which side each takes --===//

  std::vector<bool> solve() {
    MinimumCut cut;
    for (auto &[op, member] : members) {
      member.node = cut.addNode();
      // Where nothing is won, everything stays as it is.
      addCost(cut, member.node, !member.operands.home(), 1 + costOfOuterOperands(op, member));
    }
    for (auto &[value, of] : sides)
      if (!isAlias(value))
        addCostOfCrossing(cut, value, of);
    return cut.solve();
  }

  // What it costs if the node takes a side.
  static void addCost(MinimumCut &cut, int node, bool side, int64_t cost) {
    side ? cut.addCost(0, node, cost) : cut.addCost(node, 1, cost);
  }

  int64_t costOfOuterOperands(Operation *op, const Member &member) {
    int64_t cost = 0;
    for (Value operand : op->getOperands())
      if (!followsOrder(op, operand) && !isConstant(operand))
        cost += costOf(atRank(qnn::tensorType(operand), operandRank(op)),
                       member.operands.orders[!member.operands.home()]);
    return cost;
  }

  // One transpose serves all readers on the other side.
  void addCostOfCrossing(MinimumCut &cut, Value value, const Sides &of) {
    auto type = qnn::permuted(qnn::tensorType(value), of.orders[0]);
    int64_t cost = costOf(type, qnn::composed(qnn::inverseOf(of.orders[0]), of.orders[1]));
    if (cost == 0)
      return;
    int producer = nodeOf(value, of);
    llvm::SmallVector<int> readers;
    collectReaders(value, readers);
    int to1 = cut.addNode(), to0 = cut.addNode();
    cut.addCost(producer, to1, cost);
    cut.addCost(to0, producer, cost);
    for (int reader : readers) {
      cut.addCost(to1, reader, MinimumCut::unbounded);
      cut.addCost(reader, to0, MinimumCut::unbounded);
    }
  }

  int nodeOf(Value value, const Sides &of) {
    auto *member = members.find(value.getDefiningOp());
    return member != members.end() ? member->second.node : of.home();
  }

  void collectReaders(Value value, llvm::SmallVectorImpl<int> &readers) {
    for (Operation *user : value.getUsers()) {
      auto *member = members.find(user);
      if (aliases.contains(user))
        collectReaders(user->getResult(0), readers);
      else if (member != members.end() && followsOrder(user, value))
        readers.push_back(member->second.node);
      else
        readers.push_back(sides.find(value)->second.home());
    }
  }

  bool isAlias(Value value) const { return aliases.contains(value.getDefiningOp()); }

  //===-- The new operators --===//

  void rewrite(Operation *op, const std::vector<bool> &cut) {
    auto *found = members.find(op);
    if (aliases.contains(op)) {
      gone.push_back(op);
    } else if (found == members.end()) {
      for (OpOperand &operand : op->getOpOperands())
        if (sides.contains(operand.get()))
          operand.set(atHome(operand.get(), cut));
    } else {
      const Member &member = found->second;
      bool side = cut[member.node], isHome = side == member.operands.home();
      for (OpOperand &operand : op->getOpOperands()) {
        if (followsOrder(op, operand.get()))
          operand.set(onSide(operand.get(), side, cut));
        else if (Value own = atHome(operand.get(), cut); true)
          operand.set(isHome ? own : reorderOuter(op, own, member.operands.orders[side]));
      }
      if (!isHome)
        reorder(op, member.operands.orders[side], member.result.orders[side]);
    }
  }

  Value atHome(Value value, const std::vector<bool> &cut) {
    auto *of = sides.find(value);
    return of == sides.end() ? value : onSide(value, of->second.home(), cut);
  }

  Value onSide(Value value, bool side, const std::vector<bool> &cut) {
    Location location = value.getLoc();
    while (isAlias(value))
      value = value.getDefiningOp()->getOperand(0);
    const Sides &of = sides.find(value)->second;
    int node = nodeOf(value, of);
    bool own = node > 1 ? cut[node] : node;
    if (side == own)
      return value;
    Value &crossed = crossings[value];
    if (!crossed) {
      OpBuilder builder(value.getContext());
      builder.setInsertionPointAfterValue(value);
      crossed = makeOrder(builder, location, value,
                          qnn::composed(qnn::inverseOf(of.orders[own]), of.orders[side]));
    }
    return crossed;
  }

  static RankedTensorType atRank(RankedTensorType type, int64_t rank) {
    qnn::Shape shape(rank - type.getRank(), 1);
    shape.append(type.getShape().begin(), type.getShape().end());
    return type.clone(shape);
  }

  // An operand that is broadcast, or a constant.
  static Value reorderOuter(Operation *op, Value value, const Order &order) {
    auto type = qnn::tensorType(value);
    if (type.getNumElements() == 1 && type.getRank() < operandRank(op))
      return value;
    OpBuilder builder(op);
    auto full = atRank(type, static_cast<int64_t>(order.size()));
    if (full != type)
      value = builder.create<qnn::ReshapeOp>(op->getLoc(), full, value, full.getShape());
    return makeOrder(builder, op->getLoc(), value, order);
  }

  Block &block;
  llvm::MapVector<Value, Sides> sides;
  llvm::MapVector<Operation *, Member> members;
  llvm::SmallPtrSet<Operation *, 16> aliases; ///< transposes
  llvm::SmallVector<Value> pending;
  llvm::DenseMap<Operation *, bool> constants;
  llvm::DenseMap<Value, Value> crossings;
  llvm::SmallVector<Operation *> gone;
};

struct CancelTransposesPass : impl::CancelTransposesBase<CancelTransposesPass> {
  void runOnOperation() override {
    llvm::SmallVector<Block *> blocks;
    getOperation().walk([&](Block *block) { blocks.push_back(block); });
    for (Block *block : blocks) {
      simplify(*block);
      // What one cut brings together may be more than it could see.
      for (int64_t left = count(*block), before = left + 1; 0 < left && left < before;) {
        Canceller(*block).run();
        simplify(*block);
        before = left;
        left = count(*block);
      }
      for (auto transpose : llvm::to_vector(block->getOps<qnn::TransposeOp>()))
        makeReshape(transpose);
      for (auto reshape : llvm::to_vector(block->getOps<qnn::ReshapeOp>()))
        simplify(reshape);
    }
  }

private:
  static bool isReshape(qnn::TransposeOp op) {
    return qnn::keepsElementOrder(qnn::shapeOf(op.getInput()), op.getPermutation());
  }
  static int64_t count(Block &block) {
    return llvm::count_if(block.getOps<qnn::TransposeOp>(),
                          [](qnn::TransposeOp op) { return !isReshape(op); });
  }

  // Two in a row are one, and one that changes nothing is none.
  static void simplify(Block &block) {
    auto transposes = llvm::to_vector(block.getOps<qnn::TransposeOp>());
    for (qnn::TransposeOp op : transposes) {
      // A reshape of one that others read as well would become a second one.
      auto inner = op.getInput().getDefiningOp<qnn::TransposeOp>();
      if (inner && (inner->hasOneUse() || !isReshape(op))) {
        op.setPermutation(qnn::composed(inner.getPermutation(), op.getPermutation()));
        op.getInputMutable().assign(inner.getInput());
      }
      if (qnn::isIdentity(op.getPermutation()))
        op.getResult().replaceAllUsesWith(op.getInput());
    }
    for (qnn::TransposeOp op : llvm::reverse(transposes))
      if (op->use_empty())
        op->erase();
  }

  static void makeReshape(qnn::TransposeOp op) {
    if (!isReshape(op) || isPerAxis(op.getInput()))
      return;
    OpBuilder builder(op);
    auto type = qnn::tensorType(op.getResult());
    op.getResult().replaceAllUsesWith(
        builder.create<qnn::ReshapeOp>(op.getLoc(), type, op.getInput(), type.getShape()));
    op->erase();
  }

  static bool isPerAxis(Value value) {
    auto quantization = qnn::Quantization::of(value.getType());
    return quantization && quantization->isPerAxis();
  }

  static void simplify(qnn::ReshapeOp op) {
    if (auto inner = op.getInput().getDefiningOp<qnn::ReshapeOp>()) {
      op.getInputMutable().assign(inner.getInput());
      if (inner->use_empty())
        inner->erase();
    }
    if (op.getInput().getType() == op.getResult().getType()) {
      op.getResult().replaceAllUsesWith(op.getInput());
      op->erase();
    }
  }
};

} // namespace
} // namespace octet::raise
