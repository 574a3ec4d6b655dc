#include "driver/Model.h"
#include "driver/KernelCache.h"
#include "driver/Pipeline.h"
#include "driver/TuningDatabase.h"
#include "import/Import.h"
#include "octet/octet.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace octet::driver {

// "name=N,name=N".
static Failure readDimensions(llvm::StringRef text,
                              std::map<std::string, int64_t, std::less<>> &dimensions) {
  llvm::SmallVector<llvm::StringRef> entries;
  text.split(entries, ',', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef entry : entries) {
    auto [name, number] = entry.rsplit('=');
    int64_t extent = 0;
    if (name.empty() || number.getAsInteger(10, extent) || extent < 1 || extent > 1 << 30)
      return {OCTET_USAGE, "a dimension is given as NAME=N, not as '" + entry.str() + "'"};
    dimensions[name.str()] = extent;
  }
  return {};
}

static Failure checkOptions(const ModelOptions &options, import::Options &forImport) {
  if (!target::findTarget(options.target)) {
    std::string known, why = target::whyThereIsNo(options.target);
    if (!why.empty())
      return {OCTET_USAGE, why};
    for (const target::Target &row : target::allTargets())
      known += ", " + row.name.str();
    return {OCTET_USAGE,
            "unknown target '" + options.target + "'; there are native, baseline" + known};
  }
  forImport.numerics = import::findNumerics(options.numerics);
  if (!forImport.numerics && !options.numerics.empty()) {
    std::string known;
    for (const import::Numerics &row : import::allNumerics())
      known += (known.empty() ? "" : ", ") + row.name.str();
    return {OCTET_USAGE, "unknown numerics '" + options.numerics + "'; there are " + known};
  }
  if (!options.dumpAfter.empty() && !isPass(options.dumpAfter))
    return {OCTET_USAGE, "no pass '" + options.dumpAfter + "'; docs/passes.md lists them"};
  forImport.batch = options.batch;
  return readDimensions(options.dimensions, forImport.dimensions);
}

// MLIR knows traits by the names that compilers print for them. A build by another compiler than
// its MLIR's may print others: constants are no constants then, and folding them would not end.
static bool sharesTraitsWithMlir(MLIRContext &context) {
  auto module = RegisteredOperationName::lookup(ModuleOp::getOperationName(), &context);
  return module && module->hasTrait<OpTrait::IsIsolatedFromAbove>();
}

func::FuncOp Model::main() { return module().lookupSymbol<func::FuncOp>("main"); }

std::unique_ptr<Model> Model::read(const std::string &path, const ModelOptions &options,
                                   Failure &failure) {
  import::Options forImport;
  if ((failure = checkOptions(options, forImport)))
    return nullptr;
  forImport.path = path == "-" ? "" : path;
  // The importer reads numbers in place, so the buffer is aligned for them.
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(
      path, /*IsText=*/false, /*RequiresNullTerminator=*/true, llvm::Align(16));
  if (!buffer) {
    failure = {OCTET_SYSTEM, path + ": " + buffer.getError().message()};
    return nullptr;
  }
  forImport.releaseFile = [&] { buffer->reset(); };
  auto model = std::make_unique<Model>();
  model->options = options;
  model->name = path == "-" ? "model" : llvm::sys::path::stem(path).str();
  DialectRegistry registry;
  registerDialects(registry);
  model->context.appendDialectRegistry(registry);
  model->context.loadAllAvailableDialects();
  if (!sharesTraitsWithMlir(model->context)) {
    failure = {
        OCTET_SYSTEM,
        "this build of Octet cannot compile: it comes from another compiler than its MLIR; build "
        "it with clang"};
    return nullptr;
  }
  model->context.printOpOnDiagnostic(false);
  model->diagnostics = std::make_unique<Diagnostics>(&model->context);
  llvm::StringRef text = (*buffer)->getBuffer();
  std::string fileName = path == "-" ? "<stdin>" : llvm::sys::path::filename(path).str();
  // Texts have no control characters but white space.
  auto isBinary = [](char c) { return static_cast<unsigned char>(c) < ' ' && !llvm::isSpace(c); };
  bool isText = path == "-" ? llvm::none_of(text.take_front(64), isBinary)
                            : llvm::StringRef(path).ends_with(".mlir");
  if (isText)
    model->owned = parseSourceString<ModuleOp>(text, ParserConfig(&model->context), fileName);
  else
    model->owned =
        import::importModel(&model->context, fileName, {text.data(), text.size()}, forImport);
  if (model->owned && !model->main())
    emitError(model->module().getLoc(), "the module has no function @main");
  else if (model->owned)
    return model;
  failure = model->refusal();
  return nullptr;
}

