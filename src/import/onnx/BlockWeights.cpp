// Weights of 4 or 8 bits with a scale for each block: they stay codes, and what they multiply stays
// float.
#include "import/onnx/BlockWeights.h"
#include "import/onnx/Operators.h"
#include "import/onnx/onnx.pb.h"
#include "qnn/Ops.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace octet::onnx {

namespace {
/// What block_dense takes, besides the input.
struct Weights {
  Value codes, scales, zeroPoints; ///< the last may be null
  int64_t bits = 4, blockSize = 32, zeroPoint = 0;
};
} // namespace

// lhs [.., K] by weights [N, K].
static Value multiply(Node &node, Value lhs, const Weights &weights) {
  qnn::Shape shape(qnn::shapeOf(lhs));
  if (shape.empty()) {
    node.error() << "multiplies a scalar";
    return {};
  }
  int64_t depth = shape.pop_back_val();
  lhs = node.build.reshape(lhs, {ShapedType::getNumElements(shape), depth});
  auto &ir = node.build.ir();
  Value value = node.build.create<qnn::BlockDenseOp>(
      ir.getF32Type(), lhs, weights.codes, weights.scales, weights.zeroPoints,
      ir.getI64IntegerAttr(weights.bits), ir.getI64IntegerAttr(weights.blockSize),
      ir.getI64IntegerAttr(weights.zeroPoint));
  if (!value)
    return {};
  shape.push_back(qnn::shapeOf(value)[1]);
  return node.build.reshape(value, shape);
}

static FailureOr<qnn::Tensor> constantOperand(Node &node, size_t i) {
  auto constant = Node::constantOf(node.input(i));
  if (!constant)
    return node.fail("operand " + llvm::Twine(i) + " must be a constant");
  return qnn::Tensor::of(constant.getValue(), qnn::tensorType(node.input(i)));
}

static Value bytesOf(Node &node, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<char> bytes) {
  auto type = RankedTensorType::get(shape, node.build.ir().getIntegerType(8, /*isSigned=*/false));
  return node.build.constant(type, bytes);
}

// Code i of a row of bytes.
static uint8_t codeAt(llvm::ArrayRef<char> row, int64_t i, int64_t bits) {
  if (bits == 8)
    return static_cast<uint8_t>(row[static_cast<size_t>(i)]);
  auto pair = static_cast<uint8_t>(row[static_cast<size_t>(i / 2)]);
  return static_cast<uint8_t>(i % 2 == 0 ? pair & 15 : pair >> 4);
}

//===-- com.microsoft.MatMulNBits --===//

// Rows of whole blocks in the file, of K codes here.
static FailureOr<Value> codesOf(Node &node, int64_t columns, int64_t depth, int64_t blocks,
                                const Weights &weights) {
  auto held = constantOperand(node, 1);
  if (failed(held))
    return failure();
  int64_t fileBytes = blocks * weights.blockSize * weights.bits / 8,
          rowBytes = (depth * weights.bits + 7) / 8;
  auto bytes = std::as_const(*held).bytes();
  if (static_cast<int64_t>(bytes.size()) != columns * fileBytes)
    return node.fail("has " + llvm::Twine(bytes.size()) + " bytes of weights, needs " +
                     llvm::Twine(columns * fileBytes));
  std::vector<char> rows;
  rows.reserve(static_cast<size_t>(columns * rowBytes));
  for (int64_t n = 0; n < columns; ++n) {
    auto row = bytes.slice(static_cast<size_t>(n * fileBytes), static_cast<size_t>(rowBytes));
    rows.insert(rows.end(), row.begin(), row.end());
  }
  return bytesOf(node, {columns, rowBytes}, rows);
}

// One for each block, packed as codes are.
static FailureOr<Value> zeroPointsOf(Node &node, int64_t columns, int64_t blocks, int64_t bits) {
  auto held = constantOperand(node, 3);
  if (failed(held))
    return failure();
  if (held->isFloat())
    return node.fail("zero points that are floats are not supported");
  int64_t rowBytes = (blocks * bits + 7) / 8;
  auto bytes = std::as_const(*held).bytes();
  if (static_cast<int64_t>(bytes.size()) != columns * rowBytes)
    return node.fail("has " + llvm::Twine(bytes.size()) + " bytes of zero points, needs " +
                     llvm::Twine(columns * rowBytes));
  std::vector<char> expanded;
  for (int64_t n = 0; n < columns; ++n)
    for (int64_t b = 0; b < blocks; ++b)
      expanded.push_back(static_cast<char>(codeAt(
          bytes.slice(static_cast<size_t>(n * rowBytes), static_cast<size_t>(rowBytes)), b, bits)));
  return bytesOf(node, {columns, blocks}, expanded);
}

