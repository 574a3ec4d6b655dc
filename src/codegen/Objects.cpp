#include "codegen/Objects.h"
#include "codegen/FusedMultiplyAdd.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Linker/Linker.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/IPO/GlobalDCE.h"
#include "llvm/Transforms/IPO/Internalize.h"
#include "llvm/Transforms/InstCombine/InstCombine.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include "llvm/Transforms/Scalar/LICM.h"
#include "llvm/Transforms/Scalar/LoopPassManager.h"
#include "llvm/Transforms/Scalar/LoopRotation.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"
#include "llvm/Transforms/Utils/LoopSimplify.h"

#include <dlfcn.h>
#include <mutex>

extern "C" const char octet_routines_bitcode[], octet_routines_bitcode_end[];

namespace octet::codegen {

static void initializeX86() {
  LLVMInitializeX86TargetInfo();
  LLVMInitializeX86Target();
  LLVMInitializeX86TargetMC();
  LLVMInitializeX86AsmPrinter();
  LLVMInitializeX86AsmParser();
  // It regroups sums of several steps of a loop, whose partial sums then do not fit the
  // registers.
  auto &options = llvm::cl::getRegisteredOptions();
  if (auto combiner = options.find("x86-machine-combiner"); combiner != options.end())
    static_cast<llvm::cl::opt<bool> *>(combiner->second)->setValue(false);
}

static void initializeArm() {
  LLVMInitializeAArch64TargetInfo();
  LLVMInitializeAArch64Target();
  LLVMInitializeAArch64TargetMC();
  LLVMInitializeAArch64AsmPrinter();
  LLVMInitializeAArch64AsmParser();
}

static std::unique_ptr<llvm::TargetMachine> makeTargetMachine(const target::Target &target) {
  static std::once_flag once;
  std::call_once(once, [] {
    initializeX86();
    initializeArm();
  });
  std::string error;
  const llvm::Target *backend = llvm::TargetRegistry::lookupTarget(target.triple().str(), error);
  assert(backend && "a row of the target table names an unknown triple");
  llvm::TargetOptions options;
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
  options.FunctionSections = true; // the linker drops what nobody calls
  // The feature list is complete; the CPU only tells how to schedule.
  return std::unique_ptr<llvm::TargetMachine>(backend->createTargetMachine(
      target.triple(), target.plainCpu(), target.featureString(), options, llvm::Reloc::PIC_,
      std::nullopt, llvm::CodeGenOptLevel::Default));
}

static void prepare(llvm::Module &module, const target::Target &target,
                    const llvm::TargetMachine &machine) {
  module.setTargetTriple(target.triple());
  module.setDataLayout(machine.createDataLayout());
  for (llvm::Function &function : module) {
    // What routines were compiled with must not limit what the target has.
    for (const char *name : {"target-cpu", "target-features", "tune-cpu", "min-legal-vector-width",
                             "prefer-vector-width"})
      function.removeFnAttr(name);
    function.addFnAttr("target-cpu", target.plainCpu());
    function.addFnAttr("tune-cpu", target.tune);
    function.addFnAttr("target-features", target.featureString());
    std::string width = std::to_string(target.vectorBytes * 8);
    function.addFnAttr("min-legal-vector-width", width);
    function.addFnAttr("prefer-vector-width", width);
    function.setDoesNotThrow();
  }
}

void optimize(llvm::Module &module, const target::Target &target, Effort effort) {
  auto machine = makeTargetMachine(target);
  prepare(module, target, *machine);
  if (!target.hasFusedMultiplyAdd)
    expandFusedMultiplyAdds(module);
  if (effort == Effort::none)
    return;
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager graphs;
  llvm::ModuleAnalysisManager modules;
  llvm::PipelineTuningOptions tuning;
  tuning.LoopVectorization = tuning.SLPVectorization = effort == Effort::full;
  llvm::PassBuilder builder(machine.get(), tuning);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(graphs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, graphs, modules);
  if (effort == Effort::full) {
    builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O3).run(module, modules);
    return;
  }
  llvm::FunctionPassManager passes;
  passes.addPass(llvm::SimplifyCFGPass());
  passes.addPass(llvm::EarlyCSEPass(true));
  passes.addPass(llvm::InstCombinePass());
  passes.addPass(llvm::createFunctionToLoopPassAdaptor(llvm::LoopRotatePass()));
  passes.addPass(llvm::createFunctionToLoopPassAdaptor(llvm::LICMPass(llvm::LICMOptions()),
                                                       /*UseMemorySSA=*/true));
  passes.addPass(llvm::EarlyCSEPass(true));
  passes.addPass(llvm::InstCombinePass());
  passes.addPass(llvm::SimplifyCFGPass());
  llvm::createModuleToFunctionPassAdaptor(std::move(passes)).run(module, modules);
}

