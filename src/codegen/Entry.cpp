#include "codegen/Entry.h"
#include "codegen/Description.h"
#include "codegen/Objects.h"
#include "octet/artifact.h"
#include "qnn/Checks.h"
#include "qnn/Geometry.h"
#include "qnn/Location.h"
#include "qnn/Signature.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"

using namespace mlir;

namespace octet::codegen {

static int64_t integerAttribute(func::FuncOp function, llvm::StringRef name) {
  auto attribute = function->getAttrOfType<IntegerAttr>(name);
  return attribute ? attribute.getInt() : 0;
}

Workspace workspaceOf(func::FuncOp function) {
  // Loads may reach past the last element of either part.
  Workspace workspace;
  workspace.arena = static_cast<int64_t>(
      llvm::alignTo(integerAttribute(function, "octet.state_bytes"), Constants::alignment));
  int64_t end = workspace.arena + integerAttribute(function, "octet.arena_bytes");
  workspace.bytes =
      static_cast<int64_t>(llvm::alignTo(end + 2 * Constants::slack, Constants::alignment));
  return workspace;
}

namespace {

/// What a task gets to see: the pointers of a run.
enum FrameField : unsigned { frameWorkspace, frameInputs, frameOutputs };

class Entry {
public:
  Entry(func::FuncOp function, const Kernels &kernels, const Options &options,
        llvm::LLVMContext &context, std::vector<Step> &steps)
      : function(function), kernels(kernels), options(options), steps(steps),
        workspace(workspaceOf(function)), module(std::make_unique<llvm::Module>("entry", context)),
        ir(context), pointer(llvm::PointerType::get(context, 0)),
        i32(llvm::Type::getInt32Ty(context)), i64(llvm::Type::getInt64Ty(context)),
        nothing(llvm::Type::getVoidTy(context)),
        frame(llvm::StructType::get(context, {pointer, pointer, pointer})) {}

  std::unique_ptr<llvm::Module> emit() {
    constants = declareConstants();
    llvm::Function *run = emitRun(), *reset = emitReset(), *missing = emitMissingFeature();
    emitDescription(run, reset, missing);
    return std::move(module);
  }

private:
  //===-- Globals --===//

  llvm::GlobalVariable *global(llvm::Constant *value, llvm::StringRef name = "") {
    auto *variable = new llvm::GlobalVariable(*module, value->getType(), true,
                                              llvm::GlobalValue::PrivateLinkage, value, name);
    return variable;
  }
  llvm::GlobalVariable *bytes(llvm::ArrayRef<char> data) {
    auto *variable = global(llvm::ConstantDataArray::getRaw(
        llvm::StringRef(data.data(), data.size()), data.size(), ir.getInt8Ty()));
    variable->setAlignment(llvm::Align(Constants::alignment));
    return variable;
  }
  // They are an object of their own: writeConstants(). Code asks memory where they are, for they
  // may be farther away than a displacement reaches.
  llvm::GlobalVariable *declareConstants() {
    auto *type = llvm::ArrayType::get(ir.getInt8Ty(), kernels.constants.bytes.size());
    auto *variable = new llvm::GlobalVariable(
        *module, type, true, llvm::GlobalValue::ExternalLinkage, nullptr, constantsSymbol);
    variable->setAlignment(llvm::Align(static_cast<uint64_t>(Constants::alignment)));
    variable->setVisibility(llvm::GlobalValue::HiddenVisibility);
    return global(variable);
  }
  // Steps of equal shape share its text.
  llvm::Constant *string(llvm::StringRef text) {
    llvm::Constant *&known = strings[text];
    return known ? known
                 : known = global(llvm::ConstantDataArray::getString(module->getContext(), text));
  }
  llvm::Constant *number(llvm::Type *type, int64_t value) {
    return llvm::ConstantInt::getSigned(type, value);
  }
  template <typename T> llvm::Constant *numbers(llvm::ArrayRef<T> values) {
    if (values.empty())
      return llvm::ConstantPointerNull::get(pointer);
    return global(llvm::ConstantDataArray::get(module->getContext(), values));
  }
  llvm::Constant *structOf(llvm::ArrayRef<llvm::Constant *> fields) {
    return llvm::ConstantStruct::getAnon(module->getContext(), fields);
  }
  llvm::Constant *table(llvm::ArrayRef<llvm::Constant *> rows) {
    if (rows.empty())
      return llvm::ConstantPointerNull::get(pointer);
    return global(
        llvm::ConstantArray::get(llvm::ArrayType::get(rows[0]->getType(), rows.size()), rows));
  }

