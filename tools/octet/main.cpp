#include "Commands.h"

#include <chrono>
#include <cstdio>
#include <fstream>

namespace octet::cli {

void ModelArguments::add(CLI::App &command, const std::string &what) {
  command.add_option("model", path, what)->required();
  command
      .add_option("--target", target,
                  "The machine to compile for: native, baseline, x86-64-v3, cascadelake, …")
      ->capture_default_str();
  command.add_option("--numerics", numerics,
                     "Whose rounding: tflite (reference kernels, the default) or tflite-optimized");
  command.add_option("--batch", batch, "Value of a free first dimension")
      ->check(CLI::Range(int64_t{1}, int64_t{65536}));
  command.add_option("--threads", threads, "Threads to run and to compile with; 0 is one per core")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  command.add_option("--dump-after", dumpAfter, "Print the module after this pass to stderr");
}

octet_options ModelArguments::options() const {
  octet_options options{};
  options.target = target.c_str();
  options.numerics = numerics.c_str();
  options.dump_after = dumpAfter.c_str();
  options.batch = batch;
  options.threads = threads;
  return options;
}

static bool isArtifact(const std::string &path) {
  char magic[4] = {};
  return std::ifstream(path, std::ios::binary).read(magic, sizeof magic) &&
         std::string(magic, sizeof magic) == "\x7f"
                                             "ELF";
}

Artifact ModelArguments::open(double &compileMilliseconds) const {
  compileMilliseconds = 0;
  if (isArtifact(path))
    return Artifact::load(path);
  auto start = std::chrono::steady_clock::now();
  Artifact artifact = Artifact::compile(path, options());
  compileMilliseconds =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  return artifact;
}

void InputArguments::add(CLI::App &command) {
  command
      .add_option("--input", assignments,
                  "NAME_OR_INDEX=FILE: .bin (raw), .npy, .png, .jpg or .bmp")
      ->expected(1)
      ->take_all();
  command.add_option("--seed", seed, "Random numbers for inputs that have no file")
      ->capture_default_str();
  command
      .add_option("--mean", pixels.mean, "Of pixels, for float inputs: (pixel - mean) / deviation")
      ->capture_default_str();
  command.add_option("--deviation", pixels.deviation, "Of pixels, for float inputs")
      ->capture_default_str();
}

void print(const std::string &text) { writeToStdout(nullptr, text.data(), text.size()); }
void writeToStdout(void *, const char *text, size_t length) {
  std::fwrite(text, 1, length, stdout);
}

} // namespace octet::cli

int main(int argc, char **argv) {
  using namespace octet::cli;
  CLI::App app("Compiles quantized neural networks to native code that computes the source "
               "framework's bits.",
               "octet");
  app.set_version_flag("--version", octet_version());
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  addCompile(app);
  addRun(app);
  addBench(app);
  addProfile(app);
  addInspect(app);
  addCompare(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) == 0 ? 0 : OCTET_USAGE;
  } catch (const std::exception &error) {
    std::fflush(stdout);
    std::string text = error.what();
    bool isTold = text.find("error: ") != std::string::npos; // by the compiler, with its place
    std::fprintf(stderr, "%s%s%s", isTold ? "" : "octet: error: ", text.c_str(),
                 text.ends_with('\n') ? "" : "\n");
    const auto *failure = dynamic_cast<const octet::Error *>(&error);
    return failure && failure->status() == OCTET_USAGE ? 2 : 1;
  }
  if (std::fflush(stdout) != 0) {
    std::fprintf(stderr, "octet: error: cannot write to standard output\n");
    return 1;
  }
  return 0;
}
