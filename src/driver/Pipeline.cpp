#include "driver/Pipeline.h"
#include "legalize/Passes.h"
#include "qnn/Dialect.h"
#include "raise/Passes.h"
#include "schedule/Passes.h"

#include "mlir/Dialect/Quant/QuantOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

#include <mutex>

using namespace mlir;

namespace octet::driver {

void addInterpretation(OpPassManager &passes, bool fusesOperators) {
  OpPassManager &each = passes.nest<func::FuncOp>();
  each.addPass(createCSEPass());                 // files repeat constants and casts
  each.addPass(raise::createCancelTransposes()); // dimensions in the order that needs least moving
  each.addPass(raise::createSinkDequantize());   // codes are moved, not floats
  each.addPass(raise::createFoldConstants({/*keepsCodes=*/true})); // codes of weights, too
  if (!fusesOperators)
    return;
  each.addPass(raise::createQuantizeOperators()); // and computed with, between the file's floats
  each.addPass(raise::createFuseFunctions());     // a norm in pieces is one
}

void addRaise(OpPassManager &passes, bool fusesOperators) {
  addInterpretation(passes, fusesOperators);
  OpPassManager &each = passes.nest<func::FuncOp>();
  each.addPass(raise::createFoldConstants());   // what depends on constants alone is one
  each.addPass(raise::createShrinkConstants()); // and what repeats one number is that number
  each.addPass(raise::createFoldTables());      // and what follows from one code is a table
  each.addPass(raise::createFoldPadding()); // a pad of zeros belongs to the convolution behind it
  each.addPass(createCanonicalizerPass());  // and what nobody reads goes
}

void addLower(OpPassManager &passes, const Lowering &lowering) {
  const std::string &target = lowering.target;
  OpPassManager &each = passes.nest<func::FuncOp>();
  each.addPass(legalize::createDecomposeOperators());    // operators without a kernel of their own
  each.addPass(legalize::createChooseStorage({target})); // codes as the dot product wants them
  each.addPass(legalize::createPackOperands({target}));  // and the other operand of two activations
  each.addPass(raise::createFoldConstants());            // now, where it is a constant
  each.addPass(legalize::createSplitPadding());          // borders become memory, written once
  each.addPass(createCSEPass());                         // equal borders and casts are one
  each.addPass(createCanonicalizerPass());
  each.addPass(schedule::createFuseKernels());        // one region per loop nest
  each.addPass(schedule::createProveForms({target})); // the fast rescale that is exact
  each.addPass(schedule::createPlaceBuffers());       // every tensor's place in memory
  each.addPass(schedule::createChooseTiles({target, lowering.variant},
                                           lowering.records)); // what stays in registers
}

bool isPass(llvm::StringRef name) {
  static std::once_flag once;
  std::call_once(once, registerPasses);
  return PassInfo::lookup(name) != nullptr;
}

void registerDialects(DialectRegistry &registry) {
  registry.insert<qnn::QnnDialect, quant::QuantizationDialect, func::FuncDialect>();
}

void registerPasses() {
  raise::registerRaisePasses();
  legalize::registerLegalizePasses();
  schedule::registerSchedulePasses();
  registerCSEPass();
  registerCanonicalizerPass();
  PassPipelineRegistration<>("raise", "What a framework wrote, to what it means.",
                             [](OpPassManager &passes) { addRaise(passes, true); });
  PassPipelineRegistration<>("lower", "A model to placed and tiled kernels for this machine.",
                             [](OpPassManager &passes) { addLower(passes, {}); });
}

} // namespace octet::driver
