// SLICE and STRIDED_SLICE: parts of a tensor.
#include "import/tflite/Node.h"
#include "qnn/Ops.h"

using namespace mlir;

namespace octet::tflite {

LogicalResult slice(Node &node) {
  if (failed(node.expect(3, 3)))
    return failure();
  auto begin = node.constants(1), sizes = node.constants(2);
  if (failed(begin) || failed(sizes))
    return failure();
  auto extents = qnn::shapeOf(node.input(0));
  if (begin->size() != extents.size() || sizes->size() != extents.size())
    return node.fail("begin and size need an entry per dimension");
  for (size_t d = 0; d < extents.size(); ++d) {
    if ((*begin)[d] < 0 || (*begin)[d] > extents[d])
      return node.fail("begin is out of range");
    if ((*sizes)[d] == -1)
      (*sizes)[d] = extents[d] - (*begin)[d];
    if ((*sizes)[d] < 0 || (*sizes)[d] > extents[d] - (*begin)[d])
      return node.fail("size is out of range");
  }
  qnn::Shape strides(extents.size(), 1);
  return node.result(node.build.create<qnn::SliceOp>(qnn::elementType(node.input(0)), node.input(0),
                                                     *begin, *sizes, strides));
}

// One dimension of a strided slice as Python means begin:end:stride, bounds clamped.
static FailureOr<std::pair<int64_t, int64_t>> sliceDimension(Node &node, int64_t extent,
                                                             int64_t begin, int64_t end,
                                                             int64_t stride, bool fromStart,
                                                             bool toEnd) {
  if (stride == 0 || stride > INT32_MAX || stride < INT32_MIN)
    return node.fail("stride " + llvm::Twine(stride) + " is not valid");
  int64_t lowest = stride > 0 ? 0 : -1, highest = stride > 0 ? extent : extent - 1;
  auto bound = [&](int64_t value) {
    return std::clamp(value < 0 ? value + extent : value, lowest, highest);
  };
  int64_t first = fromStart ? (stride > 0 ? 0 : extent - 1) : bound(begin);
  int64_t last = toEnd ? (stride > 0 ? extent : -1) : bound(end);
  int64_t distance = stride > 0 ? last - first : first - last, step = std::abs(stride);
  return std::pair(first, distance > 0 ? (distance + step - 1) / step : 0);
}

namespace {
/// What one entry of a strided slice is about: a dimension with a range, one that is taken whole,
/// or a dimension of one that the result alone has.
struct SliceEntry {
  enum Kind { range, whole, newAxis } kind;
  size_t index; ///< of the range
};
} // namespace

// The entries in the order of the result's dimensions; an ellipsis stands for as many whole
// dimensions as there are left (strided_slice.cc: BuildStridedSliceParams).
static llvm::SmallVector<SliceEntry> sliceEntries(const schema::StridedSliceOptions &options,
                                                  size_t count, size_t rank) {
  auto isEllipsis = [&](size_t i) { return options.ellipsis_mask() >> i & 1; };
  auto isNewAxis = [&](size_t i) { return !isEllipsis(i) && options.new_axis_mask() >> i & 1; };
  size_t ranges = 0;
  for (size_t i = 0; i < count; ++i)
    ranges += !isEllipsis(i) && !isNewAxis(i);
  llvm::SmallVector<SliceEntry> entries;
  size_t left = rank - std::min(ranges, rank);
  for (size_t i = 0; i < count; ++i) {
    for (; isEllipsis(i) && left > 0; --left)
      entries.push_back({SliceEntry::whole, i});
    if (!isEllipsis(i))
      entries.push_back({isNewAxis(i) ? SliceEntry::newAxis : SliceEntry::range, i});
  }
  for (; left > 0; --left)
    entries.push_back({SliceEntry::whole, count});
  return entries;
}

LogicalResult stridedSlice(Node &node) {
  const auto *options = node.options<schema::StridedSliceOptions>();
  if (!options)
    return node.fail("has no options");
  if (failed(node.expect(4, 4)))
    return failure();
  if (options->offset())
    return node.fail("offsets are not supported");
  auto begin = node.constants(1), end = node.constants(2), strides = node.constants(3);
  if (failed(begin) || failed(end) || failed(strides))
    return failure();
  auto extents = qnn::shapeOf(node.input(0));
  if (begin->size() > 32 || end->size() != begin->size() || strides->size() != begin->size())
    return node.fail("begin, end and strides do not fit the input");
  qnn::Shape first(extents.size(), 0), sizes(extents), steps(extents.size(), 1), kept;
  size_t d = 0;
  for (auto [kind, i] : sliceEntries(*options, begin->size(), extents.size())) {
    if (kind == SliceEntry::newAxis) {
      kept.push_back(1);
      continue;
    }
    if (d == extents.size())
      return node.fail("begin, end and strides do not fit the input");
    if (kind == SliceEntry::range && (options->shrink_axis_mask() >> i & 1)) {
      // A shrunk dimension is one index; end and stride do not count.
      int64_t index = (*begin)[i] < 0 ? (*begin)[i] + extents[d] : (*begin)[i];
      if (options->begin_mask() >> i & 1)
        index = 0;
      if (index < 0 || index >= extents[d])
        return node.fail("index " + llvm::Twine((*begin)[i]) + " is out of range");
      first[d] = index;
      sizes[d++] = 1;
      continue;
    }
    if (kind == SliceEntry::range) {
      auto range = sliceDimension(node, extents[d], (*begin)[i], (*end)[i], (*strides)[i],
                                  options->begin_mask() >> i & 1, options->end_mask() >> i & 1);
      if (failed(range))
        return failure();
      std::tie(first[d], sizes[d]) = *range;
      steps[d] = (*strides)[i];
      // An empty slice starts nowhere in particular.
      if (sizes[d] == 0)
        first[d] = 0;
    }
    kept.push_back(sizes[d++]);
  }
  Value value = node.build.create<qnn::SliceOp>(qnn::elementType(node.input(0)), node.input(0),
                                                first, sizes, steps);
  return node.result(value ? node.build.reshape(value, kept) : value);
}

} // namespace octet::tflite
