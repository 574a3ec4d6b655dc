#include "legalize/Passes.h"
#include "qnn/Checks.h"
#include "qnn/Ops.h"

#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <cmath>

using namespace mlir;

namespace octet::legalize {

#define GEN_PASS_DEF_DECOMPOSEOPERATORS
#include "legalize/Passes.h.inc"

namespace {

double zeroOf(Value value) {
  auto quantization = qnn::Quantization::of(value.getType());
  return quantization ? static_cast<double>(quantization->zeroPoint()) : 0;
}

// Several filters per channel: a convolution in as many groups as there are channels. The weights
// [1, h, w, c * m] become [c * m, h, w, 1].
struct DepthwiseToGroups : OpRewritePattern<qnn::DepthwiseConv2dOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(qnn::DepthwiseConv2dOp op,
                                PatternRewriter &rewriter) const override {
    int64_t channels = qnn::shapeOf(op.getInput())[3];
    auto filter = qnn::shapeOf(op.getWeights());
    auto constant = op.getWeights().getDefiningOp<qnn::ConstantOp>();
    if (filter[3] == channels || !constant)
      return rewriter.notifyMatchFailure(op, "one filter per channel, or computed weights");
    qnn::Tensor weights = qnn::Tensor::of(constant.getValue(), qnn::tensorType(op.getWeights()));
    // A per-axis quantization moves with its axis, from the last to the first.
    Type element = weights.type().getElementType();
    auto quantization = qnn::Quantization::of(element);
    if (quantization && quantization->isPerAxis())
      element = qnn::quantizedType(getContext(), quantization->storage, quantization->scales(),
                                   quantization->zeroPoints(), 0);
    qnn::Tensor moved(RankedTensorType::get({filter[3], filter[1], filter[2], 1}, element));
    int64_t bytes = qnn::elementBytesOf(element), taps = filter[1] * filter[2];
    for (int64_t o = 0; o < filter[3]; ++o)
      for (int64_t tap = 0; tap < taps; ++tap)
        std::memcpy(moved.bytes().data() + (o * taps + tap) * bytes,
                    std::as_const(weights).bytes().data() + (tap * filter[3] + o) * bytes, bytes);
    Value grouped = qnn::makeConstant(rewriter, op.getLoc(), moved);
    rewriter.replaceOpWithNewOp<qnn::Conv2dOp>(op, op.getType(), op.getInput(), grouped,
                                               op.getBias(), op.getStrides(), op.getPadding(),
                                               op.getDilations(), static_cast<uint64_t>(channels));
    return success();
  }
};

// The transpose of a strided convolution: zeros between the input's pixels, then the filter turned
// by 180°.
struct TransposedToConvolution : OpRewritePattern<qnn::Conv2dTransposeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(qnn::Conv2dTransposeOp op,
                                PatternRewriter &rewriter) const override {
    auto constant = op.getWeights().getDefiningOp<qnn::ConstantOp>();
    if (!constant)
      return rewriter.notifyMatchFailure(op, "computed weights");
    Location location = op.getLoc();
    auto input = qnn::shapeOf(op.getInput()), filter = qnn::shapeOf(op.getWeights());
    auto strides = op.getStrides(), padding = op.getPadding(), size = op.getOutputSize();
    qnn::Tensor weights = qnn::Tensor::of(constant.getValue(), qnn::tensorType(op.getWeights()));
    qnn::Tensor turned(weights.type());
    int64_t bytes = qnn::elementBytesOf(weights.type().getElementType()), row = filter[3] * bytes,
            taps = filter[1] * filter[2];
    for (int64_t o = 0; o < filter[0]; ++o)
      for (int64_t tap = 0; tap < taps; ++tap)
        std::memcpy(turned.bytes().data() + (o * taps + tap) * row,
                    std::as_const(weights).bytes().data() + (o * taps + taps - 1 - tap) * row, row);
    // Around the spread image: the filter's reach less what the padding cut off, and behind it as
    // much as the output needs. A negative amount is a crop instead.
    qnn::Shape low(4, 0), high(4, 0), interior(4, 0), begin(4, 0), kept(input);
    for (int64_t d : {1, 2}) {
      int64_t before = filter[d] - 1 - padding[d - 1];
      int64_t spread = (input[d] - 1) * strides[d - 1] + 1;
      int64_t behind = size[d - 1] + filter[d] - 1 - before - spread;
      if (before < 0 || behind < -spread)
        return rewriter.notifyMatchFailure(op, "padding reaches beyond the filter");
      low[d] = before;
      high[d] = std::max<int64_t>(behind, 0);
      interior[d] = strides[d - 1] - 1;
      // Input pixels that only reach beyond the output are dropped; what is left of their gap is
      // padding.
      int64_t dropped = behind < 0 ? (-behind + strides[d - 1] - 1) / strides[d - 1] : 0;
      kept[d] = input[d] - dropped;
      if (kept[d] < 1)
        return rewriter.notifyMatchFailure(op, "no input pixel reaches the output");
      if (dropped)
        high[d] = behind + dropped * strides[d - 1];
    }
    Value image = op.getInput();
    if (llvm::ArrayRef<int64_t>(kept) != input)
      image = rewriter.create<qnn::SliceOp>(location, qnn::tensorType(image).clone(kept), image,
                                            begin, kept, qnn::Shape(4, 1));
    qnn::Shape padded(kept);
    for (int64_t d : {1, 2})
      padded[d] = low[d] + (kept[d] - 1) * strides[d - 1] + 1 + high[d];
    image = rewriter.create<qnn::PadOp>(location, qnn::tensorType(image).clone(padded), image, low,
                                        high, interior, llvm::APFloat(zeroOf(image)),
                                        qnn::PadKind::constant);
    Value filters = qnn::makeConstant(rewriter, location, turned);
    rewriter.replaceOpWithNewOp<qnn::Conv2dOp>(
        op, op.getType(), image, filters, op.getBias(), llvm::ArrayRef<int64_t>{1, 1},
        llvm::ArrayRef<int64_t>{0, 0, 0, 0}, llvm::ArrayRef<int64_t>{1, 1}, uint64_t{1});
    return success();
  }
};

