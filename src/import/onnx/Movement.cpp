// Operators that move elements or make constants. Codes keep their scale.
#include "import/onnx/Arithmetic.h"
#include "import/onnx/Operators.h"
#include "import/onnx/onnx.pb.h"
#include "qnn/Ops.h"

#include <cmath>

using namespace mlir;

namespace octet::onnx {

//===-- Constants --===//

static LogicalResult integers(Node &node, llvm::ArrayRef<int64_t> numbers,
                              llvm::ArrayRef<int64_t> shape) {
  auto type = RankedTensorType::get(shape, node.build.ir().getI64Type());
  qnn::Tensor tensor(type);
  for (auto [i, number] : llvm::enumerate(numbers))
    tensor.setInteger(static_cast<int64_t>(i), number);
  return node.result(node.build.constant(type, std::as_const(tensor).bytes()));
}

static LogicalResult reals(Node &node, llvm::ArrayRef<float> numbers,
                           llvm::ArrayRef<int64_t> shape) {
  auto type = RankedTensorType::get(shape, node.build.ir().getF32Type());
  qnn::Tensor tensor(type);
  for (auto [i, number] : llvm::enumerate(numbers))
    tensor.setReal(static_cast<int64_t>(i), static_cast<double>(number));
  return node.result(node.build.constant(type, std::as_const(tensor).bytes()));
}

static FailureOr<Tensor> attributeTensor(Node &node, llvm::StringRef name) {
  const auto *proto = node.tensor(name);
  if (!proto)
    return node.fail("has no attribute " + name);
  auto tensor = node.model.model.read(*proto);
  if (!tensor)
    return node.fail(llvm::toString(tensor.takeError()));
  if (!elementTypeOf(node.build.context(), tensor->type))
    return node.fail("constants of " + nameOf(tensor->type) + " are not supported");
  return std::move(*tensor);
}

LogicalResult constant(Node &node) {
  if (failed(node.expect(0, 0)))
    return failure();
  if (node.hasAttribute("value_int"))
    return integers(node, {node.integer("value_int", 0)}, {});
  if (node.hasAttribute("value_float"))
    return reals(node, {node.real("value_float", 0)}, {});
  if (node.hasAttribute("value_ints")) {
    auto numbers = node.integers("value_ints");
    return integers(node, numbers, {static_cast<int64_t>(numbers.size())});
  }
  if (node.hasAttribute("value_floats")) {
    auto numbers = node.reals("value_floats");
    return reals(node, numbers, {static_cast<int64_t>(numbers.size())});
  }
  auto tensor = attributeTensor(node, "value");
  if (failed(tensor))
    return failure();
  if (isNibble(tensor->type))
    node.model.nibbles.insert(node.proto.output(0));
  auto type =
      RankedTensorType::get(tensor->shape, elementTypeOf(node.build.context(), tensor->type));
  return node.result(node.build.constant(type, tensor->data));
}

LogicalResult constantOfShape(Node &node) {
  if (failed(node.expect(1, 1)))
    return failure();
  auto shape = node.constants(0);
  if (failed(shape))
    return failure();
  for (int64_t extent : *shape)
    if (extent < 0)
      return node.fail("an extent is negative");
  Value number = node.build.scalar(node.build.ir().getF32Type(), 0);
  if (node.hasAttribute("value")) {
    auto tensor = attributeTensor(node, "value");
    if (failed(tensor))
      return failure();
    if (tensor->data.size() != static_cast<size_t>(elementBytes(tensor->type)))
      return node.fail("attribute value must be one number");
    number = node.build.constant(
        RankedTensorType::get({}, elementTypeOf(node.build.context(), tensor->type)), tensor->data);
  }
  return node.result(node.build.create<qnn::BroadcastOp>(qnn::elementType(number), number, *shape));
}

LogicalResult shape(Node &node) {
  if (failed(node.expect(1, 1)))
    return failure();
  auto extents = qnn::shapeOf(node.input(0));
  auto rank = static_cast<int64_t>(extents.size());
  auto bound = [&](int64_t at) { return std::clamp<int64_t>(at < 0 ? at + rank : at, 0, rank); };
  int64_t start = bound(node.integer("start", 0)), end = bound(node.integer("end", rank));
  auto part = extents.slice(start, std::max<int64_t>(end - start, 0));
  return integers(node, part, {static_cast<int64_t>(part.size())});
}

LogicalResult size(Node &node) {
  if (failed(node.expect(1, 1)))
    return failure();
  return integers(node, {qnn::tensorType(node.input(0)).getNumElements()}, {});
}

// As ONNX Runtime counts: each number is the one before it and the step, rounded.
static LogicalResult realRange(Node &node) {
  auto start = node.realConstants(0), limit = node.realConstants(1), step = node.realConstants(2);
  if (failed(start) || failed(limit) || failed(step) || failed(expectReals(node, {0, 1, 2})))
    return failure();
  if (start->size() != 1 || limit->size() != 1 || step->size() != 1)
    return node.fail("needs single numbers");
  double count = std::ceil((static_cast<double>((*limit)[0]) - static_cast<double>((*start)[0])) /
                           static_cast<double>((*step)[0]));
  if (!(count <= 1 << 20))
    return node.fail("has more than a million elements");
  llvm::SmallVector<float> numbers;
  float at = (*start)[0];
  for (auto left = static_cast<int64_t>(std::max(count, 0.0)); left > 0; --left, at += (*step)[0])
    numbers.push_back(at);
  return reals(node, numbers, {static_cast<int64_t>(numbers.size())});
}

LogicalResult range(Node &node) {
  if (failed(node.expect(3, 3)))
    return failure();
  if (qnn::isFloat(node.input(0)))
    return realRange(node);
  auto start = node.constants(0), limit = node.constants(1), step = node.constants(2);
  if (failed(start) || failed(limit) || failed(step))
    return failure();
  if (start->size() != 1 || limit->size() != 1 || step->size() != 1 || (*step)[0] == 0)
    return node.fail("needs single numbers and a step");
  llvm::SmallVector<int64_t> numbers;
  int64_t at = (*start)[0];
  while ((*step)[0] > 0 ? at < (*limit)[0] : at > (*limit)[0]) {
    if (numbers.size() == 1 << 20)
      return node.fail("has more than a million elements");
    numbers.push_back(at);
    if (__builtin_add_overflow(at, (*step)[0], &at))
      break;
  }
  auto type = RankedTensorType::get({static_cast<int64_t>(numbers.size())},
                                    qnn::elementType(node.input(0)));
  qnn::Tensor tensor(type);
  for (auto [i, number] : llvm::enumerate(numbers))
    tensor.setInteger(static_cast<int64_t>(i), number);
  return node.result(node.build.constant(type, std::as_const(tensor).bytes()));
}

//===-- Shapes --===//

LogicalResult reshape(Node &node) {
  if (failed(node.expect(1, 2)))
    return failure();
  auto wanted = node.integersOrOperand("shape", 1);
  if (failed(wanted))
    return failure();
  auto extents = qnn::shapeOf(node.input(0));
  bool zeroIsZero = node.integer("allowzero", 0) != 0;
  int64_t open = -1, known = 1;
  for (auto [d, extent] : llvm::enumerate(*wanted)) {
    if (extent == 0 && !zeroIsZero) {
      if (d >= extents.size())
        return node.fail("extent " + llvm::Twine(d) + " is to be copied, but the input has none");
      extent = extents[d];
    }
    if (extent == -1 && open < 0)
      open = static_cast<int64_t>(d);
    else if (extent < 0)
      return node.fail("extent " + llvm::Twine(extent) + " is not valid");
    else if (__builtin_mul_overflow(known, extent, &known))
      return node.fail("the shape is too large");
  }
  int64_t elements = qnn::tensorType(node.input(0)).getNumElements();
  if (open >= 0) {
    if (known == 0 || elements % known != 0)
      return node.fail("the open extent does not divide " + llvm::Twine(elements) + " elements");
    (*wanted)[open] = elements / known;
  }
  return node.result(node.build.reshape(node.input(0), *wanted));
}

LogicalResult flatten(Node &node) {
  if (failed(node.expect(1, 1)))
    return failure();
  auto extents = qnn::shapeOf(node.input(0));
  auto rank = static_cast<int64_t>(extents.size());
  int64_t axis = node.integer("axis", 1);
  if (axis < -rank || axis > rank)
    return node.fail("axis " + llvm::Twine(axis) + " is out of range for rank " +
                     llvm::Twine(rank));
  axis = axis < 0 ? axis + rank : axis;
  return node.result(
      node.build.reshape(node.input(0), {ShapedType::getNumElements(extents.take_front(axis)),
                                         ShapedType::getNumElements(extents.drop_front(axis))}));
}

LogicalResult transpose(Node &node) {
  if (failed(node.expect(1, 1)))
    return failure();
  llvm::SmallVector<int64_t> permutation = node.integers("perm");
  if (permutation.empty())
    for (int64_t d = node.rank() - 1; d >= 0; --d)
      permutation.push_back(d);
  return node.result(node.build.transpose(node.input(0), permutation));
}

LogicalResult squeeze(Node &node) {
  if (failed(node.expect(1, 2)))
    return failure();
  auto given = node.integersOrOperand("axes", 1);
  auto axes = succeeded(given) ? node.axes(*given, node.rank())
                               : FailureOr<llvm::SmallVector<int64_t>>(failure());
  if (failed(axes))
    return failure();
  qnn::Shape shape;
  for (auto [d, extent] : llvm::enumerate(qnn::shapeOf(node.input(0)))) {
    bool isNamed = llvm::is_contained(*axes, static_cast<int64_t>(d));
    if (isNamed && extent != 1)
      return node.fail("axis " + llvm::Twine(d) + " has extent " + llvm::Twine(extent));
    if (!isNamed && (!axes->empty() || extent != 1))
      shape.push_back(extent);
  }
  return node.result(node.build.reshape(node.input(0), shape));
}

LogicalResult unsqueeze(Node &node) {
  if (failed(node.expect(1, 2)))
    return failure();
  auto given = node.integersOrOperand("axes", 1);
  if (failed(given))
    return failure();
  int64_t rank = node.rank() + static_cast<int64_t>(given->size());
  auto axes = node.axes(*given, rank);
  if (failed(axes))
    return failure();
  qnn::Shape shape(qnn::shapeOf(node.input(0)));
  for (int64_t axis : *axes)
    shape.insert(shape.begin() + axis, 1);
  return node.result(node.build.reshape(node.input(0), shape));
}

LogicalResult expand(Node &node) {
  if (failed(node.expect(2, 2)))
    return failure();
  auto wanted = node.constants(1);
  if (failed(wanted))
    return failure();
  qnn::Shape shape;
  if (llvm::any_of(*wanted, [](int64_t extent) { return extent < 0; }) ||
      !qnn::broadcastShapes(qnn::shapeOf(node.input(0)), *wanted, shape))
    return node.fail("the input does not broadcast to the shape");
  Value input = node.input(0);
  if (llvm::ArrayRef<int64_t>(shape) == qnn::shapeOf(input))
    return node.result(input);
  return node.result(node.build.create<qnn::BroadcastOp>(qnn::elementType(input), input, shape));
}

// A dimension and its copies, side by side: [d] → [1, d] → [m, d] → [m * d].
LogicalResult tile(Node &node) {
  if (failed(node.expect(2, 2)))
    return failure();
  auto repeats = node.constants(1);
  if (failed(repeats))
    return failure();
  Value value = node.input(0);
  if (static_cast<int64_t>(repeats->size()) != node.rank())
    return node.fail("needs a count for each dimension");
  qnn::Shape apart, repeated, joined;
  for (auto [extent, count] : llvm::zip(qnn::shapeOf(value), *repeats)) {
    if (count < 0 || count > INT32_MAX)
      return node.fail("counts must not be negative");
    apart.append({1, extent});
    repeated.append({count, extent});
    joined.push_back(count * extent);
  }
  value = node.build.reshape(value, apart);
  if (value)
    value = node.build.create<qnn::BroadcastOp>(qnn::elementType(value), value, repeated);
  return node.result(value ? node.build.reshape(value, joined) : value);
}

//===-- Parts --===//

LogicalResult concatenation(Node &node) {
  if (failed(node.expect(1, SIZE_MAX)))
    return failure();
  llvm::SmallVector<Value> parts;
  for (size_t i = 0; i < node.inputCount(); ++i) {
    if (!node.has(i))
      return node.fail("input " + llvm::Twine(i) + " is missing");
    parts.push_back(node.input(i));
  }
  // Codes of different scales are plain integers to this operator.
  if (!llvm::all_equal(llvm::map_range(parts, qnn::elementType)))
    for (Value &part : parts)
      if (!(part = node.plain(part)))
        return failure();
  auto axis = node.axis(node.integer("axis", 1), node.rank());
  if (failed(axis))
    return failure();
  return node.result(node.build.create<qnn::ConcatOp>(qnn::elementType(parts[0]), parts,
                                                      static_cast<uint64_t>(*axis)));
}

LogicalResult split(Node &node) {
  if (failed(node.expect(1, 2, SIZE_MAX)))
    return failure();
  auto axis = node.axis(node.integer("axis", 0), node.rank());
  auto sizes = node.integersOrOperand("split", 1);
  if (failed(axis) || failed(sizes))
    return failure();
  int64_t extent = qnn::shapeOf(node.input(0))[*axis];
  auto count = static_cast<int64_t>(node.outputCount());
  if (node.integer("num_outputs", count) != count)
    return node.fail("num_outputs is not the number of outputs");
  if (sizes->empty()) {
    // Equal parts; a smaller one at the end where they do not divide.
    int64_t each = (extent + count - 1) / count;
    for (int64_t i = 0; i < count; ++i)
      sizes->push_back(std::clamp<int64_t>(extent - i * each, 0, each));
  }
  int64_t at = 0;
  if (static_cast<int64_t>(sizes->size()) != count)
    return node.fail("has " + llvm::Twine(sizes->size()) + " sizes for " + llvm::Twine(count) +
                     " outputs");
  for (auto [i, size] : llvm::enumerate(*sizes)) {
    if (size < 0 || size > extent - at)
      return node.fail("the parts are larger than the whole");
    if (failed(node.result(partOf(node, node.input(0), *axis, at, size), i)))
      return failure();
    at += size;
  }
  return at == extent ? success() : node.fail("the parts are smaller than the whole");
}

// starts, ends, axes, steps: as Python's slices, bounds clamped.
LogicalResult slice(Node &node) {
  if (failed(node.expect(1, 5)))
    return failure();
  auto starts = node.integersOrOperand("starts", 1), ends = node.integersOrOperand("ends", 2),
       given = node.integersOrOperand("axes", 3);
  if (failed(starts) || failed(ends) || failed(given))
    return failure();
  llvm::SmallVector<int64_t> steps(starts->size(), 1);
  if (node.has(4)) {
    auto operand = node.constants(4);
    if (failed(operand))
      return failure();
    steps = *operand;
  }
  if (given->empty())
    for (size_t i = 0; i < starts->size(); ++i)
      given->push_back(static_cast<int64_t>(i));
  if (ends->size() != starts->size() || given->size() != starts->size() ||
      steps.size() != starts->size())
    return node.fail("starts, ends, axes and steps differ in length");
  auto extents = qnn::shapeOf(node.input(0));
  qnn::Shape begin(extents.size(), 0), sizes(extents), strides(extents.size(), 1);
  for (size_t i = 0; i < starts->size(); ++i) {
    auto axis = node.axis((*given)[i], node.rank());
    if (failed(axis))
      return failure();
    int64_t extent = extents[*axis], step = steps[i];
    if (step == 0 || step > INT32_MAX || step < -INT32_MAX)
      return node.fail("step " + llvm::Twine(step) + " is not valid");
    int64_t lowest = step > 0 ? 0 : -1, highest = step > 0 ? extent : extent - 1;
    auto bound = [&](int64_t at) {
      return std::clamp(at < 0 ? std::max(at, -INT64_MAX) + extent : at, lowest, highest);
    };
    int64_t first = bound((*starts)[i]), last = bound((*ends)[i]);
    int64_t distance = step > 0 ? last - first : first - last, stride = std::abs(step);
    sizes[*axis] = distance > 0 ? (distance + stride - 1) / stride : 0;
    begin[*axis] = sizes[*axis] > 0 ? first : 0;
    strides[*axis] = step;
  }
  return node.result(node.build.create<qnn::SliceOp>(qnn::elementType(node.input(0)), node.input(0),
                                                     begin, sizes, strides));
}

LogicalResult gather(Node &node) {
  if (failed(node.expect(2, 2)))
    return failure();
  auto axis = node.axis(node.integer("axis", 0), node.rank());
  if (failed(axis))
    return failure();
  Value input = node.input(0), indices = node.input(1);
  int64_t extent = qnn::shapeOf(input)[*axis];
  if (auto constant = Node::constantOf(indices)) {
    auto known = node.constants(1);
    if (failed(known))
      return failure();
    for (int64_t index : *known)
      if (index < -extent || index >= extent)
        return node.fail("index " + llvm::Twine(index) + " is out of range");
    // One index is a slice.
    if (known->size() == 1) {
      int64_t index = (*known)[0] < 0 ? (*known)[0] + extent : (*known)[0];
      Value value = partOf(node, input, *axis, index, 1);
      qnn::Shape shape(qnn::shapeOf(input));
      shape.erase(shape.begin() + *axis);
      shape.insert(shape.begin() + *axis, qnn::shapeOf(indices).begin(),
                   qnn::shapeOf(indices).end());
      return node.result(value ? node.build.reshape(value, shape) : value);
    }
  }
  indices = fromFront(node, indices, extent);
  if (!indices)
    return failure();
  return node.result(node.build.create<qnn::GatherOp>(qnn::elementType(input), input, indices,
                                                      static_cast<uint64_t>(*axis), uint64_t{0}));
}

// The dimensions that a Pad's amounts are for: all, unless operand 3 names them.
static FailureOr<llvm::SmallVector<int64_t>> paddedAxes(Node &node) {
  llvm::SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(0, node.rank()));
  if (!node.has(3))
    return axes;
  auto given = node.constants(3);
  if (failed(given))
    return failure();
  axes.clear();
  for (int64_t axis : *given) {
    auto positive = node.axis(axis, node.rank());
    if (failed(positive))
      return failure();
    axes.push_back(*positive);
  }
  return axes;
}

