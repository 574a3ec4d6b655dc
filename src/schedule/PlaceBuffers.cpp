#include "schedule/Arena.h"
#include "schedule/Layout.h"
#include "schedule/Passes.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace octet::schedule {

#define GEN_PASS_DEF_PLACEBUFFERS
#include "schedule/Passes.h.inc"

namespace {

constexpr int64_t alignment = 64;

/// Kernels of these kinds write any strides and read some bytes past a tensor's end.
bool writesStrided(qnn::KernelOp kernel) {
  return kernel && kernel.getKind() != qnn::KernelKind::routine &&
         kernel.getKind() != qnn::KernelKind::fill && kernel.getKind() != qnn::KernelKind::pack;
}
bool readsPastEnd(Operation *op) {
  auto kernel = dyn_cast<qnn::KernelOp>(op);
  return kernel && (kernel.getKind() == qnn::KernelKind::contraction ||
                    kernel.getKind() == qnn::KernelKind::depthwise ||
                    kernel.getKind() == qnn::KernelKind::pool);
}

bool isContainer(Operation *op) {
  auto kernel = dyn_cast<qnn::KernelOp>(op);
  return isa<qnn::ConcatOp>(op) || (kernel && kernel.getKind() == qnn::KernelKind::fill);
}

/// A kernel that copies, before `before`.
Value copyBefore(Operation *before, Value value) {
  OpBuilder builder(before);
  Location location = value.getLoc();
  // A constant is copied from inside the kernel.
  auto constant = value.getDefiningOp<qnn::ConstantOp>();
  llvm::SmallVector<Value> inputs;
  if (!constant)
    inputs.push_back(value);
  auto kernel =
      builder.create<qnn::KernelOp>(location, TypeRange(value.getType()), qnn::KernelKind::map,
                                    inputs, qnn::TileAttr(), IntegerAttr());
  Block *body = builder.createBlock(&kernel.getBody(), {}, ValueRange(inputs).getTypes(),
                                    llvm::SmallVector<Location>(inputs.size(), location));
  Value inside = constant ? builder.clone(*constant)->getResult(0) : Value(body->getArgument(0));
  builder.create<qnn::YieldOp>(location, inside);
  return kernel.getResult(0);
}

struct PlaceBuffersPass : impl::PlaceBuffersBase<PlaceBuffersPass> {
  void runOnOperation() override {
    layouts = {};
    positions.clear();
    stateBytes = arenaBytes = 0;
    placeInputs();
    placeVariables();
    llvm::SmallVector<Block *> blocks;
    getOperation().walk([&](Block *block) {
      if (!isa<qnn::KernelOp>(block->getParentOp()))
        blocks.push_back(block);
    });
    for (Block *block : blocks) {
      claimForContainers(*block);
      claimForLoops(*block);
      claimForVariables(*block);
    }
    claimForOutputs();
    for (Block *block : blocks)
      copyWhereLayoutsDoNotFit(*block);
    measureLives();
    assignOffsets();
    annotate();
  }

private:
  //===-- Roots that are given --===//

  void placeInputs() {
    for (BlockArgument argument : getOperation().getArguments()) {
      Root root{qnn::Space::input, argument.getArgNumber(), 0,
                qnn::byteCountOf(qnn::tensorType(argument))};
      layouts.claim(argument, layouts.addRoot(root));
    }
  }

  void placeVariables() {
    auto model = getOperation()->getParentOfType<ModuleOp>();
    for (auto variable : model.getOps<qnn::VariableOp>()) {
      auto type = cast<RankedTensorType>(variable.getType());
      Root root{qnn::Space::state, 0, stateBytes, qnn::byteCountOf(type)};
      stateBytes = llvm::alignTo(stateBytes + root.bytes, alignment);
      variables[variable.getSymName()] = layouts.addRoot(root);
      variable->setAttr(qnn::placementName,
                        qnn::PlacementAttr::get(&getContext(), qnn::Space::state, 0, root.offset,
                                                qnn::stridesOf(type.getShape())));
    }
  }

  //===-- Claims --===//