// A mirrored border is a slice that runs backwards, set beside the image; one dimension at a time.
struct MirrorToSlices : OpRewritePattern<qnn::PadOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(qnn::PadOp op, PatternRewriter &rewriter) const override {
    if (op.getKind() == qnn::PadKind::constant)
      return rewriter.notifyMatchFailure(op, "a constant border");
    // A reflection leaves out the edge itself.
    int64_t skipped = op.getKind() == qnn::PadKind::reflect ? 1 : 0;
    Location location = op.getLoc();
    Value image = op.getInput();
    for (size_t d = 0; d < op.getLow().size(); ++d) {
      qnn::Shape shape(qnn::shapeOf(image));
      auto mirrored = [&](int64_t first, int64_t size) {
        qnn::Shape begin(shape.size(), 0), sizes(shape), strides(shape.size(), 1);
        begin[d] = first;
        sizes[d] = size;
        strides[d] = -1;
        return rewriter.create<qnn::SliceOp>(location, qnn::tensorType(image).clone(sizes), image,
                                             begin, sizes, strides);
      };
      llvm::SmallVector<Value> parts;
      if (int64_t low = op.getLow()[d])
        parts.push_back(mirrored(low - 1 + skipped, low));
      parts.push_back(image);
      if (int64_t high = op.getHigh()[d])
        parts.push_back(mirrored(shape[d] - 1 - skipped, high));
      if (parts.size() == 1)
        continue;
      shape[d] += op.getLow()[d] + op.getHigh()[d];
      image = rewriter.create<qnn::ConcatOp>(location, qnn::tensorType(image).clone(shape), parts,
                                             static_cast<uint64_t>(d));
    }
    rewriter.replaceOp(op, image);
    return success();
  }
};

// Weights that are computed at run time are an activation like any other.
struct DenseToMatmul : OpRewritePattern<qnn::DenseOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(qnn::DenseOp op, PatternRewriter &rewriter) const override {
    if (op.getWeights().getDefiningOp<qnn::ConstantOp>())
      return rewriter.notifyMatchFailure(op, "constant weights");
    auto type = qnn::tensorType(op.getResult());
    auto input = qnn::tensorType(op.getInput());
    int64_t rows = input.getShape().back() ? input.getNumElements() / input.getShape().back() : 0;
    Location location = op.getLoc();
    Value matrix = rewriter.create<qnn::ReshapeOp>(
        location, input.clone({rows, input.getShape().back()}), op.getInput(),
        llvm::ArrayRef<int64_t>{rows, input.getShape().back()});
    auto flat = type.clone({rows, type.getShape().back()});
    Value product =
        rewriter.create<qnn::BatchMatmulOp>(location, flat, matrix, op.getWeights(), false, true);
    if (op.getBias())
      product = rewriter.create<qnn::AddOp>(location, flat, product, op.getBias(),
                                            qnn::NumericsAttr(), Attribute());
    rewriter.replaceOpWithNewOp<qnn::ReshapeOp>(op, type, product, type.getShape());
    return success();
  }
};

