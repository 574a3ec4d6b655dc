#include "codegen/Lanes.h"
#include "qnn/Checks.h"

using namespace mlir;

namespace octet::codegen {

Lane lower(qnn::DequantizeOp op, Lanes &lanes) {
  auto from = *qnn::Quantization::of(op.getInput().getType());
  auto &ir = lanes.emit.ir;
  llvm::SmallVector<double> scales;
  for (double scale : from.scales())
    scales.push_back(static_cast<double>(static_cast<float>(scale)));
  Value x = lanes.of(op.getInput());
  if (from.hasZeroPoint())
    x = ir.create<arith::SubIOp>(x, lanes.perChannel(from.zeroPoints(), lanes.emit.i32()));
  Value real = ir.create<arith::SIToFPOp>(lanes.f32Lanes(), x);
  return Value(ir.create<arith::MulFOp>(lanes.perChannel(scales, lanes.emit.f32()), real));
}

} // namespace octet::codegen
