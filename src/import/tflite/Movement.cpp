// Operators that move elements without computing on them.
#include "import/tflite/Node.h"
#include "qnn/Ops.h"

#include "llvm/Support/CheckedArithmetic.h"

#include <cmath>

using namespace mlir;

namespace octet::tflite {

// A shape of the file's, its single -1 replaced by what the element count leaves.
static FailureOr<qnn::Shape> resolveShape(Node &node, llvm::ArrayRef<int64_t> given,
                                          int64_t count) {
  qnn::Shape shape(given);
  int64_t known = 1, open = -1;
  for (auto [d, extent] : llvm::enumerate(shape)) {
    if (extent == -1 && open < 0) {
      open = static_cast<int64_t>(d);
      continue;
    }
    auto product = extent < 0 ? std::nullopt : llvm::checkedMul(known, extent);
    if (!product)
      return node.fail("has no valid shape");
    known = *product;
  }
  if (open >= 0) {
    if (known == 0 || count % known != 0)
      return node.fail("the shape does not divide the input's " + llvm::Twine(count) + " elements");
    shape[open] = count / known;
  } else if (known != count) {
    return node.fail("a shape of " + llvm::Twine(known) + " elements does not fit the input's " +
                     llvm::Twine(count));
  }
  return shape;
}

LogicalResult reshape(Node &node) {
  const auto *options = node.options<schema::ReshapeOptions>();
  if (failed(node.expect(1, 2)))
    return failure();
  llvm::SmallVector<int64_t> given;
  if (node.has(1)) {
    auto constants = node.constants(1);
    if (failed(constants))
      return failure();
    given = *constants;
  } else if (options && options->new_shape()) {
    given.assign(options->new_shape()->begin(), options->new_shape()->end());
  } else {
    return node.fail("has no shape");
  }
  // Old converters write [0] for a scalar.
  if (given.size() == 1 && given[0] == 0 && qnn::tensorType(node.input(0)).getNumElements() == 1)
    given.clear();
  auto shape = resolveShape(node, given, qnn::tensorType(node.input(0)).getNumElements());
  return failed(shape) ? failure() : node.result(node.build.reshape(node.input(0), *shape));
}

LogicalResult squeeze(Node &node) {
  const auto *options = node.options<schema::SqueezeOptions>();
  if (failed(node.expect(1, 1)))
    return failure();
  auto input = qnn::shapeOf(node.input(0));
  llvm::SmallVector<bool> drops(input.size(), false);
  if (options && options->squeeze_dims() && options->squeeze_dims()->size() > 0) {
    for (int32_t given : *options->squeeze_dims()) {
      auto axis = node.axis(given, static_cast<int64_t>(input.size()));
      if (failed(axis))
        return failure();
      if (input[*axis] != 1)
        return node.fail("cannot squeeze dimension " + llvm::Twine(*axis) + " of extent " +
                         llvm::Twine(input[*axis]));
      drops[*axis] = true;
    }
  } else {
    for (size_t d = 0; d < input.size(); ++d)
      drops[d] = input[d] == 1;
  }
  qnn::Shape shape;
  for (size_t d = 0; d < input.size(); ++d)
    if (!drops[d])
      shape.push_back(input[d]);
  return node.result(node.build.reshape(node.input(0), shape));
}

LogicalResult expandDims(Node &node) {
  if (failed(node.expect(2, 2)))
    return failure();
  auto given = node.constants(1);
  if (failed(given) || given->size() != 1)
    return failed(given) ? failure() : node.fail("needs one axis");
  qnn::Shape shape(qnn::shapeOf(node.input(0)));
  auto axis = node.axis((*given)[0], static_cast<int64_t>(shape.size()) + 1);
  if (failed(axis))
    return failure();
  shape.insert(shape.begin() + *axis, 1);
  return node.result(node.build.reshape(node.input(0), shape));
}

LogicalResult transpose(Node &node) {
  if (failed(node.expect(2, 2)))
    return failure();
  auto permutation = node.constants(1);
  if (failed(permutation))
    return failure();
  int64_t rank = qnn::tensorType(node.input(0)).getRank();
  for (int64_t &d : *permutation) {
    auto axis = node.axis(d, rank);
    if (failed(axis))
      return failure();
    d = *axis;
  }
  return node.result(node.build.transpose(node.input(0), *permutation));
}

LogicalResult concatenation(Node &node) {
  const auto *options = node.options<schema::ConcatenationOptions>();
  if (!options)
    return node.fail("has no options");
  if (failed(node.expect(1, 1 << 16)))
    return failure();
  auto axis = node.axis(options->axis(), qnn::tensorType(node.input(0)).getRank());
  if (failed(axis))
    return failure();
  Type type = qnn::isQuantized(node.input(0)) ? node.outputType() : qnn::elementType(node.input(0));
  llvm::SmallVector<Value> inputs;
  for (size_t i = 0; i < node.inputCount(); ++i) {
    Value input = node.input(i);
    if (!input)
      return node.fail("input " + llvm::Twine(i) + " is missing");
    if (qnn::elementType(input) != type) {
      auto from = qnn::Quantization::of(input.getType()), to = qnn::Quantization::of(type);
      if (!from || !to || from->storage.isSigned || to->storage.isSigned || to->storage.bits != 8)
        return node.fail("inputs of different types or scales are not supported (but for uint8)");
      input = node.build.create<qnn::FloatRescaleOp>(type, input);
    }
    inputs.push_back(input);
  }
  Value value = inputs.size() == 1
                    ? inputs[0]
                    : node.build.create<qnn::ConcatOp>(type, inputs, static_cast<uint64_t>(*axis));
  return node.result(node.activate(value, options->fused_activation_function()));
}

// Cuts the input along an axis into pieces of the given sizes.
static LogicalResult cut(Node &node, Value input, int64_t axis, llvm::ArrayRef<int64_t> sizes) {
  auto extents = qnn::shapeOf(input);
  int64_t at = 0;
  for (auto [i, size] : llvm::enumerate(sizes)) {
    qnn::Shape begin(extents.size(), 0), shape(extents), strides(extents.size(), 1);
    begin[axis] = at;
    shape[axis] = size;
    at += size;
    if (failed(node.result(
            node.build.create<qnn::SliceOp>(qnn::elementType(input), input, begin, shape, strides),
            i)))
      return failure();
  }
  return success();
}

LogicalResult split(Node &node) {
  const auto *options = node.options<schema::SplitOptions>();
  size_t pieces = node.op.outputs.size();
  if (!options || pieces == 0 || static_cast<int64_t>(pieces) != options->num_splits())
    return node.fail("number of outputs and number of splits differ");
  if (failed(node.expect(2, 2, pieces)))
    return failure();
  auto given = node.constants(0);
  if (failed(given) || given->size() != 1)
    return failed(given) ? failure() : node.fail("needs one axis");
  Value input = node.input(1);
  auto axis = node.axis((*given)[0], qnn::tensorType(input).getRank());
  if (failed(axis))
    return failure();
  int64_t extent = qnn::shapeOf(input)[*axis];
  if (extent % static_cast<int64_t>(pieces) != 0)
    return node.fail("dimension of " + llvm::Twine(extent) + " does not split into " +
                     llvm::Twine(pieces));
  return cut(node, input, *axis,
             llvm::SmallVector<int64_t>(pieces, extent / static_cast<int64_t>(pieces)));
}

LogicalResult splitByVector(Node &node) {
  size_t pieces = node.op.outputs.size();
  if (failed(node.expect(3, 3, pieces)))
    return failure();
  auto sizes = node.constants(1), given = node.constants(2);
  if (failed(sizes) || failed(given))
    return failure();
  auto axis = given->size() == 1 ? node.axis((*given)[0], qnn::tensorType(node.input(0)).getRank())
                                 : FailureOr<int64_t>(node.fail("needs one axis"));
  if (failed(axis))
    return failure();
  auto rest = qnn::shapeOf(node.input(0))[*axis];
  int64_t open = -1;
  for (auto [i, size] : llvm::enumerate(*sizes)) {
    if (size == -1 && open < 0)
      open = static_cast<int64_t>(i);
    else if (size < 0 || size > rest)
      return node.fail("sizes do not fit the dimension");
    else
      rest -= size;
  }
  if (open >= 0)
    (*sizes)[open] = rest;
  if (sizes->size() != pieces || (open < 0 && rest != 0))
    return node.fail("sizes do not fit the dimension and the outputs");
  return cut(node, node.input(0), *axis, *sizes);
}

// The file's [rank, 2] table of paddings.
static FailureOr<std::pair<qnn::Shape, qnn::Shape>> paddings(Node &node) {
  auto table = node.constants(1);
  if (failed(table))
    return failure();
  size_t rank = qnn::shapeOf(node.input(0)).size();
  if (table->size() != 2 * rank)
    return node.fail("needs two paddings per dimension");
  std::pair<qnn::Shape, qnn::Shape> result;
  for (size_t d = 0; d < rank; ++d) {
    for (size_t side : {0, 1})
      if ((*table)[2 * d + side] < 0 || (*table)[2 * d + side] > INT32_MAX)
        return node.fail("paddings must not be negative");
    result.first.push_back((*table)[2 * d]);
    result.second.push_back((*table)[2 * d + 1]);
  }
  return result;
}

LogicalResult pad(Node &node) {
  if (failed(node.expect(2, 3)))
    return failure();
  Value input = node.input(0);
  auto amounts = paddings(node);
  if (failed(amounts))
    return failure();
  auto quantization = qnn::Quantization::of(input.getType());
  double value = quantization ? static_cast<double>(quantization->zeroPoint()) : 0;
  if (node.has(2)) {
    auto constant = node.input(2).getDefiningOp<qnn::ConstantOp>();
    if (!constant || qnn::tensorType(node.input(2)).getNumElements() != 1)
      return node.fail("the padding value must be a constant");
    auto tensor = qnn::Tensor::of(constant.getValue(), qnn::tensorType(node.input(2)));
    value = tensor.isFloat() ? tensor.real(0) : static_cast<double>(tensor.integer(0));
  }
  if (quantization && node.outputType() != qnn::elementType(input))
    return node.fail("an output of another scale than the input's is not supported");
  return node.result(node.build.create<qnn::PadOp>(qnn::elementType(input), input, amounts->first,
                                                   amounts->second, llvm::ArrayRef<int64_t>(),
                                                   llvm::APFloat(value), qnn::PadKind::constant));
}

LogicalResult mirrorPad(Node &node) {
  const auto *options = node.options<schema::MirrorPadOptions>();
  if (!options)
    return node.fail("has no options");
  if (failed(node.expect(2, 2)))
    return failure();
  auto amounts = paddings(node);
  if (failed(amounts))
    return failure();
  auto kind = options->mode() == schema::MirrorPadMode::REFLECT ? qnn::PadKind::reflect
                                                                : qnn::PadKind::symmetric;
  return node.result(node.build.create<qnn::PadOp>(
      qnn::elementType(node.input(0)), node.input(0), amounts->first, amounts->second,
      llvm::ArrayRef<int64_t>(), llvm::APFloat(0.0), kind));
}

LogicalResult pack(Node &node) {
  const auto *options = node.options<schema::PackOptions>();
  if (!options)
    return node.fail("has no options");
  if (failed(node.expect(1, 1 << 16)))
    return failure();
  qnn::Shape shape(qnn::shapeOf(node.input(0)));
  auto axis = node.axis(options->axis(), static_cast<int64_t>(shape.size()) + 1);
  if (failed(axis))
    return failure();
  shape.insert(shape.begin() + *axis, 1);
  llvm::SmallVector<Value> inputs;
  for (size_t i = 0; i < node.inputCount(); ++i) {
    Value input = node.has(i) ? node.build.reshape(node.input(i), shape) : Value();
    if (!input)
      return node.fail("input " + llvm::Twine(i) + " does not have the first one's shape");
    inputs.push_back(input);
  }
  Type type = qnn::elementType(inputs[0]);
  return node.result(inputs.size() == 1 ? inputs[0]
                                        : node.build.create<qnn::ConcatOp>(
                                              type, inputs, static_cast<uint64_t>(*axis)));
}

LogicalResult unpack(Node &node) {
  const auto *options = node.options<schema::UnpackOptions>();
  if (!options)
    return node.fail("has no options");
  size_t pieces = node.op.outputs.size();
  if (failed(node.expect(1, 1, pieces)))
    return failure();
  Value input = node.input(0);
  auto axis = node.axis(options->axis(), qnn::tensorType(input).getRank());
  if (failed(axis))
    return failure();
  qnn::Shape shape(qnn::shapeOf(input));
  if (shape[*axis] != static_cast<int64_t>(pieces))
    return node.fail("dimension of " + llvm::Twine(shape[*axis]) + " for " + llvm::Twine(pieces) +
                     " outputs");
  if (failed(cut(node, input, *axis, llvm::SmallVector<int64_t>(pieces, 1))))
    return failure();
  shape.erase(shape.begin() + *axis);
  for (size_t i = 0; i < pieces; ++i)
    if (failed(node.result(node.build.reshape(node.values[node.op.outputs[i]], shape), i)))
      return failure();
  return success();
}

// reshape, transpose, reshape: what every rearrangement of blocks is.
static LogicalResult rearrange(Node &node, Value input, llvm::ArrayRef<int64_t> split,
                               llvm::ArrayRef<int64_t> permutation,
                               llvm::ArrayRef<int64_t> joined) {
  Value value = node.build.reshape(input, split);
  value = value ? node.build.transpose(value, permutation) : value;
  return node.result(value ? node.build.reshape(value, joined) : value);
}

LogicalResult spaceToDepth(Node &node) {
  const auto *options = node.options<schema::SpaceToDepthOptions>();
  if (failed(node.expect(1, 1)))
    return failure();
  auto shape = qnn::shapeOf(node.input(0));
  int64_t block = options ? options->block_size() : 0;
  if (shape.size() != 4 || block < 1 || shape[1] % block != 0 || shape[2] % block != 0)
    return node.fail("the block does not divide the image");
  return rearrange(
      node, node.input(0), {shape[0], shape[1] / block, block, shape[2] / block, block, shape[3]},
      {0, 1, 3, 2, 4, 5}, {shape[0], shape[1] / block, shape[2] / block, block * block * shape[3]});
}

LogicalResult depthToSpace(Node &node) {
  const auto *options = node.options<schema::DepthToSpaceOptions>();
  if (failed(node.expect(1, 1)))
    return failure();
  auto shape = qnn::shapeOf(node.input(0));
  int64_t block = options ? options->block_size() : 0;
  if (shape.size() != 4 || block < 1 || block > (1 << 15) || shape[3] % (block * block) != 0)
    return node.fail("the block does not divide the depth");
  int64_t depth = shape[3] / (block * block);
  return rearrange(node, node.input(0), {shape[0], shape[1], shape[2], block, block, depth},
                   {0, 1, 3, 2, 4, 5}, {shape[0], shape[1] * block, shape[2] * block, depth});
}

// Block sizes and paddings (or crops) of the spatial dimensions, which follow the batch.
static FailureOr<std::pair<llvm::SmallVector<int64_t>, llvm::SmallVector<int64_t>>>
blocks(Node &node) {
  auto sizes = node.constants(1), amounts = node.constants(2);
  if (failed(sizes) || failed(amounts))
    return failure();
  size_t rank = qnn::shapeOf(node.input(0)).size();
  bool fits = sizes->size() >= 1 && sizes->size() < rank && amounts->size() == 2 * sizes->size();
  for (int64_t size : *sizes)
    fits &= size >= 1 && size <= INT32_MAX;
  for (int64_t amount : *amounts)
    fits &= amount >= 0 && amount <= INT32_MAX;
  if (!fits)
    return node.fail("block sizes and paddings do not fit the input");
  return std::pair(*sizes, *amounts);
}

LogicalResult spaceToBatch(Node &node) {
  if (failed(node.expect(3, 3)))
    return failure();
  auto given = blocks(node);
  if (failed(given))
    return failure();
  auto &[sizes, amounts] = *given;
  Value input = node.input(0);
  size_t rank = qnn::shapeOf(input).size(), spatial = sizes.size();
  qnn::Shape low(rank, 0), high(rank, 0);
  for (size_t d = 0; d < spatial; ++d) {
    low[d + 1] = amounts[2 * d];
    high[d + 1] = amounts[2 * d + 1];
  }
  auto quantization = qnn::Quantization::of(input.getType());
  double zero = quantization ? static_cast<double>(quantization->zeroPoint()) : 0;
  input = node.build.create<qnn::PadOp>(qnn::elementType(input), input, low, high,
                                        llvm::ArrayRef<int64_t>(), llvm::APFloat(zero),
                                        qnn::PadKind::constant);
  if (!input)
    return failure();
  auto padded = qnn::shapeOf(input);
  // [n, h, w, c] → [n, h/b, b, w/b, b, c] → [b, b, n, h/b, w/b, c]
  qnn::Shape cutUp = {padded[0]}, joined = {padded[0]};
  llvm::SmallVector<int64_t> outer, inner;
  for (size_t d = 0; d < spatial; ++d) {
    if (padded[d + 1] % sizes[d] != 0)
      return node.fail("the block does not divide the padded input");
    inner.push_back(static_cast<int64_t>(cutUp.size()));
    cutUp.append({padded[d + 1] / sizes[d], sizes[d]});
    outer.push_back(static_cast<int64_t>(cutUp.size()) - 1);
    joined.push_back(padded[d + 1] / sizes[d]);
    joined[0] *= sizes[d];
  }
  llvm::SmallVector<int64_t> permutation(outer);
  permutation.push_back(0);
  permutation.append(inner);
  for (size_t d = spatial + 1; d < rank; ++d) {
    permutation.push_back(static_cast<int64_t>(cutUp.size()));
    cutUp.push_back(padded[d]);
    joined.push_back(padded[d]);
  }
  return rearrange(node, input, cutUp, permutation, joined);
}

LogicalResult batchToSpace(Node &node) {
  if (failed(node.expect(3, 3)))
    return failure();
  auto given = blocks(node);
  if (failed(given))
    return failure();
  auto &[sizes, crops] = *given;
  Value input = node.input(0);
  auto shape = qnn::shapeOf(input);
  int64_t spatial = static_cast<int64_t>(sizes.size()), rank = static_cast<int64_t>(shape.size()),
          blockCount = 1;
  for (int64_t size : sizes)
    blockCount = std::min<int64_t>(blockCount * size, INT32_MAX);
  if (shape[0] % blockCount != 0)
    return node.fail("the blocks do not divide the batch");
  // [b, b, n, h, w, c] → [n, h, b, w, b, c]
  qnn::Shape cutUp(sizes.begin(), sizes.end()), joined = {shape[0] / blockCount};
  cutUp.push_back(shape[0] / blockCount);
  llvm::SmallVector<int64_t> permutation = {spatial};
  qnn::Shape begin = {0}, kept = {joined[0]};
  for (int64_t d = 1; d < rank; ++d) {
    cutUp.push_back(shape[d]);
    permutation.push_back(spatial + d);
    joined.push_back(shape[d]);
    begin.push_back(0);
    if (d <= spatial) {
      permutation.push_back(d - 1);
      joined[d] *= sizes[d - 1];
      begin[d] = crops[2 * (d - 1)];
      if (crops[2 * (d - 1)] + crops[2 * (d - 1) + 1] > joined[d])
        return node.fail("crops exceed the image");
      kept.push_back(joined[d] - crops[2 * (d - 1)] - crops[2 * (d - 1) + 1]);
    } else {
      kept.push_back(joined[d]);
    }
  }
  if (failed(rearrange(node, input, cutUp, permutation, joined)))
    return failure();
  qnn::Shape strides(shape.size(), 1);
  Value whole = node.values[node.op.outputs[0]];
  return node.result(
      node.build.create<qnn::SliceOp>(qnn::elementType(whole), whole, begin, kept, strides));
}

LogicalResult tile(Node &node) {
  if (failed(node.expect(2, 2)))
    return failure();
  auto multiples = node.constants(1);
  if (failed(multiples))
    return failure();
  auto shape = qnn::shapeOf(node.input(0));
  if (multiples->size() != shape.size())
    return node.fail("needs a multiple per dimension");
  // A dimension and its copies, side by side: [d] → [1, d] → [m, d] → [m * d].
  qnn::Shape apart, repeated, joined;
  for (auto [extent, multiple] : llvm::zip(shape, *multiples)) {
    if (multiple < 0 || multiple > INT32_MAX)
      return node.fail("multiples must not be negative");
    apart.append({1, extent});
    repeated.append({multiple, extent});
    joined.push_back(multiple * extent);
  }
  Value value = node.build.reshape(node.input(0), apart);
  value =
      value ? node.build.create<qnn::BroadcastOp>(qnn::elementType(value), value, repeated) : value;
  return node.result(value ? node.build.reshape(value, joined) : value);
}

LogicalResult broadcastTo(Node &node) {
  if (failed(node.expect(2, 2)))
    return failure();
  auto shape = node.constants(1);
  if (failed(shape))
    return failure();
  for (int64_t extent : *shape)
    if (extent < 0)
      return node.fail("has no valid shape");
  return node.result(
      node.build.create<qnn::BroadcastOp>(qnn::elementType(node.input(0)), node.input(0), *shape));
}

LogicalResult reverse(Node &node) {
  if (failed(node.expect(2, 2)))
    return failure();
  auto axes = node.constants(1);
  if (failed(axes))
    return failure();
  auto extents = qnn::shapeOf(node.input(0));
  qnn::Shape begin(extents.size(), 0), strides(extents.size(), 1);
  for (int64_t given : *axes) {
    auto axis = node.axis(given, static_cast<int64_t>(extents.size()));
    if (failed(axis))
      return failure();
    if (extents[*axis] > 0) {
      begin[*axis] = extents[*axis] - 1;
      strides[*axis] = -1;
    }
  }
  return node.result(node.build.create<qnn::SliceOp>(qnn::elementType(node.input(0)), node.input(0),
                                                     begin, extents, strides));
}

// Integers known at compile time, in the output's type.
static LogicalResult integers(Node &node, llvm::ArrayRef<int64_t> numbers,
                              llvm::ArrayRef<int64_t> shape) {
  Type type = node.outputType();
  if (!type || (!type.isInteger(32) && !type.isInteger(64)))
    return node.fail("the output must be int32 or int64");
  qnn::Tensor tensor(RankedTensorType::get(shape, type));
  for (auto [i, number] : llvm::enumerate(numbers))
    tensor.setInteger(static_cast<int64_t>(i), number);
  return node.result(node.build.constant(tensor.type(), std::as_const(tensor).bytes()));
}

LogicalResult shape(Node &node) {
  if (failed(node.expect(1, 1)))
    return failure();
  auto extents = qnn::shapeOf(node.input(0));
  return integers(node, extents, {static_cast<int64_t>(extents.size())});
}

LogicalResult rank(Node &node) {
  if (failed(node.expect(1, 1)))
    return failure();
  return integers(node, {qnn::tensorType(node.input(0)).getRank()}, {});
}

LogicalResult fill(Node &node) {
  if (failed(node.expect(2, 2)))
    return failure();
  auto shape = node.constants(0);
  if (failed(shape))
    return failure();
  for (int64_t extent : *shape)
    if (extent < 0)
      return node.fail("has no valid shape");
  return node.result(
      node.build.create<qnn::BroadcastOp>(qnn::elementType(node.input(1)), node.input(1), *shape));
}

LogicalResult zerosLike(Node &node) {
  if (failed(node.expect(1, 1)))
    return failure();
  Type type = qnn::elementType(node.input(0));
  auto quantization = qnn::Quantization::of(type);
  Value zero =
      node.build.scalar(type, quantization ? static_cast<double>(quantization->zeroPoint()) : 0);
  return node.result(node.build.create<qnn::BroadcastOp>(type, zero, qnn::shapeOf(node.input(0))));
}

LogicalResult range(Node &node) {
  if (failed(node.expect(3, 3)))
    return failure();
  auto start = node.constants(0), limit = node.constants(1), delta = node.constants(2);
  if (failed(start) || failed(limit) || failed(delta))
    return failure();
  if (start->size() != 1 || limit->size() != 1 || delta->size() != 1 || (*delta)[0] == 0)
    return node.fail("needs single numbers and a step");
  llvm::SmallVector<int64_t> numbers;
  for (int64_t i = (*start)[0]; (*delta)[0] > 0 ? i < (*limit)[0] : i > (*limit)[0]; i += (*delta)[0]) {
    if (numbers.size() == 1 << 20)
      return node.fail("has more than a million elements");
    numbers.push_back(i);
  }
  return integers(node, numbers, {static_cast<int64_t>(numbers.size())});
}

} // namespace octet::tflite
