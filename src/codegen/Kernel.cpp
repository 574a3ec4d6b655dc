#include "codegen/Kernel.h"
#include "qnn/Checks.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace octet::codegen {

int64_t emitKernel(KernelFunction &function) {
  switch (function.kernel.getKind()) {
  case qnn::KernelKind::contraction:
    return emitContraction(function);
  case qnn::KernelKind::depthwise:
    return emitDepthwise(function);
  case qnn::KernelKind::pool:
    return emitPool(function);
  case qnn::KernelKind::map:
    return emitMap(function);
  case qnn::KernelKind::fill:
    return emitFill(function);
  case qnn::KernelKind::pack:
    return emitPack(function);
  case qnn::KernelKind::routine:
    return emitRoutine(function);
  }
  return 0;
}

// Codes are packed from several vectors at once.
llvm::SmallVector<Piece> piecesOf(qnn::KernelOp kernel) {
  int64_t bytes = qnn::elementBytesOf(qnn::elementType(qnn::yieldedValue(kernel)));
  int64_t most = bytes == 1 ? 4 : bytes == 2 ? 2 : 1, count = kernel.getTile()->getVectors();
  llvm::SmallVector<Piece> result;
  for (int64_t first = 0; first < count;) {
    int64_t vectors = int64_t{1} << llvm::Log2_64(std::min(most, count - first));
    result.push_back({first, vectors});
    first += vectors;
  }
  return result;
}

llvm::SmallVector<int64_t> slotOrder(KernelFunction &function, llvm::ArrayRef<Piece> pieces) {
  int64_t width = function.kernel.getTile()->getLanes();
  llvm::SmallVector<int64_t> order;
  for (const Piece &piece : pieces) {
    int64_t lanes = piece.vectors * width;
    auto within = llvm::to_vector(llvm::seq<int64_t>(0, lanes));
    if (piece.vectors > 1)
      within = function.machine.laneOrder(lanes, piece.vectors);
    for (int64_t position : within)
      order.push_back(piece.first * width + position);
  }
  return order;
}

int64_t tasksOfBlock(qnn::TileAttr tile, int64_t tasksPerPanel, int64_t tilesPerTask) {
  int64_t pixelsPerTask = tile.getRows() * tile.getColumns() * tilesPerTask;
  auto perBlock = static_cast<int64_t>(llvm::divideCeil(tile.getBlock(), pixelsPerTask));
  return perBlock == 0 ? tasksPerPanel : std::min(perBlock, tasksPerPanel);
}

std::pair<Value, Value> divideTask(Emitter &emit, qnn::TileAttr tile, Value task, int64_t panels,
                                   int64_t tasksPerPanel, int64_t tilesPerTask) {
  int64_t perBlock = tasksOfBlock(tile, tasksPerPanel, tilesPerTask);
  if (perBlock == tasksPerPanel)
    return emit.divide(task, tasksPerPanel);
  auto [block, within] = emit.divide(task, perBlock * panels);
  Value first = emit.multiply(block, perBlock);
  Value count = emit.minimum(emit.subtract(emit.constant(tasksPerPanel), first), perBlock);
  Value panel = emit.ir.create<arith::DivUIOp>(within, count),
        offset = emit.ir.create<arith::RemUIOp>(within, count);
  return {panel, emit.add(first, offset)};
}

Value addressOf(KernelFunction &function, Value source) {
  if (auto argument = dyn_cast<BlockArgument>(source))
    return function.inputs[argument.getArgNumber()];
  auto constant = source.getDefiningOp<qnn::ConstantOp>();
  const qnn::Tensor tensor = qnn::Tensor::of(constant.getValue(), qnn::tensorType(source));
  return function.emit.at(function.constantsBase, function.constants.add(tensor.bytes()));
}

void storeFirst(Emitter &emit, Value vector, int64_t count, Value pointer) {
  auto type = cast<VectorType>(vector.getType());
  int64_t bytes = type.getElementTypeBitWidth() / 8;
  if (count >= type.getNumElements())
    return emit.store(vector, pointer);
  if (emit.target.hasMaskedStore) {
    llvm::SmallVector<bool> bits(type.getNumElements(), false);
    std::fill_n(bits.begin(), count, true);
    auto maskType = emit.vector(type.getNumElements(), emit.ir.getI1Type());
    Value mask = emit.ir.create<arith::ConstantOp>(DenseElementsAttr::get(maskType, bits));
    emit.ir.create<LLVM::MaskedStoreOp>(vector, pointer, mask, /*alignment=*/1);
    return;
  }
  for (int64_t first = 0; first < count;) {
    int64_t piece = int64_t{1} << llvm::Log2_64(count - first);
    emit.store(emit.slice(vector, first, piece), emit.at(pointer, first * bytes));
    first += piece;
  }
}

