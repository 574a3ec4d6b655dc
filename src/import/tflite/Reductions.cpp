// Operators that combine many elements into one, or order them.
#include "import/tflite/Node.h"
#include "qnn/Ops.h"

#include <cmath>

using namespace mlir;

namespace octet::tflite {

using schema::ActivationFunctionType;

template <typename Create> static LogicalResult pool(Node &node, Create create) {
  const auto *options = node.options<schema::Pool2DOptions>();
  if (!options)
    return node.fail("has no options");
  if (failed(node.expect(1, 1)))
    return failure();
  Value input = node.input(0);
  if (qnn::tensorType(input).getRank() != 4)
    return node.fail("input must have rank 4");
  int64_t height = options->filter_height(), width = options->filter_width();
  int64_t strideHeight = options->stride_h(), strideWidth = options->stride_w();
  if (height < 1 || width < 1 || strideHeight < 1 || strideWidth < 1)
    return node.fail("window and stride must be positive");
  llvm::SmallVector<int64_t, 4> padding(4, 0);
  auto shape = qnn::shapeOf(input);
  if (options->padding() == schema::Padding::SAME) {
    auto total = [](int64_t extent, int64_t window, int64_t stride) {
      return std::max<int64_t>(((extent + stride - 1) / stride - 1) * stride + window - extent, 0);
    };
    int64_t vertical = total(shape[1], height, strideHeight),
            horizontal = total(shape[2], width, strideWidth);
    padding = {vertical / 2, horizontal / 2, vertical - vertical / 2, horizontal - horizontal / 2};
  }
  if (qnn::isQuantized(input) && node.outputType() != qnn::elementType(input))
    return node.fail("an output of another scale than the input's is not supported");
  llvm::SmallVector<int64_t, 2> window = {height, width}, strides = {strideHeight, strideWidth};
  Value value = create(qnn::elementType(input), input, window, strides, padding);
  return node.result(node.activate(value, options->fused_activation_function()));
}

LogicalResult averagePool(Node &node) {
  return pool(node, [&](Type type, Value input, auto window, auto strides, auto padding) {
    return node.build.create<qnn::AvgPool2dOp>(type, input, window, strides, padding,
                                               /*code_origin=*/uint64_t{0},
                                               qnn::FloatRescaleAttr());
  });
}

LogicalResult maxPool(Node &node) {
  return pool(node, [&](Type type, Value input, auto window, auto strides, auto padding) {
    return node.build.create<qnn::MaxPool2dOp>(type, input, window, strides, padding);
  });
}

// Which of TFLite's algorithms (reduce.cc: EvalMean, EvalSum) a quantized sum or mean goes through:
// its special case for means over height and width of an image, which wants the axes as they are
// spelled here; the codes themselves where the result has the input's scale; a float one for the
// rest.
static qnn::Recipe reductionRecipe(Node &node, qnn::ReduceKind kind, Value input, Type result,
                                   llvm::ArrayRef<int64_t> givenAxes, bool keepDims) {
  bool isImageMean = kind == qnn::ReduceKind::mean && keepDims &&
                     qnn::tensorType(input).getRank() == 4 && givenAxes.size() == 2 &&
                     llvm::is_contained(givenAxes, 1) && llvm::is_contained(givenAxes, 2);
  if (isImageMean)
    return qnn::storageOf(input.getType())->isSigned ? node.numerics.mean
                                                     : qnn::Recipe::meanOfCodes;
  return qnn::elementType(input) == result ? qnn::Recipe::codes : qnn::Recipe::floatMean;
}

template <qnn::ReduceKind kind> LogicalResult reduce(Node &node) {
  const auto *options = node.options<schema::ReducerOptions>();
  if (failed(node.expect(2, 2)))
    return failure();
  Value input = node.input(0);
  auto given = node.constants(1);
  if (failed(given))
    return failure();
  int64_t rank = qnn::tensorType(input).getRank();
  llvm::SmallVector<int64_t> axes;
  for (int64_t value : *given) {
    auto axis = node.axis(value, rank);
    if (failed(axis))
      return failure();
    if (!llvm::is_contained(axes, *axis))
      axes.push_back(*axis);
  }
  llvm::sort(axes);
  bool keepDims = options && options->keep_dims();
  constexpr bool isProduct = kind == qnn::ReduceKind::product;
  bool rescales = qnn::isQuantized(input) &&
                  (isProduct || kind == qnn::ReduceKind::sum || kind == qnn::ReduceKind::mean);
  Type type = rescales ? node.outputType() : qnn::elementType(input);
  if (!type || (rescales && !qnn::Quantization::of(type)))
    return node.fail("the output has no scale");
  qnn::NumericsAttr numerics;
  if (rescales)
    numerics = isProduct
                   ? node.rounding(qnn::Rounding::q15Up)
                   : node.rounding(node.numerics.other,
                                   reductionRecipe(node, kind, input, type, *given, keepDims));
  qnn::Shape shape;
  for (int64_t d = 0; d < rank; ++d) {
    if (!llvm::is_contained(axes, d))
      shape.push_back(qnn::shapeOf(input)[d]);
    else if (keepDims)
      shape.push_back(1);
  }
  // Reduced axes that lie apart are brought together at the end.
  llvm::SmallVector<int64_t> order;
  for (int64_t d = 0; d < rank; ++d)
    if (!llvm::is_contained(axes, d))
      order.push_back(d);
  bool areAdjacent =
      axes.empty() || axes.back() - axes.front() + 1 == static_cast<int64_t>(axes.size());
  if (!areAdjacent) {
    order.append(axes);
    input = node.build.transpose(input, order);
    for (auto [i, axis] : llvm::enumerate(axes))
      axis = rank - static_cast<int64_t>(axes.size()) + static_cast<int64_t>(i);
  }
  if (!input)
    return failure();
  Value value =
      node.build.create<qnn::ReduceOp>(type, kind, input, axes, /*keep_dims=*/false, numerics);
  return node.result(value ? node.build.reshape(value, shape) : value);
}
#define INSTANTIATE(kind) template LogicalResult reduce<qnn::ReduceKind::kind>(Node &);
INSTANTIATE(sum)
INSTANTIATE(mean)
INSTANTIATE(product)
INSTANTIATE(minimum)
INSTANTIATE(maximum)
INSTANTIATE(any)
INSTANTIATE(all)
#undef INSTANTIATE

template <bool minimum> LogicalResult argExtreme(Node &node) {
  if (failed(node.expect(2, 2)))
    return failure();
  auto given = node.constants(1);
  if (failed(given) || given->size() != 1)
    return failed(given) ? failure() : node.fail("needs one axis");
  auto axis = node.axis((*given)[0], qnn::tensorType(node.input(0)).getRank());
  if (failed(axis))
    return failure();
  Type type = node.outputType();
  if (!type)
    return node.fail("the output type is not supported");
  return node.result(
      node.build.create<qnn::ArgMaxOp>(type, node.input(0), static_cast<uint64_t>(*axis), minimum));
}
template LogicalResult argExtreme<false>(Node &);
template LogicalResult argExtreme<true>(Node &);

LogicalResult softmax(Node &node) {
  const auto *options = node.options<schema::SoftmaxOptions>();
  if (options && !(options->beta() >= 0 && std::isfinite(options->beta())))
    return node.fail("beta must be a finite number and not negative, not " +
                     llvm::Twine(std::to_string(options->beta())));
  if (failed(node.expect(1, 1)))
    return failure();
  Value input = node.input(0);
  bool isQuantized = qnn::isQuantized(input);
  Type type = isQuantized ? node.outputType() : qnn::elementType(input);
  if (!type || (isQuantized && !qnn::Quantization::of(type)))
    return node.fail("the output has no scale");
  // The float table is TFLite's for 8-bit results alone.
  qnn::Recipe recipe = isQuantized && qnn::storageOf(type)->bits == 8 ? node.numerics.softmax
                                                                      : qnn::Recipe::fixedPoint;
  auto numerics = isQuantized ? node.rounding(node.numerics.other, recipe) : qnn::NumericsAttr();
  return node.result(node.build.create<qnn::SoftmaxOp>(
      type, input, llvm::APFloat(options ? options->beta() : 1.0f), numerics));
}

LogicalResult logSoftmax(Node &node) {
  if (failed(node.expect(1, 1)))
    return failure();
  if (qnn::isQuantized(node.input(0)))
    return node.fail("the quantized form is not supported");
  return node.result(
      node.build.create<qnn::LogSoftmaxOp>(qnn::elementType(node.input(0)), node.input(0)));
}

LogicalResult l2Normalization(Node &node) {
  const auto *options = node.options<schema::L2NormOptions>();
  if (failed(node.expect(1, 1)))
    return failure();
  Type type = qnn::isQuantized(node.input(0)) ? node.outputType() : qnn::elementType(node.input(0));
  if (!type)
    return node.fail("the output type is not supported");
  Value value = node.build.create<qnn::L2NormOp>(type, node.input(0));
  return node.result(node.activate(value, options ? options->fused_activation_function()
                                                  : ActivationFunctionType::NONE));
}

LogicalResult topK(Node &node) {
  if (failed(node.expect(2, 2, 2)))
    return failure();
  auto k = node.constants(1);
  if (failed(k) || k->size() != 1)
    return failed(k) ? failure() : node.fail("k must be one number");
  Type index = node.build.ir().getI32Type();
  auto results = node.build.createMany<qnn::TopKOp>({qnn::elementType(node.input(0)), index},
                                                    node.input(0), static_cast<uint64_t>((*k)[0]));
  if (results.empty() || failed(node.result(results[0], 0)))
    return failure();
  return node.result(results[1], 1);
}

} // namespace octet::tflite
