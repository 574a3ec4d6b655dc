// Loops that reach what a core can do at most: the yardstick for shares of peak.
#include "codegen/Loops.h"
#include "codegen/Machine.h"
#include "codegen/Objects.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/OwningOpRef.h"

#include "codegen/Codegen.h"

using namespace mlir;

namespace octet::codegen {

namespace {

class PeakEmitter {
public:
  PeakEmitter(ModuleOp module, const target::Target &target)
      : module(module), target(target), machine(makeMachine(target)) {}

  /// Returns the multiply-accumulates of a pass.
  int64_t emitDots(llvm::StringRef name, Dot dot) {
    // Enough of them to hide the latency; three registers stay for what they multiply.
    int64_t count = target.vectorRegisters * 3 / 4, lanes = target.lanes32();
    emit(name, [&](Emitter &emit, Value values, Value passes) {
      Type element = dot == Dot::reals ? emit.f32() : emit.i32();
      VectorType type = emit.vector(lanes, element);
      auto weightsAt = [&](Value base, int64_t i) {
        return emit.load(type, emit.at(base, (1 + i) * target.vectorBytes));
      };
      Value weights = weightsAt(values, 0);
      // A pair of instructions whose first one does not depend on the sum: with weights of its own,
      // or one would do for all sums.
      bool isPair = dot == Dot::words && !target.hasWordDot;
      // Sums that begin alike would stay alike, and be one.
      Values initial;
      for (int64_t i = 0; i < count; ++i)
        initial.push_back(weightsAt(emit.opaque(values), i));
      accumulate(emit, values, passes, initial, [&](Value base, Values sums) {
        Value inputs = emit.load(type, base);
        for (auto [i, sum] : llvm::enumerate(sums))
          sum = machine->dot(emit, dot, sum, inputs,
                             isPair ? weightsAt(base, static_cast<int64_t>(i)) : weights);
        return sums;
      });
    });
    return count * lanes * depthOf(dot);
  }

  /// The same of products that take strips of inputs.
  int64_t emitStrips(llvm::StringRef name) {
    const target::Target::Strips &strips = target.strips;
    int64_t lanes = target.lanes32();
    // Half of the registers hold sums.
    int64_t count = target.vectorRegisters / 2 / (strips.registers * strips.pixels);
    emit(name, [&](Emitter &emit, Value values, Value passes) {
      VectorType type = emit.vector(lanes, emit.i32());
      auto load = [&](Value base, int64_t i) {
        return emit.load(type, emit.at(base, i * target.vectorBytes));
      };
      Values weights, initial;
      for (int64_t i = 0; i < lanes; ++i)
        weights.push_back(load(values, i));
      for (int64_t i = 0; i < count; ++i)
        initial.push_back(machine->openStrips(emit, load(emit.opaque(values), i)));
      accumulate(emit, values, passes, initial, [&](Value base, Values sums) {
        // Each has inputs of its own, or one product would do for all.
        int64_t next = 0;
        for (Value &sum : sums) {
          Values inputs;
          for (int64_t i = 0; i < strips.pixels; ++i)
            inputs.push_back(load(base, next++));
          sum = machine->multiplyStrips(emit, sum, inputs, weights);
        }
        return sums;
      });
    });
    return count * strips.pixels * lanes * strips.depth;
  }

  void emitLoads(llvm::StringRef name) {
    int64_t count = Peaks::loadBytes / target.vectorBytes;
    emit(name, [&](Emitter &emit, Value values, Value passes) {
      VectorType type = emit.vector(target.lanes32(), emit.i32());
      Values sums(4, emit.integers(type, 0));
      Values last =
          emit.loop(emit.constant(0), passes, 1, sums, [&](Value index, ValueRange carried) {
            Values next(carried);
            Value base = emit.at(values, emit.multiply(index, Peaks::loadBytes));
            for (int64_t i = 0; i < count; ++i) {
              Value &sum = next[static_cast<size_t>(i) % next.size()];
              sum = emit.ir.create<arith::XOrIOp>(
                  sum, emit.load(type, emit.at(base, i * target.vectorBytes)));
            }
            return next;
          });
      storeAll(emit, last, values);
    });
  }

private:
  void emit(llvm::StringRef name, llvm::function_ref<void(Emitter &, Value, Value)> body) {
    ImplicitLocOpBuilder builder(module.getLoc(), OpBuilder::atBlockEnd(module.getBody()));
    Type pointer = LLVM::LLVMPointerType::get(module.getContext()), i64 = builder.getI64Type();
    auto function = builder.create<func::FuncOp>(name, builder.getFunctionType({pointer, i64}, {}));
    Block *block = function.addEntryBlock();
    builder.setInsertionPointToStart(block);
    Emitter emitter(builder, target);
    body(emitter, block->getArgument(0), block->getArgument(1));
    builder.create<func::ReturnOp>();
  }

  static void accumulate(Emitter &emit, Value values, Value passes, const Values &initial,
                         llvm::function_ref<Values(Value, Values)> body) {
    Values sums = emit.loop(emit.constant(0), passes, 1, initial, [&](Value, ValueRange carried) {
      return body(emit.opaque(values), Values(carried));
    });
    storeAll(emit, sums, values);
  }

  // Each to a place of its own: what nobody sees is not computed.
  static void storeAll(Emitter &emit, const Values &sums, Value values) {
    for (auto [i, sum] : llvm::enumerate(sums)) {
      int64_t lanes = cast<VectorType>(sum.getType()).getNumElements();
      emit.store(sum, emit.at(values, static_cast<int64_t>(i) * lanes * 4));
    }
  }

  ModuleOp module;
  const target::Target &target;
  std::unique_ptr<Machine> machine;
};

} // namespace

FailureOr<Peaks> emitPeaks(MLIRContext *context, const target::Target &target) {
  context->loadDialect<arith::ArithDialect, cf::ControlFlowDialect, func::FuncDialect,
                       LLVM::LLVMDialect, scf::SCFDialect, vector::VectorDialect>();
  OwningOpRef<ModuleOp> all = ModuleOp::create(UnknownLoc::get(context));
  auto module = OpBuilder::atBlockEnd(all->getBody()).create<ModuleOp>(UnknownLoc::get(context));
  PeakEmitter emitter(module, target);
  Peaks peaks;
  // Without byte products of its own, a machine multiplies bytes as words.
  peaks.byteMacs =
      target.strips.depth
          ? emitter.emitStrips("octet_peak_bytes")
          : emitter.emitDots("octet_peak_bytes", target.hasByteDot ? Dot::bytes : Dot::words);
  peaks.wordMacs = emitter.emitDots("octet_peak_words", Dot::words);
  peaks.realMacs = emitter.emitDots("octet_peak_reals", Dot::reals);
  emitter.emitLoads("octet_peak_loads");
  llvm::LLVMContext llvmContext;
  if (failed(lowerLoops(*all)))
    return failure();
  auto translated = translate(module, llvmContext);
  if (!translated)
    return failure();
  optimize(*translated, target, Effort::light);
  peaks.program.target = &target;
  peaks.program.objects.push_back(emitObject(*translated, target));
  return peaks;
}

} // namespace octet::codegen
