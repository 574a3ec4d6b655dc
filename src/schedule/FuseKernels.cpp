#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "qnn/Permutation.h"
#include "schedule/Passes.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace octet::schedule {

#define GEN_PASS_DEF_FUSEKERNELS
#include "schedule/Passes.h.inc"

namespace {

bool isElementwise(Operation *op) { return op && op->hasTrait<qnn::Elementwise>(); }

/// Moves operators of a block into one kernel, at the place of the last of them. Constants they use
/// are copied inside. `members` are in the block's order; only the last one's results are used
/// outside.
qnn::KernelOp makeKernel(qnn::KernelKind kind, llvm::ArrayRef<Operation *> members) {
  Operation *last = members.back();
  OpBuilder builder(last);
  llvm::SmallPtrSet<Operation *, 8> inside(members.begin(), members.end());
  llvm::SetVector<Value> inputs;
  llvm::SmallVector<Location> locations;
  for (Operation *member : members) {
    locations.push_back(member->getLoc());
    for (Value operand : member->getOperands())
      if (!inside.contains(operand.getDefiningOp()) && !operand.getDefiningOp<qnn::ConstantOp>())
        inputs.insert(operand);
  }
  Location location = builder.getFusedLoc(locations);
  auto kernel = builder.create<qnn::KernelOp>(location, last->getResultTypes(), kind,
                                              inputs.getArrayRef(), qnn::TileAttr(), IntegerAttr());
  Block *body = builder.createBlock(&kernel.getBody(), {}, TypeRange(inputs.getArrayRef()),
                                    llvm::SmallVector<Location>(inputs.size(), location));
  IRMapping mapping;
  mapping.map(inputs.getArrayRef(), body->getArguments());
  for (Operation *member : members) {
    for (Value operand : member->getOperands())
      if (auto constant = operand.getDefiningOp<qnn::ConstantOp>();
          constant && !mapping.contains(operand))
        builder.clone(*constant, mapping);
    builder.clone(*member, mapping);
  }
  llvm::SmallVector<Value> results;
  for (Value result : last->getResults())
    results.push_back(mapping.lookup(result));
  builder.create<qnn::YieldOp>(location, results);
  last->replaceAllUsesWith(kernel.getResults());
  for (Operation *member : llvm::reverse(members))
    member->erase();
  return kernel;
}

class Fuser {
public:
  explicit Fuser(Block &block) : block(block) {}

  void run() {
    sinkReshapes();
    fuseAnchors();
    hoistTransposes();
    fuseElementwise();
    wrapTheRest();
  }

private:
  // Element-wise operators behind an anchor work on its shape, and what they yield is reshaped.
  void sinkReshapes() {
    for (qnn::Anchor anchor : llvm::to_vector(block.getOps<qnn::Anchor>())) {
      Operation *last = anchor;
      while (last->getResult(0).hasOneUse()) {
        Operation *reader = *last->user_begin();
        if (auto reshape = dyn_cast<qnn::ReshapeOp>(reader); reshape && sink(reshape))
          continue;
        if (!onlyReader(last))
          break;
        last = reader;
      }
    }
  }

  // True if the only reader of the reshape is now one of its operand.
  bool sink(qnn::ReshapeOp reshape) {
    auto outer = qnn::shapeOf(reshape.getResult()), inner = qnn::shapeOf(reshape.getInput());
    Operation *reader = onlyReader(reshape);
    if (!reader || outer.empty() || inner.empty() || outer.back() != inner.back())
      return false;
    // Operands are of the whole shape or of its last dimension.
    auto shapeInside = [&](Value operand) -> std::optional<qnn::Shape> {
      auto shape = qnn::shapeOf(operand);
      if (shape == outer)
        return keepsType(operand, inner) ? std::optional(qnn::Shape(inner)) : std::nullopt;
      auto quantization = qnn::Quantization::of(operand.getType());
      bool isOneDimension =
          shape.empty() || qnn::tensorType(operand).getNumElements() == shape.back();
      if (!isOneDimension || (quantization && quantization->isPerAxis()))
        return std::nullopt;
      return shape.empty() ? qnn::Shape() : qnn::Shape({shape.back()});
    };
    if (!llvm::all_of(reader->getOperands(), shapeInside) ||
        !keepsType(reader->getResult(0), inner))
      return false;
    OpBuilder builder(reader);
    for (OpOperand &operand : reader->getOpOperands())
      operand.set(operand.get() == reshape.getResult()
                      ? reshape.getInput()
                      : reshaped(builder, operand.get(), *shapeInside(operand.get())));
    Value result = reader->getResult(0);
    auto type = qnn::tensorType(result);
    result.setType(RankedTensorType::get(inner, qnn::reshapedElementType(type, inner)));
    builder.setInsertionPointAfter(reader);
    auto back = builder.create<qnn::ReshapeOp>(reshape.getLoc(), type, result, outer);
    result.replaceAllUsesExcept(back, back);
    reshape->erase();
    return true;
  }

