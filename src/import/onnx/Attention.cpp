// Attention as one operator, as ONNX Runtime's optimizer writes it: products, a softmax, and heads
// transposed around them, as exporters do.
#include "import/onnx/Arithmetic.h"
#include "import/onnx/Contractions.h"
#include "import/onnx/Operators.h"
#include "qnn/Ops.h"

#include <array>
#include <cmath>

using namespace mlir;

namespace octet::onnx {

using qnn::BinaryKind;

namespace {
/// Queries [B, N, S, D], keys [B, N, T, D] and values [B, N, T, E] of N heads. The first `past`
/// keys and values are those of earlier calls.
struct Heads {
  Value query, key, value;
  int64_t past = 0;

  int64_t batch() const { return qnn::shapeOf(query)[0]; }
  int64_t length() const { return qnn::shapeOf(query)[2]; }
  int64_t keyLength() const { return qnn::shapeOf(key)[2]; }
};

/// The operands that change which keys a query sees.
struct Masks {
  size_t mask, bias = SIZE_MAX;
};
} // namespace

//===-- Masks --===//

// Where a mask of sequence lengths lets keys be seen: ahead of the end of each sequence, and, where
// there are twice as many numbers, from its beginning on.
static Value isWithin(Node &node, Value bounds, int64_t batch, int64_t keyLength) {
  Type type = qnn::elementType(bounds);
  Value position = positions(node, type, keyLength, 3, 4);
  auto bound = [&](int64_t which) {
    Value part = partOf(node, bounds, 0, which * batch, batch);
    return part ? node.build.reshape(part, {batch, 1, 1, 1}) : part;
  };
  Value isSeen = binaryOf(node, BinaryKind::less, position, bound(0));
  if (qnn::shapeOf(bounds)[0] == batch)
    return isSeen;
  return binaryOf(node, BinaryKind::logicalAnd, isSeen,
                  binaryOf(node, BinaryKind::greaterEqual, position, bound(1)));
}

// What is added to the scores for operand i: nothing, or the filter for keys that are masked.
static Value maskOf(Node &node, size_t i, const Heads &heads, float filter) {
  Value mask = node.input(i);
  if (!qnn::elementType(mask).isSignlessInteger()) {
    node.error() << "a mask of " << qnn::elementType(mask) << " is not supported";
    return {};
  }
  qnn::Shape shape(qnn::shapeOf(mask));
  int64_t batch = heads.batch(), keyLength = heads.keyLength();
  Value isSeen;
  if (shape == qnn::Shape{batch} || shape == qnn::Shape{2 * batch}) {
    isSeen = isWithin(node, mask, batch, keyLength);
  } else if (shape == qnn::Shape{batch, keyLength} ||
             shape == qnn::Shape{batch, heads.length(), keyLength}) {
    shape.insert(shape.begin() + 1, 4 - shape.size(), 1);
    Value raw = node.build.reshape(mask, shape);
    isSeen = raw ? binaryOf(node, BinaryKind::greater, raw, numberLike(node, raw, 0)) : raw;
  } else {
    node.error() << "a mask of shape [" << shape << "] is not supported for a batch of " << batch
                 << " and " << keyLength << " keys";
    return {};
  }
  Value zero = numberLike(node, heads.query, 0);
  return choice(node, isSeen, zero, numberLike(node, zero, static_cast<double>(filter)));
}

// Keys behind the query's own position are not seen.
static Value causalMask(Node &node, const Heads &heads) {
  auto type = RankedTensorType::get({1, 1, heads.length(), heads.keyLength()},
                                    node.build.ir().getF32Type());
  if (failed(node.build.checkSize(type.getShape(), type.getElementType())))
    return {};
  qnn::Tensor mask(type);
  for (int64_t s = 0; s < heads.length(); ++s)
    for (int64_t t = heads.past + s + 1; t < heads.keyLength(); ++t)
      mask.as<float>()[static_cast<size_t>(s * heads.keyLength() + t)] =
          std::numeric_limits<float>::lowest();
  return node.build.constant(type, std::as_const(mask).bytes());
}

// All that is added to the scores; null for nothing.
static FailureOr<Value> addendOf(Node &node, const Heads &heads, const Masks &masks) {
  float filter = node.real("mask_filter_value", -10000.0f);
  qnn::Shape scores = {heads.batch(), qnn::shapeOf(heads.query)[1], heads.length(),
                       heads.keyLength()};
  if (failed(expectReals(node, {masks.bias})) || failed(expectBroadcast(node, masks.bias, scores)))
    return failure();
  llvm::SmallVector<Value> addends;
  if (node.has(masks.bias))
    addends.push_back(node.input(masks.bias));
  if (node.has(masks.mask))
    addends.push_back(maskOf(node, masks.mask, heads, filter));
  if (node.integer("unidirectional", 0) != 0 && heads.length() > 1)
    addends.push_back(causalMask(node, heads));
  Value total;
  for (Value addend : addends) {
    total = total ? sum(node, total, addend) : addend;
    if (!total)
      return failure();
  }
  return total;
}

//===-- Attention --===//

static Value splitHeads(Node &node, Value value, int64_t count) {
  if (!value)
    return {};
  auto shape = qnn::shapeOf(value);
  value = node.build.reshape(value, {shape[0], shape[1], count, shape[2] / count});
  return value ? node.build.transpose(value, {0, 2, 1, 3}) : value;
}

// softmax(query * key' * scale + masks) * value, as [B, S, N * E].
static Value attended(Node &node, const Heads &heads, const Masks &masks) {
  if (!heads.query || !heads.key || !heads.value)
    return {};
  auto addend = addendOf(node, heads, masks);
  if (failed(addend))
    return {};
  Type f32 = node.build.ir().getF32Type();
  float scale = node.real("scale", 0);
  if (scale == 0)
    scale = 1 / std::sqrt(static_cast<float>(qnn::shapeOf(heads.query)[3]));
  Value scores = node.build.create<qnn::BatchMatmulOp>(f32, heads.query, heads.key, false, true);
  scores = scaled(node, scores, scale);
  if (*addend)
    scores = sum(node, scores, *addend);
  if (!scores)
    return {};
  Value shares =
      node.build.create<qnn::SoftmaxOp>(f32, scores, llvm::APFloat(1.0f), qnn::NumericsAttr());
  Value value = shares
                    ? node.build.create<qnn::BatchMatmulOp>(f32, shares, heads.value, false, false)
                    : shares;
  value = value ? node.build.transpose(value, {0, 2, 1, 3}) : value;
  if (!value)
    return {};
  auto shape = qnn::shapeOf(value);
  return node.build.reshape(value, {shape[0], shape[1], shape[2] * shape[3]});
}

// The number of heads, which divides each of the widths.
static FailureOr<int64_t> headCount(Node &node, llvm::ArrayRef<int64_t> widths) {
  int64_t count = node.integer("num_heads", 0);
  for (int64_t width : widths)
    if (count < 1 || width < 1 || width % count != 0)
      return node.fail(llvm::Twine(count) + " heads do not divide a width of " +
                       llvm::Twine(width));
  return count;
}

// A length, or an order, of past keys is for buffers that are longer than what they hold.
static LogicalResult expectNoBuffer(Node &node, std::initializer_list<size_t> operands) {
  bool isBuffer = node.integer("past_present_share_buffer", 0) != 0;
  for (size_t i : operands)
    isBuffer |= node.has(i);
  if (isBuffer)
    return node.fail("past keys and values in a buffer are not supported");
  if (node.integer("do_rotary", 0) != 0)
    return node.fail("do_rotary is not supported");
  node.ignore({"rotary_embedding_dim"});
  return success();
}

// Keys or values [B, N, P, D] of earlier calls, and those of this one behind them.
static Value behindPast(Node &node, Value past, Value value) {
  if (!past || !value)
    return {};
  qnn::Shape wanted(qnn::shapeOf(value)), shape(qnn::shapeOf(past));
  if (shape.size() == 4)
    wanted[2] = shape[2];
  if (shape != wanted) {
    node.error() << "past keys or values of shape [" << shape << "] do not fit those of ["
                 << qnn::shapeOf(value) << "]";
    return {};
  }
  if (shape[2] == 0)
    return value;
  llvm::SmallVector<Value> parts = {past, value};
  return node.build.create<qnn::ConcatOp>(qnn::elementType(value), parts, uint64_t{2});
}

// The result of Attention or QAttention, whose past keys and values are one operand [2, B, N, P,
// D], and whose keys and values are such a result.
static LogicalResult attendedWithPast(Node &node, Heads heads, size_t past, const Masks &masks) {
  if (!heads.query || !heads.key || !heads.value || failed(expectReals(node, {past})))
    return failure();
  if (node.has(past)) {
    auto shape = qnn::shapeOf(node.input(past));
    if (shape.size() != 5 || shape[0] != 2)
      return node.error() << "past keys and values of shape [" << shape << "] do not fit";
    heads.past = shape[3];
    for (auto [i, into] : {std::pair(0, &heads.key), std::pair(1, &heads.value)}) {
      Value half = partOf(node, node.input(past), 0, i, 1);
      *into = behindPast(node, half ? node.build.reshape(half, shape.drop_front()) : half, *into);
      if (!*into)
        return failure();
    }
  }
  Value value = attended(node, heads, masks);
  if (!value || !node.wants(1))
    return node.result(value);
  if (heads.key.getType() != heads.value.getType())
    return node.fail("keys and values of different widths are not one result");
  qnn::Shape apart(qnn::shapeOf(heads.key));
  apart.insert(apart.begin(), 1);
  llvm::SmallVector<Value> parts = {node.build.reshape(heads.key, apart),
                                    node.build.reshape(heads.value, apart)};
  if (!parts[0] || !parts[1] ||
      failed(node.result(
          node.build.create<qnn::ConcatOp>(qnn::elementType(heads.key), parts, uint64_t{0}), 1)))
    return failure();
  return node.result(value);
}

namespace {
/// The columns of queries, keys and values in weights that have them side by side.
struct Columns {
  std::array<int64_t, 3> sizes;

