#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "raise/Passes.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <cmath>

using namespace mlir;

namespace octet::raise {

#define GEN_PASS_DEF_FUSEFUNCTIONS
#include "raise/Passes.h.inc"

namespace {

/// What the value is the mean of over its last dimension, of rows that layer_norm takes; null for
/// other values.
Value meanOf(Value mean) {
  auto reduce = mean.getDefiningOp<qnn::ReduceOp>();
  if (!reduce || reduce.getKind() != qnn::ReduceKind::mean || !reduce.getKeepDims() ||
      !qnn::isFloat(mean))
    return {};
  auto shape = qnn::shapeOf(reduce.getInput());
  bool isLast = reduce.getAxes().size() == 1 &&
                reduce.getAxes().front() == static_cast<int64_t>(shape.size()) - 1;
  return isLast && qnn::LayerNormOp::takesRowsOf(shape.back()) ? reduce.getInput() : Value();
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

/// Whether a norm, its scale and its bias are quantized. Only there ONNX Runtime's bits can be had
/// (products of floats add up in an order of their own), so only there a norm of a sum is its
/// SkipLayerNormalization, which takes longer.
bool becomesCodes(Operation *op) {
  for (; op->hasOneUse(); op = *op->user_begin())
    if (isa<qnn::QuantizeOp>(*op->user_begin()))
      return true;
    else if (!isa<qnn::MulOp, qnn::AddOp>(*op->user_begin()))
      return false;
  return !op->use_empty() &&
         llvm::all_of(op->getUsers(), [](Operation *user) { return isa<qnn::QuantizeOp>(user); });
}

struct FuseNorm : OpRewritePattern<qnn::BinaryOp> {
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
    bool isOfSum = difference.getLhs().getDefiningOp<qnn::AddOp>() && becomesCodes(op);
    rewriter.replaceOpWithNewOp<qnn::LayerNormOp>(op, op.getType(), difference.getLhs(), *epsilon,
                                                  isOfSum);
    return success();
  }
};

/// Whether a number is the one that a file means by it, rounded in some way.
bool isAbout(std::optional<llvm::APFloat> number, float meant) {
  return number && std::fabs(number->convertToFloat() - meant) < 1e-6f * meant;
}

/// The other operand of a commutative operator on about this number; null for other values.
template <typename Op> Value operandBeside(Value value, float number) {
  auto op = value.getDefiningOp<Op>();
  if (!op)
    return {};
  return isAbout(singleNumber(op.getRhs()), number)   ? op.getLhs()
         : isAbout(singleNumber(op.getLhs()), number) ? op.getRhs()
                                                      : Value();
}

/// x where the value is 1 + erf(x / sqrt(2)); null for other values.
Value argumentOfShare(Value value) {
  Value error = operandBeside<qnn::AddOp>(value, 1.0f);
  auto erf = error ? error.getDefiningOp<qnn::UnaryOp>() : qnn::UnaryOp();
  if (!erf || erf.getKind() != qnn::UnaryKind::erf)
    return {};
  auto quotient = erf.getInput().getDefiningOp<qnn::BinaryOp>();
  if (quotient && quotient.getKind() == qnn::BinaryKind::divide)
    return isAbout(singleNumber(quotient.getRhs()), 1.41421354f) ? quotient.getLhs() : Value();
  return operandBeside<qnn::MulOp>(erf.getInput(), 0.707106769f);
}

/// x * (1 + erf(x / sqrt(2))) * 0.5, multiplied in any order. Where x comes from codes ONNX Runtime
/// does not find it, and has the bits of each operator: there it is a table of 256 codes anyway.
struct FuseGelu : OpRewritePattern<qnn::MulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(qnn::MulOp op, PatternRewriter &rewriter) const override {
    Value x;
    auto isProduct = [&x](Value share, Value other) {
      Value argument = argumentOfShare(share);
      if (argument && argument == other)
        x = argument;
      return static_cast<bool>(x);
    };
    if (Value product = operandBeside<qnn::MulOp>(op.getResult(), 0.5f)) {
      auto inner = product.getDefiningOp<qnn::MulOp>();
      if (inner && !isProduct(inner.getLhs(), inner.getRhs()))
        isProduct(inner.getRhs(), inner.getLhs());
    } else if (Value half = operandBeside<qnn::MulOp>(op.getLhs(), 0.5f)) {
      isProduct(op.getRhs(), half);
    } else if (Value half = operandBeside<qnn::MulOp>(op.getRhs(), 0.5f)) {
      isProduct(op.getLhs(), half);
    }
    if (!x || x.getDefiningOp<qnn::DequantizeOp>() || !qnn::elementType(x).isF32() ||
        x.getType() != op.getType())
      return rewriter.notifyMatchFailure(op, "no x * (1 + erf(x / sqrt(2))) / 2 of floats");
    rewriter.replaceOpWithNewOp<qnn::UnaryOp>(op, op.getType(), qnn::UnaryKind::gelu, x,
                                              llvm::APFloat(0.0f), qnn::NumericsAttr());
    return success();
  }
};

struct FuseFunctionsPass : impl::FuseFunctionsBase<FuseFunctionsPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FuseNorm, FuseGelu>(&getContext());
    if (failed(applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace octet::raise