  static bool keepsType(Value value, llvm::ArrayRef<int64_t> shape) {
    return static_cast<bool>(qnn::reshapedElementType(qnn::tensorType(value), shape));
  }

  static Value reshaped(OpBuilder &builder, Value value, llvm::ArrayRef<int64_t> shape) {
    if (qnn::shapeOf(value) == shape)
      return value;
    auto type = qnn::tensorType(value);
    type = RankedTensorType::get(shape, qnn::reshapedElementType(type, shape));
    if (auto constant = value.getDefiningOp<qnn::ConstantOp>())
      return qnn::makeConstant(
          builder, value.getLoc(),
          qnn::Tensor::of(constant.getValue(), qnn::tensorType(value)).withType(type));
    return builder.create<qnn::ReshapeOp>(value.getLoc(), type, value, shape);
  }

  // From an anchor on: while its result has a single reader, which is element-wise and keeps the
  // shape, or several that come together in one again, as those of x * sigmoid(x) do.
  void fuseAnchors() {
    for (qnn::Anchor anchor : llvm::to_vector(block.getOps<qnn::Anchor>())) {
      llvm::SmallVector<Operation *> members = {anchor};
      for (auto next = readersToJoin(anchor); !next.empty(); next = readersToJoin(members.back()))
        members.append(next);
      makeKernel(anchor.kernelKind(), withOwnDequantizations(members));
    }
  }

  // A reader behind an anchor dequantizes its other operand itself, even where others do so, too:
  // codes are a part of the bytes that they become.
  llvm::SmallVector<Operation *> withOwnDequantizations(llvm::ArrayRef<Operation *> members) {
    llvm::SmallVector<Operation *> all = {members.front()};
    for (Operation *member : members.drop_front()) {
      for (OpOperand &operand : member->getOpOperands()) {
        auto dequantize = operand.get().getDefiningOp<qnn::DequantizeOp>();
        if (!dequantize || llvm::is_contained(members, dequantize) ||
            !readsFewerBytes(dequantize) ||
            qnn::shapeOf(operand.get()) != qnn::shapeOf(member->getResult(0)))
          continue;
        all.push_back(OpBuilder(member).clone(*dequantize));
        operand.set(all.back()->getResult(0));
        if (dequantize->use_empty())
          dequantize->erase();
      }
      all.push_back(member);
    }
    return all;
  }

  static bool readsFewerBytes(qnn::DequantizeOp op) {
    return !op.getInput().getDefiningOp<qnn::ConstantOp>() &&
           qnn::byteCountOf(qnn::tensorType(op.getInput())) <
               qnn::byteCountOf(qnn::tensorType(op.getResult()));
  }

