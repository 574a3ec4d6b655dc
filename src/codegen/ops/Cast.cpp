#include "codegen/Lanes.h"
#include "qnn/Checks.h"

using namespace mlir;

namespace octet::codegen {

// Truncates, saturates at the bounds of the integer type, and makes 0 of a NaN.
static Value realsToIntegers(Lanes &lanes, Value x, const qnn::Storage &storage, VectorType type) {
  auto &ir = lanes.emit.ir;
  auto realType = cast<VectorType>(x.getType());
  bool isWide = storage.bits == 64;
  double lowest = static_cast<double>(storage.lowest),
         highest = isWide ? 0x1p63 : static_cast<double>(storage.highest) + 1;
  Value isNan = ir.create<arith::CmpFOp>(arith::CmpFPredicate::UNO, x, x);
  Value isLow =
      ir.create<arith::CmpFOp>(arith::CmpFPredicate::OLE, x, lanes.emit.reals(realType, lowest));
  Value isHigh =
      ir.create<arith::CmpFOp>(arith::CmpFPredicate::OGE, x, lanes.emit.reals(realType, highest));
  Value outside = ir.create<arith::OrIOp>(isNan, ir.create<arith::OrIOp>(isLow, isHigh));
  Value inside = ir.create<arith::SelectOp>(outside, lanes.emit.reals(realType, 0), x);
  Value integer = ir.create<arith::FPToSIOp>(type, inside);
  // The evaluator's bound for int64 is the largest double below 2^63.
  int64_t most = isWide ? INT64_MAX - 1023 : storage.highest;
  integer = ir.create<arith::SelectOp>(isLow, lanes.emit.integers(type, storage.lowest), integer);
  return ir.create<arith::SelectOp>(isHigh, lanes.emit.integers(type, most), integer);
}

// Between widths; narrower codes wrap, as a store of their low bits does.
static Value integersToIntegers(Lanes &lanes, Value x, const qnn::Storage &storage,
                                VectorType type) {
  auto &ir = lanes.emit.ir;
  if (cast<VectorType>(x.getType()) != type) {
    bool widens =
        type.getElementTypeBitWidth() > cast<VectorType>(x.getType()).getElementTypeBitWidth();
    x = widens ? Value(ir.create<arith::ExtSIOp>(type, x))
               : Value(ir.create<arith::TruncIOp>(type, x));
  }
  if (storage.bits >= 32)
    return x;
  Value shift = lanes.emit.integers(type, 32 - storage.bytes() * 8),
        high = ir.create<arith::ShLIOp>(x, shift);
  return storage.isSigned ? Value(ir.create<arith::ShRSIOp>(high, shift))
                          : Value(ir.create<arith::ShRUIOp>(high, shift));
}

Lane lower(qnn::CastOp op, Lanes &lanes) {
  auto &ir = lanes.emit.ir;
  Value x = lanes.of(op.getInput());
  auto from = cast<VectorType>(x.getType()),
       to = lanes.registerType(qnn::elementType(op.getResult()));
  bool fromReal = isa<FloatType>(from.getElementType()),
       toReal = isa<FloatType>(to.getElementType());
  if (qnn::elementType(op.getResult()).isInteger(1)) {
    Value isSet = fromReal ? Value(ir.create<arith::CmpFOp>(arith::CmpFPredicate::UNE, x,
                                                            lanes.emit.reals(from, 0)))
                           : Value(ir.create<arith::CmpIOp>(arith::CmpIPredicate::ne, x,
                                                            lanes.emit.integers(from, 0)));
    return Value(ir.create<arith::ExtUIOp>(lanes.i32Lanes(), isSet));
  }
  if (fromReal && toReal) {
    if (from == to)
      return x;
    bool widens = to.getElementTypeBitWidth() > from.getElementTypeBitWidth();
    return widens ? Value(ir.create<arith::ExtFOp>(to, x))
                  : Value(ir.create<arith::TruncFOp>(to, x));
  }
  if (toReal)
    return Value(ir.create<arith::SIToFPOp>(to, x));
  auto storage = *qnn::storageOf(op.getResult().getType());
  return fromReal ? realsToIntegers(lanes, x, storage, to)
                  : integersToIntegers(lanes, x, storage, to);
}

} // namespace octet::codegen