  llvm::Function *define(llvm::StringRef name, llvm::Type *result,
                         llvm::ArrayRef<llvm::Type *> arguments) {
    auto *type = llvm::FunctionType::get(result, arguments, false);
    auto *defined = llvm::Function::Create(type, llvm::GlobalValue::InternalLinkage, name, *module);
    defined->setDoesNotThrow();
    ir.SetInsertPoint(llvm::BasicBlock::Create(module->getContext(), "", defined));
    return defined;
  }

  //===-- Steps --===//

  llvm::Value *field(llvm::Value *frameValue, unsigned index) {
    return ir.CreateLoad(pointer, ir.CreateStructGEP(frame, frameValue, index));
  }

  llvm::Value *address(llvm::Value *frameValue, qnn::PlacementAttr place) {
    llvm::Value *base;
    int64_t offset = place.getOffset();
    if (place.getSpace() == qnn::Space::input || place.getSpace() == qnn::Space::output) {
      llvm::Value *list =
          field(frameValue, place.getSpace() == qnn::Space::input ? frameInputs : frameOutputs);
      base = ir.CreateLoad(
          pointer, ir.CreateConstGEP1_64(pointer, list, static_cast<uint64_t>(place.getIndex())));
    } else {
      base = field(frameValue, frameWorkspace);
      offset += place.getSpace() == qnn::Space::arena ? workspace.arena : workspace.variables;
    }
    return offset == 0 ? base
                       : ir.CreateConstGEP1_64(ir.getInt8Ty(), base, static_cast<uint64_t>(offset));
  }

  // A function of (frame, begin, end) that knows where the kernel's tensors are.
  llvm::Function *emitTask(qnn::KernelOp kernel, const KernelCode &code) {
    auto point = ir.saveIP();
    llvm::Function *task =
        define("octet_step_" + std::to_string(steps.size()), nothing, {pointer, i64, i64});
    llvm::Value *frameValue = task->getArg(0);
    llvm::SmallVector<llvm::Value *> arguments = {ir.CreateConstGEP1_64(
        ir.getInt8Ty(), ir.CreateLoad(pointer, constants), static_cast<uint64_t>(code.constants))};
    for (Value input : kernel.getInputs())
      arguments.push_back(address(frameValue, qnn::placementOf(input)));
    for (Value result : kernel.getResults())
      arguments.push_back(address(frameValue, qnn::placementOf(result)));
    if (auto scratch = kernel.getScratch())
      arguments.push_back(ir.CreateConstGEP1_64(
          ir.getInt8Ty(), field(frameValue, frameWorkspace),
          static_cast<uint64_t>(workspace.arena + static_cast<int64_t>(*scratch))));
    arguments.push_back(task->getArg(1));
    arguments.push_back(task->getArg(2));
    llvm::SmallVector<llvm::Type *> types;
    for (llvm::Value *argument : arguments)
      types.push_back(argument->getType());
    auto callee =
        module->getOrInsertFunction(code.function, llvm::FunctionType::get(nothing, types, false));
    llvm::cast<llvm::Function>(callee.getCallee())
        ->setVisibility(llvm::GlobalValue::HiddenVisibility);
    ir.CreateCall(callee, arguments);
    ir.CreateRetVoid();
    ir.restoreIP(point);
    return task;
  }

  llvm::Function *emitRun() {
    llvm::Function *run = define("octet_run", i32, {pointer, pointer, pointer, pointer});
    frameStorage = ir.CreateAlloca(frame);
    for (unsigned i : {frameWorkspace, frameInputs, frameOutputs})
      ir.CreateStore(run->getArg(i), ir.CreateStructGEP(frame, frameStorage, i));
    executor = run->getArg(3);
    emitBlock(function.getBody().front());
    ir.CreateRet(number(i32, 0));
    return run;
  }

