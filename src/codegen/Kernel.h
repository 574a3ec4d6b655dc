// One kernel's function while it is emitted. kernels/ has one emitter for each kind.
#pragma once

#include "codegen/Lanes.h"
#include "qnn/Geometry.h"

namespace octet::codegen {

/// The arguments of a kernel's function, and what its emitter works with. Pointers are those of the
/// tensors' first elements.
struct KernelFunction {
  Emitter &emit;
  Machine &machine;
  Constants &constants;
  qnn::KernelOp kernel;
  Value constantsBase;
  Values inputs, results;
  Value scratch;    ///< null if the kernel has none
  Value begin, end; ///< the tasks to do
};

/// Each emits the body of a kernel's function and returns the number of its tasks, which are
/// independent.
int64_t emitContraction(KernelFunction &function);
int64_t emitMatrixContraction(KernelFunction &function);
int64_t emitDepthwise(KernelFunction &function);
int64_t emitPool(KernelFunction &function);
int64_t emitMap(KernelFunction &function);
int64_t emitFill(KernelFunction &function);
int64_t emitPack(KernelFunction &function);
int64_t emitRoutine(KernelFunction &function);
int64_t emitKernel(KernelFunction &function);

/// Defines octet_look_up_bytes, which routines call, once in a module.
void emitByteLookUp(mlir::ModuleOp module, const target::Target &target, Machine &machine);

/// Neighbouring vectors of a tile's channels that are rescaled and stored together.
struct Piece {
  int64_t first, vectors;
};
llvm::SmallVector<Piece> piecesOf(qnn::KernelOp kernel);
/// The channel of each slot of a tile: dealt to lanes so that packing brings a piece's into order.
llvm::SmallVector<int64_t> slotOrder(KernelFunction &function, llvm::ArrayRef<Piece> pieces);

/// How many of a panel's tasks a block of pixels has: all of them, where the tile has no blocks.
int64_t tasksOfBlock(qnn::TileAttr tile, int64_t tasksPerPanel, int64_t tilesPerTask);

/// The panel of a contraction's task, and the number of the task within it: panel by panel, or
/// block of pixels by block and in each panel by panel.
std::pair<Value, Value> divideTask(Emitter &emit, qnn::TileAttr tile, Value task, int64_t panels,
                                   int64_t tasksPerPanel, int64_t tilesPerTask);

/// The epilogue of a kernel that computes channels of pixels: loads what it reads, applies the
/// element-wise operators to runs of channels, stores the results.
class Epilogue {
public:
  /// `slotChannels` is the channel of each slot of the per-channel constants.
  Epilogue(KernelFunction &function, const qnn::Pixels &pixels,
           llvm::SmallVector<int64_t> slotChannels);

  /// Moves to the pixel at these coordinates and to a channel of it.
  void moveTo(Value batch, Value row, Value column, Value channel);

  /// Asks memory for what `rows` x `columns` pixels and `channels` from here on read of operands
  /// that the second cache does not hold.
  void fetchFar(int64_t rows, int64_t columns, int64_t channels);

  /// Begins a run of `count` channels, `firstChannel` behind the current one, in `vectors`
  /// registers; its constants are at slots from `slot` on.
  void beginRun(int64_t firstChannel, int64_t count, int64_t vectors, bool isInterleaved,
                Value slot);

  /// Finishes the pixel `rows` below and `columns` right of the current one: `accumulator` is the
  /// anchor's value. Stores the first `stored` channels.
  void finish(int64_t rows, int64_t columns, Lane accumulator, int64_t stored);
  /// The same for an anchor whose value is that of memory's elements.
  void finishElements(Value elements, int64_t stored);

  Lanes lanes;

private:
  Value load(Value value);

  struct Operand {
    qnn::ElementwiseOperand what;
    qnn::PixelSteps steps;
    int64_t channelStep, bytes;
    Value base, current;
  };

  KernelFunction &function;
  Emitter &emit;
  qnn::Pixels pixels;
  llvm::SmallVector<Operand> operands;
  Value anchor, yielded, resultBase;
  int64_t resultBytes, runChannel = 0, row = 0, column = 0;
};

/// Stores the first `count` lanes of a vector.
void storeFirst(Emitter &emit, Value vector, int64_t count, Value pointer);

/// The address of an element-wise operand's memory: an input of the kernel, or a constant.
Value addressOf(KernelFunction &function, Value source);

} // namespace octet::codegen
