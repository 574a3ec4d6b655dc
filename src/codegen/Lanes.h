// Element-wise operators on vectors in registers: a kernel's epilogue, or all of it.
#pragma once

#include "codegen/Constants.h"
#include "codegen/Machine.h"
#include "qnn/Ops.h"

#include "llvm/ADT/DenseMap.h"

namespace octet::codegen {

/// A value's vector, perhaps with a clamp that is still to be done: narrowing often does it for
/// nothing.
struct Lane {
  Value vector;
  int64_t lowest = INT64_MIN, highest = INT64_MAX;
  /// f32 lanes that, rounded to even or down, are the vector less the offset: for consumers that
  /// compute in f32 themselves. Null for others.
  Value real;
  bool isFloored = false;
  int64_t offset = 0;

  Lane() = default;
  Lane(Value vector) : vector(vector) {}
  Lane(Value vector, int64_t lowest, int64_t highest)
      : vector(vector), lowest(lowest), highest(highest) {}
  /// The same with a clamp instead of its own.
  Lane within(int64_t least, int64_t most) const {
    Lane lane = *this;
    lane.lowest = least;
    lane.highest = most;
    return lane;
  }
  bool hasClamp() const { return lowest != INT64_MIN || highest != INT64_MAX; }
};

/// Emits the element-wise part of a kernel for a run of lanes at a time.
///
/// In registers an element is i32 (codes, integers, booleans as 0 and 1), i64, or f32. What the
/// lanes are, the kernel says: the channels that they belong to and how operands outside are
/// loaded.
class Lanes {
public:
  Lanes(Emitter &emit, Machine &machine, Constants &constants, Value constantsBase)
      : emit(emit), machine(machine), constants(constants), constantsBase(constantsBase) {}

  Emitter &emit;
  Machine &machine;
  Constants &constants;
  Value constantsBase;

  /// Begins a run: lanes of `vectors` registers whose per-channel constants are at slots from
  /// `slot` on. Interleaved lanes have the machine's order for as many vectors; others that of
  /// memory.
  void begin(int64_t count, int64_t vectors, bool isInterleaved, Value slot);
  /// Forgets the values of the run, but not its constants: the next pixel of the same channels.
  void nextPixel() { known.clear(); }

  int64_t count = 1, vectors = 1;
  /// Lane i is element order[i] of the run in memory; i where the order is empty.
  llvm::SmallVector<int64_t> order;
  /// The channel of every slot.
  llvm::SmallVector<int64_t> slotChannels;
  /// Loads the elements of a value from memory, in memory's order.
  std::function<Value(Value)> load;

  /// The vector of a value of the region, emitting what it needs. Values are remembered for this
  /// pixel.
  Value of(Value value);
  /// The same with a clamp left to the caller.
  Lane unclamped(Value value);
  /// The codes of a value less the origin, as f32 lanes.
  Value realOf(Value value, int64_t origin);
  /// Gives a value its vector: an accumulator, say.
  void set(Value value, Lane lane) { known[value] = lane; }

  /// Memory's elements as lanes of the run, and back.
  Value fromMemory(Value elements, mlir::Type elementType);
  Value toMemory(Value value);

  //===-- For lowerings --===//
  VectorType i32Lanes() { return emit.vector(count, emit.i32()); }
  VectorType f32Lanes() { return emit.vector(count, emit.f32()); }
  VectorType i64Lanes() { return emit.vector(count, emit.i64()); }
  /// The type of a tensor's elements in registers.
  VectorType registerType(mlir::Type elementType);
  /// One number per channel (or a single one for all) as the lanes of this run.
  Value perChannel(llvm::ArrayRef<double> numbers, mlir::Type element);
  Value perChannel(llvm::ArrayRef<int64_t> numbers, mlir::Type element);
  /// One number in all lanes.
  Value everywhere(double number, mlir::Type element);
  Value everywhere(int64_t number, mlir::Type element);
  Value everywhere(int64_t number, VectorType type);
  /// Bounds integer lanes; bounds that the type itself has cost nothing.
  Value clampIntegers(Value vector, int64_t lowest, int64_t highest);
  /// (x - zero point) for a quantized value's vector, x for others.
  Value centered(Value vector, Value quantizedValue);
  /// A table of 256 bytes over the codes of an 8-bit operand, as evaluated by the operator itself;
  /// i32 lanes of the result's codes.
  Value throughTable(mlir::Operation *op, Value codes);
  /// The same of 65,536 entries over the codes of a 16-bit operand, or over the pairs of two of 8
  /// bits.
  Value throughWideTable(mlir::Operation *op, ValueRange codes);

private:
  Lane compute(Value value);
  Value constantLanes(qnn::ConstantOp constant);
  Value tableOf(mlir::Operation *op);
  Value broadcast(int64_t offset, VectorType type);
  template <typename Stored, typename Number>
  Value slotNumbers(llvm::ArrayRef<Number> numbers, mlir::Type element);

  Value slot;
  llvm::DenseMap<Value, Lane> known;
  /// Vectors loaded from the constants, by offset and type.
  llvm::DenseMap<std::pair<int64_t, mlir::Type>, Value> runConstants;
};

/// Adds a number of a builtin type to the constants; returns its offset. Kernels that differ in
/// such numbers alone share code.
int64_t addNumber(Constants &constants, double number, mlir::Type type);
int64_t addNumber(Constants &constants, int64_t number, mlir::Type type);

/// The builtin type that an element has in memory: i8 for booleans and 8-bit codes, else its own
/// width.
mlir::Type memoryType(mlir::Type elementType);

} // namespace octet::codegen