  void emitBlock(Block &block) {
    for (Operation &op : block) {
      if (auto kernel = dyn_cast<qnn::KernelOp>(op))
        emitStep(kernel);
      else if (auto loop = dyn_cast<qnn::WhileOp>(op))
        emitLoop(loop);
    }
  }

  void emitStep(qnn::KernelOp kernel) {
    const KernelCode &code = kernels.code.find(kernel)->second;
    llvm::Function *task = emitTask(kernel, code);
    Step step;
    step.name = qnn::describe(kernel.getLoc());
    step.kind = stringifyKernelKind(kernel.getKind()).str();
    step.shape = qnn::signatureOf(kernel);
    step.schedule = qnn::textOf(kernel.getTileAttr());
    step.tasks = code.tasks;
    step.bytes = code.constantBytes;
    step.kernel = kernel;
    kernel.walk([&](Operation *op) {
      int64_t macs = qnn::multiplyAccumulates(op);
      step.macs += macs;
      if (macs)
        step.type = typeOf(qnn::elementType(op->getOperand(0)));
    });
    for (Value value : llvm::concat<Value>(llvm::to_vector(kernel.getInputs()),
                                           llvm::to_vector_of<Value>(kernel.getResults())))
      step.bytes += qnn::byteCountOf(qnn::tensorType(value));
    // Through the executor if there is one: run = executor->run; run(executor, task, frame, tasks,
    // step).
    auto *type = llvm::FunctionType::get(nothing, {pointer, pointer, pointer, i64, i32}, false);
    llvm::Function *current = ir.GetInsertBlock()->getParent();
    auto block = [&] { return llvm::BasicBlock::Create(module->getContext(), "", current); };
    llvm::BasicBlock *alone = block(), *shared = block(), *next = block();
    ir.CreateCondBr(ir.CreateIsNull(executor), alone, shared);
    ir.SetInsertPoint(alone);
    ir.CreateCall(task, {frameStorage, number(i64, 0), number(i64, code.tasks)});
    ir.CreateBr(next);
    ir.SetInsertPoint(shared);
    ir.CreateCall(type, ir.CreateLoad(pointer, executor),
                  {executor, task, frameStorage, number(i64, code.tasks),
                   number(i32, static_cast<int64_t>(steps.size()))});
    ir.CreateBr(next);
    ir.SetInsertPoint(next);
    steps.push_back(step);
  }

  void emitLoop(qnn::WhileOp loop) {
    llvm::Function *current = ir.GetInsertBlock()->getParent();
    auto block = [&] { return llvm::BasicBlock::Create(module->getContext(), "", current); };
    llvm::BasicBlock *head = block(), *body = block(), *exit = block();
    ir.CreateBr(head);
    ir.SetInsertPoint(head);
    emitBlock(loop.getCondition().front());
    Value condition = loop.getCondition().front().getTerminator()->getOperand(0);
    llvm::Value *flag =
        ir.CreateLoad(ir.getInt8Ty(), address(frameStorage, qnn::placementOf(condition)));
    ir.CreateCondBr(ir.CreateIsNull(flag), exit, body);
    ir.SetInsertPoint(body);
    emitBlock(loop.getBody().front());
    ir.CreateBr(head);
    ir.SetInsertPoint(exit);
  }

  //===-- Entry points --===//

  llvm::Function *emitReset() {
    llvm::Function *reset = define("octet_reset", nothing, {pointer});
    auto model = function->getParentOfType<ModuleOp>();
    for (auto variable : model.getOps<qnn::VariableOp>()) {
      auto place = variable->getAttrOfType<qnn::PlacementAttr>(qnn::placementName);
      const qnn::Tensor initial =
          qnn::Tensor::of(variable.getInitial(), cast<RankedTensorType>(variable.getType()));
      llvm::ArrayRef<char> data = initial.bytes();
      llvm::Value *target =
          ir.CreateConstGEP1_64(ir.getInt8Ty(), reset->getArg(0),
                                static_cast<uint64_t>(workspace.variables + place.getOffset()));
      if (llvm::all_of(data, [](char byte) { return byte == 0; }))
        ir.CreateMemSet(target, ir.getInt8(0), data.size(), llvm::Align(1));
      else
        ir.CreateMemCpy(target, llvm::Align(1), bytes(data), llvm::Align(1), data.size());
    }
    ir.CreateRetVoid();
    return reset;
  }

