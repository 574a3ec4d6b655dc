#include "schedule/Layout.h"

#include "qnn/Permutation.h"

using namespace mlir;

namespace octet::schedule {

bool isContiguous(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> strides) {
  int64_t expected = 1;
  for (int64_t d = static_cast<int64_t>(shape.size()) - 1; d >= 0; --d) {
    if (shape[d] != 1 && strides[d] != expected)
      return false;
    expected *= shape[d];
  }
  return true;
}

std::optional<qnn::Shape> reshapeStrides(llvm::ArrayRef<int64_t> from,
                                         llvm::ArrayRef<int64_t> strides,
                                         llvm::ArrayRef<int64_t> to) {
  // Runs of dimensions that are contiguous among themselves, from the last on: each must be cut
  // into whole dimensions of the new shape.
  qnn::Shape result(to.size(), 1);
  auto t = static_cast<int64_t>(to.size()) - 1;
  for (int64_t d = static_cast<int64_t>(from.size()) - 1; d >= 0;) {
    if (from[d] == 1) {
      --d;
      continue;
    }
    int64_t stride = strides[d], extent = from[d--];
    while (d >= 0 && (from[d] == 1 || strides[d] == stride * extent)) {
      extent *= from[d--];
    }
    int64_t covered = 1;
    while (t >= 0 && covered < extent) {
      result[t] = stride * covered;
      covered *= to[t--];
    }
    if (covered != extent)
      return std::nullopt;
  }
  for (; t >= 0; --t) {
    if (to[t] != 1)
      return std::nullopt;
    result[t] = 1;
  }
  return result;
}

Value viewedBy(Operation *op) {
  bool isView = op && isa<qnn::ReshapeOp, qnn::ReinterpretOp, qnn::SliceOp, qnn::TransposeOp>(op);
  return isView ? op->getOperand(0) : Value();
}

qnn::PadOp padOf(qnn::KernelOp kernel) {
  return *kernel.getBody().front().getOps<qnn::PadOp>().begin();
}

Layout Layouts::inRoot(Value value, int64_t root) {
  return {root, 0, qnn::stridesOf(qnn::shapeOf(value))};
}

std::optional<Layout> Layouts::inContainer(Value value, const Claim &claim) {
  auto outer = of(claim.container->getResult(0));
  if (!outer)
    return std::nullopt;
  Layout layout{outer->root, outer->offset, {}};
  auto shape = qnn::shapeOf(value);
  if (auto concat = dyn_cast<qnn::ConcatOp>(claim.container)) {
    auto axis = static_cast<int64_t>(concat.getAxis());
    for (unsigned i = 0; i < claim.operand; ++i)
      layout.offset += qnn::shapeOf(concat.getInputs()[i])[axis] * outer->strides[axis];
    layout.strides = outer->strides;
  } else if (auto transpose = dyn_cast<qnn::TransposeOp>(claim.container)) {
    layout.strides = qnn::permuted(outer->strides, qnn::inverseOf(transpose.getPermutation()));
  } else {
    auto pad = padOf(cast<qnn::KernelOp>(claim.container));
    for (size_t d = 0; d < shape.size(); ++d) {
      int64_t step = pad.getInterior().empty() ? 1 : pad.getInterior()[d] + 1;
      layout.offset += pad.getLow()[d] * outer->strides[d];
      layout.strides.push_back(outer->strides[d] * step);
    }
  }
  return layout;
}

std::optional<Layout> Layouts::of(Value value) {
  if (auto found = known.find(value); found != known.end())
    return found->second;
  std::optional<Layout> layout;
  auto claim = claims.find(value);
  auto reshape = value.getDefiningOp<qnn::ReshapeOp>();
  auto reinterpret = value.getDefiningOp<qnn::ReinterpretOp>();
  auto slice = value.getDefiningOp<qnn::SliceOp>();
  auto transpose = value.getDefiningOp<qnn::TransposeOp>();
  if (transpose && holds(transpose, transpose.getInput()))
    transpose = {};
  if (claim != claims.end()) {
    layout = claim->second.container ? inContainer(value, claim->second)
                                     : inRoot(value, claim->second.operand);
  } else if (reshape) {
    if (auto source = of(reshape.getInput()))
      if (auto strides = reshapeStrides(qnn::shapeOf(reshape.getInput()), source->strides,
                                        qnn::shapeOf(value)))
        layout = Layout{source->root, source->offset, *strides};
  } else if (reinterpret) {
    layout = of(reinterpret.getInput());
  } else if (slice) {
    if (auto source = of(slice.getInput())) {
      layout = Layout{source->root, source->offset, {}};
      for (auto [begin, step, stride] :
           llvm::zip(slice.getBegin(), slice.getStrides(), source->strides)) {
        layout->offset += begin * stride;
        layout->strides.push_back(step * stride);
      }
    }
  } else if (transpose) {
    if (auto source = of(transpose.getInput()))
      layout = Layout{source->root, source->offset,
                      qnn::permuted(source->strides, transpose.getPermutation())};
  } else {
    Root root;
    root.bytes = qnn::byteCountOf(qnn::tensorType(value));
    layout = inRoot(value, addRoot(root));
  }
  known[value] = layout;
  return layout;
}

} // namespace octet::schedule
