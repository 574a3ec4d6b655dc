#include "codegen/ops/Rescale.h"
#include "qnn/Checks.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace octet::codegen {

using qnn::BinaryKind;

namespace {

class Emit {
public:
  Emit(Lanes &lanes, Value x, Value y)
      : lanes(lanes), ir(lanes.emit.ir), x(x), y(y), type(cast<VectorType>(x.getType())),
        isReal(isa<FloatType>(type.getElementType())) {}

  Value of(BinaryKind kind) {
    switch (kind) {
    case BinaryKind::minimum:
      return select(less(y, x), y, x);
    case BinaryKind::maximum:
      return select(less(x, y), y, x);
    case BinaryKind::squaredDifference: {
      Value difference =
          isReal ? Value(ir.create<arith::SubFOp>(x, y)) : Value(ir.create<arith::SubIOp>(x, y));
      return isReal ? Value(ir.create<arith::MulFOp>(difference, difference))
                    : Value(ir.create<arith::MulIOp>(difference, difference));
    }
    case BinaryKind::equal:
      return boolean(compare(arith::CmpFPredicate::OEQ, arith::CmpIPredicate::eq, x, y));
    case BinaryKind::notEqual:
      return boolean(compare(arith::CmpFPredicate::UNE, arith::CmpIPredicate::ne, x, y));
    case BinaryKind::less:
      return boolean(less(x, y));
    case BinaryKind::lessEqual:
      return boolean(compare(arith::CmpFPredicate::OLE, arith::CmpIPredicate::sle, x, y));
    case BinaryKind::greater:
      return boolean(less(y, x));
    case BinaryKind::greaterEqual:
      return boolean(compare(arith::CmpFPredicate::OLE, arith::CmpIPredicate::sle, y, x));
    case BinaryKind::logicalAnd:
      return ir.create<arith::AndIOp>(x, y);
    case BinaryKind::logicalOr:
      return ir.create<arith::OrIOp>(x, y);
    case BinaryKind::divide:
      return isReal ? Value(ir.create<arith::DivFOp>(x, y)) : divideIntegers(false).quotient;
    case BinaryKind::floorDivide:
      return isReal ? Value(ir.create<LLVM::FFloorOp>(ir.create<arith::DivFOp>(x, y)))
                    : divideIntegers(true).quotient;
    case BinaryKind::floorModulo:
      return isReal ? realModulo() : divideIntegers(true).remainder;
    }
    return {};
  }

private:
  struct Division {
    Value quotient, remainder;
  };

  // Truncating or flooring; by zero 0, with the dividend as remainder; by -1 without overflow.
  Division divideIntegers(bool floors) {
    Value zero = all(0), minusOne = all(-1);
    Value byZero = equal(y, zero), byMinusOne = equal(y, minusOne);
    Value divisor = select(ir.create<arith::OrIOp>(byZero, byMinusOne), all(1), y);
    Value quotient = ir.create<arith::DivSIOp>(x, divisor),
          remainder = ir.create<arith::RemSIOp>(x, divisor);
    if (floors) {
      Value isInexact = ir.create<arith::CmpIOp>(arith::CmpIPredicate::ne, remainder, zero);
      Value signs = ir.create<arith::CmpIOp>(arith::CmpIPredicate::slt,
                                             ir.create<arith::XOrIOp>(x, divisor), zero);
      Value adjusts = ir.create<arith::AndIOp>(isInexact, signs);
      quotient = select(adjusts, ir.create<arith::AddIOp>(quotient, minusOne), quotient);
      remainder = select(adjusts, ir.create<arith::AddIOp>(remainder, divisor), remainder);
    }
    quotient = select(byMinusOne, ir.create<arith::SubIOp>(zero, x), quotient);
    return {select(byZero, zero, quotient), select(byZero, x, select(byMinusOne, zero, remainder))};
  }

  // The remainder of a float division is exact, and long; one lane at a time.
  Value realModulo() {
    Value result = lanes.emit.reals(type, 0);
    for (int64_t lane = 0; lane < lanes.count; ++lane) {
      Value arguments[] = {ir.create<vector::ExtractOp>(x, lane),
                           ir.create<vector::ExtractOp>(y, lane)};
      Value value = lanes.emit.call("octet_floor_modulo", lanes.emit.f32(), arguments);
      result = ir.create<vector::InsertOp>(value, result, lane);
    }
    return result;
  }

  Value all(int64_t value) { return lanes.emit.integers(type, value); }
  Value equal(Value a, Value b) { return ir.create<arith::CmpIOp>(arith::CmpIPredicate::eq, a, b); }
  Value less(Value a, Value b) {
    return compare(arith::CmpFPredicate::OLT, arith::CmpIPredicate::slt, a, b);
  }
  Value compare(arith::CmpFPredicate real, arith::CmpIPredicate integer, Value a, Value b) {
    return isReal ? Value(ir.create<arith::CmpFOp>(real, a, b))
                  : Value(ir.create<arith::CmpIOp>(integer, a, b));
  }
  Value select(Value condition, Value a, Value b) {
    return ir.create<arith::SelectOp>(condition, a, b);
  }
  Value boolean(Value condition) { return ir.create<arith::ExtUIOp>(lanes.i32Lanes(), condition); }

  Lanes &lanes;
  ImplicitLocOpBuilder &ir;
  Value x, y;
  VectorType type;
  bool isReal;
};

} // namespace

// Numbers in units of 1/256, as 8-bit codes are compared by; codes themselves where these have the
// same order.
static Value comparable(Lanes &lanes, Value x, const qnn::Quantization &from) {
  auto &ir = lanes.emit.ir;
  auto all = [&](int64_t value) { return lanes.emit.integers(lanes.i32Lanes(), value); };
  Value shifted =
      ir.create<arith::ShLIOp>(ir.create<arith::SubIOp>(x, all(from.zeroPoint())), all(8));
  return emitMultiply(lanes, quant::Rounding::doubleAway, shifted,
                      quant::toFixedPoint(from.scale()), from.scale());
}

Lane lower(qnn::BinaryOp op, Lanes &lanes) {
  auto from = qnn::Quantization::of(op.getLhs().getType()),
       by = qnn::Quantization::of(op.getRhs().getType());
  BinaryKind kind = op.getKind();
  Value x = lanes.of(op.getLhs()), y = lanes.of(op.getRhs());
  if (from && (kind == BinaryKind::divide || kind == BinaryKind::squaredDifference))
    return lanes.throughWideTable(op, {x, y});
  // From 1/256 on different codes are different numbers, and beyond 2^22 they might overflow.
  bool sameOrder =
      from && from->type == by->type && from->scale() >= 0x1p-8 && from->scale() < 0x1p14;
  bool isComparison = kind >= BinaryKind::equal && kind <= BinaryKind::greaterEqual;
  if (isComparison && from && from->storage.highest - from->storage.lowest <= 255 && !sameOrder)
    return Emit(lanes, comparable(lanes, x, *from), comparable(lanes, y, *by)).of(kind);
  return Emit(lanes, x, y).of(kind);
}

} // namespace octet::codegen
