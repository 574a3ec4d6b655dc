#include "raise/DimensionOrder.h"
#include "qnn/Checks.h"
#include "qnn/Ops.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace octet::raise {

namespace {

/// Neighbouring dimensions that a reshape makes other neighbouring dimensions of; none of extent 1.
struct Group {
  Order from, to;
};

llvm::SmallVector<Group> groupsOf(llvm::ArrayRef<int64_t> from, llvm::ArrayRef<int64_t> to) {
  llvm::SmallVector<Group> groups;
  size_t i = 0, j = 0;
  auto take = [](llvm::ArrayRef<int64_t> shape, size_t &at, Order &dimensions, int64_t &extent) {
    while (shape[at] == 1)
      ++at;
    dimensions.push_back(static_cast<int64_t>(at));
    extent *= shape[at++];
  };
  auto isLeft = [](llvm::ArrayRef<int64_t> shape, size_t at) {
    return llvm::any_of(shape.drop_front(at), [](int64_t extent) { return extent != 1; });
  };
  while (isLeft(from, i)) {
    Group group;
    int64_t x = 1, y = 1;
    take(from, i, group.from, x);
    take(to, j, group.to, y);
    while (x != y)
      x < y ? take(from, i, group.from, x) : take(to, j, group.to, y);
    groups.push_back(group);
  }
  return groups;
}

// The groups change places as a whole. Dimensions of extent 1 stay behind the one they follow.
std::optional<Order> throughReshape(llvm::ArrayRef<int64_t> from, llvm::ArrayRef<int64_t> to,
                                    const Order &order) {
  if (qnn::isIdentity(order))
    return qnn::identityOf(to.size());
  if (llvm::is_contained(from, 0))
    return std::nullopt;
  llvm::SmallVector<Group> groups = groupsOf(from, to);
  Order large =
      llvm::to_vector(llvm::make_filter_range(order, [&](int64_t d) { return from[d] != 1; }));
  Order result;
  for (int64_t t = 0; t < static_cast<int64_t>(to.size()) && to[t] == 1; ++t)
    result.push_back(t);
  for (size_t i = 0; i < large.size();) {
    auto *group = llvm::find_if(groups, [&](const Group &g) { return g.from[0] == large[i]; });
    if (group == groups.end() || llvm::ArrayRef<int64_t>(large).slice(i).take_front(
                                     group->from.size()) != llvm::ArrayRef<int64_t>(group->from))
      return std::nullopt;
    i += group->from.size();
    for (int64_t d : group->to) {
      result.push_back(d);
      for (int64_t t = d + 1; t < static_cast<int64_t>(to.size()) && to[t] == 1; ++t)
        result.push_back(t);
    }
  }
  return result;
}

bool isPerAxis(Value value) {
  auto quantization = qnn::Quantization::of(value.getType());
  return quantization && quantization->isPerAxis();
}

// What has a number for each channel of the last dimension needs that dimension to stay the last.
bool isPerChannel(Operation *op) {
  auto requantize = dyn_cast<qnn::RequantizeOp>(op);
  return llvm::any_of(op->getOperands(), isPerAxis) || llvm::any_of(op->getResults(), isPerAxis) ||
         op->hasAttr("form") || (requantize && requantize.channelCount() > 1);
}

// A reduction knows one block of axes, and floats are added in their order.
bool canReduce(qnn::ReduceOp reduce, const Order &order) {
  auto shape = qnn::shapeOf(reduce.getInput());
  int64_t last = -1, between = 1;
  bool isBehind = false;
  for (int64_t d : order) {
    if (!llvm::is_contained(reduce.getAxes(), d)) {
      between *= isBehind ? shape[d] : 1;
      continue;
    }
    if (between != 1 || (shape[d] != 1 && d < last))
      return false;
    isBehind = true;
    last = shape[d] != 1 ? d : last;
  }
  return true;
}

// What is left of an order when some dimensions go.
Order without(const Order &order, llvm::ArrayRef<int64_t> gone) {
  Order result;
  for (int64_t d : order)
    if (!llvm::is_contained(gone, d))
      result.push_back(d - llvm::count_if(gone, [d](int64_t other) { return other < d; }));
  return result;
}

// Operators whose operands (those of full rank) and result have their dimensions in one order.
bool keepsDimensions(Operation *op) {
  auto reduce = dyn_cast<qnn::ReduceOp>(op);
  return op->hasTrait<qnn::Elementwise>() || (reduce && reduce.getKeepDims()) ||
         isa<qnn::BroadcastOp, qnn::ConcatOp, qnn::PadOp, qnn::ReinterpretOp, qnn::SliceOp,
             qnn::TransposeOp>(op);
}

bool canCompute(Operation *op, const Order &order) {
  auto last = static_cast<int64_t>(order.size()) - 1;
  if (isPerChannel(op) && !order.empty() && order.back() != last)
    return false;
  if (llvm::any_of(op->getOperands(), isPerAxis) && !op->hasTrait<qnn::Elementwise>())
    return false;
  // One that moves nothing here might do so in another order.
  if (auto transpose = dyn_cast<qnn::TransposeOp>(op);
      transpose &&
      qnn::keepsElementOrder(qnn::shapeOf(transpose.getInput()), transpose.getPermutation()))
    return qnn::isIdentity(order);
  auto reduce = dyn_cast<qnn::ReduceOp>(op);
  return !reduce || canReduce(reduce, order);
}

} // namespace

