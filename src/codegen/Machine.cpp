#include "codegen/Machine.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include "llvm/Support/ErrorHandling.h"

#include <numeric>

using namespace mlir;

namespace octet::codegen {

std::unique_ptr<Machine> makeMachine(const target::Target &target) {
  switch (target.family) {
  case target::Family::x86:
    return makeX86Machine(target);
  case target::Family::arm:
    return makeArmMachine(target);
  }
  return nullptr;
}

Value Machine::open(Emitter &, Dot, Value sums) { return sums; }
Value Machine::close(Emitter &, Dot, Value accumulator) { return accumulator; }

llvm::SmallVector<int64_t> Machine::weightOrder(Dot kind, int64_t lanes) {
  llvm::SmallVector<int64_t> order(lanes * depthOf(kind));
  std::iota(order.begin(), order.end(), 0);
  return order;
}

// The table stays in the first cache.
Value Machine::lookUp(Emitter &emit, Value table, Value indices) {
  int64_t lanes = cast<VectorType>(indices.getType()).getNumElements();
  Value result = emit.integers(emit.vector(lanes, emit.i8()), 0);
  for (int64_t lane = 0; lane < lanes; ++lane) {
    Value index = emit.ir.create<vector::ExtractOp>(indices, lane);
    Value offset = emit.ir.create<arith::ExtUIOp>(emit.i64(), index);
    result = emit.ir.create<vector::InsertOp>(emit.load(emit.i8(), emit.at(table, offset)), result,
                                              lane);
  }
  return result;
}

// What follows is for targets whose row has it.
[[noreturn]] static void unexpected() {
  llvm_unreachable("the target's row does not have what is asked of it");
}

Value Machine::addProducts(Emitter &, Value, ValueRange, ValueRange) { unexpected(); }
Value Machine::broadcastGroup(Emitter &, Dot, Value, int64_t) { unexpected(); }

llvm::SmallVector<int64_t> Machine::stripOrder(int64_t) { unexpected(); }
Value Machine::openStrips(Emitter &, Value) { unexpected(); }
Value Machine::multiplyStrips(Emitter &, Value, ValueRange, ValueRange) { unexpected(); }
Values Machine::closeStrips(Emitter &, Value) { unexpected(); }

void Machine::shapeMatrices(Emitter &, Constants &, Value, llvm::ArrayRef<MatrixShape>) {
  unexpected();
}
void Machine::releaseMatrices(Emitter &) { unexpected(); }
void Machine::loadMatrix(Emitter &, int64_t, Value, int64_t) { unexpected(); }
void Machine::storeMatrix(Emitter &, int64_t, Value, int64_t) { unexpected(); }
void Machine::multiplyMatrices(Emitter &, int64_t, int64_t, int64_t) { unexpected(); }

Value Machine::multiplyAddDown(Emitter &, Value, Value, Value) { unexpected(); }
Value Machine::addDown(Emitter &, Value, Value) { unexpected(); }
Value Machine::floorToInteger(Emitter &, Value) { unexpected(); }

} // namespace octet::codegen
