#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "raise/Passes.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace octet::raise {

#define GEN_PASS_DEF_FUSELAYERNORM
#include "raise/Passes.h.inc"

namespace {

/// What the value is the mean of over its last dimension, by the sums that layer_norm has; null for
/// other values.
Value meanOf(Value mean) {
  auto reduce = mean.getDefiningOp<qnn::ReduceOp>();
  if (!reduce || reduce.getKind() != qnn::ReduceKind::mean || !reduce.getKeepDims() ||
      !qnn::isFloat(mean))
    return {};
  auto shape = qnn::shapeOf(reduce.getInput());
  bool isLast = reduce.getAxes().size() == 1 &&
                reduce.getAxes().front() == static_cast<int64_t>(shape.size()) - 1;
  return isLast && qnn::LayerNormOp::sumsAsMeansDo(shape.back()) ? reduce.getInput() : Value();
}

/// What is squared.
Value rootOf(Value square) {
  if (auto unary = square.getDefiningOp<qnn::UnaryOp>())
    return unary.getKind() == qnn::UnaryKind::square ? unary.getInput() : Value();
  auto product = square.getDefiningOp<qnn::MulOp>();
  return product && product.getLhs() == product.getRhs() ? product.getLhs() : Value();
}

std::optional<llvm::APFloat> singleNumber(Value value) {
  auto constant = value.getDefiningOp<qnn::ConstantOp>();
  if (!constant || !qnn::elementType(value).isF32() || qnn::tensorType(value).getNumElements() != 1)
    return std::nullopt;
  return llvm::APFloat(qnn::Tensor::of(constant.getValue(), qnn::tensorType(value)).as<float>()[0]);
}

struct FuseDivision : OpRewritePattern<qnn::BinaryOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(qnn::BinaryOp op, PatternRewriter &rewriter) const override {
    auto difference = op.getLhs().getDefiningOp<qnn::SubOp>();
    auto root = op.getRhs().getDefiningOp<qnn::UnaryOp>();
    if (op.getKind() != qnn::BinaryKind::divide || !difference || !root ||
        root.getKind() != qnn::UnaryKind::sqrt ||
        meanOf(difference.getRhs()) != difference.getLhs())
      return rewriter.notifyMatchFailure(op, "no difference from a mean over a root");
    auto sum = root.getInput().getDefiningOp<qnn::AddOp>();
    if (!sum)
      return rewriter.notifyMatchFailure(op, "no sum under the root");
    auto epsilon = singleNumber(sum.getRhs());
    Value square = meanOf(sum.getLhs());
    if (!epsilon || !square || rootOf(square) != difference.getResult())
      return rewriter.notifyMatchFailure(op, "no variance and epsilon under the root");
    rewriter.replaceOpWithNewOp<qnn::LayerNormOp>(op, op.getType(), difference.getLhs(), *epsilon);
    return success();
  }
};

struct FuseLayerNormPass : impl::FuseLayerNormBase<FuseLayerNormPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FuseDivision>(&getContext());
    if (failed(applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace octet::raise
