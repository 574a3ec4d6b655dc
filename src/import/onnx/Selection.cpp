// Operators that choose elements by their positions or by indices.
#include "import/onnx/Arithmetic.h"
#include "import/onnx/Operators.h"
#include "qnn/Ops.h"

using namespace mlir;

namespace octet::onnx {

using qnn::BinaryKind;

//===-- Running sums --===//

// The elements moved along an axis by some places, zeros where none are left.
static Value displaced(Node &node, Value value, int64_t axis, int64_t places, bool toFront) {
  if (!value)
    return {};
  int64_t extent = qnn::shapeOf(value)[axis];
  Value kept = partOf(node, value, axis, toFront ? places : 0, extent - places);
  if (!kept)
    return {};
  qnn::Shape low(qnn::shapeOf(value).size(), 0), high(low);
  (toFront ? high : low)[axis] = places;
  return node.build.create<qnn::PadOp>(qnn::elementType(value), kept, low, high, qnn::Shape(),
                                       llvm::APFloat(0.0), qnn::PadKind::constant);
}

// Sums of 1, 2, 4 … elements behind one another: as many steps as the extent has bits.
LogicalResult cumulativeSum(Node &node) {
  if (failed(node.expect(2, 2)))
    return failure();
  auto given = node.constants(1);
  if (failed(given))
    return failure();
  if (given->size() != 1)
    return node.fail("the axis must be one number");
  auto axis = node.axis((*given)[0], node.rank());
  if (failed(axis))
    return failure();
  bool isReverse = node.integer("reverse", 0) != 0, isExclusive = node.integer("exclusive", 0) != 0;
  Value value = node.plain(node.input(0));
  if (!value)
    return failure();
  int64_t extent = qnn::shapeOf(value)[*axis];
  for (int64_t places = 1; places < extent; places *= 2)
    value = sum(node, value, displaced(node, value, *axis, places, isReverse));
  if (isExclusive && extent == 1)
    value = node.build.create<qnn::BroadcastOp>(qnn::elementType(value), numberLike(node, value, 0),
                                                qnn::shapeOf(value));
  else if (isExclusive && extent > 1)
    value = displaced(node, value, *axis, 1, isReverse);
  return node.result(value);
}

//===-- Triangles --===//

// What is on, above or below a diagonal of matrices; zeros elsewhere.
LogicalResult triangle(Node &node) {
  if (failed(node.expect(1, 2)))
    return failure();
  Value value = node.plain(node.input(0));
  if (!value)
    return failure();
  qnn::Shape shape(qnn::shapeOf(value));
  if (shape.size() < 2)
    return node.fail("needs matrices");
  int64_t diagonal = 0;
  if (node.has(1)) {
    auto given = node.constants(1);
    if (failed(given))
      return failure();
    if (given->size() != 1)
      return node.fail("the diagonal must be one number");
    diagonal = std::clamp<int64_t>((*given)[0], -INT32_MAX, INT32_MAX);
  }
  bool isUpper = node.integer("upper", 1) != 0;
  int64_t rows = shape[shape.size() - 2], columns = shape.back();
  std::fill(shape.begin(), shape.end() - 2, 1);
  auto type = RankedTensorType::get(shape, node.build.ir().getI1Type());
  qnn::Tensor mask(type);
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c)
      mask.setInteger(r * columns + c, isUpper ? c - r >= diagonal : c - r <= diagonal);
  Value isKept = node.build.constant(type, std::as_const(mask).bytes());
  return node.result(choice(node, isKept, value, numberLike(node, value, 0)));
}

//===-- Indices --===//

static Value joinedCoordinates(Node &node, llvm::ArrayRef<Value> parts) {
  if (!llvm::all_of(parts, [](Value part) { return part != nullptr; }))
    return {};
  return node.build.create<qnn::ConcatOp>(
      qnn::elementType(parts[0]), parts,
      static_cast<uint64_t>(qnn::tensorType(parts[0]).getRank()) - 1);
}

// Each element's own position along a dimension, as the last dimension of its coordinates.
static Value ownPositions(Node &node, Type type, llvm::ArrayRef<int64_t> shape, int64_t axis) {
  Value along = positions(node, type, shape[axis], axis, static_cast<int64_t>(shape.size()) + 1);
  qnn::Shape whole(shape);
  whole.push_back(1);
  return along ? node.build.create<qnn::BroadcastOp>(type, along, whole) : along;
}

static LogicalResult expectIndices(Node &node, size_t i) {
  Type type = qnn::elementType(node.input(i));
  if (!type.isSignlessInteger(32) && !type.isSignlessInteger(64))
    return node.error() << "operand " << i << " must be i32 or i64, not " << type;
  return success();
}

