#include "import/onnx/Arithmetic.h"
#include "qnn/Ops.h"

using namespace mlir;

namespace octet::onnx {

using qnn::BinaryKind;

static bool fit(Node &node, Value &lhs, Value &rhs) {
  return lhs && rhs && succeeded(node.alignRanks(lhs, rhs));
}

Value sum(Node &node, Value lhs, Value rhs) {
  return fit(node, lhs, rhs) ? node.build.create<qnn::AddOp>(qnn::elementType(lhs), lhs, rhs,
                                                             qnn::NumericsAttr(), Attribute())
                             : Value();
}
Value difference(Node &node, Value lhs, Value rhs) {
  return fit(node, lhs, rhs) ? node.build.create<qnn::SubOp>(qnn::elementType(lhs), lhs, rhs,
                                                             qnn::NumericsAttr(), Attribute())
                             : Value();
}
Value product(Node &node, Value lhs, Value rhs) {
  return fit(node, lhs, rhs) ? node.build.create<qnn::MulOp>(qnn::elementType(lhs), lhs, rhs)
                             : Value();
}
Value quotient(Node &node, Value lhs, Value rhs) {
  return binaryOf(node, BinaryKind::divide, lhs, rhs);
}

Value binaryOf(Node &node, BinaryKind kind, Value lhs, Value rhs) {
  if (!fit(node, lhs, rhs))
    return {};
  Type type = kind >= BinaryKind::equal ? Type(node.build.ir().getI1Type()) : qnn::elementType(lhs);
  return node.build.create<qnn::BinaryOp>(type, kind, lhs, rhs);
}

Value choice(Node &node, Value condition, Value onTrue, Value onFalse) {
  return condition && fit(node, onTrue, onFalse) && fit(node, condition, onTrue) &&
                 fit(node, condition, onFalse)
             ? node.build.create<qnn::SelectOp>(qnn::elementType(onTrue), condition, onTrue,
                                                onFalse)
             : Value();
}

Value unaryOf(Node &node, qnn::UnaryKind kind, Value value, float alpha) {
  return value ? node.build.create<qnn::UnaryOp>(qnn::elementType(value), kind, value,
                                                 llvm::APFloat(alpha), qnn::NumericsAttr())
               : Value();
}

Value scaled(Node &node, Value value, float factor) {
  if (!value || factor == 1)
    return value;
  return product(node, value, numberLike(node, value, static_cast<double>(factor)));
}

Value clamped(Node &node, Value value, double lowest, double highest) {
  auto &ir = node.build.ir();
  return value ? node.build.create<qnn::ClampOp>(qnn::elementType(value), value,
                                                 ir.getF64FloatAttr(lowest),
                                                 ir.getF64FloatAttr(highest))
               : Value();
}

Value castTo(Node &node, Value value, Type type) {
  if (!value || qnn::elementType(value) == type)
    return value;
  return node.build.create<qnn::CastOp>(type, value);
}

Value numberLike(Node &node, Value value, double number) {
  return value ? node.build.scalar(qnn::elementType(value), number) : Value();
}

//===-- Parts --===//

// The scales of a part are those of its slices.
static Type typeOfPart(Node &node, Type type, int64_t axis, int64_t begin, int64_t size) {
  auto quantization = qnn::Quantization::of(type);
  if (!quantization || !quantization->isPerAxis() || quantization->axis != axis)
    return type;
  llvm::SmallVector<double> scales(quantization->scales().begin() + begin,
                                   quantization->scales().begin() + begin + size);
  llvm::SmallVector<int64_t> zeroPoints;
  for (int64_t c = begin; c < begin + size; ++c)
    zeroPoints.push_back(quantization->zeroPoint(c));
  return qnn::quantizedType(node.build.context(), quantization->storage, scales, zeroPoints,
                            quantization->axis);
}

static Value partOfConstant(Node &node, qnn::ConstantOp constant, int64_t axis, int64_t begin,
                            int64_t size) {
  auto type = qnn::tensorType(constant.getResult());
  const auto held = qnn::Tensor::of(constant.getValue(), type);
  qnn::Shape shape(type.getShape());
  int64_t elements =
      ShapedType::getNumElements(llvm::ArrayRef<int64_t>(shape).drop_front(axis + 1));
  int64_t slice = elements * qnn::elementBytesOf(type.getElementType()), extent = shape[axis];
  std::vector<char> bytes;
  llvm::ArrayRef<char> from = held.bytes();
  for (; !from.empty(); from = from.drop_front(static_cast<size_t>(extent * slice))) {
    auto taken = from.slice(static_cast<size_t>(begin * slice), static_cast<size_t>(size * slice));
    bytes.insert(bytes.end(), taken.begin(), taken.end());
  }
  shape[axis] = size;
  Type element = typeOfPart(node, type.getElementType(), axis, begin, size);
  return node.build.constant(RankedTensorType::get(shape, element), bytes);
}

Value partOf(Node &node, Value value, int64_t axis, int64_t begin, int64_t size) {
  if (!value || (begin == 0 && size == qnn::shapeOf(value)[axis]))
    return value;
  if (auto constant = Node::constantOf(value))
    return partOfConstant(node, constant, axis, begin, size);
  // Weights that are codes in the file remain so.
  auto dequantize = value.getDefiningOp<qnn::DequantizeOp>();
  if (auto constant = dequantize ? Node::constantOf(dequantize.getInput()) : qnn::ConstantOp())
    return node.build.create<qnn::DequantizeOp>(qnn::elementType(value),
                                                partOfConstant(node, constant, axis, begin, size));
  qnn::Shape from(qnn::shapeOf(value).size(), 0), sizes(qnn::shapeOf(value)),
      strides(from.size(), 1);
  from[axis] = begin;
  sizes[axis] = size;
  return node.build.create<qnn::SliceOp>(qnn::elementType(value), value, from, sizes, strides);
}

static Value countedFrom(Node &node, Value indices, Value end) {
  Value isNegative = binaryOf(node, BinaryKind::less, indices, numberLike(node, indices, 0));
  return choice(node, isNegative, sum(node, indices, end), indices);
}

Value fromFront(Node &node, Value indices, int64_t extent) {
  return countedFrom(node, indices, numberLike(node, indices, static_cast<double>(extent)));
}

Value fromFront(Node &node, Value indices, llvm::ArrayRef<int64_t> extents) {
  qnn::Tensor ends(
      RankedTensorType::get({static_cast<int64_t>(extents.size())}, qnn::elementType(indices)));
  for (auto [d, extent] : llvm::enumerate(extents))
    ends.setInteger(static_cast<int64_t>(d), extent);
  return countedFrom(node, indices, node.build.constant(ends.type(), std::as_const(ends).bytes()));
}

Value positions(Node &node, Type type, int64_t count, int64_t axis, int64_t rank) {
  qnn::Shape shape(static_cast<size_t>(rank), 1);
  shape[axis] = count;
  if (failed(node.build.checkSize(shape, type)))
    return {};
  qnn::Tensor tensor(RankedTensorType::get(shape, type));
  for (int64_t i = 0; i < count; ++i)
    tensor.setInteger(i, i);
  return node.build.constant(tensor.type(), std::as_const(tensor).bytes());
}

//===-- Checks --===//

LogicalResult expectReals(Node &node, std::initializer_list<size_t> operands) {
  for (size_t i : operands)
    if (node.has(i) && !qnn::elementType(node.input(i)).isF32())
      return node.error() << "operand " << i << " must be f32, not "
                          << qnn::elementType(node.input(i));
  return success();
}

LogicalResult expectShape(Node &node, std::initializer_list<size_t> operands,
                          llvm::ArrayRef<int64_t> shape) {
  for (size_t i : operands)
    if (node.has(i) && qnn::shapeOf(node.input(i)) != shape)
      return node.error() << "operand " << i << " must be of shape [" << shape << "], not ["
                          << qnn::shapeOf(node.input(i)) << "]";
  return success();
}

LogicalResult expectBroadcast(Node &node, size_t i, llvm::ArrayRef<int64_t> shape) {
  if (!node.has(i))
    return success();
  qnn::Shape both;
  if (!qnn::broadcastShapes(qnn::shapeOf(node.input(i)), shape, both) ||
      llvm::ArrayRef<int64_t>(both) != shape)
    return node.error() << "operand " << i << " of shape [" << qnn::shapeOf(node.input(i))
                        << "] does not broadcast to [" << shape << "]";
  return success();
}

} // namespace octet::onnx
