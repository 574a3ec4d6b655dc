// Brings the right operand of a matrix product into the order of its inner loop: groups of depth
// side by side in lanes of columns. A task is one register's columns of one matrix.
#include "codegen/Kernel.h"
#include "qnn/Checks.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace octet::codegen {

namespace {

class Pack {
public:
  explicit Pack(KernelFunction &function)
      : function(function), emit(function.emit),
        op(*function.kernel.getBody().front().getOps<qnn::PackOp>().begin()),
        stored(memoryType(qnn::elementType(op.getRhs()))),
        element(memoryType(qnn::elementType(op.getPanels()))),
        storedBytes(qnn::elementBytesOf(qnn::elementType(op.getRhs()))),
        bytes(qnn::elementBytesOf(qnn::elementType(op.getPanels()))), lanes(emit.target.lanes32()),
        group(static_cast<int64_t>(op.getGroup())), width(static_cast<int64_t>(op.getWidth())),
        depth(op.depth()), columns(op.columns()),
        steps(static_cast<int64_t>(llvm::divideCeil(depth, group))) {
    auto strides = qnn::placementOf(function.kernel.getInputs()[0]).getStrides();
    size_t rank = strides.size();
    rowStep = strides[rank - 2];
    batchSteps.assign(strides.begin(), strides.end() - 2);
    batch.append(qnn::shapeOf(op.getRhs()).drop_back(2).begin(),
                 qnn::shapeOf(op.getRhs()).drop_back(2).end());
  }

  int64_t emitTasks() {
    int64_t blocks = width / lanes, whole = columns / lanes;
    int64_t matrices = ShapedType::getNumElements(batch);
    emit.loop(function.begin, function.end, 1, [&](Value task) {
      auto [matrix, block] = emit.divide(task, blocks);
      beginMatrix(matrix, block);
      if (whole == blocks)
        return emitBlock(lanes);
      if (whole == 0)
        return emitBlock(columns);
      emit.when(
          emit.equals(block, whole), [&] { emitBlock(columns % lanes); },
          [&] { emitBlock(lanes); });
    });
    return matrices * blocks;
  }

private:
  void beginMatrix(Value matrix, Value block) {
    Value offset = emit.constant(0), rest = matrix;
    for (size_t d = batch.size(); d-- > 0;) {
      auto [quotient, index] = emit.divide(rest, batch[d]);
      offset = emit.add(offset, emit.multiply(index, batchSteps[d]));
      rest = quotient;
    }
    Value column = emit.multiply(block, lanes);
    offset = emit.add(offset, emit.multiply(column, op.getTranspose() ? rowStep : 1));
    source = emit.at(function.inputs[0], emit.multiply(offset, storedBytes));
    Value first = emit.add(emit.multiply(matrix, steps * width), column);
    panel = emit.at(function.results[0], emit.multiply(first, group * bytes));
    if (!op.getSums().empty())
      sums = emit.at(function.results[1],
                     emit.multiply(emit.add(emit.multiply(matrix, width), column), 4));
  }

  void emitBlock(int64_t count) {
    auto type = emit.vector(lanes, emit.i32());
    Values totals = {function.machine.open(emit, dot(), emit.integers(type, 0))};
    int64_t whole = depth / group;
    if (whole > 0)
      totals = emit.loop(emit.constant(0), emit.constant(whole), 1, totals,
                         [&](Value step, ValueRange carried) {
                           return Values{emitStep(step, group, count, carried[0])};
                         });
    if (whole < steps)
      totals[0] = emitStep(emit.constant(whole), depth % group, count, totals[0]);
    if (op.getSums().empty())
      return;
    int64_t zeroPoint = qnn::Quantization::of(op.getPanels().getType())->zeroPoint();
    llvm::SmallVector<int32_t> zeros(static_cast<size_t>(lanes), 0);
    std::fill_n(zeros.begin(), count, static_cast<int32_t>(depth * zeroPoint));
    Value shift = emit.ir.create<arith::ConstantOp>(emit.ir.getI32VectorAttr(zeros));
    Value total = function.machine.close(emit, dot(), totals[0]);
    emit.store(emit.ir.create<arith::SubIOp>(total, shift), sums);
  }