// Elements whose index along one axis is given, and whose others are their own.
LogicalResult gatherElements(Node &node) {
  if (failed(node.expect(2, 2)) || failed(expectIndices(node, 1)))
    return failure();
  Value input = node.input(0), indices = node.input(1);
  auto axis = node.axis(node.integer("axis", 0), node.rank());
  if (failed(axis))
    return failure();
  auto from = qnn::shapeOf(input), to = qnn::shapeOf(indices);
  if (from.size() != to.size())
    return node.fail("the input and the indices differ in rank");
  llvm::SmallVector<Value> parts;
  for (int64_t d = 0; d < node.rank(); ++d) {
    if (d != *axis && to[d] > from[d])
      return node.fail("has more indices than elements along axis " + llvm::Twine(d));
    if (d != *axis) {
      parts.push_back(ownPositions(node, qnn::elementType(indices), to, d));
      continue;
    }
    Value positive = fromFront(node, indices, from[d]);
    qnn::Shape shape(to);
    shape.push_back(1);
    parts.push_back(positive ? node.build.reshape(positive, shape) : positive);
  }
  Value coordinates = joinedCoordinates(node, parts);
  return node.result(
      coordinates ? node.build.create<qnn::GatherNdOp>(qnn::elementType(input), input, coordinates)
                  : coordinates);
}

// Slices at coordinates; the dimensions of a batch are those of both operands.
LogicalResult gatherSlices(Node &node) {
  if (failed(node.expect(2, 2)) || failed(expectIndices(node, 1)))
    return failure();
  Value input = node.input(0), indices = node.input(1);
  auto from = qnn::shapeOf(input), to = qnn::shapeOf(indices);
  int64_t batch = node.integer("batch_dims", 0);
  auto rank = static_cast<int64_t>(to.size());
  if (batch < 0 || rank < 1 || batch >= rank || batch > node.rank() ||
      to.back() > node.rank() - batch || to.back() < 1 ||
      from.take_front(batch) != to.take_front(batch))
    return node.error() << "indices [" << to << "] do not fit an input of [" << from << "]";
  Type type = qnn::elementType(indices);
  llvm::SmallVector<Value> parts;
  for (int64_t d = 0; d < batch; ++d)
    parts.push_back(ownPositions(node, type, to.drop_back(), d));
  parts.push_back(fromFront(node, indices, from.slice(batch, to.back())));
  Value coordinates = joinedCoordinates(node, parts);
  return node.result(
      coordinates ? node.build.create<qnn::GatherNdOp>(qnn::elementType(input), input, coordinates)
                  : coordinates);
}

// A count, which may be a float in the file.
static FailureOr<int64_t> countOf(Node &node, size_t i) {
  auto constant = Node::constantOf(node.input(i));
  if (!constant)
    return node.fail("operand " + llvm::Twine(i) + " must be a constant");
  auto held = qnn::Tensor::of(constant.getValue(), qnn::tensorType(node.input(i)));
  double count = held.size() != 1 ? 0
                 : held.isFloat() ? held.real(0)
                                  : static_cast<double>(held.integer(0));
  if (!(count >= 1 && count <= INT32_MAX))
    return node.fail("operand " + llvm::Twine(i) + " must be one positive number");
  return static_cast<int64_t>(count);
}

// indices, depth, [off, on].
LogicalResult oneHot(Node &node) {
  if (failed(node.expect(3, 3)))
    return failure();
  auto depth = countOf(node, 1);
  auto axis = node.axis(node.integer("axis", -1), node.rank() + 1);
  if (failed(depth) || failed(axis) || failed(expectShape(node, {2}, {2})))
    return failure();
  Value indices = node.plain(node.input(0));
  if (indices && !qnn::elementType(indices).isSignlessInteger(32))
    indices = castTo(node, indices, node.build.ir().getI64Type());
  if (!indices)
    return failure();
  Value values = node.plain(node.input(2));
  qnn::Shape shape(qnn::shapeOf(indices));
  shape.insert(shape.begin() + *axis, 1);
  Value apart = node.build.reshape(indices, shape);
  Value position =
      positions(node, qnn::elementType(indices), *depth, *axis, static_cast<int64_t>(shape.size()));
  if (!values || !apart || !position)
    return failure();
  Value isHot = binaryOf(node, BinaryKind::equal, fromFront(node, apart, *depth), position);
  auto value = [&](int64_t i) {
    Value part = partOf(node, values, 0, i, 1);
    return part ? node.build.reshape(part, {}) : part;
  };
  Value off = value(0), on = value(1);
  return node.result(choice(node, isHot, on, off));
}

// 1 for the first of the largest elements along an axis, and 0 for others.
LogicalResult hardmax(Node &node) {
  if (failed(node.expect(1, 1)) || failed(expectReals(node, {0})))
    return failure();
  auto axis = node.axis(node.integer("axis", node.opset < 13 ? 1 : -1), node.rank());
  if (failed(axis))
    return failure();
  if (node.opset < 13 && *axis != node.rank() - 1)
    return node.fail("all dimensions from one on (up to opset 12) are not supported");
  Value input = node.input(0);
  qnn::Shape shape(qnn::shapeOf(input));
  Type i64 = node.build.ir().getI64Type();
  Value largest = node.build.create<qnn::ArgMaxOp>(i64, input, static_cast<uint64_t>(*axis), false);
  Value position = positions(node, i64, shape[*axis], *axis, node.rank());
  shape[*axis] = 1;
  largest = largest ? node.build.reshape(largest, shape) : largest;
  Value isLargest = binaryOf(node, BinaryKind::equal, position, largest);
  return node.result(castTo(node, isLargest, qnn::elementType(input)));
}

} // namespace octet::onnx