int64_t operandRank(Operation *op) {
  return qnn::tensorType(keepsDimensions(op) ? op->getResult(0) : op->getOperand(0)).getRank();
}

std::optional<Order> resultOrder(Operation *op, const Order &operands) {
  if (keepsDimensions(op))
    return canCompute(op, operands) ? std::optional(operands) : std::nullopt;
  if (auto reshape = dyn_cast<qnn::ReshapeOp>(op); reshape && !isPerAxis(reshape.getInput()))
    return throughReshape(qnn::shapeOf(reshape.getInput()), qnn::shapeOf(reshape.getResult()),
                          operands);
  if (auto reduce = dyn_cast<qnn::ReduceOp>(op); reduce && canCompute(op, operands))
    return without(operands, reduce.getAxes());
  if (auto arg = dyn_cast<qnn::ArgMaxOp>(op); arg && !isPerAxis(arg.getInput()))
    return without(operands, {static_cast<int64_t>(arg.getAxis())});
  return std::nullopt;
}

std::optional<Order> operandOrder(Operation *op, const Order &result) {
  if (keepsDimensions(op))
    return canCompute(op, result) ? std::optional(result) : std::nullopt;
  if (auto reshape = dyn_cast<qnn::ReshapeOp>(op); reshape && !isPerAxis(reshape.getInput()))
    return throughReshape(qnn::shapeOf(reshape.getResult()), qnn::shapeOf(reshape.getInput()),
                          result);
  return std::nullopt;
}

void reorder(Operation *op, const Order &operands, const Order &result) {
  auto place = qnn::inverseOf(operands);
  auto type = qnn::permuted(qnn::tensorType(op->getResult(0)), result);
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](qnn::ConcatOp concat) { concat.setAxis(place[concat.getAxis()]); })
      .Case([&](qnn::ArgMaxOp arg) { arg.setAxis(place[arg.getAxis()]); })
      .Case([&](qnn::BroadcastOp broadcast) { broadcast.setShape(type.getShape()); })
      .Case([&](qnn::ReshapeOp reshape) { reshape.setShape(type.getShape()); })
      .Case([&](qnn::PadOp pad) {
        pad.setLow(qnn::permuted(pad.getLow(), operands));
        pad.setHigh(qnn::permuted(pad.getHigh(), operands));
        if (!pad.getInterior().empty())
          pad.setInterior(qnn::permuted(pad.getInterior(), operands));
      })
      .Case([&](qnn::SliceOp slice) {
        slice.setBegin(qnn::permuted(slice.getBegin(), operands));
        slice.setSizes(qnn::permuted(slice.getSizes(), operands));
        slice.setStrides(qnn::permuted(slice.getStrides(), operands));
      })
      .Case([&](qnn::ReduceOp reduce) {
        Order axes = qnn::permuted(place, reduce.getAxes());
        llvm::sort(axes);
        reduce.setAxes(axes);
      })
      .Case([&](qnn::TransposeOp transpose) {
        transpose.setPermutation(
            qnn::composed(qnn::composed(place, transpose.getPermutation()), result));
      });
  op->getResult(0).setType(type);
}

} // namespace octet::raise