  // All that reads the operator's result, directly or not, up to an operator that alone is read by
  // others: in the block's order. Empty if something else reads it, too.
  llvm::SmallVector<Operation *> readersToJoin(Operation *op) {
    constexpr size_t most = 16;
    llvm::SmallVector<Operation *> readers;
    // Read by what is not among the readers yet.
    llvm::SmallPtrSet<Operation *, 8> open;
    auto addUsers = [&](Operation *of) {
      open.insert(of->user_begin(), of->user_end());
      return llvm::all_of(of->getUsers(), [&](Operation *user) {
        return user->getBlock() == &block && isElementwise(user) &&
               qnn::shapeOf(user->getResult(0)) == qnn::shapeOf(op->getResult(0));
      });
    };
    for (Operation *last = op; addUsers(last) && !open.empty() && readers.size() < most;) {
      last = *llvm::min_element(open,
                                [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
      open.erase(last);
      readers.push_back(last);
      if (open.empty())
        return readers;
    }
    return {};
  }

  Operation *onlyReader(Operation *op) {
    auto readers = readersToJoin(op);
    return readers.size() == 1 ? readers[0] : nullptr;
  }

  // Whether a kernel can read planes and write pixels at the speed of memory, as MapGeometry's
  // dealt channels have it: a caller's NCHW image becomes NHWC.
  static bool dealsChannels(qnn::TransposeOp op) {
    constexpr int64_t mostChannels = 8, fewestPixels = 16;
    auto shape = qnn::shapeOf(op.getResult());
    auto permutation = op.getPermutation();
    auto rank = static_cast<int64_t>(shape.size());
    return rank >= 2 && permutation[rank - 2] == rank - 1 && shape[rank - 1] > 1 &&
           shape[rank - 1] <= mostChannels && shape[rank - 2] >= fewestPixels;
  }

  // Such a transpose of what an element-wise operator computes reads that one's operands instead,
  // and is part of its kernel.
  void hoistTransposes() {
    auto transposes = llvm::to_vector(block.getOps<qnn::TransposeOp>());
    for (size_t i = 0; i < transposes.size(); ++i) {
      qnn::TransposeOp op = transposes[i];
      Operation *producer = op.getInput().getDefiningOp();
      auto isPlain = [&](Value operand) {
        return qnn::shapeOf(operand) == qnn::shapeOf(op.getInput()) ||
               qnn::tensorType(operand).getNumElements() == 1;
      };
      if (!dealsChannels(op) || !isElementwise(producer) || !producer->hasOneUse() ||
          !llvm::all_of(producer->getOperands(), isPlain))
        continue;
      OpBuilder builder(op);
      for (OpOperand &operand : producer->getOpOperands()) {
        if (qnn::tensorType(operand.get()).getNumElements() == 1)
          continue;
        auto type = qnn::permuted(qnn::tensorType(operand.get()), op.getPermutation());
        builder.setInsertionPoint(producer);
        transposes.push_back(builder.create<qnn::TransposeOp>(op.getLoc(), type, operand.get(),
                                                              op.getPermutation()));
        operand.set(transposes.back());
      }
      producer->getResult(0).setType(op.getResult().getType());
      op.getResult().replaceAllUsesWith(producer->getResult(0));
      op->erase();
    }
  }

  // What remains of element-wise operators: from the last reader up, everything that only it (or
  // what is with it already) reads.
  void fuseElementwise() {
    llvm::SmallVector<Operation *> candidates;
    for (Operation &op : block)
      if (isElementwise(&op))
        candidates.push_back(&op);
    llvm::SmallPtrSet<Operation *, 32> fused;
    for (Operation *root : llvm::reverse(candidates)) {
      if (fused.contains(root))
        continue;
      llvm::SetVector<Operation *> members;
      members.insert(root);
      for (size_t i = 0; i < members.size(); ++i)
        for (Value operand : members[i]->getOperands()) {
          // What a transpose reads is memory.
          if (isa<qnn::TransposeOp>(members[i]))
            continue;
          Operation *producer = operand.getDefiningOp();
          auto transpose = dyn_cast_or_null<qnn::TransposeOp>(producer);
          auto isInside = [&](Operation *user) { return members.contains(user); };
          if ((isElementwise(producer) || (transpose && dealsChannels(transpose))) &&
              qnn::shapeOf(operand) == qnn::shapeOf(root->getResult(0)) &&
              llvm::all_of(operand.getUsers(), isInside))
            members.insert(producer);
        }
      llvm::SmallVector<Operation *> ordered = members.takeVector();
      fused.insert(ordered.begin(), ordered.end());
      llvm::sort(ordered, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
      makeKernel(qnn::KernelKind::map, ordered);
    }
  }

  // A transpose that moves whole runs of elements is a matter of strides where kernels read it.
  static bool isView(qnn::TransposeOp op) {
    constexpr int64_t shortestRun = 16;
    auto permutation = op.getPermutation();
    auto rank = static_cast<int64_t>(permutation.size());
    return rank > 0 && permutation[rank - 1] == rank - 1 &&
           qnn::shapeOf(op.getResult())[rank - 1] >= shortestRun;
  }

  // Routines, and movement that is not a matter of strides.
  void wrapTheRest() {
    for (Operation &op : llvm::make_early_inc_range(block)) {
      auto pad = dyn_cast<qnn::PadOp>(op);
      auto transpose = dyn_cast<qnn::TransposeOp>(op);
      if (isa<qnn::RoutineOp>(op))
        makeKernel(qnn::KernelKind::routine, {&op});
      else if (isa<qnn::PackOp>(op))
        makeKernel(qnn::KernelKind::pack, {&op});
      else if (transpose && isView(transpose))
        continue;
      else if (pad && pad.getKind() == qnn::PadKind::constant)
        makeKernel(qnn::KernelKind::fill, {&op});
      else if (pad || isa<qnn::TransposeOp, qnn::BroadcastOp>(op))
        makeKernel(qnn::KernelKind::map, {&op});
    }
  }

  Block &block;
};

struct FuseKernelsPass : impl::FuseKernelsBase<FuseKernelsPass> {
  void runOnOperation() override {
    llvm::SmallVector<Block *> blocks;
    getOperation().walk([&](Block *block) {
      if (!isa<qnn::KernelOp>(block->getParentOp()))
        blocks.push_back(block);
    });
    for (Block *block : blocks)
      Fuser(*block).run();
    // Constants are inside the kernels now.
    getOperation().walk([](qnn::ConstantOp constant) {
      if (constant->use_empty())
        constant->erase();
    });
  }
};

} // namespace
} // namespace octet::schedule
