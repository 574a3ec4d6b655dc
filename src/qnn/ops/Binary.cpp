#include "qnn/Checks.h"
#include "qnn/Ops.h"

#include <cmath>

using namespace mlir;

namespace octet::qnn {

static bool isComparison(BinaryKind kind) {
  return kind >= BinaryKind::equal && kind <= BinaryKind::greaterEqual;
}
static bool isLogical(BinaryKind kind) { return kind >= BinaryKind::logicalAnd; }

LogicalResult BinaryOp::verify() {
  if (failed(requireSameElementType(*this, getLhs(), getRhs())))
    return failure();
  bool toBoolean = isComparison(getKind()) || isLogical(getKind());
  if (toBoolean && !elementType(getResult()).isInteger(1))
    return emitOpError("yields booleans, not ") << elementType(getResult());
  if (isLogical(getKind()) && !elementType(getLhs()).isInteger(1))
    return emitOpError("needs booleans, not ") << elementType(getLhs());
  bool onCodes = isComparison(getKind()) || getKind() == BinaryKind::minimum ||
                 getKind() == BinaryKind::maximum;
  if (isQuantized(getLhs()) && !onCodes)
    return emitOpError("has no quantized form");
  return toBoolean ? success() : requireSameElementType(*this, getLhs(), getResult());
}

LogicalResult BinaryOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  Shape shape;
  if (!broadcastShapes(shapeOf(getLhs()), shapeOf(getRhs()), shape))
    return emitOpError("operands do not broadcast");
  shapes.push_back(shape);
  return success();
}

static int64_t floorDivide(int64_t x, int64_t y) {
  return x / y - ((x % y != 0 && (x < 0) != (y < 0)) ? 1 : 0);
}

template <typename Number> static Number compute(BinaryKind kind, Number x, Number y) {
  switch (kind) {
  case BinaryKind::minimum:
    return y < x ? y : x;
  case BinaryKind::maximum:
    return x < y ? y : x;
  case BinaryKind::squaredDifference:
    return (x - y) * (x - y);
  case BinaryKind::equal:
    return x == y;
  case BinaryKind::notEqual:
    return x != y;
  case BinaryKind::less:
    return x < y;
  case BinaryKind::lessEqual:
    return x <= y;
  case BinaryKind::greater:
    return x > y;
  case BinaryKind::greaterEqual:
    return x >= y;
  case BinaryKind::logicalAnd:
    return x != 0 && y != 0;
  case BinaryKind::logicalOr:
    return x != 0 || y != 0;
  case BinaryKind::divide:
    return x / y;
  case BinaryKind::floorDivide:
    if constexpr (std::is_floating_point_v<Number>)
      return std::floor(x / y);
    else
      return static_cast<Number>(floorDivide(x, y));
  case BinaryKind::floorModulo:
    if constexpr (std::is_floating_point_v<Number>) {
      Number remainder = std::fmod(x, y);
      return remainder != 0 && (y < 0) != (remainder < 0) ? remainder + y : remainder;
    } else {
      return static_cast<Number>(x - floorDivide(x, y) * y);
    }
  }
  return x;
}

LogicalResult BinaryOp::evaluate(llvm::ArrayRef<Tensor> operands,
                                 llvm::SmallVectorImpl<Tensor> &results) {
  Tensor result(tensorType(getResult()));
  const Tensor &lhs = operands[0], &rhs = operands[1];
  Shape lhsStrides = broadcastStrides(lhs.shape(), result.shape()),
        rhsStrides = broadcastStrides(rhs.shape(), result.shape());
  BinaryKind kind = getKind();
  bool divides = kind == BinaryKind::divide || kind == BinaryKind::floorDivide ||
                 kind == BinaryKind::floorModulo;
  forEachIndex(result.shape(), [&](int64_t at, llvm::ArrayRef<int64_t> index) {
    int64_t i = offsetOf(index, lhsStrides), j = offsetOf(index, rhsStrides);
    if (lhs.isFloat()) {
      auto value = compute(kind, static_cast<float>(lhs.real(i)), static_cast<float>(rhs.real(j)));
      if (result.isFloat())
        result.setReal(at, value);
      else
        result.setInteger(at, static_cast<int64_t>(value));
    } else if (divides && (rhs.integer(j) == 0 || rhs.integer(j) == -1)) {
      // Division by zero is no error in compiled code, so it has a value: 0, and x modulo 0 is x. A
      // divisor of -1 is apart because the smallest integer has no counterpart.
      int64_t x = lhs.integer(i), wrapped = static_cast<int64_t>(-static_cast<uint64_t>(x));
      bool byZero = rhs.integer(j) == 0, modulo = kind == BinaryKind::floorModulo;
      result.setInteger(at, byZero ? (modulo ? x : 0) : (modulo ? 0 : wrapped));
    } else {
      result.setInteger(at, compute(kind, lhs.integer(i), rhs.integer(j)));
    }
  });
  results.push_back(result);
  return success();
}

} // namespace octet::qnn