  int64_t begin(size_t i) const { return i == 0 ? 0 : begin(i - 1) + sizes[i - 1]; }
};
} // namespace

// Of weights [K, 3 * H] for an input [B, S, K], or of what the attribute says.
static FailureOr<Columns> columnsOf(Node &node) {
  auto input = qnn::shapeOf(node.input(0)), weights = qnn::shapeOf(node.input(1));
  if (input.size() != 3 || weights.size() != 2 || input[2] != weights[0])
    return node.error() << "weights of shape [" << weights << "] do not fit an input of [" << input
                        << "]";
  Columns columns{{weights[1] / 3, weights[1] / 3, weights[1] / 3}};
  auto stated = node.integers("qkv_hidden_sizes");
  if (!stated.empty() && stated.size() != 3)
    return node.fail("qkv_hidden_sizes must be three numbers");
  llvm::copy(stated, columns.sizes.begin());
  int64_t total = 0;
  for (int64_t size : columns.sizes)
    if (size < 1 || __builtin_add_overflow(total, size, &total))
      return node.fail("qkv_hidden_sizes must be positive");
  if (columns.sizes[0] != columns.sizes[1] || total != weights[1])
    return node.fail("widths of queries, keys and values do not fit " + llvm::Twine(weights[1]) +
                     " columns of weights");
  return columns;
}

// com.microsoft.Attention: input, weights, bias, mask, past, attention_bias, past length. Weights
// are cut into those of queries, keys and values: three products of one input.
LogicalResult attention(Node &node) {
  if (failed(node.expect(2, 7, 2)) || failed(expectReals(node, {0, 1, 2})) ||
      failed(expectNoBuffer(node, {6})))
    return failure();
  auto columns = columnsOf(node);
  if (failed(columns) || failed(expectShape(node, {2}, {qnn::shapeOf(node.input(1))[1]})))
    return failure();
  auto count = headCount(node, columns->sizes);
  if (failed(count))
    return failure();
  std::array<Value, 3> parts;
  for (size_t i = 0; i < 3; ++i) {
    auto part = [&](Value whole, int64_t axis) {
      return partOf(node, whole, axis, columns->begin(i), columns->sizes[i]);
    };
    Value weights = part(node.input(1), 1);
    Value value =
        weights ? matrixProductOf(node, node.input(0), weights, qnn::elementType(node.input(0)))
                : weights;
    if (node.has(2))
      value = sum(node, value, part(node.input(2), 0));
    parts[i] = splitHeads(node, value, *count);
  }
  return attendedWithPast(node, {parts[0], parts[1], parts[2]}, 4, {3, 5});
}

static bool isSingle(Value value) { return qnn::tensorType(value).getNumElements() == 1; }

// com.microsoft.QAttention: codes, codes of weights, bias, both scales, mask, both zero points,
// past.
LogicalResult quantizedAttention(Node &node) {
  if (failed(node.expect(5, 9, 2)) || failed(expectReals(node, {2, 3, 4})) ||
      failed(expectNoBuffer(node, {})))
    return failure();
  auto columns = columnsOf(node);
  if (failed(columns))
    return failure();
  qnn::Shape width = {qnn::shapeOf(node.input(1))[1]};
  for (size_t i : {3, 6})
    if (node.has(i) && !isSingle(node.input(i)))
      return node.fail("operand " + llvm::Twine(i) + " must be one number");
  for (size_t i : {4, 7})
    if (node.has(i) && !isSingle(node.input(i)) && failed(expectShape(node, {i}, width)))
      return failure();
  auto count = headCount(node, columns->sizes);
  if (failed(count) || failed(expectShape(node, {2}, width)))
    return failure();
  std::array<Value, 3> parts;
  for (size_t i = 0; i < 3; ++i) {
    auto part = [&](Value whole, int64_t axis = 0) {
      return !whole || isSingle(whole)
                 ? whole
                 : partOf(node, whole, axis, columns->begin(i), columns->sizes[i]);
    };
    Value weights = part(node.input(1), 1), scale = part(node.input(4));
    if (!weights || !scale)
      return failure();
    Value sums = integerProductOf(node, node.input(0), node.input(6), weights, part(node.input(7)));
    Value value = realProductOf(node, sums, node.input(3), scale, part(node.input(2)));
    parts[i] = splitHeads(node, value, *count);
  }
  return attendedWithPast(node, {parts[0], parts[1], parts[2]}, 8, {5});
}

// An operand of MultiHeadAttention, plus its part of the bias, as heads. Keys and values may be
// heads in the file.
static Value headsOf(Node &node, size_t i, int64_t count, int64_t begin) {
  Value value = node.input(i);
  auto shape = qnn::shapeOf(value);
  if (shape.size() == 4)
    return value;
  if (node.has(3))
    value = sum(node, value, partOf(node, node.input(3), 0, begin, shape[2]));
  return splitHeads(node, value, count);
}

// The width of what is read for all heads: [B, L, width] or [B, N, L, D].
static FailureOr<int64_t> widthOf(Node &node, size_t i, int64_t batch) {
  auto shape = qnn::shapeOf(node.input(i));
  bool areHeads = shape.size() == 4 && i > 0 && shape[1] == node.integer("num_heads", 0);
  if ((shape.size() != 3 && !areHeads) || shape[0] != batch)
    return node.error() << "operand " << i << " of shape [" << shape << "] is not supported";
  return areHeads ? shape[1] * shape[3] : shape[2];
}

// com.microsoft.MultiHeadAttention: query, key, value, bias, mask, attention_bias, past key, past
// value, past length, indirection. Keys and values are the second and third results.
LogicalResult multiHeadAttention(Node &node) {
  if (failed(node.expect(1, 10, 4)) || failed(expectReals(node, {0, 1, 2, 3, 6, 7})) ||
      failed(expectNoBuffer(node, {8, 9})))
    return failure();
  if (node.has(6) != node.has(7))
    return node.fail("needs past keys and past values, or neither");
  if (!node.has(1) || !node.has(2))
    return node.fail("packed queries, keys and values are not supported");
  if (node.wants(3))
    return node.fail("scores as a result are not supported");
  llvm::SmallVector<int64_t> widths, begins = {0};
  for (size_t i = 0; i < 3; ++i) {
    auto width = widthOf(node, i, node.rank() == 0 ? 0 : qnn::shapeOf(node.input(0))[0]);
    if (failed(width))
      return failure();
    widths.push_back(*width);
    begins.push_back(begins.back() + *width);
  }
  auto count = headCount(node, widths);
  if (failed(count) || failed(expectShape(node, {3}, {begins.back()})))
    return failure();
  if (widths[0] != widths[1] || node.rank(1) != node.rank(2))
    return node.fail("queries, keys and values do not fit one another");
  Heads heads = {headsOf(node, 0, *count, begins[0]), headsOf(node, 1, *count, begins[1]),
                 headsOf(node, 2, *count, begins[2])};
  if (node.has(6)) {
    heads.key = behindPast(node, node.input(6), heads.key);
    if (!heads.key)
      return failure();
    heads.value = behindPast(node, node.input(7), heads.value);
    heads.past = qnn::shapeOf(node.input(6))[2];
  }
  Value value = attended(node, heads, {4, 5});
  if (!value || failed(node.result(heads.key, 1)) || failed(node.result(heads.value, 2)))
    return failure();
  return node.result(value);
}

} // namespace octet::onnx