  // Whether a value can be written inside `region`, which is contiguous or not.
  bool canLieInside(Value value, bool regionIsContiguous) {
    if (layouts.isClaimed(value))
      return false;
    Operation *producer = value.getDefiningOp();
    if (!producer)
      return false;
    if (isContainer(producer))
      return regionIsContiguous || !needsContiguous.contains(producer);
    auto kernel = dyn_cast<qnn::KernelOp>(producer);
    return kernel && (writesStrided(kernel) ||
                      (regionIsContiguous && kernel.getKind() == qnn::KernelKind::routine));
  }

  void claimInside(Value value, Operation *container, unsigned operand) {
    layouts.claim(value, container, operand);
    if (!writesStrided(value.getDefiningOp<qnn::KernelOp>()))
      needsContiguous.insert(container);
  }

  void claimForContainers(Block &block) {
    for (Operation &op : llvm::make_early_inc_range(block)) {
      // A transpose's operand is written where its result is, or its result read where that is.
      auto transpose = dyn_cast<qnn::TransposeOp>(op);
      if (transpose && transpose.getInput().hasOneUse() &&
          writesStrided(transpose.getInput().getDefiningOp<qnn::KernelOp>()) &&
          !layouts.isClaimed(transpose.getInput()))
        claimInside(transpose.getInput(), transpose, 0);
      if (!isContainer(&op))
        continue;
      bool contiguous = isContiguousRegion(&op);
      for (OpOperand &use : op.getOpOperands()) {
        Value value = use.get();
        if (!canLieInside(value, contiguous))
          use.set(copyBefore(&op, value));
        claimInside(use.get(), &op, use.getOperandNumber());
      }
    }
  }

  // The operands of a concatenation along its first dimension of more than one element lie there
  // whole.
  static bool isContiguousRegion(Operation *op) {
    auto concat = dyn_cast<qnn::ConcatOp>(op);
    if (!concat)
      return false;
    auto shape = qnn::shapeOf(concat.getResult());
    return llvm::all_of(shape.take_front(concat.getAxis()),
                        [](int64_t extent) { return extent == 1; });
  }

  // Loop-carried values have one buffer each: the initial values are copied there, and what the
  // body yields.
  void claimForLoops(Block &block) {
    for (auto loop : llvm::to_vector(block.getOps<qnn::WhileOp>())) {
      llvm::SmallVector<int64_t> carried;
      for (auto [i, value] : llvm::enumerate(loop.getInitial())) {
        Root root;
        root.bytes = qnn::byteCountOf(qnn::tensorType(value));
        carried.push_back(layouts.addRoot(root));
        Value copy = copyBefore(loop, value);
        loop->setOperand(static_cast<unsigned>(i), copy);
        layouts.claim(copy, carried.back());
        layouts.claim(loop.getCondition().getArgument(static_cast<unsigned>(i)), carried.back());
        layouts.claim(loop.getBody().getArgument(static_cast<unsigned>(i)), carried.back());
        layouts.claim(loop.getResult(static_cast<unsigned>(i)), carried.back());
      }
      // In two steps, for a yielded value may be another one's carried buffer.
      Operation *yield = loop.getBody().front().getTerminator();
      llvm::SmallVector<Value> fresh;
      for (Value value : yield->getOperands())
        fresh.push_back(copyBefore(yield, value));
      for (auto [i, value] : llvm::enumerate(fresh)) {
        Value copy = copyBefore(yield, value);
        yield->setOperand(static_cast<unsigned>(i), copy);
        layouts.claim(copy, carried[i]);
      }
    }
  }

  // The first operation behind a read that gives the variable a new value, itself or in a loop.
  static Operation *findChange(qnn::ReadOp read) {
    for (Operation *op = read->getNextNode(); op; op = op->getNextNode())
      if (op->walk([&](qnn::AssignOp assign) {
              return assign.getVariable() == read.getVariable() ? WalkResult::interrupt()
                                                                : WalkResult::advance();
            }).wasInterrupted())
        return op;
    return nullptr;
  }