Epilogue::Epilogue(KernelFunction &function, const qnn::Pixels &pixels,
                   llvm::SmallVector<int64_t> slotChannels)
    : lanes(function.emit, function.machine, function.constants, function.constantsBase),
      function(function), emit(function.emit), pixels(pixels),
      anchor(qnn::anchorOf(function.kernel)->getResult(0)),
      yielded(qnn::yieldedValue(function.kernel)),
      resultBytes(qnn::elementBytesOf(qnn::elementType(yielded))) {
  lanes.slotChannels = std::move(slotChannels);
  lanes.load = [this](Value value) { return load(value); };
  for (auto [what, steps] :
       llvm::zip_equal(qnn::elementwiseOperands(function.kernel), pixels.operands)) {
    Operand operand{what,
                    steps,
                    what.strides.empty() ? 0 : what.strides.back(),
                    qnn::elementBytesOf(qnn::elementType(what.value)),
                    {},
                    {}};
    operand.base = addressOf(function, what.source);
    operands.push_back(operand);
  }
}

void Epilogue::moveTo(Value batch, Value y, Value x, Value channel) {
  auto offset = [&](const qnn::PixelSteps &steps, int64_t channelStep, int64_t bytes) {
    Value elements =
        emit.add(emit.add(emit.multiply(batch, steps.batch), emit.multiply(y, steps.row)),
                 emit.add(emit.multiply(x, steps.column), emit.multiply(channel, channelStep)));
    return emit.multiply(elements, bytes);
  };
  resultBase = emit.at(function.results[0], offset(pixels.result, 1, resultBytes));
  for (Operand &operand : operands)
    operand.current =
        emit.at(operand.base, offset(operand.steps, operand.channelStep, operand.bytes));
}

void Epilogue::fetchFar(int64_t rows, int64_t columns, int64_t channels) {
  constexpr int64_t lineBytes = 64;
  for (const Operand &operand : operands) {
    int64_t all = qnn::byteCountOf(qnn::tensorType(operand.what.source));
    if (all < emit.target.l2Bytes || operand.channelStep != 1)
      continue;
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t j = 0; j < columns; ++j) {
        int64_t pixel = (i * operand.steps.row + j * operand.steps.column) * operand.bytes;
        for (int64_t byte = 0; byte < channels * operand.bytes; byte += lineBytes)
          emit.prefetch(emit.at(operand.current, pixel + byte), /*cache=*/1);
      }
  }
}

void Epilogue::beginRun(int64_t firstChannel, int64_t count, int64_t vectors, bool isInterleaved,
                        Value slot) {
  runChannel = firstChannel;
  lanes.begin(count, vectors, isInterleaved, slot);
}

void Epilogue::finish(int64_t rows, int64_t columns, Lane accumulator, int64_t stored) {
  row = rows;
  column = columns;
  lanes.nextPixel();
  lanes.set(anchor, accumulator);
  Value result = lanes.toMemory(yielded);
  int64_t offset = rows * pixels.result.row + columns * pixels.result.column + runChannel;
  storeFirst(emit, result, stored, emit.at(resultBase, offset * resultBytes));
}

void Epilogue::finishElements(Value elements, int64_t stored) {
  if (yielded == anchor)
    return storeFirst(emit, elements, stored, emit.at(resultBase, runChannel * resultBytes));
  finish(0, 0, lanes.fromMemory(elements, qnn::elementType(anchor)), stored);
}

Value Epilogue::load(Value value) {
  auto *operand = llvm::find_if(
      operands, [&](const Operand &candidate) { return candidate.what.value == value; });
  int64_t offset =
      row * operand->steps.row + column * operand->steps.column + runChannel * operand->channelStep;
  Value pointer = emit.at(operand->current, offset * operand->bytes);
  Type element = memoryType(qnn::elementType(value));
  if (operand->channelStep == 0)
    return emit.splat(emit.vector(lanes.count, element), emit.load(element, pointer));
  return emit.load(emit.vector(lanes.count, element), pointer);
}

} // namespace octet::codegen
