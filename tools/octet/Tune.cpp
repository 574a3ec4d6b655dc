#include "Commands.h"

#include <chrono>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace octet::cli {

namespace {

struct Arguments : ModelArguments, InputArguments {
  int64_t candidates = 12, runs = 10;
};

/// A line that is written over: a bar and the time that is left.
class ProgressBar {
public:
  void show(int64_t done, int64_t total) {
    if (!isTerminal)
      return;
    constexpr int64_t width = 40;
    double passed = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    auto filled = static_cast<size_t>(width * done / std::max<int64_t>(total, 1));
    std::string bar = std::string(filled, '#') + std::string(width - filled, '.');
    std::fprintf(stderr, "\r[%s] %lld of %lld schedules", bar.c_str(), static_cast<long long>(done),
                 static_cast<long long>(total));
    if (done > 0 && done < total)
      std::fprintf(stderr, ", %.0f s left ",
                   passed / static_cast<double>(done) * static_cast<double>(total - done));
    if (done == total)
      std::fprintf(stderr, "\r%78s\r", "");
  }

private:
  bool isTerminal = isatty(STDERR_FILENO) != 0;
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
};

void tune(const Arguments &arguments) {
  octet_options options = arguments.options();
  Artifact reference = Artifact::reference(arguments.path, options);
  Tensors tensors(reference.description());
  arguments.fill(reference.description(), tensors);
  // One context for both callbacks; the table goes to the standard output.
  ProgressBar bar;
  auto progress = [](void *context, int64_t done, int64_t total) {
    static_cast<ProgressBar *>(context)->show(done, total);
  };
  check(octet_tune(arguments.path.c_str(), &options, tensors.inputPointers.data(),
                   arguments.candidates, arguments.runs, progress, writeToStdout, &bar));
}

void exportTo(const std::string &database) {
  check(octet_export_tuning(database.c_str(), writeToStdout, nullptr));
}

void importFrom(const std::string &file, const std::string &database) {
  std::ifstream stream(file, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  if (!stream)
    throw Error(OCTET_SYSTEM, file + ": cannot be read");
  octet_status status = octet_import_tuning(database.c_str(), text.data(), text.size());
  if (status != OCTET_OK)
    throw Error(status, file + ": " + octet_last_error());
}

} // namespace

void addTune(CLI::App &app) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App *command =
      app.add_subcommand("tune", "Measure schedules; compile then takes the fastest");
  arguments->ModelArguments::add(*command, "A .tflite or .onnx file, or .mlir of the qnn dialect");
  arguments->InputArguments::add(*command);
  command->add_option("--candidates", arguments->candidates, "Schedules of each kernel (12)")
      ->check(CLI::Range(int64_t{2}, int64_t{100000}))
      ->option_text("N");
  command->add_option("--runs", arguments->runs, "Pairs of runs for each (10)")
      ->check(CLI::Range(int64_t{1}, int64_t{100000}))
      ->option_text("N");
  command->callback([arguments] { tune(*arguments); });

  struct Texts {
    std::string database, file;
  };
  auto texts = std::make_shared<Texts>();
  auto addDatabase = [texts](CLI::App *records) {
    records->add_option("--tuning", texts->database, "The database (the cache's)")
        ->option_text("FILE");
  };
  CLI::App *exporter =
      app.add_subcommand("export-tuning", "Print what tune measured, as lines of text");
  addDatabase(exporter);
  exporter->callback([texts] { exportTo(texts->database); });
  CLI::App *importer = app.add_subcommand("import-tuning", "Add such lines to a database");
  addDatabase(importer);
  importer->add_option("file", texts->file, "The text")->required()->option_text("FILE");
  importer->callback([texts] { importFrom(texts->file, texts->database); });
}

} // namespace octet::cli
