// Pools: vectors of channels, one pixel after the other. Windows are cut where they reach into the
// padding.
#include "codegen/Kernel.h"
#include "codegen/ops/Rescale.h"
#include "qnn/Checks.h"

using namespace mlir;

namespace octet::codegen {

namespace {

class Pool {
public:
  explicit Pool(KernelFunction &function)
      : function(function), emit(function.emit), anchor(qnn::anchorOf(function.kernel)),
        maximum(dyn_cast<qnn::MaxPool2dOp>(anchor)), average(dyn_cast<qnn::AvgPool2dOp>(anchor)),
        geometry(qnn::windowGeometry(function.kernel)),
        block(function.kernel.getTile()->getVectors() * function.kernel.getTile()->getLanes()),
        element(qnn::elementType(anchor->getOperand(0))), storage(qnn::storageOf(element)),
        padding(maximum ? maximum.getPadding() : average.getPadding()),
        strides(maximum ? maximum.getStrides() : average.getStrides()),
        epilogue(function, geometry.pixels,
                 llvm::to_vector(llvm::seq<int64_t>(0, geometry.channels))) {}

  int64_t emitTasks() {
    const qnn::Pixels &pixels = geometry.pixels;
    bool isCut = llvm::any_of(padding, [](int64_t amount) { return amount != 0; });
    emit.loop(function.begin, function.end, 1, [&](Value task) {
      auto [batch, row] = emit.divide(task, pixels.rows);
      emit.loop(pixels.columns, [&](Value column) {
        auto image = qnn::shapeOf(anchor->getOperand(0));
        rows = isCut ? cut(row, strides[0], padding[0], geometry.height, image[1])
                     : whole(geometry.height);
        columns = isCut ? cut(column, strides[1], padding[1], geometry.width, image[2])
                        : whole(geometry.width);
        // Where the window begins, whether that is inside the image or not.
        Value first = emit.add(emit.multiply(batch, pixels.input.batch),
                               emit.add(emit.multiply(row, pixels.input.row),
                                        emit.multiply(column, pixels.input.column)));
        first =
            emit.add(first, -(padding[0] * geometry.rowStep + padding[1] * geometry.columnStep));
        auto argument = cast<BlockArgument>(anchor->getOperand(0));
        window = emit.at(function.inputs[argument.getArgNumber()],
                         emit.multiply(first, qnn::elementBytesOf(element)));
        emitChannels(batch, row, column);
      });
    });
    return pixels.batch * pixels.rows;
  }

private:
  struct Bounds1d {
    Value begin, end;
  };
  Bounds1d whole(int64_t extent) { return {emit.constant(0), emit.constant(extent)}; }
  // The part of a window that lies inside the image, in taps.
  Bounds1d cut(Value index, int64_t stride, int64_t before, int64_t extent, int64_t image) {
    Value start = emit.add(emit.multiply(index, stride), -before);
    Value begin = emit.maximum(emit.subtract(emit.constant(0), start), 0);
    Value end = emit.minimum(emit.subtract(emit.constant(image), start), extent);
    return {begin, end};
  }

  void emitChannels(Value batch, Value row, Value column) {
    auto blocks = static_cast<int64_t>(llvm::divideCeil(geometry.channels, block));
    emit.loop(blocks, [&](Value index) {
      Value channel = emit.multiply(index, block);
      if (geometry.channels % block != 0)
        channel = emit.minimum(channel, geometry.channels - block);
      Value base = emit.at(window, emit.multiply(channel, qnn::elementBytesOf(element)));
      epilogue.moveTo(batch, row, column, channel);
      epilogue.beginRun(0, block, function.kernel.getTile()->getVectors(), false, channel);
      if (maximum)
        epilogue.finishElements(maximumOf(base), block);
      else
        epilogue.finish(0, 0, storage ? averageOfCodes(sumOf(base)) : averageOfReals(sumOf(base)),
                        block);
    });
  }

  // Folds the window's vectors; straight-line code where it is small and whole.
  Value fold(Value base, Value initial, llvm::function_ref<Value(Value, Value)> combine) {
    auto load = [&](Value y, Value x) {
      Value elements =
          emit.add(emit.multiply(y, geometry.rowStep), emit.multiply(x, geometry.columnStep));
      return emit.load(emit.vector(block, memoryType(element)),
                       emit.at(base, emit.multiply(elements, qnn::elementBytesOf(element))));
    };
    auto top = Emitter::knownInteger(rows.begin), bottom = Emitter::knownInteger(rows.end),
         left = Emitter::knownInteger(columns.begin), right = Emitter::knownInteger(columns.end);
    if (top && bottom && left && right && (*bottom - *top) * (*right - *left) <= 16) {
      for (int64_t y = *top; y < *bottom; ++y)
        for (int64_t x = *left; x < *right; ++x)
          initial = combine(initial, load(emit.constant(y), emit.constant(x)));
      return initial;
    }
    Values folded = emit.loop(rows.begin, rows.end, 1, initial, [&](Value y, ValueRange outer) {
      return emit.loop(columns.begin, columns.end, 1, outer, [&](Value x, ValueRange inner) {
        return Values{combine(inner[0], load(y, x))};
      });
    });
    return folded[0];
  }