  // A group of `filled` rows of `count` columns: stored, and added to the totals.
  Value emitStep(Value step, int64_t filled, int64_t count, Value totals) {
    int64_t all = lanes * group;
    Value codes =
        filled == group && count == lanes ? loadWhole(step) : loadPart(step, filled, count);
    codes = moved(codes);
    if (filled < group || count < lanes) {
      llvm::SmallVector<int64_t> kept;
      for (int64_t i = 0; i < all; ++i)
        kept.push_back(i / group < count && i % group < filled ? i : all + i);
      auto type = cast<VectorType>(codes.getType());
      Value nothing = isa<FloatType>(element) ? emit.reals(type, 0) : emit.integers(type, 0);
      codes = emit.shuffle(codes, nothing, kept);
    }
    emit.store(codes, emit.at(panel, emit.multiply(step, width * group * bytes)));
    if (op.getSums().empty())
      return totals;
    // Memory has them group by group; dot() takes them in the machine's order.
    codes = emit.shuffle(codes, codes, function.machine.weightOrder(dot(), lanes));
    Value ones = emit.integers(emit.vector(all, element), 1);
    auto type = emit.vector(lanes, emit.i32());
    return function.machine.dot(emit, dot(), totals, emit.ir.create<vector::BitCastOp>(type, ones),
                                emit.ir.create<vector::BitCastOp>(type, codes));
  }

  Dot dot() const { return bytes == 1 ? Dot::bytes : Dot::words; }

  // The codes of the panels' storage.
  Value moved(Value codes) {
    if (isa<FloatType>(element))
      return codes;
    auto from = *qnn::Quantization::of(op.getRhs().getType()),
         to = *qnn::Quantization::of(op.getPanels().getType());
    auto type = emit.vector(lanes * group, element);
    if (bytes > storedBytes && from.storage.isSigned)
      codes = emit.ir.create<arith::ExtSIOp>(type, codes);
    else if (bytes > storedBytes)
      codes = emit.ir.create<arith::ExtUIOp>(type, codes);
    else if (bytes < storedBytes)
      codes = emit.ir.create<arith::TruncIOp>(type, codes);
    int64_t shift = to.zeroPoint() - from.zeroPoint();
    return shift == 0 ? codes
                      : Value(emit.ir.create<arith::AddIOp>(codes, emit.integers(type, shift)));
  }

  Value addressOf(Value row, Value column) {
    if (op.getTranspose())
      std::swap(row, column);
    return emit.at(source,
                   emit.multiply(emit.add(emit.multiply(row, rowStep), column), storedBytes));
  }

  Value loadWhole(Value step) {
    Value row = emit.multiply(step, group);
    if (op.getTranspose()) {
      // Runs of depth, one for each column.
      Type run = emit.ir.getIntegerType(static_cast<unsigned>(group * storedBytes * 8));
      Value runs = emit.integers(emit.vector(lanes, run), 0);
      for (int64_t lane = 0; lane < lanes; ++lane)
        runs = insert(runs, emit.load(run, addressOf(row, emit.constant(lane))), lane);
      return emit.ir.create<vector::BitCastOp>(emit.vector(lanes * group, stored), runs);
    }
    Values rows;
    for (int64_t i = 0; i < group; ++i)
      rows.push_back(
          emit.load(emit.vector(lanes, stored), addressOf(emit.add(row, i), emit.constant(0))));
    llvm::SmallVector<int64_t> dealt;
    for (int64_t i = 0; i < lanes * group; ++i)
      dealt.push_back(i % group * lanes + i / group);
    Value joined = emit.concat(rows);
    return group == 1 ? joined : emit.shuffle(joined, joined, dealt);
  }

  // Element by element, none of them outside of the matrix.
  Value loadPart(Value step, int64_t filled, int64_t count) {
    Value row = emit.multiply(step, group);
    auto type = emit.vector(lanes * group, stored);
    Value codes = isa<FloatType>(stored) ? emit.reals(type, 0) : emit.integers(type, 0);
    for (int64_t lane = 0; lane < count; ++lane)
      for (int64_t i = 0; i < filled; ++i)
        codes = insert(codes, emit.load(stored, addressOf(emit.add(row, i), emit.constant(lane))),
                       lane * group + i);
    return codes;
  }

  Value insert(Value vector, Value value, int64_t lane) {
    Value index = emit.ir.create<arith::ConstantIntOp>(lane, 64);
    return emit.ir.create<LLVM::InsertElementOp>(vector, value, index);
  }

  KernelFunction &function;
  Emitter &emit;
  qnn::PackOp op;
  Type stored, element;
  int64_t storedBytes, bytes, lanes, group, width, depth, columns, steps, rowStep = 0;
  qnn::Shape batch, batchSteps;
  Value source, panel, sums; ///< of the task's columns
};

} // namespace

int64_t emitPack(KernelFunction &function) { return Pack(function).emitTasks(); }

} // namespace octet::codegen
