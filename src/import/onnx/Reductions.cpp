// Operators that combine many elements into one, or order them.
#include "import/onnx/Reductions.h"
#include "import/onnx/Arithmetic.h"
#include "import/onnx/Operators.h"
#include "import/onnx/Window.h"
#include "qnn/Ops.h"

using namespace mlir;

namespace octet::onnx {

using qnn::ReduceKind;
using qnn::UnaryKind;

//===-- Pools --===//

static FailureOr<Window> poolWindow(Node &node) {
  auto image = qnn::shapeOf(node.input(0)).drop_front(std::min<int64_t>(node.rank(), 2));
  auto window = windowOf(node, image, {});
  if (succeeded(window) &&
      llvm::any_of(window->dilations, [](int64_t dilation) { return dilation != 1; }))
    return node.fail("dilated pools are not supported");
  return window;
}

LogicalResult maxPool(Node &node) {
  if (failed(node.expect(1, 1)))
    return failure();
  node.ignore({"storage_order"}); // of the second result
  Value image = asImage(node, node.input(0));
  if (!image)
    return failure();
  auto window = poolWindow(node);
  image = succeeded(window) ? node.toChannelsLast(image) : Value();
  if (!image)
    return failure();
  Value value = node.build.create<qnn::MaxPool2dOp>(qnn::elementType(image), image, window->extents,
                                                    window->strides, window->padding);
  return node.result(fromImage(node, node.toChannelsFirst(value), node.rank()));
}

Value averageOfWindows(Node &node, Value input) {
  Value image = input ? asImage(node, input) : Value();
  if (!image)
    return {};
  auto window = poolWindow(node);
  image = succeeded(window) ? node.toChannelsLast(image) : Value();
  if (!image)
    return {};
  llvm::SmallVector<int64_t, 4> padding = window->padding;
  // What counts as pixels are zeros of the image; what rounding up adds behind them never counts.
  if (node.integer("count_include_pad", 0) != 0 &&
      llvm::any_of(padding, [](int64_t amount) { return amount != 0; })) {
    qnn::Shape low = {0, padding[0], padding[1], 0}, high = {0, padding[2] - window->roundingUp[0],
                                                             padding[3] - window->roundingUp[1], 0};
    image = node.build.create<qnn::PadOp>(qnn::elementType(image), image, low, high, qnn::Shape(),
                                          llvm::APFloat(0.0), qnn::PadKind::constant);
    padding = {0, 0, window->roundingUp[0], window->roundingUp[1]};
  }
  Value value = image
                    ? node.build.create<qnn::AvgPool2dOp>(qnn::elementType(image), image,
                                                          window->extents, window->strides, padding,
                                                          uint64_t{0}, qnn::FloatRescaleAttr())
                    : Value();
  return fromImage(node, node.toChannelsFirst(value), node.rank());
}

LogicalResult averagePool(Node &node) {
  if (failed(node.expect(1, 1)))
    return failure();
  return node.result(averageOfWindows(node, node.input(0)));
}

//===-- Reductions --===//

// Those that lie apart are brought together at the end first.
Value reduced(Node &node, ReduceKind kind, Value input, llvm::SmallVector<int64_t> axes,
              bool keepsDimensions) {
  if (!input)
    return {};
  if (axes.empty())
    return input;
  int64_t rank = qnn::tensorType(input).getRank();
  qnn::Shape shape;
  llvm::SmallVector<int64_t> order;
  for (int64_t d = 0; d < rank; ++d) {
    bool isReduced = llvm::is_contained(axes, d);
    if (!isReduced)
      order.push_back(d);
    if (!isReduced || keepsDimensions)
      shape.push_back(isReduced ? 1 : qnn::shapeOf(input)[d]);
  }
  if (axes.back() - axes.front() + 1 != static_cast<int64_t>(axes.size())) {
    order.append(axes);
    input = node.build.transpose(input, order);
    for (auto [i, axis] : llvm::enumerate(axes))
      axis = rank - static_cast<int64_t>(axes.size()) + static_cast<int64_t>(i);
    keepsDimensions = false;
  }
  if (!input)
    return {};
  Value value = node.build.create<qnn::ReduceOp>(qnn::elementType(input), kind, input, axes,
                                                 keepsDimensions, qnn::NumericsAttr());
  return value ? node.build.reshape(value, shape) : value;
}

llvm::SmallVector<int64_t> allAxes(int64_t from, int64_t rank) {
  return llvm::to_vector(llvm::seq<int64_t>(std::min(from, rank), rank));
}

// The axes of a reduction: an attribute, since opset 18 (of ReduceSum since 13) an operand, all
// where neither is there.
static FailureOr<llvm::SmallVector<int64_t>> reductionAxes(Node &node) {
  if (failed(node.expect(1, 2)))
    return failure();
  auto given = node.integersOrOperand("axes", 1);
  if (failed(given))
    return failure();
  bool isNothing = node.integer("noop_with_empty_axes", 0) != 0;
  if (given->empty())
    return isNothing ? llvm::SmallVector<int64_t>() : allAxes(0, node.rank());
  return node.axes(*given, node.rank());
}

template <ReduceKind kind> LogicalResult reduce(Node &node) {
  auto axes = reductionAxes(node);
  if (failed(axes))
    return failure();
  return node.result(
      reduced(node, kind, node.plain(node.input(0)), *axes, node.integer("keepdims", 1) != 0));
}
#define INSTANTIATE(kind) template LogicalResult reduce<ReduceKind::kind>(Node &);
INSTANTIATE(sum)
INSTANTIATE(mean)
INSTANTIATE(product)
INSTANTIATE(minimum)
INSTANTIATE(maximum)
#undef INSTANTIATE

// Sums of a function of the elements, and a function of the sum.
static LogicalResult reduceThrough(Node &node, std::optional<UnaryKind> before,
                                   std::optional<UnaryKind> behind) {
  auto axes = reductionAxes(node);
  if (failed(axes))
    return failure();
  Value value = node.input(0);
  if (before)
    value = unaryOf(node, *before, value);
  value = reduced(node, ReduceKind::sum, value, *axes, node.integer("keepdims", 1) != 0);
  if (behind)
    value = unaryOf(node, *behind, value);
  return node.result(value);
}
LogicalResult reduceMagnitude(Node &node) {
  return reduceThrough(node, UnaryKind::abs, std::nullopt);
}
LogicalResult reduceLength(Node &node) {
  return reduceThrough(node, UnaryKind::square, UnaryKind::sqrt);
}
LogicalResult reduceSquares(Node &node) {
  return reduceThrough(node, UnaryKind::square, std::nullopt);
}
LogicalResult reduceLogarithm(Node &node) {
  return reduceThrough(node, std::nullopt, UnaryKind::log);
}

// The largest element is subtracted first, so that no exponential overflows; where it is infinite
// there is nothing to subtract.
LogicalResult reduceLogarithmOfExponentials(Node &node) {
  auto axes = reductionAxes(node);
  if (failed(axes) || failed(expectReals(node, {0})))
    return failure();
  Value input = node.input(0);
  Value largest = clamped(node, reduced(node, ReduceKind::maximum, input, *axes, true),
                          -static_cast<double>(std::numeric_limits<float>::max()),
                          static_cast<double>(std::numeric_limits<float>::max()));
  Value powers = unaryOf(node, UnaryKind::exp, difference(node, input, largest));
  Value total = reduced(node, ReduceKind::sum, powers, *axes, true);
  total = sum(node, unaryOf(node, UnaryKind::log, total), largest);
  if (!total || node.integer("keepdims", 1) != 0)
    return node.result(total);
  qnn::Shape shape;
  for (auto [d, extent] : llvm::enumerate(qnn::shapeOf(total)))
    if (!llvm::is_contained(*axes, static_cast<int64_t>(d)))
      shape.push_back(extent);
  return node.result(node.build.reshape(total, shape));
}

template <ReduceKind kind> LogicalResult globalPool(Node &node) {
  if (failed(node.expect(1, 1)))
    return failure();
  if (node.rank() < 3)
    return node.fail("needs an image");
  return node.result(reduced(node, kind, node.input(0), allAxes(2, node.rank()), true));
}
template LogicalResult globalPool<ReduceKind::mean>(Node &);
template LogicalResult globalPool<ReduceKind::maximum>(Node &);

template <bool minimum> LogicalResult argExtreme(Node &node) {
  if (failed(node.expect(1, 1)))
    return failure();
  Value input = node.plain(node.input(0));
  auto axis = node.axis(node.integer("axis", 0), node.rank());
  if (!input || failed(axis))
    return failure();
  if (node.integer("select_last_index", 0) != 0)
    return node.fail("select_last_index is not supported");
  Value value = node.build.create<qnn::ArgMaxOp>(node.build.ir().getI64Type(), input,
                                                 static_cast<uint64_t>(*axis), minimum);
  if (value && node.integer("keepdims", 1) != 0) {
    qnn::Shape shape(qnn::shapeOf(input));
    shape[*axis] = 1;
    value = node.build.reshape(value, shape);
  }
  return node.result(value);
}
template LogicalResult argExtreme<false>(Node &);
template LogicalResult argExtreme<true>(Node &);

//===-- Softmax --===//

// Over one axis, since opset 13; over all from one on, before. `create` works on the last.
static LogicalResult alongAxis(Node &node, llvm::function_ref<Value(Value)> create) {
  if (failed(node.expect(1, 1)))
    return failure();
  int64_t rank = node.rank();
  auto axis = node.axis(node.integer("axis", node.opset < 13 ? 1 : -1), rank);
  if (failed(axis))
    return failure();
  Value input = node.input(0);
  qnn::Shape shape(qnn::shapeOf(input));
  if (node.opset < 13) {
    auto inner = llvm::ArrayRef<int64_t>(shape).drop_front(*axis),
         outer = llvm::ArrayRef<int64_t>(shape).take_front(*axis);
    Value rows = node.build.reshape(
        input, {ShapedType::getNumElements(outer), ShapedType::getNumElements(inner)});
    Value value = rows ? create(rows) : rows;
    return node.result(value ? node.build.reshape(value, shape) : value);
  }
  if (*axis == rank - 1)
    return node.result(create(input));
  llvm::SmallVector<int64_t> order = allAxes(0, rank);
  std::swap(order[*axis], order[rank - 1]);
  Value moved = node.build.transpose(input, order);
  Value value = moved ? create(moved) : moved;
  return node.result(value ? node.build.transpose(value, order) : value);
}

LogicalResult softmax(Node &node) {
  return alongAxis(node, [&](Value input) {
    return node.build.create<qnn::SoftmaxOp>(qnn::elementType(input), input, llvm::APFloat(1.0f),
                                             qnn::NumericsAttr());
  });
}

LogicalResult logSoftmax(Node &node) {
  return alongAxis(node, [&](Value input) {
    return node.build.create<qnn::LogSoftmaxOp>(qnn::elementType(input), input);
  });
}

} // namespace octet::onnx
