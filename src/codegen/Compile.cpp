#include "codegen/Codegen.h"
#include "codegen/Entry.h"
#include "codegen/Kernels.h"
#include "codegen/Loops.h"
#include "codegen/Objects.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/ThreadPool.h"
#include "llvm/Support/Threading.h"

using namespace mlir;

namespace octet::codegen {

namespace {

/// One module on its way to an object, in a context of its own, so that several can go at once.
struct Part {
  ModuleOp kernels; ///< what is still to be translated; null if it is an LLVM module already
  Effort effort = Effort::light;
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module;
  llvm::SmallVector<char, 0> object;
  std::string newKey; ///< of an object that the cache does not have; else empty
};

class Compiler {
public:
  Compiler(func::FuncOp function, const Options &options, Listing listing)
      : function(function), options(options), listing(listing) {}

  FailureOr<Program> run() {
    unsigned threads =
        options.threads ? options.threads : llvm::hardware_concurrency().compute_thread_count();
    // More parts than most machines have threads, so that none waits long for the slowest. As many
    // everywhere: an artifact does not tell where it was made.
    constexpr unsigned partCount = 12;
    kernels = emitKernels(function, *options.target, partCount);
    if (listing == Listing::loops)
      return print(*kernels.module);
    if (failed(lowerLoops(*kernels.module)))
      return failure();
    addEntry();
    program.target = options.target;
    program.constants = std::move(kernels.constants.bytes);
    if (options.consumesConstants)
      function.getContext()->getLoadedDialect<qnn::QnnDialect>()->releaseConstants(nullptr);
    addRoutines();
    for (auto module : kernels.module->getOps<ModuleOp>())
      addPart(Effort::light).kernels = module;
    llvm::DefaultThreadPool pool(llvm::hardware_concurrency(threads));
    for (auto &part : parts)
      pool.async([this, &part] { finish(*part); });
    pool.wait();
    // Here and not on the pool's threads: whoever writes files gets LLVM's signal handlers.
    for (auto &part : parts)
      if (!part->newKey.empty())
        options.cache->keep(part->newKey, part->object);
    return collect();
  }

private:
  FailureOr<Program> print(ModuleOp module) {
    llvm::raw_string_ostream stream(program.listing);
    for (auto part : module.getOps<ModuleOp>())
      part.print(stream);
    return std::move(program);
  }

  Part &addPart(Effort effort) {
    parts.push_back(std::make_unique<Part>());
    parts.back()->effort = effort;
    return *parts.back();
  }

  void addEntry() {
    Part &part = addPart(Effort::none);
    part.module = emitEntry(function, kernels, options, part.context, program.steps);
    program.workspaceBytes = workspaceOf(function).bytes;
    program.arenaOffset = workspaceOf(function).arena;
  }

  // The routines that any kernel calls are one module.
  void addRoutines() {
    llvm::StringSet<> seen;
    std::vector<std::string> names;
    kernels.module->walk([&](LLVM::LLVMFuncOp declaration) {
      if (declaration.isExternal() && declaration.getName().starts_with("octet_") &&
          seen.insert(declaration.getName()).second)
        names.push_back(declaration.getName().str());
    });
    if (names.empty())
      return;
    Part &part = addPart(Effort::full);
    part.module = loadRoutines(names, part.context);
  }

  void finish(Part &part) {
    if (part.kernels)
      part.module = translate(part.kernels, part.context);
    if (!part.module)
      return;
    // Kernels are called from the entry's module, and from nowhere outside.
    if (part.kernels)
      for (llvm::Function &symbol : *part.module)
        if (!symbol.isIntrinsic())
          symbol.setVisibility(llvm::GlobalValue::HiddenVisibility);
    if (options.cache && listing == Listing::none) {
      std::string key = keyOf(*part.module, *options.target, part.effort);
      auto known = key.empty() ? std::nullopt : options.cache->find(key);
      if (known) {
        part.object = std::move(*known);
        return;
      }
      part.newKey = std::move(key);
    }
    optimize(*part.module, *options.target, part.effort);
    part.object = listing == Listing::none ? emitObject(*part.module, *options.target)
                                           : writeBitcode(*part.module);
  }

  FailureOr<Program> collect() {
    for (auto &part : parts) {
      if (!part->module)
        return failure();
      program.objects.push_back(std::move(part->object));
    }
    if (listing != Listing::none) {
      program.listing = list(program.objects, *options.target, listing == Listing::assembly);
      program.objects.clear();
    }
    return std::move(program);
  }

  func::FuncOp function;
  const Options &options;
  Listing listing;
  Kernels kernels;
  std::vector<std::unique_ptr<Part>> parts;
  Program program;
};

} // namespace

FailureOr<Program> compile(func::FuncOp function, const Options &options, Listing listing) {
  return Compiler(function, options, listing).run();
}

} // namespace octet::codegen
