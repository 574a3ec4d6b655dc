// Calls the routine that an operator is.
#include "codegen/Kernel.h"

using namespace mlir;

namespace octet::codegen {

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
