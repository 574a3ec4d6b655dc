#include "import/onnx/Activations.h"
#include "import/onnx/Arithmetic.h"
#include "import/onnx/Operators.h"
#include "qnn/Ops.h"

#include <cmath>

using namespace mlir;

namespace octet::onnx {

using qnn::BinaryKind;
using qnn::UnaryKind;

static Value shifted(Node &node, Value value, float addend) {
  return sum(node, value, numberLike(node, value, static_cast<double>(addend)));
}
static Value compared(Node &node, BinaryKind kind, Value value, float bound) {
  return binaryOf(node, kind, value, numberLike(node, value, static_cast<double>(bound)));
}

// x, or alpha * (exp(x) - 1) below 0.
static Value eluOf(Node &node, Value value, float alpha) {
  Value unit = unaryOf(node, UnaryKind::elu, value);
  if (alpha == 1)
    return unit;
  Value isBelow = compared(node, BinaryKind::less, value, 0);
  return choice(node, isBelow, scaled(node, unit, alpha), unit);
}

// max(0, min(1, alpha * x + beta)).
static Value hardSigmoidOf(Node &node, Value value, float alpha, float beta) {
  return clamped(node, shifted(node, scaled(node, value, alpha), beta), 0, 1);
}

// log(1 + exp(x)), which is max(x, 0) + log(1 + exp(-|x|)): no step overflows.
static Value softplusOf(Node &node, Value value) {
  Value magnitude = unaryOf(node, UnaryKind::abs, value);
  Value part = unaryOf(node, UnaryKind::exp, unaryOf(node, UnaryKind::negate, magnitude));
  part = unaryOf(node, UnaryKind::log, shifted(node, part, 1));
  return sum(node, clamped(node, value, 0, HUGE_VAL), part);
}

// x * sigmoid(alpha * x).
static Value swishOf(Node &node, Value value, float alpha) {
  return product(node, value, unaryOf(node, UnaryKind::logistic, scaled(node, value, alpha)));
}

Value activated(Node &node, Value value, llvm::StringRef name, llvm::ArrayRef<float> parameters) {
  auto parameter = [&](size_t i, float otherwise) {
    return i < parameters.size() ? parameters[i] : otherwise;
  };
  if (name.empty())
    return value;
  if (name == "Relu")
    return clamped(node, value, 0, HUGE_VAL);
  if (name == "Sigmoid")
    return unaryOf(node, UnaryKind::logistic, value);
  if (name == "Tanh")
    return unaryOf(node, UnaryKind::tanh, value);
  if (name == "LeakyRelu")
    return unaryOf(node, UnaryKind::leakyRelu, value, parameter(0, 0.01f));
  if (name == "HardSigmoid")
    return hardSigmoidOf(node, value, parameter(0, 0.2f), parameter(1, 0.5f));
  if (name == "Clip") {
    float lowest = parameter(0, -HUGE_VALF), highest = parameter(1, HUGE_VALF);
    if (!std::isnan(lowest) && !std::isnan(highest))
      return clamped(node, value, static_cast<double>(std::min(lowest, highest)),
                     static_cast<double>(highest));
  }
  node.error() << "activation " << name << " is not known";
  return {};
}

//===-- Operators --===//

// The operand of a function of one float tensor; null after a diagnostic.
static Value argument(Node &node) {
  return failed(node.expect(1, 1)) || failed(expectReals(node, {0})) ? Value() : node.input(0);
}

// x plus a bias, which may be absent, as ONNX Runtime fuses them.
static Value biasedArgument(Node &node, size_t least) {
  if (failed(node.expect(least, 2)) || failed(expectReals(node, {0, 1})) ||
      failed(expectBroadcast(node, 1, qnn::shapeOf(node.input(0)))))
    return {};
  return node.has(1) ? sum(node, node.input(0), node.input(1)) : node.input(0);
}

LogicalResult biasedGelu(Node &node) {
  return node.result(unaryOf(node, UnaryKind::gelu, biasedArgument(node, 2)));
}
LogicalResult fastGelu(Node &node) {
  return node.result(unaryOf(node, UnaryKind::geluTanh, biasedArgument(node, 1)));
}
// com.microsoft.QuickGelu and Swish differ in alpha's default.
LogicalResult quickGelu(Node &node) {
  return node.result(swishOf(node, argument(node), node.real("alpha", 1.702f)));
}
LogicalResult swish(Node &node) {
  return node.result(swishOf(node, argument(node), node.real("alpha", 1)));
}

LogicalResult elu(Node &node) {
  return node.result(eluOf(node, argument(node), node.real("alpha", 1)));
}

// gamma * elu(x).
LogicalResult selu(Node &node) {
  Value value = eluOf(node, argument(node), node.real("alpha", 1.67326319217681884765625f));
  return node.result(scaled(node, value, node.real("gamma", 1.05070102214813232421875f)));
}

// max(0, x) + min(0, alpha * (exp(x / alpha) - 1)).
LogicalResult celu(Node &node) {
  Value input = argument(node);
  float alpha = node.real("alpha", 1);
  if (!(alpha > 0))
    return node.fail("an alpha that is not positive is not supported");
  Value ratio = quotient(node, input, numberLike(node, input, static_cast<double>(alpha)));
  Value below = scaled(node, unaryOf(node, UnaryKind::elu, ratio), alpha);
  return node.result(choice(node, compared(node, BinaryKind::less, input, 0), below, input));
}

LogicalResult hardSigmoid(Node &node) {
  return node.result(
      hardSigmoidOf(node, argument(node), node.real("alpha", 0.2f), node.real("beta", 0.5f)));
}

LogicalResult softplus(Node &node) { return node.result(softplusOf(node, argument(node))); }

// x / (1 + |x|).
LogicalResult softsign(Node &node) {
  Value input = argument(node);
  return node.result(quotient(node, input, shifted(node, unaryOf(node, UnaryKind::abs, input), 1)));
}

// x * tanh(softplus(x)).
LogicalResult mish(Node &node) {
  Value input = argument(node);
  return node.result(product(node, input, unaryOf(node, UnaryKind::tanh, softplusOf(node, input))));
}

// x above alpha, else 0.
LogicalResult thresholdedRelu(Node &node) {
  Value input = argument(node);
  Value isAbove = compared(node, BinaryKind::greater, input, node.real("alpha", 1));
  return node.result(choice(node, isAbove, input, numberLike(node, input, 0)));
}

// x brought nearer to 0 by a bias, and 0 within lambd of it.
LogicalResult shrink(Node &node) {
  Value input = argument(node);
  float bias = node.real("bias", 0), bound = node.real("lambd", 0.5f);
  Value isAbove = compared(node, BinaryKind::greater, input, bound),
        isBelow = compared(node, BinaryKind::less, input, -bound);
  Value lowered = shifted(node, input, -bias), raised = shifted(node, input, bias);
  Value value = choice(node, isAbove, lowered, numberLike(node, input, 0));
  return node.result(choice(node, isBelow, raised, value));
}

LogicalResult tangent(Node &node) {
  Value input = argument(node);
  Value sine = unaryOf(node, UnaryKind::sin, input), cosine = unaryOf(node, UnaryKind::cos, input);
  return node.result(quotient(node, sine, cosine));
}

// A number is not equal to itself if it is none.
LogicalResult isNotNumber(Node &node) {
  Value input = argument(node);
  return node.result(binaryOf(node, BinaryKind::notEqual, input, input));
}

LogicalResult isInfinite(Node &node) {
  Value input = argument(node);
  Value isPositive = compared(node, BinaryKind::equal, input, HUGE_VALF),
        isNegative = compared(node, BinaryKind::equal, input, -HUGE_VALF);
  bool detectsPositive = node.integer("detect_positive", 1) != 0,
       detectsNegative = node.integer("detect_negative", 1) != 0;
  if (detectsPositive && detectsNegative)
    return node.result(binaryOf(node, BinaryKind::logicalOr, isPositive, isNegative));
  if (detectsPositive || detectsNegative)
    return node.result(detectsPositive ? isPositive : isNegative);
  return node.result(binaryOf(node, BinaryKind::logicalAnd, isPositive, isNegative));
}

} // namespace octet::onnx
