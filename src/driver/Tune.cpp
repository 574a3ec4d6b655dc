#include "driver/Tune.h"
#include "driver/Loaded.h"
#include "octet/octet.h"
#include "qnn/Signature.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <chrono>
#include <set>

using namespace mlir;

namespace octet::driver {

namespace {

double medianOf(std::vector<double> values) {
  auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// A model with one choice of schedules, ready to run and to be timed on one thread.
class Subject {
public:
  static std::unique_ptr<Subject> make(const std::string &path, const ModelOptions &options,
                                       Failure &failure) {
    auto subject = std::make_unique<Subject>();
    subject->model = Model::read(path, options, failure);
    if (!subject->model || (failure = subject->model->raise()) ||
        (failure = subject->model->lower()))
      return nullptr;
    subject->model->module().walk([&](qnn::KernelOp kernel) {
      if (kernel.getTileAttr())
        subject->schedules.insert({qnn::signatureOf(kernel), qnn::textOf(kernel.getTileAttr())});
    });
    return subject;
  }

  Failure generate() {
    codegen::Program program;
    if (Failure failure = model->generate("octet_model", codegen::Listing::none, program))
      return failure;
    if (Failure failure = loaded.loadModel(program, model->options.target))
      return failure;
    for (codegen::Step &step : program.steps)
      signatures.push_back(step.kernel.getTileAttr() ? qnn::signatureOf(step.kernel) : "");
    const octet_model &description = *loaded.model;
    for (int32_t i = 0; i < description.output_count; ++i)
      outputs.emplace_back(static_cast<size_t>(description.outputs[i].bytes) + 1);
    for (std::vector<char> &output : outputs)
      outputPointers.push_back(output.data());
    executor.run = [](octet_executor *self, octet_task task, void *frame, int64_t count,
                      int32_t step) {
      auto start = std::chrono::steady_clock::now();
      task(frame, 0, count);
      std::chrono::duration<double, std::micro> time = std::chrono::steady_clock::now() - start;
      reinterpret_cast<Subject *>(self)->record(step, time.count());
    };
    return makeWorkspace(description, workspace);
  }

  /// Adds the time of each signature's kernels in one run, and that of all, to `times`.
  void run(const void *const *inputs, bool isWarmup = false) {
    current.clear();
    loaded.model->reset(workspace.get());
    loaded.model->run(workspace.get(), inputs, outputPointers.data(), &executor);
    for (const auto &[signature, microseconds] : current)
      if (!isWarmup)
        times[signature].push_back(microseconds);
  }

  octet_executor executor; ///< first, so that its address is the subject's
  std::set<std::pair<std::string, std::string>> schedules; ///< of signatures
  std::map<std::string, std::vector<double>> times;        ///< "" is the whole run
  std::vector<std::string> signatures;                     ///< by step

private:
  void record(int32_t step, double microseconds) {
    current[""] += microseconds;
    if (const std::string &signature = signatures[static_cast<size_t>(step)]; !signature.empty())
      current[signature] += microseconds;
  }

  std::unique_ptr<Model> model;
  Loaded loaded;
  Workspace workspace{nullptr, std::free};
  std::vector<std::vector<char>> outputs;
  std::vector<void *> outputPointers;
  std::map<std::string, double> current;
};

// Runs of the two take turns, so that a machine that slows down slows both.
void runPairs(Subject &a, Subject &b, const void *const *inputs, int64_t runs) {
  a.times.clear();
  b.times.clear();
  for (int64_t i = -1; i < runs; ++i)
    for (Subject *subject : {&a, &b})
      subject->run(inputs, i < 0);
}

class Tuner {
public:
  Tuner(std::string path, ModelOptions options, const void *const *inputs,
        const TuneSettings &settings, TuningDatabase &database)
      : path(std::move(path)), options(std::move(options)), inputs(inputs), settings(settings),
        database(database), target(target::findTarget(this->options.target)->name.str()) {
    this->options.tuning = "none";
    this->options.cache = "none"; // most of what is tried is not seen again
  }

  Failure run() {
    Failure failure = database.read(target, known);
    if (failure)
      return failure;
    standard = Subject::make(path, options, failure);
    if (failure || (failure = standard->generate()))
      return failure;
    for (int64_t variant = 1; !failure && variant < settings.candidates; ++variant) {
      settings.progress(variant - 1, settings.candidates);
      failure = measure(variant);
    }
    return failure;
  }

  /// Measures what compile chooses now once more, beside the default: of many candidates, the best
  /// is often one that was lucky. What was is corrected, and the next best gets its turn.
  Failure confirm(const Writer &write) {
    settings.progress(settings.candidates - 1, settings.candidates);
    options.tuning = database.path;
    constexpr int rounds = 16; // each ends what was lucky of a kernel
    for (int round = 1;; ++round) {
      Failure failure;
      auto tuned = Subject::make(path, options, failure);
      if (failure || (failure = tuned->generate()))
        return failure;
      runPairs(*standard, *tuned, inputs, 2 * settings.runs);
      std::vector<Measurement> corrected;
      bool wasLucky = false;
      for (const auto &[signature, tile] : tuned->schedules) {
        std::string usual = defaultOf(signature);
        if (tile == usual)
          continue;
        double ratio = medianOf(tuned->times[signature]) / medianOf(standard->times[signature]);
        wasLucky |= ratio > schedule::noise;
        corrected.push_back({target, signature, tile, known[signature][usual] * ratio});
      }
      if (hasMeasured && (failure = database.add(corrected)))
        return failure;
      if (hasMeasured && wasLucky && round < rounds)
        continue;
      settings.progress(settings.candidates, settings.candidates);
      report(*tuned, write);
      return {};
    }
  }

private:
  std::string defaultOf(const std::string &signature) const {
    for (const auto &[kernel, tile] : standard->schedules)
      if (kernel == signature)
        return tile;
    return "";
  }

  void report(Subject &tuned, const Writer &write) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    for (const auto &[signature, tile] : tuned.schedules)
      if (std::string usual = defaultOf(signature); tile != usual)
        stream << signature << "\n  " << usual << " -> " << tile << "\n  "
               << difference(tuned, signature) << "\n";
    stream << "all kernels, one thread: " << difference(tuned, "") << "\n";
    write(text);
  }

  std::string difference(Subject &tuned, const std::string &signature) {
    double before = medianOf(standard->times[signature]), after = medianOf(tuned.times[signature]);
    std::string text;
    llvm::raw_string_ostream(text)
        << llvm::format("%.1f -> %.1f us, %+.1f %%", before, after, 100 * (after / before - 1));
    return text;
  }

  Failure measure(int64_t variant) {
    options.variant = variant;
    Failure failure;
    auto subject = Subject::make(path, options, failure);
    options.variant = 0;
    if (failure)
      return failure;
    if (llvm::all_of(subject->schedules,
                     [&](const auto &key) { return known[key.first].contains(key.second); }))
      return {};
    if ((failure = subject->generate()))
      return failure;
    hasMeasured = true;
    runPairs(*standard, *subject, inputs, settings.runs);
    std::vector<Measurement> found;
    auto note = [&](const std::pair<std::string, std::string> &key, double time) {
      if (known[key.first].try_emplace(key.second, time).second)
        found.push_back({target, key.first, key.second, time});
    };
    for (const auto &key : standard->schedules)
      note(key, medianOf(standard->times[key.first]));
    // Relative to the default in the same runs: the machine may be slower than it was.
    for (const auto &key : subject->schedules)
      note(key, known[key.first][defaultOf(key.first)] * medianOf(subject->times[key.first]) /
                    medianOf(standard->times[key.first]));
    return database.add(found);
  }

  std::string path;
  ModelOptions options;
  const void *const *inputs;
  const TuneSettings &settings;
  TuningDatabase &database;
  std::string target;
  std::unique_ptr<Subject> standard;
  schedule::Records known;
  bool hasMeasured = false;
};

} // namespace

Failure tune(const std::string &path, ModelOptions options, const void *const *inputs,
             const TuneSettings &settings, TuningDatabase &database, const Writer &write) {
  Tuner tuner(path, std::move(options), inputs, settings, database);
  if (Failure failure = tuner.run())
    return failure;
  return tuner.confirm(write);
}

} // namespace octet::driver
