// Kernels without an anchor: element-wise operators, copies, transposes and broadcasts, as loops
// over the result with strides for every operand.
#include "codegen/Kernel.h"
#include "qnn/Checks.h"

using namespace mlir;

namespace octet::codegen {

namespace {

class Map {
public:
  explicit Map(KernelFunction &function)
      : function(function), emit(function.emit), geometry(qnn::mapGeometry(function.kernel)),
        yielded(qnn::yieldedValue(function.kernel)),
        operands(qnn::elementwiseOperands(function.kernel)),
        count(function.kernel.getTile()->getVectors() * function.kernel.getTile()->getLanes()),
        channels(geometry.dealtChannels()),
        lanes(emit, function.machine, function.constants, function.constantsBase) {
    if (geometry.extents.empty()) {
      geometry.extents = geometry.result = {1};
      for (qnn::Shape &strides : geometry.operands)
        strides = {0};
    }
    // The dimension of the runs: the last, or that of the pixels.
    inner = geometry.extents.size() - (channels ? 2 : 1);
    if (!channels)
      lanes.slotChannels = llvm::to_vector(llvm::seq<int64_t>(0, geometry.extents.back()));
    lanes.load = [this](Value value) { return load(value); };
  }

  int64_t emitTasks() {
    size_t rank = inner + 1;
    int64_t extent = geometry.extents[inner];
    if (rank == 1) {
      // One long row: pieces of it.
      int64_t chunk = std::max<int64_t>(count, 8192 / count * count);
      emit.loop(function.begin, function.end, 1, [&](Value task) {
        start();
        Value first = emit.multiply(task, chunk);
        emitRow(first, emit.minimum(emit.add(first, chunk), extent));
      });
      return static_cast<int64_t>(llvm::divideCeil(extent, chunk));
    }
    if (rank == 2 && !channels && repeatsARow()) {
      emitByColumns();
      return geometry.extents[0];
    }
    size_t taskRank = std::min<size_t>(rank - 1, 2);
    emit.loop(function.begin, function.end, 1, [&](Value task) {
      start();
      if (taskRank == 2) {
        auto [outer, next] = emit.divide(task, geometry.extents[1]);
        advance(0, outer);
        advance(1, next);
      } else {
        advance(0, task);
      }
      emitFrom(taskRank);
    });
    return taskRank == 2 ? geometry.extents[0] * geometry.extents[1] : geometry.extents[0];
  }

private:
  bool repeatsARow() const {
    return llvm::any_of(geometry.operands, [](const qnn::Shape &strides) {
      return strides[0] == 0 && strides[1] != 0;
    });
  }

  // What every row reads again is loaded and converted once for all of them.
  void emitByColumns() {
    int64_t extent = geometry.extents[1];
    emit.loop(emit.constant(0), emit.constant(extent), count, [&](Value index) {
      position = extent % count == 0 ? index : emit.minimum(index, extent - count);
      emit.loop(function.begin, function.end, 1, [&](Value row) {
        start();
        advance(0, row);
        emitRun();
      });
    });
  }

  void start() {
    result = function.results[0];
    sources.clear();
    for (const qnn::ElementwiseOperand &operand : operands)
      sources.push_back(addressOf(function, operand.source));
  }

  void advance(size_t dimension, Value index) {
    auto step = [&](Value pointer, int64_t stride, Value value) {
      return emit.at(pointer,
                     emit.multiply(index, stride * qnn::elementBytesOf(qnn::elementType(value))));
    };
    result = step(result, geometry.result[dimension], yielded);
    for (size_t i = 0; i < operands.size(); ++i)
      sources[i] = step(sources[i], geometry.operands[i][dimension], operands[i].value);
  }

  void emitFrom(size_t dimension) {
    int64_t extent = geometry.extents[dimension];
    if (dimension == inner)
      return emitRow(emit.constant(0), emit.constant(extent));
    emit.loop(extent, [&](Value index) {
      Value outerResult = result;
      Values outerSources = sources;
      advance(dimension, index);
      emitFrom(dimension + 1);
      result = outerResult;
      sources = outerSources;
    });
  }

  // The last run of a row ends with the row: it may do some elements again.
  void emitRow(Value first, Value last) {
    int64_t extent = geometry.extents[inner];
    emit.loop(first, last, count, [&](Value index) {
      position = extent % count == 0 ? index : emit.minimum(index, extent - count);
      emitRun();
    });
  }

  Value address(Value pointer, int64_t stride, Value value) {
    return emit.at(pointer,
                   emit.multiply(position, stride * qnn::elementBytesOf(qnn::elementType(value))));
  }

  void emitRun() {
    Value target = address(result, geometry.result[inner], yielded);
    if (!channels)
      return emit.store(emitChannel(), target);
    Values runs;
    for (channel = 0; channel < channels; ++channel)
      runs.push_back(emitChannel());
    llvm::SmallVector<int64_t> dealt;
    for (int64_t pixel = 0; pixel < count; ++pixel)
      for (int64_t run = 0; run < channels; ++run)
        dealt.push_back(run * count + pixel);
    Value all = emit.concat(runs);
    emit.store(emit.shuffle(all, all, dealt), target);
  }

  Value emitChannel() {
    // A copy needs no registers' types.
    if (llvm::any_of(operands, [&](const qnn::ElementwiseOperand &operand) {
          return operand.value == yielded;
        }))
      return load(yielded);
    lanes.begin(count, function.kernel.getTile()->getVectors(), false, position);
    return lanes.toMemory(yielded);
  }

  Value load(Value value) {
    auto *operand = llvm::find_if(operands, [&](const qnn::ElementwiseOperand &candidate) {
      return candidate.value == value;
    });
    auto index = static_cast<size_t>(operand - operands.begin());
    const qnn::Shape &strides = geometry.operands[index];
    int64_t stride = strides[inner];
    Type element = memoryType(qnn::elementType(value));
    Value pointer = address(sources[index], stride, value);
    if (channels)
      pointer =
          emit.at(pointer, channel * strides.back() * qnn::elementBytesOf(qnn::elementType(value)));
    if (stride == 0 && count > 1)
      return emit.splat(emit.vector(count, element), emit.load(element, pointer));
    return emit.load(emit.vector(count, element), pointer);
  }

  KernelFunction &function;
  Emitter &emit;
  qnn::MapGeometry geometry;
  Value yielded;
  llvm::SmallVector<qnn::ElementwiseOperand> operands;
  int64_t count;
  int64_t channels, channel = 0; ///< of pixels that are dealt to them
  size_t inner = 0;
  Lanes lanes;
  Value result, position;
  Values sources;
};

} // namespace

int64_t emitMap(KernelFunction &function) { return Map(function).emitTasks(); }

} // namespace octet::codegen
