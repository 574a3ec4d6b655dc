#include "qnn/Range.h"
#include "qnn/Checks.h"
#include "qnn/Ops.h"

#include <limits>

using namespace mlir;

namespace octet::qnn {

// Sums over all taps, each term at its least and at its most. Windows that reach into the padding
// see the zero point there, which is a code like any other.
static std::optional<Range> contractionRange(Value input, Value weights, Value bias,
                                             int channelAxis) {
  auto weightConstant = weights.getDefiningOp<ConstantOp>();
  auto biasConstant = bias ? bias.getDefiningOp<ConstantOp>() : ConstantOp();
  auto storage = storageOf(input.getType());
  if (!weightConstant || (bias && !biasConstant) || !storage)
    return std::nullopt;
  auto inputs = Quantization::of(input.getType()), filters = Quantization::of(weights.getType());
  int64_t zeroPoint = inputs ? inputs->zeroPoint() : 0;
  int64_t least = storage->lowest - zeroPoint, most = storage->highest - zeroPoint;
  auto shape = shapeOf(weights);
  int64_t channels = shape[channelAxis], inner = 1;
  for (int64_t d = channelAxis + 1; d < static_cast<int64_t>(shape.size()); ++d)
    inner *= shape[d];
  Range range;
  range.low.assign(channels, 0);
  range.high.assign(channels, 0);
  if (bias) {
    Tensor values = Tensor::of(biasConstant.getValue(), tensorType(bias));
    for (int64_t c = 0; c < channels; ++c)
      range.low[c] = range.high[c] = values.integer(c);
  }
  Tensor constant = Tensor::of(weightConstant.getValue(), tensorType(weights));
  constant.visitIntegers([&](auto codes) {
    for (int64_t first = 0, c = 0; first < constant.size();
         first += inner, c = (c + 1) % channels) {
      int64_t filterZeroPoint = filters ? filters->zeroPoint(filters->isPerAxis() ? c : 0) : 0;
      int64_t positive = 0, negative = 0;
      for (auto code : codes.slice(first, inner)) {
        int64_t weight = static_cast<int64_t>(code) - filterZeroPoint;
        positive += std::max<int64_t>(weight, 0);
        negative += std::min<int64_t>(weight, 0);
      }
      range.low[c] += positive * least + negative * most;
      range.high[c] += positive * most + negative * least;
    }
  });
  return range;
}

static std::optional<Range> productRange(MulOp op) {
  auto x = Quantization::of(op.getLhs().getType()), y = Quantization::of(op.getRhs().getType());
  if (!x || !y)
    return std::nullopt;
  int64_t xs[] = {x->storage.lowest - x->zeroPoint(), x->storage.highest - x->zeroPoint()};
  int64_t ys[] = {y->storage.lowest - y->zeroPoint(), y->storage.highest - y->zeroPoint()};
  auto [low, high] = std::minmax({xs[0] * ys[0], xs[0] * ys[1], xs[1] * ys[0], xs[1] * ys[1]});
  return Range{{low}, {high}};
}

std::optional<Range> rangeOf(Value value) {
  Operation *op = value.getDefiningOp();
  if (auto conv = dyn_cast_or_null<Conv2dOp>(op))
    return contractionRange(conv.getInput(), conv.getWeights(), conv.getBias(), 0);
  if (auto conv = dyn_cast_or_null<DepthwiseConv2dOp>(op))
    return contractionRange(conv.getInput(), conv.getWeights(), conv.getBias(), 3);
  if (auto dense = dyn_cast_or_null<DenseOp>(op))
    return contractionRange(dense.getInput(), dense.getWeights(), dense.getBias(), 0);
  if (auto product = dyn_cast_or_null<MulOp>(op))
    return productRange(product);
  auto storage = storageOf(value.getType());
  if (!storage)
    return std::nullopt;
  return Range{{storage->lowest}, {storage->highest}};
}

} // namespace octet::qnn
