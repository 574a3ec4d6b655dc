// Writes what a pad adds: the border, and the gaps between elements. The rest of its result is
// already there.
#include "codegen/Kernel.h"
#include "qnn/Checks.h"

using namespace mlir;

namespace octet::codegen {

namespace {

/// A box of elements: extents and strides per dimension, from an offset on.
struct Box {
  int64_t offset = 0;
  qnn::Shape extents, strides;

  void add(int64_t first, int64_t extent, int64_t stride, int64_t step = 1) {
    offset += first * stride;
    extents.push_back(extent);
    strides.push_back(stride * step);
  }
};

class Fill {
public:
  explicit Fill(KernelFunction &function)
      : function(function), emit(function.emit),
        pad(*function.kernel.getBody().front().getOps<qnn::PadOp>().begin()),
        element(memoryType(qnn::elementType(pad.getResult()))),
        bytes(qnn::elementBytesOf(qnn::elementType(pad.getResult()))) {}

  int64_t emitTasks() {
    int64_t count = emit.target.vectorBytes / bytes;
    auto type = emit.vector(count, element);
    double number = pad.getValue().convertToDouble();
    int64_t offset = isa<FloatType>(element)
                         ? addNumber(function.constants, number, element)
                         : addNumber(function.constants, static_cast<int64_t>(number), element);
    filled = emit.splat(type, emit.load(element, emit.at(function.constantsBase, offset)));
    emit.loop(function.begin, function.end, 1, [&](Value) {
      for (Box &box : boxes()) {
        qnn::mergeDimensions(box.extents, box.strides);
        emitBox(box, 0, emit.at(function.results[0], box.offset * bytes));
      }
    });
    return 1;
  }

private:
  // Dimension by dimension: before it the elements of the operand, in it what is added, behind it
  // everything.
  llvm::SmallVector<Box> boxes() {
    auto shape = qnn::shapeOf(pad.getResult()), input = qnn::shapeOf(pad.getInput());
    llvm::ArrayRef<int64_t> strides = qnn::placementOf(function.kernel.getResult(0)).getStrides();
    auto step = [&](size_t d) { return pad.getInterior().empty() ? 1 : pad.getInterior()[d] + 1; };
    llvm::SmallVector<Box> result;
    for (size_t d = 0; d < shape.size(); ++d) {
      auto addBox = [&](int64_t first, int64_t extent, int64_t gaps) {
        Box box;
        for (size_t before = 0; before < d; ++before)
          box.add(pad.getLow()[before], input[before], strides[before], step(before));
        if (gaps > 0)
          box.add(first, gaps, strides[d], step(d));
        box.add(gaps > 0 ? 0 : first, extent, strides[d]);
        for (size_t behind = d + 1; behind < shape.size(); ++behind)
          box.add(0, shape[behind], strides[behind]);
        if (llvm::all_of(box.extents, [](int64_t count) { return count > 0; }))
          result.push_back(box);
      };
      addBox(0, pad.getLow()[d], 0);
      addBox(shape[d] - pad.getHigh()[d], pad.getHigh()[d], 0);
      if (step(d) > 1 && input[d] > 1)
        addBox(pad.getLow()[d] + 1, step(d) - 1, input[d] - 1);
    }
    return result;
  }

  void emitBox(const Box &box, size_t dimension, Value pointer) {
    if (dimension == box.extents.size())
      return storeFirst(emit, filled, 1, pointer);
    int64_t extent = box.extents[dimension], stride = box.strides[dimension];
    if (dimension + 1 == box.extents.size() && stride == 1)
      return emitRow(extent, pointer);
    emit.loop(extent, [&](Value index) {
      emitBox(box, dimension + 1, emit.at(pointer, emit.multiply(index, stride * bytes)));
    });
  }

  void emitRow(int64_t extent, Value pointer) {
    int64_t count =
        std::min<int64_t>(emit.target.vectorBytes / bytes, int64_t{1} << llvm::Log2_64(extent));
    emit.loop(static_cast<int64_t>(llvm::divideCeil(extent, count)), [&](Value index) {
      Value first = emit.minimum(emit.multiply(index, count), extent - count);
      storeFirst(emit, filled, count, emit.at(pointer, emit.multiply(first, bytes)));
    });
  }

  KernelFunction &function;
  Emitter &emit;
  qnn::PadOp pad;
  Type element;
  int64_t bytes;
  Value filled; ///< a register full of the value
};

} // namespace

int64_t emitFill(KernelFunction &function) { return Fill(function).emitTasks(); }

} // namespace octet::codegen
