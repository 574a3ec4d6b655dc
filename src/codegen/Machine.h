// What a table of facts cannot say about a target: the few instructions that need emitters of their
// own.
#pragma once

#include "codegen/Constants.h"
#include "codegen/Emitter.h"

#include <memory>

namespace octet::codegen {

/// The element types that a contraction multiplies, and what they add up to.
enum class Dot {
  bytes, ///< u8 × s8 → i32, or s8 × s8 where the target's row says so
  words, ///< i16 × i16 → i32
  reals  ///< f32 × f32 → f32
};

/// Elements of a dot product's group: what one 32-bit lane holds.
constexpr int64_t depthOf(Dot dot) { return dot == Dot::bytes ? 4 : dot == Dot::words ? 2 : 1; }

/// What integers are brought within; `needed` is false where they are already.
struct Bounds {
  int64_t lowest, highest;
  bool needed;
  llvm::function_ref<Value(VectorType, int64_t)> everywhere; ///< a bound in all lanes
};

class Machine {
public:
  virtual ~Machine() = default;

  /// accumulator + a . b, lane by lane: each 32-bit lane of a and b holds a group. All are
  /// full-width vectors; a and b of bytes and words are given as i32 lanes.
  virtual Value dot(Emitter &emit, Dot kind, Value accumulator, Value a, Value b) = 0;

  /// What sums are while they are added to: perhaps more lanes than sums. open() begins with the
  /// given sums, close() yields them; dot() takes them open.
  virtual Value open(Emitter &emit, Dot kind, Value sums);
  virtual Value close(Emitter &emit, Dot kind, Value accumulator);
  /// Products of bytes, channel by channel, summed in int16 and then added to i32 lanes; where the
  /// target has byte pairs.
  virtual Value addProducts(Emitter &emit, Value accumulator, ValueRange a, ValueRange b);

  /// Where a register of weights has what: element weightOrder(…)[i] of its groups one after the
  /// other is element i. interleave() and broadcastGroup() give inputs in this order.
  virtual llvm::SmallVector<int64_t> weightOrder(Dot kind, int64_t lanes);

  /// One group of a register of them, for all lanes of a product: on targets that multiply by lane.
  virtual Value broadcastGroup(Emitter &emit, Dot kind, Value groups, int64_t lane);

  //===-- Strips: inputs as they were loaded, where the target's row has products of them --===//
  /// Where the registers of a vector of channels' weights have what: element stripOrder(…)[i] of
  /// its channels' strips one after the other is element i.
  virtual llvm::SmallVector<int64_t> stripOrder(int64_t lanes);
  /// Sums of a vector of channels, while they are added to, of as many pixels as are multiplied at
  /// once: openStrips() begins with the same for each, closeStrips() yields them pixel by pixel.
  virtual Value openStrips(Emitter &emit, Value sums);
  virtual Value multiplyStrips(Emitter &emit, Value open, ValueRange inputs, ValueRange weights);
  virtual Values closeStrips(Emitter &emit, Value open);

  //===-- Registers that are matrices, where the target's row has them --===//
  struct MatrixShape {
    int64_t rows, rowBytes;
  };
  /// Gives registers 0, 1, … these shapes, for this call of the kernel's function:
  /// releaseMatrices() has to end it.
  virtual void shapeMatrices(Emitter &emit, Constants &constants, Value constantsBase,
                             llvm::ArrayRef<MatrixShape> shapes);
  virtual void releaseMatrices(Emitter &emit);
  /// Rows that are `stride` bytes apart.
  virtual void loadMatrix(Emitter &emit, int64_t matrix, Value pointer, int64_t stride);
  virtual void storeMatrix(Emitter &emit, int64_t matrix, Value pointer, int64_t stride);
  /// Adds the product of bytes a [m][k] and b [k / 4][n][4] to i32 `sums` [m][n].
  virtual void multiplyMatrices(Emitter &emit, int64_t sums, int64_t a, int64_t b);

  /// f32 lanes to i32, ties to even. In range, or the result does not matter.
  virtual Value roundToInteger(Emitter &emit, Value reals) = 0;

  /// f32 lanes rounded down, on targets that round by instruction: a * b + c, a + b, and to i32.
  virtual Value multiplyAddDown(Emitter &emit, Value a, Value b, Value c);
  virtual Value addDown(Emitter &emit, Value a, Value b);
  virtual Value floorToInteger(Emitter &emit, Value reals);

  /// table[index] of 256 bytes at a pointer, for i8 lanes as indices 0 … 255; i8 lanes. A load for
  /// each lane, where a machine has nothing better for as many.
  virtual Value lookUp(Emitter &emit, Value table, Value indices);

  /// Interleaves `vectors` (2 or 4 of equal i8 or i16 type) element by element, in the order that
  /// is cheapest: the result's lane l of vector j holds the group of element laneOrder(…)[j * lanes
  /// + l].
  virtual Values interleave(Emitter &emit, ValueRange vectors) = 0;
  virtual llvm::SmallVector<int64_t> laneOrder(int64_t elements, int64_t groupSize) = 0;

  /// i8 elements in memory's order to i32 lanes of `vectors` registers, interleaved in that order.
  virtual Value widen(Emitter &emit, Value elements, int64_t vectors, bool isSigned) = 0;

  /// i32 lanes of `vectors` registers, interleaved in that order or not, to i8 or i16 elements in
  /// memory's order, within bounds.
  virtual Value narrow(Emitter &emit, Value lanes, int64_t vectors, bool isInterleaved,
                       Type element, bool isSigned, const Bounds &bounds) = 0;
};

/// The emitters for a target, by its family.
std::unique_ptr<Machine> makeMachine(const target::Target &target);
std::unique_ptr<Machine> makeX86Machine(const target::Target &target);
std::unique_ptr<Machine> makeArmMachine(const target::Target &target);

} // namespace octet::codegen