  // Asks for each feature; null if nothing is missing.
  llvm::Function *emitMissingFeature() {
    llvm::Function *missing = define("octet_missing_feature", pointer, {});
    for (const target::Feature &feature : options.target->features)
      std::visit([&](auto bit) { requireFeature(feature.name, bit); }, feature.test);
    ir.CreateRet(llvm::ConstantPointerNull::get(pointer));
    return missing;
  }

  void requireFeature(llvm::StringRef name, const target::CpuidBit &feature) {
    llvm::BasicBlock *lacks = returning(name);
    // A leaf beyond the highest one answers nonsense.
    llvm::Value *highest = ir.CreateExtractValue(cpuid(feature.leaf & 0x80000000U, 0), 0);
    require(ir.CreateICmpUGE(highest, number(i32, static_cast<int32_t>(feature.leaf))), lacks);
    requireBits(ir.CreateExtractValue(cpuid(feature.leaf, feature.subleaf), feature.reg),
                1U << feature.bit, lacks);
    if (feature.savedState) {
      // The system has to save the registers: OSXSAVE, then XCR0.
      requireBits(ir.CreateExtractValue(cpuid(1, 0), 2), 1U << 27, lacks);
      requireBits(savedStates(), feature.savedState, lacks);
    }
    if (feature.askedState)
      require(ir.CreateIsNull(askFor(feature.askedState)),
              returning((name + " that the system lets this process use").str()));
  }

  // The C library hands on what the system told the process.
  void requireFeature(llvm::StringRef name, const target::AuxiliaryBit &feature) {
    auto getauxval =
        module->getOrInsertFunction("getauxval", llvm::FunctionType::get(i64, {i64}, false));
    llvm::Value *entry = ir.CreateCall(getauxval, {number(i64, feature.entry)});
    requireBits(ir.CreateTrunc(entry, i32), 1U << feature.bit, returning(name));
  }

  // A block of the current function that returns a text.
  llvm::BasicBlock *returning(llvm::StringRef text) {
    auto point = ir.saveIP();
    auto *block = llvm::BasicBlock::Create(module->getContext(), "", point.getBlock()->getParent());
    ir.SetInsertPoint(block);
    ir.CreateRet(string(text));
    ir.restoreIP(point);
    return block;
  }
  void require(llvm::Value *condition, llvm::BasicBlock *otherwise) {
    auto *next =
        llvm::BasicBlock::Create(module->getContext(), "", ir.GetInsertBlock()->getParent());
    ir.CreateCondBr(condition, next, otherwise);
    ir.SetInsertPoint(next);
  }
  void requireBits(llvm::Value *value, uint32_t bits, llvm::BasicBlock *otherwise) {
    llvm::Value *wanted = number(i32, static_cast<int32_t>(bits));
    require(ir.CreateICmpEQ(ir.CreateAnd(value, wanted), wanted), otherwise);
  }

  llvm::Value *cpuid(uint32_t leaf, uint32_t subleaf) {
    auto *four = llvm::StructType::get(module->getContext(), {i32, i32, i32, i32});
    auto *type = llvm::FunctionType::get(four, {i32, i32}, false);
    auto *code = llvm::InlineAsm::get(
        type, "cpuid", "={ax},={bx},={cx},={dx},{ax},{cx},~{dirflag},~{fpsr},~{flags}", true);
    return ir.CreateCall(code, {number(i32, static_cast<int32_t>(leaf)),
                                number(i32, static_cast<int32_t>(subleaf))});
  }

  // The low half of XCR0.
  llvm::Value *savedStates() {
    auto *pair = llvm::StructType::get(module->getContext(), {i32, i32});
    auto *xgetbv = llvm::InlineAsm::get(llvm::FunctionType::get(pair, {i32}, false), "xgetbv",
                                        "={ax},={dx},{cx},~{dirflag},~{fpsr},~{flags}", true);
    return ir.CreateExtractValue(ir.CreateCall(xgetbv, {number(i32, 0)}), 0);
  }

  // The system call by which a process gets large registers; 0 if it does.
  llvm::Value *askFor(uint32_t state) {
    auto *type = llvm::FunctionType::get(i64, {i64, i64, i64}, false);
    auto *code = llvm::InlineAsm::get(
        type, "syscall", "={ax},{ax},{di},{si},~{rcx},~{r11},~{memory},~{dirflag},~{fpsr},~{flags}",
        true);
    return ir.CreateCall(code, {number(i64, target::archPrctl), number(i64, target::requestState),
                                number(i64, state)});
  }