  // What was read before a change must not change with it: neither the value nor a view of it.
  void keepOldValue(Value value, Operation *change) {
    auto isLate = [&](OpOperand &use) {
      Operation *user = change->getBlock()->findAncestorOpInBlock(*use.getOwner());
      bool isItsOwnValue = use.getOwner() == change && isa<qnn::AssignOp>(change);
      return user && !user->isBeforeInBlock(change) && !isItsOwnValue;
    };
    for (OpOperand &use : value.getUses())
      if (viewedBy(use.getOwner()) && !isLate(use))
        keepOldValue(use.getOwner()->getResult(0), change);
    if (llvm::any_of(value.getUses(), isLate)) {
      Value copy = copyBefore(change, value);
      value.replaceUsesWithIf(copy, [&](OpOperand &use) {
        return use.getOwner() != copy.getDefiningOp() && isLate(use);
      });
    }
  }

  // A variable's new value is copied to its place.
  void claimForVariables(Block &block) {
    for (auto read : llvm::to_vector(block.getOps<qnn::ReadOp>())) {
      layouts.claim(read.getResult(), variables.lookup(read.getVariable()));
      if (Operation *change = findChange(read))
        keepOldValue(read.getResult(), change);
    }
    for (auto assign : llvm::to_vector(block.getOps<qnn::AssignOp>())) {
      Value copy = copyBefore(assign, assign.getValue());
      assign.getValueMutable().assign(copy);
      layouts.claim(copy, variables.lookup(assign.getVariable()));
    }
  }

  void claimForOutputs() {
    Operation *ret = getOperation().getBody().front().getTerminator();
    for (OpOperand &use : ret->getOpOperands()) {
      // The whole of a value under another shape or type is written where its views are wanted.
      Value value = use.get();
      while (isa_and_nonnull<qnn::ReshapeOp, qnn::ReinterpretOp>(value.getDefiningOp()))
        value = viewedBy(value.getDefiningOp());
      bool direct = canLieInside(value, true) && llvm::none_of(value.getUsers(), readsPastEnd);
      if (!direct) {
        value = copyBefore(ret, use.get());
        use.set(value);
      }
      Root root{qnn::Space::output, use.getOperandNumber(), 0,
                qnn::byteCountOf(qnn::tensorType(value))};
      layouts.claim(value, layouts.addRoot(root));
    }
  }

  //===-- Layouts --===//

  // A reader that cannot use a layout reads a contiguous copy.
  void copyWhereLayoutsDoNotFit(Block &block) {
    for (Operation &op : llvm::make_early_inc_range(block)) {
      auto kernel = dyn_cast<qnn::KernelOp>(op);
      if (auto reshape = dyn_cast<qnn::ReshapeOp>(op)) {
        if (!layouts.isClaimed(reshape.getResult()) && !canView(reshape))
          reshape.getInputMutable().assign(copyBefore(&op, reshape.getInput()));
        continue;
      }
      if (!kernel || kernel.getKind() == qnn::KernelKind::fill)
        continue;
      for (OpOperand &use : op.getOpOperands()) {
        auto layout = layouts.of(use.get());
        if (!layout || !fits(kernel, use.get(), *layout))
          use.set(copyBefore(&op, use.get()));
      }
    }
  }

  bool canView(qnn::ReshapeOp reshape) {
    auto source = layouts.of(reshape.getInput());
    return source && reshapeStrides(qnn::shapeOf(reshape.getInput()), source->strides,
                                    qnn::shapeOf(reshape.getResult()));
  }

  bool fits(qnn::KernelOp kernel, Value value, const Layout &layout) {
    auto shape = qnn::shapeOf(value);
    if (kernel.getKind() == qnn::KernelKind::routine)
      return isContiguous(shape, layout.strides);
    if (!readsPastEnd(kernel) && kernel.getKind() != qnn::KernelKind::pack)
      return true;
    qnn::Space space = layouts.roots[layout.root].space;
    // The caller's memory may end where the tensor does.
    if (readsPastEnd(kernel) && (space == qnn::Space::input || space == qnn::Space::output))
      return false;
    return shape.empty() || shape.back() == 1 || layout.strides.back() == 1;
  }

  //===-- Lives --===//

  void touch(Value value, int64_t position) {
    auto layout = layouts.of(value);
    Root &root = layouts.roots[layout->root];
    root.first = root.first < 0 ? position : std::min(root.first, position);
    root.last = std::max(root.last, position);
  }