  Value maximumOf(Value base) {
    auto type = emit.vector(block, memoryType(element));
    auto &ir = emit.ir;
    if (!storage) {
      return fold(base, emit.reals(type, -INFINITY), [&](Value a, Value b) -> Value {
        return ir.create<arith::SelectOp>(ir.create<arith::CmpFOp>(arith::CmpFPredicate::OLT, a, b),
                                          b, a);
      });
    }
    return fold(base, emit.integers(type, storage->isSigned ? storage->lowest : 0),
                [&](Value a, Value b) -> Value {
                  if (storage->isSigned)
                    return ir.create<arith::MaxSIOp>(a, b);
                  return ir.create<arith::MaxUIOp>(a, b);
                });
  }

  Value sumOf(Value base) {
    Lanes &lanes = epilogue.lanes;
    auto type = lanes.registerType(element);
    return fold(base, storage ? emit.integers(type, 0) : emit.reals(type, 0),
                [&](Value sum, Value loaded) -> Value {
                  Value lane = lanes.fromMemory(loaded, element);
                  if (storage)
                    return emit.ir.create<arith::AddIOp>(sum, lane);
                  return emit.ir.create<arith::AddFOp>(sum, lane);
                });
  }

  Value count() {
    return emit.product(emit.subtract(rows.end, rows.begin),
                        emit.subtract(columns.end, columns.begin));
  }

  Lane averageOfReals(Value sum) {
    Value divisor = emit.ir.create<arith::SIToFPOp>(emit.f32(), count());
    return Value(
        emit.ir.create<arith::DivFOp>(sum, emit.splat(epilogue.lanes.f32Lanes(), divisor)));
  }

  Lane averageOfCodes(Value sum) {
    Lanes &lanes = epilogue.lanes;
    auto origin = static_cast<int64_t>(average.getCodeOrigin());
    Value elements = count();
    if (origin != 0) {
      Value shift =
          emit.splat(lanes.i32Lanes(),
                     emit.ir.create<arith::TruncIOp>(emit.i32(), emit.multiply(elements, origin)));
      sum = emit.ir.create<arith::SubIOp>(sum, shift);
    }
    if (auto form = average.getForm())
      return emitForm(lanes, *form, sum,
                      [&](llvm::ArrayRef<double> numbers, Type type) {
                        return ofCount(numbers, type, elements);
                      })
          .within(storage->lowest, storage->highest);
    // Half away from zero: half the divisor, with the sum's sign, and a division that truncates.
    auto &ir = emit.ir;
    Value divisor = emit.splat(lanes.i32Lanes(), ir.create<arith::TruncIOp>(emit.i32(), elements));
    Value half = ir.create<arith::ShRUIOp>(divisor, emit.integers(lanes.i32Lanes(), 1)),
          zero = emit.integers(lanes.i32Lanes(), 0);
    Value isPositive = ir.create<arith::CmpIOp>(arith::CmpIPredicate::sgt, sum, zero);
    Value biased = ir.create<arith::SelectOp>(isPositive, ir.create<arith::AddIOp>(sum, half),
                                              ir.create<arith::SubIOp>(sum, half));
    Value quotient = ir.create<arith::DivSIOp>(biased, divisor);
    return Value(ir.create<arith::AddIOp>(quotient, emit.integers(lanes.i32Lanes(), origin)));
  }

  // The form's number for a window of as many elements.
  Value ofCount(llvm::ArrayRef<double> numbers, Type type, Value elements) {
    bool isSingle = type.isF32();
    auto lanes = emit.vector(block, type);
    if (numbers.size() == 1)
      return emit.reals(lanes, numbers[0]);
    int64_t offset =
        isSingle ? function.constants.add(std::vector<float>(numbers.begin(), numbers.end()))
                 : function.constants.add(numbers.vec());
    Value at = emit.add(emit.multiply(emit.add(elements, -1), isSingle ? 4 : 8), offset);
    return emit.splat(lanes, emit.load(type, emit.at(function.constantsBase, at)));
  }

  KernelFunction &function;
  Emitter &emit;
  Operation *anchor;
  qnn::MaxPool2dOp maximum;
  qnn::AvgPool2dOp average;
  qnn::WindowGeometry geometry;
  int64_t block;
  Type element;
  std::optional<qnn::Storage> storage;
  llvm::ArrayRef<int64_t> padding, strides;
  Epilogue epilogue;
  Bounds1d rows, columns;
  Value window;
};

} // namespace

int64_t emitPool(KernelFunction &function) { return Pool(function).emitTasks(); }

} // namespace octet::codegen
