#include "codegen/ops/Rescale.h"
#include "qnn/Checks.h"
#include "qnn/Numerics.h"

using namespace mlir;

namespace octet::codegen {

Lane lower(qnn::PreluOp op, Lanes &lanes) {
  auto &ir = lanes.emit.ir;
  Value x = lanes.centered(lanes.of(op.getInput()), op.getInput()),
        slope = lanes.centered(lanes.of(op.getSlope()), op.getSlope());
  if (qnn::isFloat(op.getInput())) {
    Value isPositive = ir.create<arith::CmpFOp>(arith::CmpFPredicate::OGE, x,
                                                lanes.emit.reals(lanes.f32Lanes(), 0));
    return Value(ir.create<arith::SelectOp>(isPositive, x, ir.create<arith::MulFOp>(x, slope)));
  }
  auto from = *qnn::Quantization::of(op.getInput().getType()),
       by = *qnn::Quantization::of(op.getSlope().getType()),
       to = *qnn::Quantization::of(op.getResult().getType());
  auto inputScale = static_cast<float>(from.scale()), outputScale = static_cast<float>(to.scale());
  auto rescaled = [&](Value value, float multiplier) {
    double real = static_cast<double>(multiplier);
    return emitMultiply(lanes, qnn::toQuant(qnn::roundingOf(op.getNumerics())), value,
                        quant::toFixedPoint(real), real);
  };
  Value positive = rescaled(x, inputScale / outputScale);
  Value negative = rescaled(ir.create<arith::MulIOp>(x, slope),
                            inputScale * static_cast<float>(by.scale()) / outputScale);
  Value isPositive = ir.create<arith::CmpIOp>(arith::CmpIPredicate::sge, x,
                                              lanes.emit.integers(lanes.i32Lanes(), 0));
  Value chosen = ir.create<arith::SelectOp>(isPositive, positive, negative);
  return {ir.create<arith::AddIOp>(chosen, lanes.emit.integers(lanes.i32Lanes(), to.zeroPoint())),
          to.storage.lowest, to.storage.highest};
}

} // namespace octet::codegen
