#include "codegen/ops/Rescale.h"
#include "qnn/Numerics.h"

namespace octet::codegen {

Lane lower(qnn::RequantizeOp op, Lanes &lanes) {
  auto to = *qnn::Quantization::of(op.getResult().getType());
  int64_t lowest = to.storage.lowest, highest = to.storage.highest;
  Value x = lanes.of(op.getInput());
  llvm::SmallVector<int64_t> zeroPoints;
  llvm::SmallVector<double> reals;
  llvm::SmallVector<quant::FixedPointMultiplier> multipliers;
  for (int64_t c = 0; c < op.channelCount(); ++c) {
    zeroPoints.push_back(op.inputZeroPoint(c));
    reals.push_back(op.multiplier(c));
    multipliers.push_back(quant::toFixedPoint(reals.back()));
  }
  auto &ir = lanes.emit.ir;
  // A multiplier of one moves codes.
  bool isMove =
      llvm::all_of(reals, [](double real) { return real == 1; }) && !op.getAccumulatorScales();
  auto moveBy = isMove ? to.zeroPoint() - zeroPoints.front() : 0;
  if (isMove && llvm::all_equal(zeroPoints)) {
    if (moveBy != 0)
      x = ir.create<mlir::arith::AddIOp>(x, lanes.emit.integers(lanes.i32Lanes(), moveBy));
    return {x, lowest, highest};
  }
  if (llvm::any_of(zeroPoints, [](int64_t zeroPoint) { return zeroPoint != 0; }))
    x = ir.create<mlir::arith::SubIOp>(x, lanes.perChannel(zeroPoints, lanes.emit.i32()));
  if (auto form = op.getForm())
    return emitForm(lanes, *form, x).within(lowest, highest);
  quant::Rounding rounding = qnn::toQuant(op.getNumerics().getRounding());
  auto origin = static_cast<int64_t>(op.getCodeOrigin());
  int64_t before = quant::isShifted(rounding) ? to.zeroPoint() - origin : 0,
          after = to.zeroPoint() - before;
  Value rounded = emitMultiply(lanes, rounding, x, multipliers, reals, before);
  if (after != 0)
    rounded = ir.create<mlir::arith::AddIOp>(rounded, lanes.emit.integers(lanes.i32Lanes(), after));
  return {rounded, lowest, highest};
}

} // namespace octet::codegen
