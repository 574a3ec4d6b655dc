#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "raise/Passes.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace octet::raise {

#define GEN_PASS_DEF_FOLDPADDING
#include "raise/Passes.h.inc"

namespace {

// Whether the pad puts what a convolution sees outside its image (zero, or the zero point) around
// height and width alone.
bool isZeroBorder(qnn::PadOp pad) {
  if (pad.getKind() != qnn::PadKind::constant || !pad.getInterior().empty() ||
      pad.getLow().size() != 4)
    return false;
  for (int64_t d : {0, 3})
    if (pad.getLow()[d] != 0 || pad.getHigh()[d] != 0)
      return false;
  auto quantization = qnn::Quantization::of(pad.getInput().getType());
  double zero = quantization ? static_cast<double>(quantization->zeroPoint()) : 0;
  return pad.getValue().convertToDouble() == zero;
}

template <typename Convolution> struct FoldInto : OpRewritePattern<Convolution> {
  using OpRewritePattern<Convolution>::OpRewritePattern;

  LogicalResult matchAndRewrite(Convolution op, PatternRewriter &rewriter) const override {
    auto pad = op.getInput().template getDefiningOp<qnn::PadOp>();
    if (!pad || !isZeroBorder(pad))
      return rewriter.notifyMatchFailure(op, "no pad with zeros before it");
    auto low = pad.getLow(), high = pad.getHigh(), padding = op.getPadding();
    llvm::SmallVector<int64_t, 4> sum = {padding[0] + low[1], padding[1] + low[2],
                                         padding[2] + high[1], padding[3] + high[2]};
    rewriter.modifyOpInPlace(op, [&] {
      op.getInputMutable().assign(pad.getInput());
      op.setPadding(sum);
      op->setLoc(rewriter.getFusedLoc({pad.getLoc(), op.getLoc()}));
    });
    return success();
  }
};

struct FoldPaddingPass : impl::FoldPaddingBase<FoldPaddingPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FoldInto<qnn::Conv2dOp>, FoldInto<qnn::DepthwiseConv2dOp>>(&getContext());
    if (failed(applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace octet::raise
