// The functions that liboctet-compiler offers to liboctet.
#include "driver/Compare.h"
#include "driver/Inspect.h"
#include "driver/Output.h"
#include "driver/Peak.h"
#include "driver/Reference.h"
#include "driver/Tune.h"
#include "driver/TuningDatabase.h"
#include "runtime/Compiler.h"

using namespace octet;
using namespace octet::driver;

static thread_local std::string lastError;

static octet_status report(const Failure &failure) {
  lastError = failure.message;
  return static_cast<octet_status>(failure.status);
}

static ModelOptions optionsOf(const octet_options *options) {
  ModelOptions result;
  if (!options)
    return result;
  if (options->target)
    result.target = options->target;
  if (options->numerics)
    result.numerics = options->numerics;
  if (options->dump_after)
    result.dumpAfter = options->dump_after;
  if (options->tuning)
    result.tuning = options->tuning;
  if (options->cache)
    result.cache = options->cache;
  if (options->dimensions)
    result.dimensions = options->dimensions;
  result.variant = options->variant;
  result.batch = options->batch;
  result.threads = static_cast<unsigned>(std::max(options->threads, 0));
  return result;
}

static octet_status compileModel(const char *path, const octet_options *options,
                                 const char *output) {
  Product product;
  if (Failure failure = findProduct(options && options->emit ? options->emit : "", output, product))
    return report(failure);
  Failure failure;
  auto model = Model::read(path, optionsOf(options), failure);
  return report(model ? compileTo(*model, product, output) : failure);
}

static octet_status inspectModel(const char *path, const octet_options *options, int32_t json,
                                 octet_writer write, void *context) {
  Failure failure;
  auto model = Model::read(path, optionsOf(options), failure);
  return report(model ? inspect(*model, json != 0, {write, context}) : failure);
}

static octet_status compareModel(const char *path, const octet_options *options,
                                 const void *const *inputs, int32_t runs, int32_t json,
                                 octet_writer write, void *context) {
  return report(compare(path, optionsOf(options), inputs, runs, json != 0, {write, context}));
}

static octet_status measurePeaksOf(const char *target, octet_peaks *peaks) {
  *peaks = {};
  return report(measurePeaks(target ? target : "native", *peaks));
}

static Failure openDatabase(const char *path, bool writes,
                            std::unique_ptr<TuningDatabase> &database) {
  Failure failure;
  std::string chosen = path && *path ? path : TuningDatabase::defaultPath();
  if (chosen.empty() || chosen == "none")
    return {OCTET_USAGE, "no file for what is measured: name one"};
  database = TuningDatabase::open(chosen, writes, failure);
  return failure;
}

static octet_status tuneModel(const char *path, const octet_options *options,
                              const void *const *inputs, int64_t candidates, int64_t runs,
                              octet_progress progress, octet_writer write, void *context) {
  TuneSettings settings;
  settings.candidates = std::max<int64_t>(1, candidates);
  settings.runs = std::max<int64_t>(1, runs);
  settings.progress = [=](int64_t done, int64_t total) {
    if (progress)
      progress(context, done, total);
  };
  std::unique_ptr<TuningDatabase> database;
  if (Failure failure = openDatabase(options ? options->tuning : nullptr, true, database))
    return report(failure);
  return report(tune(path, optionsOf(options), inputs, settings, *database, {write, context}));
}

static octet_status exportTuning(const char *path, octet_writer write, void *context) {
  std::unique_ptr<TuningDatabase> database;
  std::string text;
  Failure failure = openDatabase(path, false, database);
  if (!failure && !(failure = database->exportTo(text)))
    write(context, text.data(), text.size());
  return report(failure);
}

static octet_status importTuning(const char *path, const char *text, size_t length) {
  std::unique_ptr<TuningDatabase> database;
  Failure failure = openDatabase(path, true, database);
  return report(failure ? failure : database->importFrom({text, length}));
}

static octet_status openReference(const char *path, const octet_options *options, void **reference,
                                  const octet_model **description) {
  Failure failure;
  auto model = Model::read(path, optionsOf(options), failure);
  if (!model || (failure = model->interpret()))
    return report(failure);
  auto *opened = new Reference(std::move(model));
  *reference = opened;
  *description = opened->description();
  return OCTET_OK;
}

static void closeReference(void *reference) { delete static_cast<Reference *>(reference); }
static void *createState(void *reference) {
  return new qnn::State(static_cast<Reference *>(reference)->initialState());
}
static void resetState(void *reference, void *state) {
  *static_cast<qnn::State *>(state) = static_cast<Reference *>(reference)->initialState();
}
static void destroyState(void *state) { delete static_cast<qnn::State *>(state); }
static octet_status runReference(void *reference, void *state, const void *const *inputs,
                                 void *const *outputs) {
  return report(
      static_cast<Reference *>(reference)->run(*static_cast<qnn::State *>(state), inputs, outputs));
}

extern "C" OCTET_API const octet_compiler *octet_compiler_table() {
  static const octet_compiler table = {sizeof(octet_compiler),
                                       OCTET_VERSION,
                                       [] { return lastError.c_str(); },
                                       compileModel,
                                       inspectModel,
                                       compareModel,
                                       measurePeaksOf,
                                       tuneModel,
                                       exportTuning,
                                       importTuning,
                                       openReference,
                                       closeReference,
                                       createState,
                                       resetState,
                                       destroyState,
                                       runReference};
  return &table;
}
