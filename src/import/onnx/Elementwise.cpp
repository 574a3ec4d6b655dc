// Operators that work element by element.
#include "import/onnx/Arithmetic.h"
#include "import/onnx/Operators.h"
#include "import/onnx/onnx.pb.h"
#include "qnn/Ops.h"

#include <cmath>

using namespace mlir;

namespace octet::onnx {

using qnn::BinaryKind;
using qnn::UnaryKind;

// Gives the second operand its place in the first, up to opset 6: from an axis on.
static LogicalResult placeAt(Node &node, Value lhs, Value &rhs) {
  int64_t rank = qnn::tensorType(lhs).getRank();
  qnn::Shape shape(qnn::shapeOf(rhs));
  int64_t behind = rank - static_cast<int64_t>(shape.size());
  if (node.hasAttribute("axis"))
    behind -= std::clamp<int64_t>(node.integer("axis", 0), 0, rank);
  if (behind < 0)
    return node.fail("the second operand has no place in the first");
  if (node.hasAttribute("axis"))
    shape.append(static_cast<size_t>(behind), 1);
  rhs = node.build.reshape(rhs, shape);
  return success(rhs != nullptr);
}

// The operands of a broadcasting operator. Up to opset 6 they broadcast where an attribute said so.
static LogicalResult operands(Node &node, Value &lhs, Value &rhs) {
  if (failed(node.expect(2, 2)))
    return failure();
  lhs = node.plain(node.input(0));
  rhs = node.plain(node.input(1));
  if (!lhs || !rhs)
    return failure();
  if (qnn::elementType(lhs) != qnn::elementType(rhs))
    return node.error() << "operands of different types: " << qnn::elementType(lhs) << " and "
                        << qnn::elementType(rhs);
  if (node.opset < 7 && node.integer("broadcast", 0) != 0 && failed(placeAt(node, lhs, rhs)))
    return failure();
  return node.alignRanks(lhs, rhs);
}

LogicalResult add(Node &node) {
  Value lhs, rhs;
  return failed(operands(node, lhs, rhs)) ? failure() : node.result(sum(node, lhs, rhs));
}

LogicalResult subtract(Node &node) {
  Value lhs, rhs;
  if (failed(operands(node, lhs, rhs)))
    return failure();
  return node.result(node.build.create<qnn::SubOp>(qnn::elementType(lhs), lhs, rhs,
                                                   qnn::NumericsAttr(), Attribute()));
}

LogicalResult multiply(Node &node) {
  Value lhs, rhs;
  if (failed(operands(node, lhs, rhs)))
    return failure();
  return node.result(node.build.create<qnn::MulOp>(qnn::elementType(lhs), lhs, rhs));
}

template <BinaryKind kind> LogicalResult binary(Node &node) {
  Value lhs, rhs;
  if (failed(operands(node, lhs, rhs)))
    return failure();
  Type type = kind >= BinaryKind::equal ? Type(node.build.ir().getI1Type()) : qnn::elementType(lhs);
  return node.result(node.build.create<qnn::BinaryOp>(type, kind, lhs, rhs));
}
#define INSTANTIATE(kind) template LogicalResult binary<BinaryKind::kind>(Node &);
INSTANTIATE(divide)
INSTANTIATE(equal)
INSTANTIATE(notEqual)
INSTANTIATE(less)
INSTANTIATE(lessEqual)
INSTANTIATE(greater)
INSTANTIATE(greaterEqual)
INSTANTIATE(logicalAnd)
INSTANTIATE(logicalOr)
#undef INSTANTIATE

// The remainder has the sign of the divisor, or with fmod, as C's, that of the dividend.
LogicalResult modulo(Node &node) {
  Value lhs, rhs;
  if (failed(operands(node, lhs, rhs)))
    return failure();
  if (node.integer("fmod", 0) == 0)
    return node.result(binaryOf(node, BinaryKind::floorModulo, lhs, rhs));
  if (!qnn::isFloat(lhs))
    return node.result(difference(node, lhs, product(node, quotient(node, lhs, rhs), rhs)));
  Value dividend = unaryOf(node, UnaryKind::abs, lhs), divisor = unaryOf(node, UnaryKind::abs, rhs);
  Value magnitude = binaryOf(node, BinaryKind::floorModulo, dividend, divisor);
  Value isNegative = binaryOf(node, BinaryKind::less, lhs, numberLike(node, lhs, 0));
  return node.result(
      choice(node, isNegative, unaryOf(node, UnaryKind::negate, magnitude), magnitude));
}

// Any number of operands, combined one after the other.
static Value combined(Node &node, llvm::function_ref<Value(Value, Value)> step) {
  if (failed(node.expect(1, SIZE_MAX)))
    return {};
  Value total = node.plain(node.input(0));
  for (size_t i = 1; i < node.inputCount() && total; ++i) {
    if (!node.has(i)) {
      node.error() << "input " << i << " is missing";
      return {};
    }
    total = step(total, node.plain(node.input(i)));
  }
  return total;
}

static Value sumOfAll(Node &node) {
  return combined(node, [&](Value lhs, Value rhs) { return sum(node, lhs, rhs); });
}
LogicalResult addMany(Node &node) { return node.result(sumOfAll(node)); }
LogicalResult meanOfMany(Node &node) {
  Value total = sumOfAll(node);
  auto count = static_cast<double>(node.inputCount());
  return node.result(quotient(node, total, numberLike(node, total, count)));
}
template <BinaryKind kind> LogicalResult extreme(Node &node) {
  return node.result(
      combined(node, [&](Value lhs, Value rhs) { return binaryOf(node, kind, lhs, rhs); }));
}
template LogicalResult extreme<BinaryKind::minimum>(Node &);
template LogicalResult extreme<BinaryKind::maximum>(Node &);

static LogicalResult function(Node &node, UnaryKind kind, float alpha = 0, size_t inputs = 1) {
  if (failed(node.expect(inputs, inputs)))
    return failure();
  Value input = node.plain(node.input(0));
  return node.result(node.build.create<qnn::UnaryOp>(input ? qnn::elementType(input) : Type(), kind,
                                                     input, llvm::APFloat(alpha),
                                                     qnn::NumericsAttr()));
}

template <UnaryKind kind> LogicalResult unary(Node &node) { return function(node, kind); }
#define INSTANTIATE(kind) template LogicalResult unary<UnaryKind::kind>(Node &);
INSTANTIATE(abs)
INSTANTIATE(negate)
INSTANTIATE(sqrt)
INSTANTIATE(exp)
INSTANTIATE(log)
INSTANTIATE(sin)
INSTANTIATE(cos)
INSTANTIATE(tanh)
INSTANTIATE(logistic)
INSTANTIATE(hardSwish)
INSTANTIATE(floor)
INSTANTIATE(ceil)
INSTANTIATE(round)
INSTANTIATE(sign)
INSTANTIATE(erf)
INSTANTIATE(logicalNot)
#undef INSTANTIATE

LogicalResult leakyRelu(Node &node) {
  return function(node, UnaryKind::leakyRelu, node.real("alpha", 0.01f));
}

LogicalResult gelu(Node &node) {
  std::string form = node.text("approximate", "none");
  if (form != "none" && form != "tanh")
    return node.fail("approximate " + form + " is not known");
  return function(node, form == "tanh" ? UnaryKind::geluTanh : UnaryKind::gelu);
}

LogicalResult relu(Node &node) {
  if (failed(node.expect(1, 1)))
    return failure();
  return node.result(clamped(node, node.plain(node.input(0)), 0, HUGE_VAL));
}

// The bounds were attributes up to opset 10, and are operands since; an absent one does not bind.
LogicalResult clip(Node &node) {
  if (failed(node.expect(1, 3)))
    return failure();
  Value input = node.plain(node.input(0));
  if (!input)
    return failure();
  double bounds[] = {-HUGE_VAL, HUGE_VAL};
  if (node.hasAttribute("min") || node.opset < 11)
    bounds[0] = static_cast<double>(node.real("min", -HUGE_VALF));
  if (node.hasAttribute("max") || node.opset < 11)
    bounds[1] = static_cast<double>(node.real("max", HUGE_VALF));
  for (size_t i : {1, 2}) {
    if (!node.has(i))
      continue;
    if (qnn::isFloat(input)) {
      auto bound = node.realConstants(i);
      if (failed(bound) || bound->size() != 1)
        return failed(bound) ? failure() : node.fail("a bound must be one number");
      bounds[i - 1] = static_cast<double>((*bound)[0]);
    } else {
      auto bound = node.constants(i);
      if (failed(bound) || bound->size() != 1)
        return failed(bound) ? failure() : node.fail("a bound must be one number");
      bounds[i - 1] = static_cast<double>((*bound)[0]);
    }
  }
  if (std::isnan(bounds[0]) || std::isnan(bounds[1]))
    return node.fail("a bound is not a number");
  // Where the bounds cross, the upper one wins.
  return node.result(clamped(node, input, std::min(bounds[0], bounds[1]), bounds[1]));
}

LogicalResult prelu(Node &node) {
  if (failed(node.expect(2, 2)))
    return failure();
  Value input = node.input(0), slope = node.input(1);
  if (failed(node.alignRanks(input, slope)))
    return failure();
  return node.result(
      node.build.create<qnn::PreluOp>(qnn::elementType(input), input, slope, qnn::NumericsAttr()));
}

LogicalResult power(Node &node) {
  if (failed(node.expect(2, 2)))
    return failure();
  auto constant = Node::constantOf(node.input(1));
  if (!constant || qnn::tensorType(node.input(1)).getNumElements() != 1)
    return node.fail("operand 1 must be a constant of one number");
  auto held = qnn::Tensor::of(constant.getValue(), qnn::tensorType(node.input(1)));
  double exponent = held.isFloat() ? held.real(0) : static_cast<double>(held.integer(0));
  Value input = node.input(0);
  Type type = qnn::elementType(input);
  if (exponent == 1)
    return node.result(input);
  if (exponent == 2)
    return function(node, UnaryKind::square, 0, 2);
  if (exponent == 0.5)
    return function(node, UnaryKind::sqrt, 0, 2);
  if (exponent == 3) {
    Value square = node.build.create<qnn::MulOp>(type, input, input);
    return node.result(square ? node.build.create<qnn::MulOp>(type, square, input) : square);
  }
  return node.fail("the exponent " + llvm::Twine(std::to_string(exponent)) +
                   " is not supported: 0.5, 1, 2 and 3 are");
}

LogicalResult reciprocal(Node &node) {
  if (failed(node.expect(1, 1)))
    return failure();
  Value input = node.input(0);
  Type type = qnn::elementType(input);
  return node.result(node.build.create<qnn::BinaryOp>(type, BinaryKind::divide,
                                                      node.build.scalar(type, 1), input));
}

LogicalResult cast(Node &node) {
  if (failed(node.expect(1, 1)))
    return failure();
  node.ignore({"saturate", "round_mode"}); // of float8 alone
  auto to = static_cast<DataType>(node.integer("to", 0));
  Type type = elementTypeOf(node.build.context(), to);
  if (!type)
    return node.fail("a cast to " + nameOf(to) + " is not supported");
  Value input = node.plain(node.input(0));
  if (!input || qnn::elementType(input) == type)
    return node.result(input);
  return node.result(node.build.create<qnn::CastOp>(type, input));
}

LogicalResult castLike(Node &node) {
  if (failed(node.expect(2, 2)))
    return failure();
  node.ignore({"saturate", "round_mode"});
  Value like = node.plain(node.input(1));
  return node.result(like ? castTo(node, node.plain(node.input(0)), qnn::elementType(like)) : like);
}

LogicalResult where(Node &node) {
  if (failed(node.expect(3, 3)))
    return failure();
  Value condition = node.input(0), onTrue = node.plain(node.input(1)),
        onFalse = node.plain(node.input(2));
  if (!onTrue || !onFalse || failed(node.alignRanks(onTrue, onFalse)) ||
      failed(node.alignRanks(condition, onTrue)) || failed(node.alignRanks(condition, onFalse)))
    return failure();
  return node.result(
      node.build.create<qnn::SelectOp>(qnn::elementType(onTrue), condition, onTrue, onFalse));
}

LogicalResult identity(Node &node) {
  if (failed(node.expect(1, 1)))
    return failure();
  return node.result(node.input(0));
}

// In inference it drops nothing. Its mask has no meaning then; old files name it, but do not read
// it.
LogicalResult dropout(Node &node) {
  if (failed(node.expect(1, 3, 2)))
    return failure();
  node.ignore({"ratio", "seed", "is_test"});
  if (node.has(2)) {
    auto isTraining = node.constants(2);
    if (failed(isTraining))
      return failure();
    if (isTraining->size() != 1 || (*isTraining)[0] != 0)
      return node.fail("one that trains is not supported");
  }
  return node.result(node.input(0));
}

} // namespace octet::onnx
