// Convolutions, dense layers and matrix products, of floats and of codes.
#include "import/onnx/Contractions.h"
#include "import/onnx/Activations.h"
#include "import/onnx/Arithmetic.h"
#include "import/onnx/BlockWeights.h"
#include "import/onnx/Dynamic.h"
#include "import/onnx/Operators.h"
#include "import/onnx/Quantized.h"
#include "import/onnx/Window.h"
#include "qnn/Ops.h"

using namespace mlir;

namespace octet::onnx {

// Whether a value is known when the model is compiled, as weights are: a constant, or its
// dequantized codes.
static bool isKnown(Value value) {
  // What an operator has just moved of a constant is one when the operator is done.
  for (Operation *op = value.getDefiningOp(); isa_and_nonnull<qnn::TransposeOp, qnn::ReshapeOp>(op);
       op = op->getOperand(0).getDefiningOp())
    if (Node::constantOf(op->getOperand(0)))
      return true;
  if (auto dequantize = value.getDefiningOp<qnn::DequantizeOp>())
    value = dequantize.getInput();
  return Node::constantOf(value) != nullptr;
}

//===-- Convolutions --===//

namespace {
/// A convolution whose result is not rescaled yet. The accumulator is in NHWC.
struct Convolution {
  Value input, weights, bias; ///< NCHW and OIHW, or sequences; the bias may be null
  Type accumulator;
};
} // namespace

static Value convolve(Node &node, const Convolution &from) {
  int64_t rank = qnn::tensorType(from.input).getRank();
  if (qnn::tensorType(from.weights).getRank() != rank) {
    node.error() << "input and weights differ in rank";
    return {};
  }
  auto extents = qnn::shapeOf(from.weights).drop_front(std::min<int64_t>(rank, 2)),
       image = qnn::shapeOf(from.input).drop_front(std::min<int64_t>(rank, 2));
  Value input = asImage(node, from.input);
  Value weights = input ? asImage(node, from.weights) : input;
  if (!weights)
    return {};
  auto window = windowOf(node, image, extents);
  if (failed(window))
    return {};
  int64_t groups = node.integer("group", 1), channels = qnn::shapeOf(input)[1];
  auto filter = qnn::shapeOf(weights);
  if (groups < 1 || groups > channels || filter[1] * groups != channels ||
      filter[0] % groups != 0) {
    node.error() << groups << " groups do not fit " << channels << " input channels and weights of "
                 << filter[0] << " x " << filter[1];
    return {};
  }
  input = node.toChannelsLast(input);
  if (groups == channels && groups > 1) {
    weights = node.build.transpose(weights, {1, 2, 3, 0});
    return input && weights
               ? node.build.create<qnn::DepthwiseConv2dOp>(from.accumulator, input, weights,
                                                           from.bias, window->strides,
                                                           window->padding, window->dilations)
               : Value();
  }
  weights = node.toChannelsLast(weights);
  return input && weights
             ? node.build.create<qnn::Conv2dOp>(from.accumulator, input, weights, from.bias,
                                                window->strides, window->padding, window->dilations,
                                                static_cast<uint64_t>(groups))
             : Value();
}

static Value convolutionOf(Node &node) {
  Type type = qnn::elementType(node.input(0));
  Value value = convolve(node, {node.input(0), node.input(1), node.input(2), type});
  return fromImage(node, node.toChannelsFirst(value), node.rank());
}

LogicalResult convolution(Node &node) {
  return failed(node.expect(2, 3)) ? failure() : node.result(convolutionOf(node));
}

// com.microsoft.FusedConv: x, w, bias, what is added before the activation.
LogicalResult fusedConvolution(Node &node) {
  if (failed(node.expect(2, 4)) || failed(expectReals(node, {0, 1, 2, 3})))
    return failure();
  Value value = convolutionOf(node);
  if (value && failed(expectShape(node, {3}, qnn::shapeOf(value))))
    return failure();
  if (node.has(3))
    value = sum(node, value, node.input(3));
  return node.result(
      activated(node, value, node.text("activation", ""), node.reals("activation_params")));
}

// x, its scale and zero point, w, its scale and zero point, those of y, bias.
LogicalResult quantizedConvolution(Node &node) {
  if (failed(node.expect(8, 9)))
    return failure();
  auto input = codes(node, 0), weights = codes(node, 3, /*axis=*/0);
  auto result = codeType(node, qnn::elementType(node.input(7)), 6, 7);
  if (failed(input) || failed(weights) || failed(result))
    return failure();
  auto form = accumulatorOf(node, *input, *weights, *result, 4);
  Value value = convolve(node, {*input, *weights, node.input(8), form});
  value = rescale(node, value, *result);
  return node.result(fromImage(node, node.toChannelsFirst(value), node.rank()));
}

// Whether the attributes say that a window may reach beyond the image.
static bool isPadded(Node &node) {
  return node.text("auto_pad", "NOTSET").starts_with("SAME") ||
         llvm::any_of(node.integers("pads"), [](int64_t amount) { return amount != 0; });
}

// x, w, zero points of both. Beyond the image is the zero point: where that is not known, distances
// to it are summed, whose border is 0.
LogicalResult integerConvolution(Node &node) {
  if (failed(node.expect(2, 4)))
    return failure();
  auto input = integerOperand(node, node.input(0), node.input(2)),
       weights = integerOperand(node, node.input(1), node.input(3), /*axis=*/0);
  if (failed(input) || failed(weights))
    return failure();
  if (weights->zeroPoint)
    return node.fail("operand 3 must be a constant, with one number for each filter or for all");
  bool sumsDistances = input->zeroPoint && (isPadded(node) || !Node::constantOf(weights->codes));
  if (sumsDistances)
    *input = {distances(node, *input), Value()};
  if (!input->codes)
    return failure();
  Value value =
      convolve(node, {input->codes, weights->codes, Value(), node.build.ir().getI32Type()});
  if (value && input->zeroPoint)
    value = subtractZeroPoint(node, value, input->zeroPoint, weights->codes, /*axis=*/0);
  return node.result(fromImage(node, node.toChannelsFirst(value), node.rank()));
}

// Weights are [C, O / groups, kH, kW]; the result's extents follow from pads and output_padding, or
// are stated and make the pads.
LogicalResult transposedConvolution(Node &node) {
  if (failed(node.expect(2, 3)))
    return failure();
  int64_t rank = node.rank();
  if (node.rank(1) != rank)
    return node.fail("input and weights differ in rank");
  Value input = asImage(node, node.input(0));
  Value weights = input ? asImage(node, node.input(1)) : input;
  if (!weights)
    return failure();
  if (node.integer("group", 1) != 1)
    return node.fail("a transposed convolution in groups is not supported");
  auto image = qnn::shapeOf(node.input(0)).drop_front(2),
       extents = qnn::shapeOf(node.input(1)).drop_front(2);
  llvm::SmallVector<int64_t> stated = node.integers("output_shape"),
                             extra = node.integers("output_padding");
  if (extra.empty())
    extra.assign(image.size(), 0);
  if (stated.size() == image.size() + 2)
    stated.erase(stated.begin(), stated.begin() + 2);
  if (extra.size() != image.size() || (!stated.empty() && stated.size() != image.size()))
    return node.fail("attribute output_shape or output_padding has the wrong number of entries");
  auto isExtent = [](int64_t extent) { return extent >= 0 && extent <= INT32_MAX; };
  if (!llvm::all_of(stated, isExtent) || !llvm::all_of(extra, isExtent))
    return node.fail("has no valid output shape");
  std::string automatic = node.text("auto_pad", "NOTSET");
  auto window = windowOf(node, image, extents);
  if (failed(window))
    return failure();
  if (llvm::any_of(window->dilations, [](int64_t dilation) { return dilation != 1; }))
    return node.fail("a dilated transposed convolution is not supported");
  llvm::SmallVector<int64_t> size = {1, 1};
  for (size_t d = 0; d < image.size(); ++d) {
    size_t at = d + 2 - image.size();
    int64_t whole =
        (image[d] - 1) * window->strides[at] + extra[d] + window->reach(static_cast<int>(at));
    int64_t &low = window->padding[at], &high = window->padding[2 + at];
    bool isSame = automatic == "SAME_UPPER" || automatic == "SAME_LOWER";
    if (!stated.empty() || isSame) {
      size[at] = stated.empty() ? image[d] * window->strides[at] : stated[d];
      int64_t total = std::max<int64_t>(whole - size[at], 0);
      low = automatic == "SAME_UPPER" ? total / 2 : total - total / 2;
      high = total - low;
    } else {
      size[at] = whole - low - high;
    }
    if (size[at] < 1 || size[at] > INT32_MAX)
      return node.fail("has no valid output shape");
  }
  input = node.toChannelsLast(input);
  weights = node.build.transpose(weights, {1, 2, 3, 0});
  if (!input || !weights)
    return failure();
  Value value = node.build.create<qnn::Conv2dTransposeOp>(qnn::elementType(input), input, weights,
                                                          node.input(2), size, window->strides,
                                                          window->padding);
  return node.result(fromImage(node, node.toChannelsFirst(value), rank));
}

//===-- Matrix products --===//

// lhs [.., K] by a known matrix [K, N]; the bias, of N elements, may be null.
static Value multiplyByMatrix(Node &node, Value lhs, Value matrix, Value bias, Type accumulator) {
  qnn::Shape shape(qnn::shapeOf(lhs));
  int64_t depth = shape.pop_back_val();
  lhs = node.build.reshape(lhs, {ShapedType::getNumElements(shape), depth});
  Value weights = node.build.transpose(matrix, {1, 0});
  if (!lhs || !weights)
    return {};
  Value value = node.build.create<qnn::DenseOp>(accumulator, lhs, weights, bias);
  shape.push_back(qnn::shapeOf(matrix)[1]);
  value = value ? node.build.reshape(value, shape) : value;
  // Columns with scales of their own are the last dimension still.
  auto sums = value ? qnn::Quantization::of(value.getType()) : std::nullopt;
  if (sums && sums->isPerAxis())
    value.setType(qnn::tensorType(value).clone(qnn::accumulatorType(
        node.build.context(), sums->scales(), qnn::tensorType(value).getRank())));
  return value;
}

Value matrixProductOf(Node &node, Value lhs, Value rhs, Type accumulator) {
  qnn::Shape left(qnn::shapeOf(lhs)), right(qnn::shapeOf(rhs));
  if (left.empty() || right.empty()) {
    node.error() << "multiplies a scalar";
    return {};
  }
  if (left.size() == 1)
    lhs = node.build.reshape(lhs, {1, left[0]});
  if (right.size() == 1)
    rhs = node.build.reshape(rhs, {right[0], 1});
  if (!lhs || !rhs)
    return {};
  Value value = isKnown(rhs) && qnn::tensorType(rhs).getRank() == 2
                    ? multiplyByMatrix(node, lhs, rhs, Value(), accumulator)
                    : node.build.create<qnn::BatchMatmulOp>(accumulator, lhs, rhs, false, false);
  if (!value || (left.size() > 1 && right.size() > 1))
    return value;
  qnn::Shape shape(qnn::shapeOf(value));
  if (right.size() == 1)
    shape.pop_back();
  if (left.size() == 1)
    shape.erase(shape.end() - (right.size() == 1 ? 1 : 2));
  return node.build.reshape(value, shape);
}

LogicalResult matrixProduct(Node &node) {
  if (failed(node.expect(2, 2)))
    return failure();
  if (Value value = multiplyByBlocks(node, node.input(0)))
    return node.result(value);
  return node.result(
      matrixProductOf(node, node.input(0), node.input(1), qnn::elementType(node.input(0))));
}

static Value withSwappedMatrix(Node &node, Value value) {
  int64_t rank = value ? qnn::tensorType(value).getRank() : 0;
  if (rank < 2)
    return value;
  auto order = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  std::swap(order[rank - 2], order[rank - 1]);
  return node.build.transpose(value, order);
}

// com.microsoft.FusedMatMul: alpha * op(A) * op(B).
LogicalResult fusedMatrixProduct(Node &node) {
  if (failed(node.expect(2, 2)) || failed(expectReals(node, {0, 1})))
    return failure();
  if (node.integer("transBatchA", 0) != 0 || node.integer("transBatchB", 0) != 0)
    return node.fail("transBatchA and transBatchB are not supported");
  Value lhs = node.input(0), rhs = node.input(1);
  Type type = qnn::elementType(lhs);
  if (node.integer("transA", 0) != 0)
    lhs = withSwappedMatrix(node, lhs);
  bool isTransposed = node.integer("transB", 0) != 0, isMatrix = isKnown(rhs) && node.rank(1) == 2;
  if (isTransposed)
    rhs = withSwappedMatrix(node, rhs);
  if (!lhs || !rhs)
    return failure();
  if (isTransposed && isMatrix && node.rank() == 0)
    return node.fail("multiplies a scalar");
  Value value = isTransposed && isMatrix ? multiplyByMatrix(node, lhs, rhs, Value(), type)
                                         : matrixProductOf(node, lhs, rhs, type);
  return node.result(scaled(node, value, node.real("alpha", 1)));
}

// a, its scale and zero point, b, its scale and zero point, those of y.
LogicalResult quantizedMatrixProduct(Node &node) {
  if (failed(node.expect(8, 8)))
    return failure();
  int64_t rank = node.rank(3);
  auto lhs = codes(node, 0), rhs = codes(node, 3, /*axis=*/rank - 1);
  auto result = codeType(node, qnn::elementType(node.input(7)), 6, 7);
  if (failed(lhs) || failed(rhs) || failed(result))
    return failure();
  bool isMatrix = rank == 2 && isKnown(*rhs);
  Type form = accumulatorOf(node, *lhs, *rhs, *result, isMatrix ? 2 : node.rank());
  Value value = matrixProductOf(node, *lhs, *rhs, form);
  return node.result(rescale(node, value, *result));
}

// A zero point for each row of the left operand is a column beside it.
static Value asColumn(Node &node, Value zeroPoint) {
  if (!zeroPoint || qnn::tensorType(zeroPoint).getRank() != 1)
    return zeroPoint;
  return node.build.reshape(zeroPoint, {qnn::shapeOf(zeroPoint)[0], 1});
}

Value integerProductOf(Node &node, Value lhs, Value lhsZeroPoint, Value rhs, Value rhsZeroPoint) {
  if (qnn::shapeOf(lhs).empty() || qnn::shapeOf(rhs).empty()) {
    node.error() << "multiplies a scalar";
    return {};
  }
  auto left = integerOperand(node, lhs, lhsZeroPoint),
       right = integerOperand(node, rhs, rhsZeroPoint, qnn::tensorType(rhs).getRank() - 1);
  if (failed(left) || failed(right))
    return {};
  if (left->zeroPoint)
    left->zeroPoint = qnn::tensorType(left->zeroPoint).getNumElements() == 1
                          ? node.build.reshape(left->zeroPoint, {})
                          : asColumn(node, left->zeroPoint);
  Type i32 = node.build.ir().getI32Type();
  if (Node::constantOf(right->codes) && qnn::tensorType(rhs).getRank() == 2 && !right->zeroPoint) {
    Value value = matrixProductOf(node, left->codes, right->codes, i32);
    return left->zeroPoint
               ? subtractZeroPoint(node, value, left->zeroPoint, right->codes, /*axis=*/1)
               : value;
  }
  auto x = *qnn::Quantization::of(left->codes.getType()),
       y = *qnn::Quantization::of(right->codes.getType());
  if (!left->zeroPoint && !right->zeroPoint && !y.isPerAxis() &&
      x.storage.isSigned == y.storage.isSigned)
    return matrixProductOf(node, left->codes, right->codes, i32);
  // Distances are of one type whatever the codes are.
  Value x16 = distances(node, *left), y16 = distances(node, *right);
  Value value =
      x16 && y16 ? matrixProductOf(node, x16, y16, node.build.ir().getI64Type()) : Value();
  return value ? node.build.create<qnn::CastOp>(i32, value) : value;
}

// a, b, zero points of both.
LogicalResult integerMatrixProduct(Node &node) {
  if (failed(node.expect(2, 4)))
    return failure();
  return node.result(
      integerProductOf(node, node.input(0), node.input(2), node.input(1), node.input(3)));
}

Value realProductOf(Node &node, Value sum, Value lhsScale, Value rhsScale, Value bias) {
  for (Value *scale : {&lhsScale, &rhsScale})
    if (qnn::tensorType(*scale).getNumElements() == 1)
      *scale = node.build.reshape(*scale, {});
  Value scale = product(node, lhsScale, rhsScale);
  Value real = product(node, castTo(node, sum, node.build.ir().getF32Type()), scale);
  return bias ? onnx::sum(node, real, bias) : real;
}

// com.microsoft.MatMulIntegerToFloat: a, b, their scales, their zero points, bias.
LogicalResult scaledIntegerProduct(Node &node) {
  if (failed(node.expect(4, 7)))
    return failure();
  Value sum = integerProductOf(node, node.input(0), node.input(4), node.input(1), node.input(5));
  return node.result(realProductOf(node, sum, node.input(2), node.input(3), node.input(6)));
}

// com.microsoft.DynamicQuantizeMatMul: float a, b, b's scale and zero point, bias.
LogicalResult dynamicMatrixProduct(Node &node) {
  if (failed(node.expect(3, 5)))
    return failure();
  auto lhs = quantizeByRange(node, node.input(0));
  if (failed(lhs))
    return failure();
  Value sum = integerProductOf(node, lhs->codes, lhs->zeroPoint, node.input(1), node.input(3));
  return node.result(realProductOf(node, sum, lhs->scale, node.input(2), node.input(4)));
}

// alpha * op(A) * op(B) + beta * C.
static Value generalProductOf(Node &node) {
  node.ignore({"broadcast"});
  Value lhs = node.input(0), rhs = node.input(1), addend = node.input(2);
  if (node.rank(0) != 2 || node.rank(1) != 2) {
    node.error() << "needs two matrices";
    return {};
  }
  Type type = qnn::elementType(lhs);
  if (node.integer("transA", 0) != 0)
    lhs = node.build.transpose(lhs, {1, 0});
  bool isTransposed = node.integer("transB", 0) != 0;
  float alpha = node.real("alpha", 1), beta = node.real("beta", 1);
  int64_t columns = qnn::shapeOf(rhs)[isTransposed ? 0 : 1];
  bool isBias = addend && alpha == 1 && beta == 1 && isKnown(addend) && isKnown(rhs) &&
                qnn::tensorType(addend).getNumElements() == columns &&
                (qnn::shapeOf(addend).empty() || qnn::shapeOf(addend).back() == columns);
  Value value;
  if (isKnown(rhs)) {
    Value bias = isBias ? node.build.reshape(addend, {columns}) : Value();
    if (!isTransposed)
      rhs = node.build.transpose(rhs, {1, 0});
    value = node.build.create<qnn::DenseOp>(type, lhs, rhs, bias);
  } else {
    value = node.build.create<qnn::BatchMatmulOp>(type, lhs, rhs, false, isTransposed);
  }
  value = scaled(node, value, alpha);
  addend = isBias ? Value() : scaled(node, addend, beta);
  return addend ? sum(node, value, addend) : value;
}

LogicalResult generalMatrixProduct(Node &node) {
  return failed(node.expect(2, 3)) ? failure() : node.result(generalProductOf(node));
}

// com.microsoft.FusedGemm.
LogicalResult fusedGeneralMatrixProduct(Node &node) {
  if (failed(node.expect(2, 3)) || failed(expectReals(node, {0, 1, 2})))
    return failure();
  llvm::SmallVector<float> parameters;
  for (llvm::StringRef name : {"activation_alpha", "activation_beta"})
    if (node.hasAttribute(name))
      parameters.push_back(node.real(name, 0));
  node.ignore({"activation_gamma"});
  return node.result(
      activated(node, generalProductOf(node), node.text("activation", ""), parameters));
}

// com.microsoft.QGemm: a, its scale and zero point, b, its scale and zero point, bias, those of y;
// without these the result is float.
LogicalResult quantizedGeneralMatrixProduct(Node &node) {
  if (failed(node.expect(6, 9)))
    return failure();
  bool isTransposed = node.integer("transB", 0) != 0;
  if (node.integer("transA", 0) != 0 || node.real("alpha", 1) != 1)
    return node.fail("transA and alpha are not supported");
  auto lhs = codes(node, 0), rhs = codes(node, 3, /*axis=*/isTransposed ? 0 : 1);
  FailureOr<Type> result = Type(node.build.ir().getF32Type());
  if (node.has(7))
    result = codeType(node, qnn::elementType(node.input(node.has(8) ? 8 : 0)), 7, 8);
  if (failed(lhs) || failed(rhs) || failed(result))
    return failure();
  if (node.rank(0) != 2 || node.rank(3) != 2)
    return node.fail("needs two matrices");
  Value bias = node.input(6), weights = *rhs;
  Type form = node.has(7) ? accumulatorOf(node, *lhs, *rhs, *result, 2)
                          : realAccumulatorOf(node, *lhs, *rhs, 2);
  if (!isTransposed)
    weights = node.build.transpose(weights, {1, 0});
  if (bias)
    bias = node.build.reshape(bias, {qnn::tensorType(bias).getNumElements()});
  if (!weights)
    return failure();
  Value value = node.build.create<qnn::DenseOp>(form, *lhs, weights, bias);
  if (value && !node.has(7))
    value = node.build.create<qnn::DequantizeOp>(*result, value);
  else
    value = rescale(node, value, *result);
  return node.result(value);
}

} // namespace octet::onnx