  // A struct octet_tensor, field by field.
  llvm::Constant *describe(const octet_tensor &tensor) {
    auto count = static_cast<size_t>(tensor.scale_count);
    return structOf({string(tensor.name), number(i32, tensor.type), number(i32, tensor.rank),
                     numbers<int64_t>({tensor.shape, static_cast<size_t>(tensor.rank)}),
                     number(i64, tensor.bytes), number(i32, tensor.axis),
                     number(i32, tensor.scale_count), numbers<double>({tensor.scales, count}),
                     numbers<int64_t>({tensor.zero_points, count}),
                     number(i32, tensor.row_count_output), number(i32, tensor.reserved)});
  }

  // At two thirds of the peak, but depthwise at a sixth, and with operands from the second cache.
  int32_t kilocyclesOf(const Step &step) const {
    constexpr int64_t bytesPerCycle = 16;
    unsigned bytes = step.type == OCTET_INT8 || step.type == OCTET_UINT8     ? 1
                     : step.type == OCTET_INT16 || step.type == OCTET_UINT16 ? 2
                                                                             : 4;
    double products =
               options.target->productsPerCycle(bytes) / (step.kind == "depthwise" ? 6 : 1.5),
           cycles = static_cast<double>(step.macs) / products +
                    static_cast<double>(step.bytes / bytesPerCycle);
    return static_cast<int32_t>(std::min(cycles / 1000, 1e9));
  }

  void emitDescription(llvm::Function *run, llvm::Function *reset, llvm::Function *missing) {
    llvm::SmallVector<llvm::Constant *> inputs, outputs, rows;
    Description description(function);
    for (const octet_tensor &tensor : description.inputs)
      inputs.push_back(describe(tensor));
    for (const octet_tensor &tensor : description.outputs)
      outputs.push_back(describe(tensor));
    int64_t macs = 0;
    for (const Step &step : steps) {
      rows.push_back(
          structOf({string(step.name), string(step.kind), string(step.shape), string(step.schedule),
                    number(i32, step.type), number(i32, kilocyclesOf(step)),
                    number(i64, step.tasks), number(i64, step.macs), number(i64, step.bytes)}));
      macs += step.macs;
    }
    auto *model = global(structOf(
        {number(i32, OCTET_ABI_VERSION), number(i32, static_cast<int64_t>(inputs.size())),
         number(i32, static_cast<int64_t>(outputs.size())),
         number(i32, static_cast<int64_t>(steps.size())), string(options.modelName),
         string(options.target->name), table(inputs), table(outputs), table(rows),
         number(i64, workspace.bytes), number(i64, integerAttribute(function, "octet.arena_bytes")),
         number(i64, integerAttribute(function, "octet.state_bytes")),
         number(i64, static_cast<int64_t>(kernels.constants.bytes.size())), number(i64, macs),
         missing, reset, run}));
    llvm::Function *describe = define(options.symbol, pointer, {});
    describe->setLinkage(llvm::GlobalValue::ExternalLinkage);
    describe->setVisibility(llvm::GlobalValue::DefaultVisibility);
    ir.CreateRet(model);
  }

  func::FuncOp function;
  const Kernels &kernels;
  const Options &options;
  std::vector<Step> &steps;
  Workspace workspace;
  std::unique_ptr<llvm::Module> module;
  llvm::IRBuilder<> ir;
  llvm::PointerType *pointer;
  llvm::Type *i32, *i64, *nothing;
  llvm::StructType *frame;
  llvm::StringMap<llvm::Constant *> strings;
  llvm::GlobalVariable *constants = nullptr; ///< a pointer to them
  llvm::Value *frameStorage = nullptr, *executor = nullptr;
};

} // namespace

std::unique_ptr<llvm::Module> emitEntry(func::FuncOp function, const Kernels &kernels,
                                        const Options &options, llvm::LLVMContext &context,
                                        std::vector<Step> &steps) {
  return Entry(function, kernels, options, context, steps).emit();
}

} // namespace octet::codegen
