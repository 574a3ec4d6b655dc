#include "codegen/Kernels.h"
#include "codegen/Kernel.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace octet::codegen {

namespace {

class KernelEmitter {
public:
  KernelEmitter(ModuleOp module, const target::Target &target, Kernels &kernels)
      : module(module), target(target), machine(makeMachine(target)), kernels(kernels) {}

  void emit(qnn::KernelOp kernel) {
    ImplicitLocOpBuilder builder(UnknownLoc::get(module.getContext()),
                                 OpBuilder::atBlockEnd(module.getBody()));
    Type pointer = LLVM::LLVMPointerType::get(module.getContext()), i64 = builder.getI64Type();
    llvm::SmallVector<Type> arguments(1 + kernel->getNumOperands() + kernel->getNumResults() +
                                          (kernel.getScratch() ? 1 : 0),
                                      pointer);
    arguments.append({i64, i64});
    auto function = builder.create<func::FuncOp>("kernel", builder.getFunctionType(arguments, {}));
    // Buffers that live at the same time do not overlap, and what overlaps is only read.
    for (unsigned i = 0; i + 2 < arguments.size(); ++i)
      function.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(), builder.getUnitAttr());
    Block *body = function.addEntryBlock();
    builder.setInsertionPointToStart(body);
    Emitter emitter(builder, target);
    Constants constants;
    auto values = ValueRange(body->getArguments());
    unsigned inputs = kernel->getNumOperands(), results = kernel->getNumResults();
    KernelFunction context{emitter,
                           *machine,
                           constants,
                           kernel,
                           values[0],
                           Values(values.slice(1, inputs)),
                           Values(values.slice(1 + inputs, results)),
                           kernel.getScratch() ? values[1 + inputs + results] : Value(),
                           values[arguments.size() - 2],
                           values[arguments.size() - 1]};
    int64_t tasks = emitKernel(context);
    if (kernel.getKind() == qnn::KernelKind::routine)
      emitByteLookUp(module, target, *machine);
    builder.setInsertionPointToEnd(body);
    builder.create<func::ReturnOp>();
    auto constantBytes = static_cast<int64_t>(constants.bytes.size());
    constants.bytes.resize(
        llvm::alignTo(constants.bytes.size() + Constants::slack, Constants::alignment));
    kernels.code[kernel] = {nameOf(kernel, function), kernels.constants.add(constants.bytes), tasks,
                            constantBytes};
  }

private:
  // Kernels of equal text share one function.
  std::string nameOf(qnn::KernelOp kernel, func::FuncOp function) {
    std::string text;
    llvm::raw_string_ostream(text) << function;
    auto [entry, isNew] = names.try_emplace(text, std::string());
    if (!isNew) {
      function.erase();
      return entry->second;
    }
    std::string name =
        ("octet_" + stringifyKernelKind(kernel.getKind()) + "_" + llvm::Twine(names.size())).str();
    function.setName(name);
    return entry->second = name;
  }

  ModuleOp module;
  const target::Target &target;
  std::unique_ptr<Machine> machine;
  Kernels &kernels;
  llvm::StringMap<std::string> names;
};

// About what packing makes of them: it pads some.
size_t constantBytesOf(func::FuncOp function) {
  int64_t bytes = 0;
  function.walk([&](qnn::ConstantOp constant) {
    bytes += qnn::byteCountOf(cast<RankedTensorType>(constant.getType()));
  });
  return static_cast<size_t>(bytes + bytes / 4);
}

// The largest first, each to the part that has least so far.
void deal(ModuleOp from, ModuleOp to, unsigned parts) {
  llvm::SmallVector<std::pair<int64_t, func::FuncOp>> functions;
  for (auto function : from.getOps<func::FuncOp>()) {
    int64_t size = 0;
    function.walk([&](Operation *) { ++size; });
    functions.push_back({size, function});
  }
  llvm::sort(functions, [](auto a, auto b) {
    return a.first != b.first ? a.first > b.first : a.second.getSymName() < b.second.getSymName();
  });
  OpBuilder builder = OpBuilder::atBlockEnd(to.getBody());
  parts = std::max(1u, std::min<unsigned>(parts, static_cast<unsigned>(functions.size())));
  llvm::SmallVector<std::pair<int64_t, ModuleOp>> modules;
  for (unsigned i = 0; i < parts; ++i)
    modules.push_back({0, builder.create<ModuleOp>(to.getLoc())});
  for (auto [size, function] : functions) {
    auto *least = std::min_element(modules.begin(), modules.end(),
                                   [](const auto &a, const auto &b) { return a.first < b.first; });
    least->first += size;
    function->moveBefore(least->second.getBody(), least->second.getBody()->end());
  }
  // Declarations of routines go with everyone.
  for (auto declaration : from.getOps<LLVM::LLVMFuncOp>())
    for (auto &[size, module] : modules)
      OpBuilder::atBlockBegin(module.getBody()).clone(*declaration);
}

} // namespace

Kernels emitKernels(func::FuncOp function, const target::Target &target, unsigned parts) {
  MLIRContext *context = function.getContext();
  context->loadDialect<arith::ArithDialect, cf::ControlFlowDialect, func::FuncDialect,
                       LLVM::LLVMDialect, scf::SCFDialect, vector::VectorDialect>();
  Kernels kernels;
  OwningOpRef<ModuleOp> all = ModuleOp::create(UnknownLoc::get(context));
  kernels.constants.bytes.reserve(constantBytesOf(function));
  KernelEmitter emitter(*all, target, kernels);
  function.walk<WalkOrder::PreOrder>([&](qnn::KernelOp kernel) {
    emitter.emit(kernel);
    return WalkResult::skip();
  });
  kernels.module = ModuleOp::create(UnknownLoc::get(context));
  deal(*all, *kernels.module, parts);
  return kernels;
}

} // namespace octet::codegen
