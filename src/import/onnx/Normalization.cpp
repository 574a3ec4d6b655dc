// Operators that bring elements to a common mean and length.
#include "import/onnx/Arithmetic.h"
#include "import/onnx/Operators.h"
#include "import/onnx/Reductions.h"
#include "qnn/Ops.h"

using namespace mlir;

namespace octet::onnx {

using qnn::ReduceKind;
using qnn::UnaryKind;

using Axes = llvm::SmallVector<int64_t>;

static Value meanOfSquares(Node &node, Value input, const Axes &axes) {
  return reduced(node, ReduceKind::mean, product(node, input, input), axes, true);
}

// sqrt(x + epsilon).
static Value rootOf(Node &node, Value value, float epsilon) {
  return unaryOf(node, UnaryKind::sqrt,
                 sum(node, value, numberLike(node, value, static_cast<double>(epsilon))));
}

namespace {
/// (x - mean) / deviation, deviation being sqrt(variance + epsilon).
struct Normalized {
  Value value, mean, deviation;
};
} // namespace

static Normalized normalized(Node &node, Value input, const Axes &axes, float epsilon) {
  Value mean = reduced(node, ReduceKind::mean, input, axes, true);
  Value centered = difference(node, input, mean);
  Value deviation = rootOf(node, meanOfSquares(node, centered, axes), epsilon);
  return {quotient(node, centered, deviation), mean, deviation};
}

// x / sqrt(mean of squares + epsilon).
static Normalized normalizedByLength(Node &node, Value input, const Axes &axes, float epsilon) {
  Value length = rootOf(node, meanOfSquares(node, input, axes), epsilon);
  return {quotient(node, input, length), Value(), length};
}

// Times a scale and plus a bias, which may be null.
static Value scaledAndShifted(Node &node, Value value, Value scale, Value bias) {
  value = scale ? product(node, value, scale) : value;
  return bias ? sum(node, value, bias) : value;
}

static Value reciprocalOf(Node &node, Value value) {
  return quotient(node, numberLike(node, value, 1), value);
}

//===-- Layer normalization --===//

static FailureOr<Axes> normalizedAxes(Node &node) {
  auto axis = node.axis(node.integer("axis", -1), node.rank());
  if (failed(axis))
    return failure();
  if (node.integer("stash_type", 1) != 1)
    return node.fail("a stash_type other than FLOAT is not supported");
  return allAxes(*axis, node.rank());
}

// x, scale, bias; the mean and the reciprocal of the deviation are results, too.
LogicalResult layerNormalization(Node &node) {
  if (failed(node.expect(2, 3, 3)) || failed(expectReals(node, {0, 1, 2})))
    return failure();
  auto axes = normalizedAxes(node);
  if (failed(axes) || failed(expectBroadcast(node, 1, qnn::shapeOf(node.input(0)))) ||
      failed(expectBroadcast(node, 2, qnn::shapeOf(node.input(0)))))
    return failure();
  auto parts = normalized(node, node.input(0), *axes, node.real("epsilon", 1e-5f));
  if (node.wants(1) && failed(node.result(parts.mean, 1)))
    return failure();
  if (node.wants(2) && failed(node.result(reciprocalOf(node, parts.deviation), 2)))
    return failure();
  return node.result(scaledAndShifted(node, parts.value, node.input(1), node.input(2)));
}

// x, scale; ONNX Runtime's has the reciprocal of the length as a second result.
LogicalResult lengthNormalization(Node &node) {
  if (failed(node.expect(2, 2, 2)) || failed(expectReals(node, {0, 1})))
    return failure();
  auto axes = normalizedAxes(node);
  if (failed(axes) || failed(expectBroadcast(node, 1, qnn::shapeOf(node.input(0)))))
    return failure();
  auto parts = normalizedByLength(node, node.input(0), *axes, node.real("epsilon", 1e-5f));
  if (node.wants(1) && failed(node.result(reciprocalOf(node, parts.deviation), 1)))
    return failure();
  return node.result(product(node, parts.value, node.input(1)));
}

// com.microsoft: x, what skipped a layer, scale, bias of the result (not where there is no mean),
// bias of the sum. The sum of the first two and the last is the fourth result.
template <bool hasMean> LogicalResult skippedNormalization(Node &node) {
  constexpr size_t bias = hasMean ? 4 : 3;
  if (failed(node.expect(3, bias + 1, 4)) || failed(expectReals(node, {0, 1, 2, 3, 4})))
    return failure();
  auto shape = qnn::shapeOf(node.input(0));
  if (shape.empty())
    return node.fail("normalizes a scalar");
  if (failed(expectBroadcast(node, 1, shape)) ||
      failed(expectShape(node, {2, 3, 4}, shape.take_back())))
    return failure();
  if (node.wants(1) || node.wants(2))
    return node.fail("mean and deviation as results are not supported");
  Value total = sum(node, node.input(0), node.input(1));
  if (node.has(bias))
    total = sum(node, total, node.input(bias));
  if (!total || failed(node.result(total, 3)))
    return failure();
  float epsilon = node.real("epsilon", 1e-12f);
  Axes last = allAxes(node.rank() - 1, node.rank());
  Value value = hasMean ? normalized(node, total, last, epsilon).value
                        : normalizedByLength(node, total, last, epsilon).value;
  return node.result(
      scaledAndShifted(node, value, node.input(2), hasMean ? node.input(3) : Value()));
}
template LogicalResult skippedNormalization<true>(Node &);
template LogicalResult skippedNormalization<false>(Node &);

//===-- Embeddings --===//

// Rows of a table, chosen by operand i.
static Value embedded(Node &node, size_t table, size_t i) {
  Value rows = node.input(table);
  return node.build.create<qnn::GatherOp>(qnn::elementType(rows), rows, node.input(i), uint64_t{0},
                                          uint64_t{0});
}

// How many elements of each row of the mask (operand 7, which may be absent) are 1.
static Value lengthsOf(Node &node, int64_t batch) {
  Type i32 = node.build.ir().getI32Type();
  Value mask = node.input(7);
  if (!mask) {
    qnn::Tensor zeros(RankedTensorType::get({batch}, i32));
    return node.build.constant(zeros.type(), std::as_const(zeros).bytes());
  }
  Value isOne = binaryOf(node, qnn::BinaryKind::equal, mask, numberLike(node, mask, 1));
  return reduced(node, ReduceKind::sum, castTo(node, isOne, i32), {1}, false);
}

static LogicalResult checkEmbeddings(Node &node) {
  auto ids = qnn::shapeOf(node.input(0));
  if (ids.size() != 2)
    return node.fail("needs input_ids [batch, length]");
  for (size_t i : {2, 3, 5, 6})
    if (!node.has(i))
      return node.fail("input " + llvm::Twine(i) + " is missing");
  if (node.has(1) != node.has(4))
    return node.fail("needs segment ids and their embedding, or neither");
  for (size_t i : {2, 3, 4})
    if (node.has(i) && node.rank(i) != 2)
      return node.fail("operand " + llvm::Twine(i) + " must be a table of rows");
  int64_t width = qnn::shapeOf(node.input(2))[1];
  for (size_t i : {3, 4})
    if (node.has(i) && qnn::shapeOf(node.input(i))[1] != width)
      return node.fail("rows of embeddings differ in length");
  for (size_t i : {0, 1, 7, 8})
    if (node.has(i) && !qnn::elementType(node.input(i)).isSignlessInteger())
      return node.fail("operand " + llvm::Twine(i) + " must be integers");
  if (node.has(8) && node.rank(8) != 2)
    return node.fail("operand 8 must be of the shape of the input_ids");
  if (!node.has(8) && qnn::shapeOf(node.input(3))[0] < ids[1])
    return node.fail("has no embedding for each position");
  if (failed(expectShape(node, {1, 7}, ids)) || failed(expectBroadcast(node, 8, ids)))
    return failure();
  return expectShape(node, {5, 6}, {width});
}

// com.microsoft.EmbedLayerNormalization: input_ids, segment_ids, tables for words, positions and
// segments, scale, bias, mask, position_ids. The second result is how long each sequence is, the
// third what is normalized.
LogicalResult embeddedNormalization(Node &node) {
  if (failed(node.expect(1, 9, 3)) || failed(expectReals(node, {2, 3, 4, 5, 6})) ||
      failed(checkEmbeddings(node)))
    return failure();
  node.ignore({"mask_index_type"});
  auto ids = qnn::shapeOf(node.input(0));
  Value position = node.has(8) ? embedded(node, 3, 8) : partOf(node, node.input(3), 0, 0, ids[1]);
  Value total = sum(node, embedded(node, 2, 0), position);
  if (node.has(1))
    total = sum(node, total, embedded(node, 4, 1));
  Value value = normalized(node, total, {2}, node.real("epsilon", 1e-12f)).value;
  if (node.wants(1) && failed(node.result(lengthsOf(node, ids[0]), 1)))
    return failure();
  if (node.wants(2) && failed(node.result(total, 2)))
    return failure();
  return node.result(scaledAndShifted(node, value, node.input(5), node.input(6)));
}

//===-- Images --===//

// A vector of channels as [C, 1, .., 1], to broadcast over [N, C, ..].
static Value perChannel(Node &node, Value vector, int64_t rank) {
  if (!vector)
    return {};
  if (qnn::tensorType(vector).getRank() != 1 || rank < 2) {
    node.error() << "needs an image and one number for each of its channels";
    return {};
  }
  qnn::Shape shape(static_cast<size_t>(rank), 1);
  shape[1] = qnn::shapeOf(vector)[0];
  return node.build.reshape(vector, shape);
}

// x, scale, bias, mean, variance: with all of them known it is one product and one sum.
LogicalResult batchNormalization(Node &node) {
  if (failed(node.expect(5, 5)))
    return failure();
  node.ignore({"momentum"});
  if (node.integer("training_mode", 0) != 0 || node.integer("spatial", 1) != 1)
    return node.fail("training_mode, and statistics per pixel, are not supported");
  Value deviation = rootOf(node, node.input(4), node.real("epsilon", 1e-5f));
  Value factor = quotient(node, node.input(1), deviation);
  Value shift = difference(node, node.input(2), product(node, node.input(3), factor));
  factor = perChannel(node, factor, node.rank());
  shift = perChannel(node, shift, node.rank());
  return node.result(sum(node, product(node, node.input(0), factor), shift));
}

LogicalResult instanceNormalization(Node &node) {
  if (failed(node.expect(3, 3)))
    return failure();
  Value value =
      normalized(node, node.input(0), allAxes(2, node.rank()), node.real("epsilon", 1e-5f)).value;
  Value scale = perChannel(node, node.input(1), node.rank()),
        bias = perChannel(node, node.input(2), node.rank());
  return node.result(sum(node, product(node, value, scale), bias));
}

// The scale and the bias are those of groups up to opset 20, and of channels since.
LogicalResult groupNormalization(Node &node) {
  if (failed(node.expect(3, 3)) || failed(expectReals(node, {0, 1, 2})))
    return failure();
  if (node.rank() < 3)
    return node.fail("needs an image");
  if (node.integer("stash_type", 1) != 1)
    return node.fail("a stash_type other than FLOAT is not supported");
  auto shape = qnn::shapeOf(node.input(0));
  int64_t groups = node.integer("num_groups", 0);
  if (groups < 1 || groups > shape[1] || shape[1] % groups != 0)
    return node.fail(llvm::Twine(groups) + " groups do not divide " + llvm::Twine(shape[1]) +
                     " channels");
  bool isOfGroups = node.opset < 21;
  if (failed(expectShape(node, {1, 2}, {isOfGroups ? groups : shape[1]})))
    return failure();
  int64_t elements = ShapedType::getNumElements(shape.drop_front()) / groups;
  Value value = node.build.reshape(node.input(0), {shape[0], groups, elements});
  value = normalized(node, value, {2}, node.real("epsilon", 1e-5f)).value;
  if (value && !isOfGroups)
    value = node.build.reshape(value, shape);
  int64_t rank = isOfGroups ? 3 : node.rank();
  Value scale = perChannel(node, node.input(1), rank), bias = perChannel(node, node.input(2), rank);
  value = scaledAndShifted(node, value, scale, bias);
  return node.result(value ? node.build.reshape(value, shape) : value);
}

// (x - mean) / (deviation + 1e-9).
LogicalResult meanVarianceNormalization(Node &node) {
  if (failed(node.expect(1, 1)) || failed(expectReals(node, {0})))
    return failure();
  auto given = node.integers("axes");
  if (given.empty())
    given = {0, 2, 3};
  auto axes = node.axes(given, node.rank());
  if (failed(axes))
    return failure();
  Value input = node.input(0);
  Value centered = difference(node, input, reduced(node, ReduceKind::mean, input, *axes, true));
  Value deviation = unaryOf(node, UnaryKind::sqrt, meanOfSquares(node, centered, *axes));
  return node.result(
      quotient(node, centered, sum(node, deviation, numberLike(node, deviation, 1e-9))));
}

// x / length; what has no length stays 0.
LogicalResult lengthQuotient(Node &node) {
  if (failed(node.expect(1, 1)) || failed(expectReals(node, {0})))
    return failure();
  auto axis = node.axis(node.integer("axis", -1), node.rank());
  int64_t power = node.integer("p", 2);
  if (failed(axis))
    return failure();
  if (power != 1 && power != 2)
    return node.fail("p " + llvm::Twine(power) + " is not known");
  Value input = node.input(0);
  Value terms = unaryOf(node, power == 1 ? UnaryKind::abs : UnaryKind::square, input);
  Value length = reduced(node, ReduceKind::sum, terms, {*axis}, true);
  if (power == 2)
    length = unaryOf(node, UnaryKind::sqrt, length);
  Value isNothing = binaryOf(node, qnn::BinaryKind::equal, length, numberLike(node, length, 0));
  length = choice(node, isNothing, numberLike(node, length, 1), length);
  return node.result(quotient(node, input, length));
}

// x / (bias + alpha / size * sum of squares of `size` channels around it) ^ beta.
LogicalResult localResponseNormalization(Node &node) {
  if (failed(node.expect(1, 1)) || failed(expectReals(node, {0})))
    return failure();
  constexpr int64_t largest = 64;
  int64_t size = node.integer("size", 0);
  float alpha = node.real("alpha", 1e-4f), beta = node.real("beta", 0.75f),
        bias = node.real("bias", 1);
  if (node.rank() < 2)
    return node.fail("needs an image");
  if (size < 1 || size > largest)
    return node.fail("sums over more than " + llvm::Twine(largest) + " channels are not supported");
  Value input = node.input(0);
  int64_t channels = qnn::shapeOf(input)[1];
  qnn::Shape low(static_cast<size_t>(node.rank()), 0), high(low);
  low[1] = (size - 1) / 2;
  high[1] = size - 1 - low[1];
  Value squares = product(node, input, input);
  if (squares)
    squares =
        node.build.create<qnn::PadOp>(qnn::elementType(input), squares, low, high, qnn::Shape(),
                                      llvm::APFloat(0.0), qnn::PadKind::constant);
  Value total = partOf(node, squares, 1, 0, channels);
  for (int64_t i = 1; i < size; ++i)
    total = sum(node, total, partOf(node, squares, 1, i, channels));
  total = scaled(node, total, alpha / static_cast<float>(size));
  total = sum(node, total, numberLike(node, total, static_cast<double>(bias)));
  Value power =
      unaryOf(node, UnaryKind::exp, scaled(node, unaryOf(node, UnaryKind::log, total), beta));
  return node.result(quotient(node, input, power));
}

} // namespace octet::onnx
