// Calls the routine that an operator is.
#include "codegen/Kernel.h"

using namespace mlir;

namespace octet::codegen {

namespace {

// The body of octet_look_up_bytes (routines/Routine.h).
class ByteLookUp {
public:
  ByteLookUp(Emitter &emit, Machine &machine, ValueRange arguments)
      : emit(emit), machine(machine), table(arguments[0]), offset(arguments[1]),
        codes(arguments[2]), results(arguments[3]), count(arguments[4]) {}

  void build() {
    llvm::SmallVector<int64_t> widths{emit.target.vectorBytes};
    // What is looked up in registers takes the same time for fewer.
    constexpr int64_t least = 16;
    if (widths[0] > least && emit.target.hasByteLookup)
      widths.push_back(least);
    Value done = emit.constant(0);
    for (int64_t width : widths) {
      Value turns = emit.divide(emit.subtract(count, done), width).first,
            end = emit.add(done, emit.multiply(turns, width));
      emit.loop(done, end, width, [&](Value i) { vectorAt(i, width); });
      done = end;
    }
    // The rest is part of a last vector that begins earlier, if there is one.
    auto compare = [&](arith::CmpIPredicate predicate, Value a, Value b) -> Value {
      return emit.ir.create<arith::CmpIOp>(predicate, a, b);
    };
    emit.when(compare(arith::CmpIPredicate::slt, done, count), [&] {
      emit.when(
          compare(arith::CmpIPredicate::sge, count, emit.constant(widths.back())),
          [&] { vectorAt(emit.add(count, -widths.back()), widths.back()); },
          [&] { emit.loop(done, count, 1, [&](Value i) { byteAt(i); }); });
    });
  }

private:
  void vectorAt(Value i, int64_t lanes) {
    VectorType type = emit.vector(lanes, emit.i8());
    Value byte = emit.ir.create<arith::TruncIOp>(emit.i8(), offset);
    Value indices =
        emit.ir.create<arith::AddIOp>(emit.load(type, emit.at(codes, i)), emit.splat(type, byte));
    emit.store(machine.lookUp(emit, table, indices), emit.at(results, i));
  }

  void byteAt(Value i) {
    Value code =
        emit.ir.create<arith::ExtUIOp>(emit.i32(), emit.load(emit.i8(), emit.at(codes, i)));
    Value index = emit.ir.create<arith::AndIOp>(emit.ir.create<arith::AddIOp>(code, offset),
                                                emit.ir.create<arith::ConstantIntOp>(255, 32));
    Value place = emit.at(table, emit.ir.create<arith::ExtUIOp>(emit.i64(), index));
    emit.store(emit.load(emit.i8(), place), emit.at(results, i));
  }

  Emitter &emit;
  Machine &machine;
  Value table, offset, codes, results, count;
};

} // namespace

void emitByteLookUp(ModuleOp module, const target::Target &target, Machine &machine) {
  constexpr llvm::StringLiteral name = "octet_look_up_bytes";
  if (module.lookupSymbol(name))
    return;
  ImplicitLocOpBuilder builder(module.getLoc(), OpBuilder::atBlockEnd(module.getBody()));
  Type pointer = LLVM::LLVMPointerType::get(module.getContext());
  auto function = builder.create<func::FuncOp>(
      name, builder.getFunctionType(
                {pointer, builder.getI32Type(), pointer, pointer, builder.getI64Type()}, {}));
  function.setArgAttr(3, LLVM::LLVMDialect::getNoAliasAttrName(), builder.getUnitAttr());
  Block *body = function.addEntryBlock();
  builder.setInsertionPointToStart(body);
  Emitter emit(builder, target);
  ByteLookUp(emit, machine, body->getArguments()).build();
  builder.setInsertionPointToEnd(body);
  builder.create<func::ReturnOp>();
}

int64_t emitRoutine(KernelFunction &function) {
  Emitter &emit = function.emit;
  auto op = *function.kernel.getBody().front().getOps<qnn::RoutineOp>().begin();
  qnn::Routine routine = op.routine();
  Values pointers;
  auto operandPointer = [&](int slot) {
    return slot < 0 ? Value(emit.ir.create<LLVM::ZeroOp>(emit.pointer()))
                    : addressOf(function, op->getOperand(static_cast<unsigned>(slot)));
  };
  if (routine.operandSlots.empty())
    for (unsigned i = 0; i < op->getNumOperands(); ++i)
      pointers.push_back(operandPointer(static_cast<int>(i)));
  for (int slot : routine.operandSlots)
    pointers.push_back(operandPointer(slot));
  pointers.append(function.results);
  if (function.scratch)
    pointers.push_back(function.scratch);
  Value table = emit.ir.create<LLVM::AllocaOp>(
      emit.pointer(), emit.pointer(), emit.constant(static_cast<int64_t>(pointers.size())));
  for (auto [i, pointer] : llvm::enumerate(pointers))
    emit.ir.create<LLVM::StoreOp>(pointer, emit.at(table, static_cast<int64_t>(i) * 8));
  Value parameters = emit.at(function.constantsBase, function.constants.add(routine.parameters));
  emit.call(("octet_" + routine.name).str(), {}, {table, parameters, function.begin, function.end});
  return routine.rows;
}

} // namespace octet::codegen