static llvm::SmallVector<char, 0> emit(llvm::Module &module, const target::Target &target,
                                       llvm::CodeGenFileType type) {
  auto machine = makeTargetMachine(target);
  llvm::SmallVector<char, 0> result;
  llvm::raw_svector_ostream stream(result);
  llvm::legacy::PassManager passes;
  bool isUnsupported = machine->addPassesToEmitFile(passes, stream, nullptr, type);
  assert(!isUnsupported && "the back end writes neither objects nor assembly");
  (void)isUnsupported;
  passes.run(module);
  return result;
}

llvm::SmallVector<char, 0> emitObject(llvm::Module &module, const target::Target &target) {
  return emit(module, target, llvm::CodeGenFileType::ObjectFile);
}

llvm::SmallVector<char, 0> writeBitcode(const llvm::Module &module) {
  llvm::SmallVector<char, 0> bitcode;
  llvm::raw_svector_ostream stream(bitcode);
  llvm::WriteBitcodeToFile(module, stream);
  return bitcode;
}

// A library as tools that cache what compilers made know one: by its file's size and time; "" if
// that cannot be told.
static std::string identityOf(const void *symbol) {
  Dl_info info;
  llvm::sys::fs::file_status status;
  if (!dladdr(symbol, &info) || !info.dli_fname || llvm::sys::fs::status(info.dli_fname, status))
    return "";
  auto time = status.getLastModificationTime().time_since_epoch().count();
  return (info.dli_fname + llvm::Twine(' ') + llvm::Twine(status.getSize()) + " " +
          llvm::Twine(time) + "\n")
      .str();
}

std::string keyOf(const llvm::Module &module, const target::Target &target, Effort effort) {
  static const std::string octetBuild = identityOf(reinterpret_cast<const void *>(&keyOf)),
                           llvmBuild = identityOf(
                               reinterpret_cast<const void *>(&llvm::WriteBitcodeToFile));
  if (octetBuild.empty() || llvmBuild.empty())
    return "";
  llvm::BLAKE3 hash;
  hash.update(octetBuild + llvmBuild);
  hash.update((target.triple() + "\n" + target.plainCpu() + "\n" + target.tune + "\n" +
               target.featureString() + "\n" + llvm::Twine(target.vectorBytes) + "\n" +
               llvm::Twine(static_cast<int>(effort)) + "\n")
                  .str());
  auto bitcode = writeBitcode(module);
  hash.update(llvm::StringRef(bitcode.data(), bitcode.size()));
  auto result = hash.result();
  return llvm::toHex(result, /*LowerCase=*/true);
}

std::string list(llvm::ArrayRef<llvm::SmallVector<char, 0>> bitcodes, const target::Target &target,
                 bool assembly) {
  llvm::LLVMContext context;
  llvm::Module whole("model", context);
  llvm::Linker linker(whole);
  for (const auto &bitcode : bitcodes)
    linker.linkInModule(llvm::cantFail(llvm::parseBitcodeFile(
        llvm::MemoryBufferRef({bitcode.data(), bitcode.size()}, "part"), context)));
  std::string text;
  if (!assembly) {
    llvm::raw_string_ostream stream(text);
    whole.print(stream, nullptr);
    return text;
  }
  auto emitted = emit(whole, target, llvm::CodeGenFileType::AssemblyFile);
  return {emitted.begin(), emitted.end()};
}

std::unique_ptr<llvm::Module> loadRoutines(llvm::ArrayRef<std::string> names,
                                           llvm::LLVMContext &context) {
  llvm::StringRef bitcode(octet_routines_bitcode,
                          static_cast<size_t>(octet_routines_bitcode_end - octet_routines_bitcode));
  auto library =
      llvm::cantFail(llvm::parseBitcodeFile(llvm::MemoryBufferRef(bitcode, "routines"), context));
  llvm::StringSet<> wanted;
  for (const std::string &name : names)
    wanted.insert(name);
  llvm::internalizeModule(
      *library, [&](const llvm::GlobalValue &value) { return wanted.contains(value.getName()); });
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder().registerModuleAnalyses(modules);
  llvm::GlobalDCEPass().run(*library, modules);
  for (llvm::Function &function : *library)
    if (wanted.contains(function.getName()))
      function.setVisibility(llvm::GlobalValue::HiddenVisibility);
  // Where it came from does not belong into the product.
  if (auto *ident = library->getNamedMetadata("llvm.ident"))
    library->eraseNamedMetadata(ident);
  return library;
}

} // namespace octet::codegen