// A matrix of constants is the weights of a dense layer, which proofs and packing know.
struct MatmulToDense : OpRewritePattern<qnn::BatchMatmulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(qnn::BatchMatmulOp op, PatternRewriter &rewriter) const override {
    auto constant = op.getRhs().getDefiningOp<qnn::ConstantOp>();
    auto type = qnn::tensorType(op.getResult()), matrix = qnn::tensorType(op.getRhs());
    auto storage = qnn::storageOf(matrix);
    bool isMatrix = ShapedType::getNumElements(matrix.getShape().drop_back(2)) == 1;
    if (!constant || !isMatrix || op.getTransposeLhs() || (storage && storage->bits > 8))
      return rewriter.notifyMatchFailure(op, "not rows times a matrix of constants");
    Location location = op.getLoc();
    int64_t depth = qnn::shapeOf(op.getLhs()).back(), columns = type.getShape().back();
    qnn::Tensor values = qnn::Tensor::of(constant.getValue(), matrix),
                weights(matrix.clone({columns, depth}));
    int64_t bytes = qnn::elementBytesOf(matrix.getElementType());
    for (int64_t n = 0; n < columns; ++n)
      for (int64_t k = 0; k < depth; ++k)
        std::memcpy(weights.bytes().data() + (n * depth + k) * bytes,
                    std::as_const(values).bytes().data() +
                        (op.getTransposeRhs() ? n * depth + k : k * columns + n) * bytes,
                    bytes);
    int64_t rows = ShapedType::getNumElements(type.getShape().drop_back(1));
    Value input =
        rewriter.create<qnn::ReshapeOp>(location, qnn::tensorType(op.getLhs()).clone({rows, depth}),
                                        op.getLhs(), llvm::ArrayRef<int64_t>{rows, depth});
    Value product =
        rewriter.create<qnn::DenseOp>(location, type.clone({rows, columns}), input,
                                      qnn::makeConstant(rewriter, location, weights), Value());
    rewriter.replaceOpWithNewOp<qnn::ReshapeOp>(op, type, product, type.getShape());
    return success();
  }
};

// The reciprocal of a power of two is one too, so that its product is the quotient, rounded alike.
struct DivisionToProduct : OpRewritePattern<qnn::BinaryOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(qnn::BinaryOp op, PatternRewriter &rewriter) const override {
    auto constant = op.getRhs().getDefiningOp<qnn::ConstantOp>();
    auto type = qnn::tensorType(op.getRhs());
    if (op.getKind() != qnn::BinaryKind::divide || !type.getElementType().isF32() || !constant)
      return rewriter.notifyMatchFailure(op, "not reals divided by constants");
    qnn::Tensor divisors = qnn::Tensor::of(constant.getValue(), type), factors(type);
    for (auto [factor, divisor] :
         llvm::zip_equal(factors.as<float>(), std::as_const(divisors).as<float>())) {
      int exponent;
      if (std::fabs(std::frexp(divisor, &exponent)) != 0.5f || std::abs(exponent) > 120)
        return rewriter.notifyMatchFailure(op, "not powers of two");
      factor = 1 / divisor;
    }
    Value product = qnn::makeConstant(rewriter, op.getLoc(), factors);
    rewriter.replaceOpWithNewOp<qnn::MulOp>(op, op.getType(), op.getLhs(), product);
    return success();
  }
};

// What is left of these has no form in compiled code, which packs weights and folds biases.
LogicalResult check(Operation *op) {
  if (!isa<qnn::Conv2dOp, qnn::DepthwiseConv2dOp, qnn::Conv2dTransposeOp, qnn::DenseOp>(op))
    return success();
  for (auto [operand, name] : {std::pair(1U, "weights"), std::pair(2U, "a bias")})
    if (operand < op->getNumOperands() && !op->getOperand(operand).getDefiningOp<qnn::ConstantOp>())
      return op->emitOpError("with ")
             << name << " known only at run time is not supported: they must be constants";
  if (isa<qnn::Conv2dTransposeOp>(op))
    return op->emitOpError("of this geometry is not supported");
  return success();
}

struct DecomposeOperatorsPass : impl::DecomposeOperatorsBase<DecomposeOperatorsPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<DepthwiseToGroups, DivisionToProduct, TransposedToConvolution, MirrorToSlices,
                 DenseToMatmul, MatmulToDense>(&getContext());
    if (failed(applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
    getOperation().walk([&](Operation *op) {
      if (failed(check(op)))
        signalPassFailure();
    });
  }
};

} // namespace
} // namespace octet::legalize
