#include "import/tflite/Densify.h"

#include "llvm/ADT/SmallVector.h"

#include <cstring>

namespace octet::tflite {

using llvm::Error;

static Error problem(const char *message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

llvm::Expected<std::vector<char>> expandNibbles(llvm::ArrayRef<char> packed, int64_t count,
                                                bool isSigned) {
  if (static_cast<int64_t>(packed.size()) != (count + 1) / 2)
    return problem("the buffer does not hold two 4-bit codes a byte");
  std::vector<char> result(count);
  for (int64_t i = 0; i < count; ++i) {
    int nibble = (static_cast<uint8_t>(packed[i / 2]) >> (i % 2 ? 4 : 0)) & 0xF;
    result[i] = static_cast<char>(isSigned && nibble > 7 ? nibble - 16 : nibble);
  }
  return result;
}

namespace {

// Levels are visited in traversal order: the dimensions of the dense tensor divided into blocks,
// then the dimensions of a block. A dense level has all its indices; a CSR level has those that
// indices[segments[p] … segments[p + 1]) lists for position p of the level above.
class Densifier {
public:
  Densifier(llvm::ArrayRef<int64_t> shape, int64_t elementBytes, llvm::ArrayRef<char> values)
      : shape(shape), elementBytes(elementBytes), values(values) {}

  Error prepare(const schema::SparsityParameters &sparsity) {
    const auto *order = sparsity.traversal_order();
    const auto *metadata = sparsity.dim_metadata();
    const auto *blocks = sparsity.block_map();
    size_t blockCount = blocks ? blocks->size() : 0, rank = shape.size();
    if (!order || !metadata || order->size() != rank + blockCount ||
        metadata->size() != order->size())
      return problem("the sparsity parameters do not fit the shape");
    blockSizes.assign(rank, 1);
    blockDimensions.assign(blockCount, 0);
    llvm::SmallVector<bool> seen(order->size(), false);
    for (uint32_t i = 0; i < order->size(); ++i) {
      int32_t dimension = order->Get(i);
      if (dimension < 0 || dimension >= static_cast<int32_t>(order->size()) || seen[dimension])
        return problem("the sparse traversal order is no permutation");
      seen[dimension] = true;
      Level level;
      level.dimension = dimension;
      if (Error error = readLevel(*metadata->Get(i), level))
        return error;
      levels.push_back(std::move(level));
    }
    for (size_t b = 0; b < blockCount; ++b) {
      int32_t dimension = blocks->Get(static_cast<uint32_t>(b));
      if (dimension < 0 || dimension >= static_cast<int32_t>(rank))
        return problem("a sparse block names a dimension that does not exist");
      blockDimensions[b] = dimension;
      for (const Level &level : levels)
        if (level.dimension == static_cast<int32_t>(rank + b)) {
          if (!level.isDense || level.size < 1 || shape[dimension] % level.size != 0)
            return problem("a sparse block does not divide its dimension");
          blockSizes[dimension] *= level.size;
        }
    }
    for (const Level &level : levels)
      if (level.dimension < static_cast<int32_t>(rank) && level.isDense &&
          level.size != shape[level.dimension] / blockSizes[level.dimension])
        return problem("a dense level of the sparse tensor has the wrong size");
    return Error::success();
  }

  llvm::Expected<std::vector<char>> run() {
    int64_t count = 1;
    for (int64_t extent : shape)
      count *= extent;
    if (count > (int64_t{1} << 32) / elementBytes)
      return problem("the sparse tensor is too large");
    result.assign(count * elementBytes, 0);
    index.assign(levels.size(), 0);
    if (Error error = visit(0, 0))
      return error;
    if (next != static_cast<int64_t>(values.size()))
      return problem("the sparse tensor has more values than positions");
    return std::move(result);
  }

private:
  struct Level {
    int32_t dimension = 0;
    bool isDense = true;
    int64_t size = 0;
    std::vector<int64_t> segments, indices;
  };

  static Error readVector(schema::SparseIndexVector type, const void *table,
                          std::vector<int64_t> &result) {
    auto copy = [&result](const auto *values) {
      if (values)
        result.assign(values->begin(), values->end());
    };
    if (!table)
      return problem("a sparse index vector is missing");
    if (type == schema::SparseIndexVector::Int32Vector)
      copy(static_cast<const schema::Int32Vector *>(table)->values());
    else if (type == schema::SparseIndexVector::Uint16Vector)
      copy(static_cast<const schema::Uint16Vector *>(table)->values());
    else if (type == schema::SparseIndexVector::Uint8Vector)
      copy(static_cast<const schema::Uint8Vector *>(table)->values());
    else
      return problem("a sparse index vector has an unknown type");
    return Error::success();
  }

  static Error readLevel(const schema::DimensionMetadata &table, Level &level) {
    level.isDense = table.format() == schema::DimensionType::DENSE;
    level.size = table.dense_size();
    if (level.isDense)
      return level.size < 0 ? problem("a dense level of the sparse tensor has a negative size")
                            : Error::success();
    if (Error error =
            readVector(table.array_segments_type(), table.array_segments(), level.segments))
      return error;
    return readVector(table.array_indices_type(), table.array_indices(), level.indices);
  }

  // `position` numbers this level's parent among all of its kind.
  Error visit(size_t depth, int64_t position) {
    // Only a file made to waste time has so many branches without values.
    if (++visits > int64_t{1} << 28)
      return problem("the sparse tensor has too many levels");
    if (depth == levels.size())
      return storeValue();
    const Level &level = levels[depth];
    if (level.isDense) {
      for (int64_t i = 0; i < level.size; ++i) {
        index[depth] = i;
        if (Error error = visit(depth + 1, position * level.size + i))
          return error;
      }
      return Error::success();
    }
    if (position + 1 >= static_cast<int64_t>(level.segments.size()))
      return problem("a sparse level has too few segments");
    int64_t begin = level.segments[position], end = level.segments[position + 1];
    if (begin < 0 || end < begin || end > static_cast<int64_t>(level.indices.size()))
      return problem("a sparse segment is out of range");
    for (int64_t i = begin; i < end; ++i) {
      index[depth] = level.indices[i];
      if (Error error = visit(depth + 1, i))
        return error;
    }
    return Error::success();
  }

  Error storeValue() {
    llvm::SmallVector<int64_t> dense(shape.size(), 0);
    auto rank = static_cast<int32_t>(shape.size());
    for (size_t i = 0; i < levels.size(); ++i) {
      int32_t dimension = levels[i].dimension;
      if (dimension < rank)
        dense[dimension] += index[i] * blockSizes[dimension];
      else
        dense[blockDimensions[dimension - rank]] += index[i];
    }
    int64_t offset = 0;
    for (size_t d = 0; d < shape.size(); ++d) {
      if (dense[d] < 0 || dense[d] >= shape[d])
        return problem("a sparse index is out of range");
      offset = offset * shape[d] + dense[d];
    }
    if (next + elementBytes > static_cast<int64_t>(values.size()))
      return problem("the sparse tensor has fewer values than positions");
    std::memcpy(result.data() + offset * elementBytes, values.data() + next, elementBytes);
    next += elementBytes;
    return Error::success();
  }

  llvm::ArrayRef<int64_t> shape;
  int64_t elementBytes;
  llvm::ArrayRef<char> values;
  std::vector<Level> levels;
  llvm::SmallVector<int64_t> blockSizes, blockDimensions, index;
  std::vector<char> result;
  int64_t next = 0, visits = 0;
};

} // namespace

llvm::Expected<std::vector<char>> densify(const schema::SparsityParameters &sparsity,
                                          llvm::ArrayRef<int64_t> shape, int64_t elementBytes,
                                          bool isNibble, llvm::ArrayRef<char> values) {
  if (isNibble)
    return problem("sparse 4-bit tensors are not supported");
  Densifier densifier(shape, elementBytes, values);
  if (Error error = densifier.prepare(sparsity))
    return error;
  return densifier.run();
}

} // namespace octet::tflite