  void measureLives() {
    int64_t position = 0;
    measureLives(getOperation().getBody().front(), position);
    scratchRoots.clear();
    int64_t at = 0;
    getOperation().walk<WalkOrder::PreOrder>([&](Operation *op) {
      auto kernel = dyn_cast<qnn::KernelOp>(op);
      if (!kernel || kernel.getKind() != qnn::KernelKind::routine)
        return;
      auto routine = *kernel.getBody().front().getOps<qnn::RoutineOp>().begin();
      if (int64_t bytes = routine.routine().scratchBytes) {
        at = positions.lookup(op);
        scratchRoots[op] = layouts.addRoot({qnn::Space::arena, 0, 0, bytes, at, at});
      }
    });
  }

  void measureLives(Block &block, int64_t &position) {
    for (Operation &op : block) {
      ++position;
      positions[&op] = position;
      for (Value operand : op.getOperands())
        touch(operand, position);
      if (auto loop = dyn_cast<qnn::WhileOp>(op)) {
        int64_t start = position;
        measureLives(loop.getCondition().front(), position);
        measureLives(loop.getBody().front(), position);
        ++position;
        // Carried buffers live as long as the loop may turn.
        for (Value value : loop.getResults()) {
          touch(value, start);
          touch(value, position);
        }
        continue;
      }
      for (Value result : op.getResults())
        touch(result, position);
    }
  }

  //===-- Offsets --===//

  void assignOffsets() {
    llvm::SmallVector<Root *> roots;
    llvm::SmallVector<Buffer> buffers;
    for (Root &root : layouts.roots)
      if (root.space == qnn::Space::arena && root.first >= 0) {
        roots.push_back(&root);
        buffers.push_back({size(root), root.first, root.last});
      }
    arenaBytes = placeBuffers(buffers);
    lowerBound = mostLiveBytes(buffers);
    for (auto [root, buffer] : llvm::zip(roots, buffers))
      root->offset = buffer.offset;
  }

  static int64_t size(const Root &root) {
    return static_cast<int64_t>(llvm::alignTo(root.bytes, alignment));
  }

  //===-- Results --===//

  qnn::PlacementAttr placementOf(Value value) {
    Layout layout = *layouts.of(value);
    const Root &root = layouts.roots[layout.root];
    int64_t bytes = qnn::elementBytesOf(qnn::elementType(value));
    return qnn::PlacementAttr::get(&getContext(), root.space, root.index,
                                   root.offset + layout.offset * bytes, layout.strides);
  }

  void annotate() {
    func::FuncOp function = getOperation();
    Builder builder(&getContext());
    for (BlockArgument argument : function.getArguments())
      function.setArgAttr(argument.getArgNumber(), qnn::placementName, placementOf(argument));
    for (auto [op, position] : positions) {
      if (auto loop = dyn_cast<qnn::WhileOp>(op)) {
        llvm::SmallVector<Attribute> carried;
        for (Value value : loop.getResults())
          carried.push_back(placementOf(value));
        op->setAttr(qnn::placementName, builder.getArrayAttr(carried));
        continue;
      }
      llvm::SmallVector<Attribute> placements;
      for (Value result : op->getResults())
        placements.push_back(placementOf(result));
      if (!placements.empty())
        op->setAttr(qnn::placementName, builder.getArrayAttr(placements));
      if (auto scratch = scratchRoots.find(op); scratch != scratchRoots.end())
        cast<qnn::KernelOp>(op).setScratch(
            static_cast<uint64_t>(layouts.roots[scratch->second].offset));
    }
    function->setAttr("octet.arena_bytes", builder.getI64IntegerAttr(arenaBytes));
    function->setAttr("octet.arena_lower_bound", builder.getI64IntegerAttr(lowerBound));
    function->setAttr("octet.state_bytes", builder.getI64IntegerAttr(stateBytes));
  }

  Layouts layouts;
  llvm::StringMap<int64_t> variables;
  llvm::SmallPtrSet<Operation *, 16> needsContiguous;
  llvm::DenseMap<Operation *, int64_t> positions, scratchRoots;
  int64_t arenaBytes = 0, lowerBound = 0, stateBytes = 0;
};

} // namespace
} // namespace octet::schedule