// pads, value, axes were attributes up to opset 10.
LogicalResult pad(Node &node) {
  if (failed(node.expect(1, 4)))
    return failure();
  Value input = node.input(0);
  auto pads = node.opset < 2 ? FailureOr<llvm::SmallVector<int64_t>>(node.integers("paddings"))
                             : node.integersOrOperand("pads", 1);
  if (failed(pads))
    return failure();
  auto axes = paddedAxes(node);
  if (failed(axes))
    return failure();
  if (pads->size() != 2 * axes->size())
    return node.fail("needs two amounts for each dimension");
  // Negative amounts crop.
  qnn::Shape low(qnn::shapeOf(input).size(), 0), high(low), begin(low), sizes(qnn::shapeOf(input));
  bool crops = false;
  for (auto [i, axis] : llvm::enumerate(*axes)) {
    for (auto [amount, into] :
         {std::pair((*pads)[i], &low), std::pair((*pads)[axes->size() + i], &high)}) {
      if (amount > INT32_MAX || amount < -INT32_MAX)
        return node.fail("an amount is too large");
      (*into)[axis] = std::max<int64_t>(amount, 0);
      sizes[axis] += std::min<int64_t>(amount, 0);
      crops |= amount < 0;
    }
    begin[axis] = std::max<int64_t>(-(*pads)[i], 0);
    if (sizes[axis] < 0)
      return node.fail("crops more than there is");
  }
  std::string mode = node.text("mode", "constant");
  double value = 0;
  if (node.has(2)) {
    auto constant = Node::constantOf(node.input(2));
    if (!constant || qnn::tensorType(node.input(2)).getNumElements() != 1)
      return node.fail("operand 2 must be a constant of one number");
    auto held = qnn::Tensor::of(constant.getValue(), qnn::tensorType(node.input(2)));
    value = held.isFloat() ? held.real(0) : static_cast<double>(held.integer(0));
  } else if (node.opset < 11) {
    value = static_cast<double>(node.real("value", 0));
  }
  if (mode != "constant" && mode != "reflect")
    return node.fail("mode " + mode + " is not supported");
  if (crops)
    input = node.build.create<qnn::SliceOp>(qnn::elementType(input), input, begin, sizes,
                                            qnn::Shape(sizes.size(), 1));
  if (!input)
    return failure();
  return node.result(node.build.create<qnn::PadOp>(
      qnn::elementType(input), input, low, high, qnn::Shape(), llvm::APFloat(value),
      mode == "reflect" ? qnn::PadKind::reflect : qnn::PadKind::constant));
}

} // namespace octet::onnx
