#include "import/onnx/Node.h"
#include "import/onnx/onnx.pb.h"
#include "qnn/Ops.h"

using namespace mlir;

namespace octet::onnx {

using ::onnx::AttributeProto;

Type elementTypeOf(MLIRContext *context, DataType type) {
  auto integer = [&](unsigned bits, bool isSigned) -> Type {
    return IntegerType::get(context, bits,
                            isSigned ? IntegerType::Signless : IntegerType::Unsigned);
  };
  switch (type) {
  case DataType::float32:
    return Float32Type::get(context);
  case DataType::float16:
    return Float16Type::get(context);
  case DataType::float64:
    return Float64Type::get(context);
  case DataType::uint8:
  case DataType::uint4:
    return integer(8, false);
  case DataType::int8:
  case DataType::int4:
    return integer(8, true);
  case DataType::uint16:
    return integer(16, false);
  case DataType::int16:
    return integer(16, true);
  case DataType::int32:
    return integer(32, true);
  case DataType::uint32:
    return integer(32, false);
  case DataType::int64:
    return integer(64, true);
  case DataType::uint64:
    return integer(64, false);
  case DataType::boolean:
    return integer(1, true);
  default:
    return {};
  }
}

int64_t ModelContext::opset(llvm::StringRef domain) const {
  auto found = model.opsets.find(domain);
  return found == model.opsets.end() ? 1 : found->second;
}

Node::Node(ModelContext &model, const ::onnx::NodeProto &proto, Values &values)
    : model(model), proto(proto), values(values), build(model.build),
      numerics(*model.options.numerics),
      opset(model.opset(proto.domain() == "ai.onnx" ? "" : proto.domain())) {}

llvm::StringRef Node::kind() const { return proto.op_type(); }

//===-- Operands and results --===//

size_t Node::inputCount() const { return static_cast<size_t>(proto.input_size()); }
size_t Node::outputCount() const { return static_cast<size_t>(proto.output_size()); }
bool Node::has(size_t i) const {
  return i < inputCount() && !proto.input(static_cast<int>(i)).empty();
}
bool Node::wants(size_t i) const {
  return i < outputCount() && !proto.output(static_cast<int>(i)).empty();
}
Value Node::input(size_t i) const {
  return has(i) ? values.lookup(proto.input(static_cast<int>(i))) : Value();
}

LogicalResult Node::result(Value value, size_t i) {
  if (!value)
    return failure();
  if (wants(i))
    values[proto.output(static_cast<int>(i))] = value;
  return success();
}

LogicalResult Node::expect(size_t least, size_t most, size_t outputs) const {
  auto count = [](size_t low, size_t high) {
    return low == high ? std::to_string(low) : std::to_string(low) + " to " + std::to_string(high);
  };
  if (inputCount() < least || inputCount() > most || outputCount() < 1 || outputCount() > outputs)
    return fail("has " + llvm::Twine(inputCount()) + " inputs and " + llvm::Twine(outputCount()) +
                " outputs, needs " + count(least, most) + " and " + count(1, outputs));
  for (size_t i = 0; i < least; ++i)
    if (!has(i))
      return fail("input " + llvm::Twine(i) + " is missing");
  return success();
}

qnn::ConstantOp Node::constantOf(Value value) {
  return value ? value.getDefiningOp<qnn::ConstantOp>() : qnn::ConstantOp();
}

FailureOr<llvm::SmallVector<int64_t>> Node::constants(size_t i) const {
  auto constant = constantOf(input(i));
  if (!constant)
    return fail("operand " + llvm::Twine(i) + " must be a constant");
  auto tensor = qnn::Tensor::of(constant.getValue(), qnn::tensorType(input(i)));
  if (tensor.isFloat())
    return fail("operand " + llvm::Twine(i) + " must be integers");
  llvm::SmallVector<int64_t> integers;
  for (int64_t k = 0; k < tensor.size(); ++k)
    integers.push_back(tensor.integer(k));
  return integers;
}

FailureOr<llvm::SmallVector<float>> Node::realConstants(size_t i) const {
  auto constant = constantOf(input(i));
  if (!constant)
    return fail("operand " + llvm::Twine(i) + " must be a constant");
  auto tensor = qnn::Tensor::of(constant.getValue(), qnn::tensorType(input(i)));
  if (!tensor.isFloat())
    return fail("operand " + llvm::Twine(i) + " must be floats");
  llvm::SmallVector<float> reals;
  for (int64_t k = 0; k < tensor.size(); ++k)
    reals.push_back(static_cast<float>(tensor.real(k)));
  return reals;
}

FailureOr<llvm::SmallVector<int64_t>> Node::integersOrOperand(llvm::StringRef name, size_t i) {
  if (has(i))
    return constants(i);
  return integers(name);
}

//===-- Attributes --===//

const AttributeProto *Node::attribute(llvm::StringRef name, int type) {
  asked.insert(name);
  for (const AttributeProto &attribute : proto.attribute()) {
    if (attribute.name() != name)
      continue;
    if (attribute.type() == type)
      return &attribute;
    error() << "attribute " << name << " has the wrong type";
    isBad = true;
  }
  return nullptr;
}

bool Node::hasAttribute(llvm::StringRef name) {
  return llvm::any_of(proto.attribute(),
                      [&](const AttributeProto &attribute) { return attribute.name() == name; });
}
int64_t Node::integer(llvm::StringRef name, int64_t otherwise) {
  const auto *found = attribute(name, ::onnx::AttributeProto_AttributeType_INT);
  return found ? found->i() : otherwise;
}
float Node::real(llvm::StringRef name, float otherwise) {
  const auto *found = attribute(name, ::onnx::AttributeProto_AttributeType_FLOAT);
  return found ? found->f() : otherwise;
}
std::string Node::text(llvm::StringRef name, llvm::StringRef otherwise) {
  const auto *found = attribute(name, ::onnx::AttributeProto_AttributeType_STRING);
  return found ? found->s() : otherwise.str();
}
llvm::SmallVector<int64_t> Node::integers(llvm::StringRef name) {
  const auto *found = attribute(name, ::onnx::AttributeProto_AttributeType_INTS);
  return found ? llvm::SmallVector<int64_t>(found->ints().begin(), found->ints().end())
               : llvm::SmallVector<int64_t>();
}
llvm::SmallVector<float> Node::reals(llvm::StringRef name) {
  const auto *found = attribute(name, ::onnx::AttributeProto_AttributeType_FLOATS);
  return found ? llvm::SmallVector<float>(found->floats().begin(), found->floats().end())
               : llvm::SmallVector<float>();
}
const ::onnx::TensorProto *Node::tensor(llvm::StringRef name) {
  const auto *found = attribute(name, ::onnx::AttributeProto_AttributeType_TENSOR);
  return found ? &found->t() : nullptr;
}
const ::onnx::GraphProto *Node::graph(llvm::StringRef name) {
  const auto *found = attribute(name, ::onnx::AttributeProto_AttributeType_GRAPH);
  return found ? &found->g() : nullptr;
}
void Node::ignore(std::initializer_list<llvm::StringRef> names) {
  for (llvm::StringRef name : names)
    asked.insert(name);
}

LogicalResult Node::finish() {
  for (const AttributeProto &attribute : proto.attribute())
    if (!asked.contains(attribute.name()) && !isBad)
      return fail("attribute " + attribute.name() + " is not supported");
  return failure(isBad);
}

//===-- Values --===//

FailureOr<int64_t> Node::axis(int64_t axis, int64_t rank) const {
  if (axis < -rank || axis >= rank)
    return fail("axis " + llvm::Twine(axis) + " is out of range for rank " + llvm::Twine(rank));
  return axis < 0 ? axis + rank : axis;
}

FailureOr<llvm::SmallVector<int64_t>> Node::axes(llvm::ArrayRef<int64_t> axes, int64_t rank) const {
  llvm::SmallVector<int64_t> sorted;
  for (int64_t given : axes) {
    auto positive = axis(given, rank);
    if (failed(positive))
      return failure();
    if (llvm::is_contained(sorted, *positive))
      return fail("axis " + llvm::Twine(given) + " is named twice");
    sorted.push_back(*positive);
  }
  llvm::sort(sorted);
  return sorted;
}

LogicalResult Node::alignRanks(Value &lhs, Value &rhs) const {
  for (auto [value, other] : {std::pair(&lhs, rhs), std::pair(&rhs, lhs)}) {
    qnn::Shape shape(qnn::shapeOf(*value));
    size_t rank = qnn::shapeOf(other).size();
    // A single number broadcasts as it is.
    if (shape.empty() || shape.size() >= rank)
      continue;
    shape.insert(shape.begin(), rank - shape.size(), 1);
    *value = build.reshape(*value, shape);
    if (!*value)
      return failure();
  }
  return success();
}

Value Node::toChannelsLast(Value value) const { return build.transpose(value, {0, 2, 3, 1}); }
Value Node::toChannelsFirst(Value value) const {
  return value ? build.transpose(value, {0, 3, 1, 2}) : Value();
}

Value Node::plain(Value value) const {
  if (!value || !qnn::isQuantized(value))
    return value;
  auto storage = *qnn::storageOf(value.getType());
  auto type = IntegerType::get(build.context(), storage.bits,
                               storage.isSigned ? IntegerType::Signless : IntegerType::Unsigned);
  return retyped(value, type);
}

Value Node::retyped(Value value, Type type) const {
  if (!value || qnn::elementType(value) == type)
    return value;
  if (auto constant = constantOf(value)) {
    RankedTensorType result = qnn::tensorType(value).clone(type);
    if (constant.getValue().getElementType() == qnn::storageTypeOf(type))
      return build.constant(result, constant.getValue());
    const auto held = qnn::Tensor::of(constant.getValue(), qnn::tensorType(value));
    return build.constant(result, held.bytes());
  }
  return build.create<qnn::ReinterpretOp>(type, value);
}

} // namespace octet::onnx