// a, codes [N, blocks, bytes], scales, zero points, the order of columns, bias. What precision its
// sums may lose (accuracy_level) is a permission: here they are float32.
LogicalResult matrixProductOfBits(Node &node) {
  if (failed(node.expect(3, 6)))
    return failure();
  node.ignore({"accuracy_level"});
  int64_t depth = node.integer("K", 0), columns = node.integer("N", 0);
  Weights weights;
  weights.bits = node.integer("bits", 4);
  weights.blockSize = node.integer("block_size", 0);
  if (weights.bits != 4 && weights.bits != 8)
    return node.fail("weights of " + llvm::Twine(weights.bits) + " bits are not supported");
  if (weights.blockSize < 16 || weights.blockSize > INT32_MAX || weights.blockSize % 16 != 0)
    return node.fail("blocks of " + llvm::Twine(weights.blockSize) + " are not supported");
  if (depth < 1 || depth > INT32_MAX || columns < 1 || columns > INT32_MAX)
    return node.fail("weights of " + llvm::Twine(columns) + " x " + llvm::Twine(depth) +
                     " are not supported");
  if (node.has(4))
    return node.fail("g_idx is not supported");
  int64_t blocks = (depth + weights.blockSize - 1) / weights.blockSize;
  auto codes = codesOf(node, columns, depth, blocks, weights);
  if (failed(codes))
    return failure();
  weights.codes = *codes;
  if (qnn::tensorType(node.input(2)).getNumElements() != columns * blocks)
    return node.fail("needs " + llvm::Twine(columns * blocks) + " scales");
  weights.scales = node.build.reshape(node.input(2), {columns, blocks});
  if (!node.has(3)) {
    weights.zeroPoint = int64_t{1} << (weights.bits - 1);
  } else {
    auto zeroPoints = zeroPointsOf(node, columns, blocks, weights.bits);
    if (failed(zeroPoints))
      return failure();
    weights.zeroPoints = *zeroPoints;
  }
  Value value = weights.scales ? multiply(node, node.input(0), weights) : Value(),
        bias = node.input(5);
  if (!value || !bias)
    return node.result(value);
  if (failed(node.alignRanks(value, bias)))
    return failure();
  return node.result(node.build.create<qnn::AddOp>(qnn::elementType(value), value, bias,
                                                   qnn::NumericsAttr(), Attribute()));
}

//===-- DequantizeLinear of blocks --===//

void recordBlocks(Node &node) { node.model.dequantizedBlocks[node.proto.output(0)] = &node.proto; }

// Integers [K, N] as rows of unsigned codes, 4 bits to each where that is enough. `origin` is the
// integer that becomes 0.
static std::vector<char> packedRows(const qnn::Tensor &from, int64_t origin, int64_t bits) {
  int64_t depth = from.shape()[0], columns = from.shape()[1], rowBytes = (depth * bits + 7) / 8;
  std::vector<char> rows(static_cast<size_t>(columns * rowBytes), 0);
  for (int64_t k = 0; k < depth; ++k)
    for (int64_t n = 0; n < columns; ++n) {
      int64_t code = from.integer(k * columns + n) - origin;
      char &byte = rows[static_cast<size_t>(n * rowBytes + k * bits / 8)];
      byte = static_cast<char>(byte | code << (bits == 4 && k % 2 != 0 ? 4 : 0));
    }
  return rows;
}

static bool areNibbles(const qnn::Tensor &tensor, int64_t lowest) {
  for (int64_t i = 0; i < tensor.size(); ++i)
    if (tensor.integer(i) < lowest || tensor.integer(i) > lowest + 15)
      return false;
  return true;
}

Value multiplyByBlocks(Node &node, Value lhs) {
  auto found = node.model.dequantizedBlocks.find(node.proto.input(1));
  if (found == node.model.dequantizedBlocks.end() || qnn::tensorType(lhs).getRank() < 1)
    return {};
  Node blocks(node.model, *found->second, node.values);
  for (size_t i = 0; i < blocks.inputCount(); ++i)
    if (blocks.has(i) && (!blocks.input(i) || !Node::constantOf(blocks.input(i))))
      return {};
  Weights weights;
  weights.blockSize = blocks.integer("block_size", 0);
  int64_t axis = blocks.integer("axis", 1);
  Value held = node.plain(blocks.input(0)), scales = blocks.input(1);
  auto shape = qnn::shapeOf(held);
  auto storage = qnn::storageOf(held.getType());
  bool fits = shape.size() == 2 && (axis == 0 || axis == -2) && storage && storage->bits == 8 &&
              weights.blockSize % 16 == 0 && shape[0] % weights.blockSize == 0 &&
              qnn::shapeOf(lhs).back() == shape[0] && qnn::tensorType(scales).getRank() == 2;
  if (!fits)
    return {};
  auto tensorOf = [](Value value) {
    return qnn::Tensor::of(Node::constantOf(value).getValue(), qnn::tensorType(value));
  };
  const qnn::Tensor codes = tensorOf(held);
  Value zeroPoint = node.plain(blocks.input(2));
  int64_t nibble = storage->isSigned ? -8 : 0;
  bool isNarrow =
      areNibbles(codes, nibble) && (!zeroPoint || areNibbles(tensorOf(zeroPoint), nibble));
  weights.bits = isNarrow ? 4 : 8;
  int64_t origin = isNarrow ? nibble : storage->lowest;
  weights.zeroPoint = zeroPoint ? 0 : -origin;
  weights.codes = bytesOf(node, {shape[1], shape[0] * weights.bits / 8},
                          packedRows(codes, origin, weights.bits));
  if (zeroPoint) {
    const qnn::Tensor zeroPoints = tensorOf(zeroPoint);
    weights.zeroPoints = bytesOf(node, {zeroPoints.shape()[1], zeroPoints.shape()[0]},
                                 packedRows(zeroPoints, origin, 8));
  }
  weights.scales = node.build.transpose(scales, {1, 0});
  return weights.scales ? multiply(node, lhs, weights) : Value();
}

} // namespace octet::onnx