// What was measured on the target: of the default file, if it exists, or of the one that is named.
static Failure readRecords(const ModelOptions &options, schedule::Records &records) {
  std::string path = options.tuning.empty() ? TuningDatabase::defaultPath() : options.tuning;
  bool isThere = llvm::sys::fs::exists(path);
  if (path == "none" || options.variant > 0 || (options.tuning.empty() && !isThere))
    return {};
  Failure failure;
  auto database = TuningDatabase::open(path, false, failure);
  return failure ? failure
                 : database->read(target::findTarget(options.target)->name.str(), records);
}

Failure Model::lower() {
  Lowering lowering{options.target, {}, options.variant};
  if (Failure failure = readRecords(options, lowering.records))
    return failure;
  return runPasses([&](OpPassManager &passes) { addLower(passes, lowering); });
}

// The default presets of all formats fuse.
static bool fusesOperators(const ModelOptions &options) {
  auto preset = import::findNumerics(options.numerics);
  return !preset || preset->fusesOperators;
}

Failure Model::interpret() {
  return runPasses(
      [&](OpPassManager &passes) { addInterpretation(passes, fusesOperators(options)); });
}

Failure Model::raise() {
  return runPasses([&](OpPassManager &passes) { addRaise(passes, fusesOperators(options)); });
}

namespace {
/// Frees the constants that a pass replaced, so that not all forms of the weights are held at once.
class ReleaseConstants : public PassInstrumentation {
public:
  explicit ReleaseConstants(ModuleOp module) : module(module) {}

  void runAfterPass(Pass *, Operation *op) override {
    // Other functions may be changing on other threads.
    if (llvm::hasSingleElement(module.getOps<func::FuncOp>()) && op != module)
      module.getContext()->getLoadedDialect<qnn::QnnDialect>()->releaseConstants(module);
  }

private:
  ModuleOp module;
};
} // namespace

Failure Model::runPasses(llvm::function_ref<void(OpPassManager &)> add) {
  PassManager passes(&context);
  add(passes);
  passes.addInstrumentation(std::make_unique<ReleaseConstants>(module()));
  // What several threads print would be mixed.
  context.disableMultithreading(!options.dumpAfter.empty());
  if (!options.dumpAfter.empty())
    passes.enableIRPrinting(
        [](Pass *, Operation *) { return false; },
        [this](Pass *pass, Operation *) { return pass->getArgument() == options.dumpAfter; }, true,
        false, false, llvm::errs());
  if (failed(passes.run(module())))
    return refusal();
  context.getLoadedDialect<qnn::QnnDialect>()->releaseConstants(module());
  return {};
}

Failure Model::generate(const std::string &symbol, codegen::Listing listing,
                        codegen::Program &program, bool consumesConstants) {
  codegen::Options forCode;
  forCode.consumesConstants = consumesConstants;
  forCode.target = target::findTarget(options.target);
  forCode.symbol = symbol;
  forCode.modelName = name;
  forCode.threads = options.threads;
  auto cache = KernelCache::open(options.cache);
  forCode.cache = cache.get();
  auto result = codegen::compile(main(), forCode, listing);
  if (failed(result))
    return refusal();
  program = std::move(*result);
  return {};
}

} // namespace octet::driver
