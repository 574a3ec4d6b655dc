#include "legalize/Passes.h"
#include "qnn/Checks.h"
#include "qnn/Limits.h"
#include "qnn/Ops.h"

using namespace mlir;

namespace octet::legalize {

#define GEN_PASS_DEF_SPLITPADDING
#include "legalize/Passes.h.inc"

namespace {

struct SplitPaddingPass : impl::SplitPaddingBase<SplitPaddingPass> {
  void runOnOperation() override {
    bool fits = true;
    getOperation().walk([&](Operation *op) {
      if (auto conv = dyn_cast<qnn::Conv2dOp>(op))
        fits &= succeeded(split(conv));
      else if (auto conv = dyn_cast<qnn::DepthwiseConv2dOp>(op))
        fits &= succeeded(split(conv));
    });
    if (!fits)
      signalPassFailure();
  }

private:
  template <typename Convolution> static LogicalResult split(Convolution op) {
    auto padding = op.getPadding();
    if (llvm::all_of(padding, [](int64_t amount) { return amount == 0; }))
      return success();
    OpBuilder builder(op);
    Value input = op.getInput();
    qnn::Shape low = {0, padding[0], padding[1], 0}, high = {0, padding[2], padding[3], 0},
               shape(qnn::shapeOf(input));
    for (int64_t d : {1, 2})
      shape[d] += low[d] + high[d];
    if (!qnn::isWithinLimit(shape, qnn::elementBytesOf(qnn::elementType(input))))
      return op.emitOpError("needs an image of shape [")
             << shape << "] with its padding, which is larger than the limit of "
             << qnn::maximumBytes << " bytes";
    auto quantization = qnn::Quantization::of(input.getType());
    double zero = quantization ? static_cast<double>(quantization->zeroPoint()) : 0;
    Value padded = builder.create<qnn::PadOp>(op.getLoc(), qnn::tensorType(input).clone(shape),
                                              input, low, high, llvm::ArrayRef<int64_t>(),
                                              llvm::APFloat(zero), qnn::PadKind::constant);
    op.getInputMutable().assign(padded);
    op.setPadding({0, 0, 0, 0});
    return success();
  }
};

} // namespace
} // namespace octet::legalize
