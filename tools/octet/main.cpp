#include "Commands.h"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <malloc.h>
#include <new>

namespace octet::cli {

void ModelArguments::add(CLI::App &command, const std::string &what) {
  this->command = &command;
  command.add_option("model", path, what)->required()->option_text("MODEL");
  command.add_option("--target", target, "Machine to compile for (native)")->option_text("NAME");
  command.add_option("--numerics", numerics, "Rounding, by name (the format's own)")
      ->option_text("PRESET");
  command.add_option("--batch", batch, "Value of a free first dimension")
      ->check(CLI::Range(int64_t{1}, int64_t{65536}))
      ->option_text("N");
  command.add_option("--dim", dimensions, "Value of a free dimension that the model names")
      ->expected(1)
      ->take_all()
      ->option_text("NAME=N");
  command.add_option("--threads", threads, "To run and to compile; 0 is one per core")
      ->check(CLI::Range(0, 1024))
      ->option_text("N");
  command.add_option("--tuning", tuning, "What tune measured, or none (the cache's)")
      ->option_text("FILE");
  command.add_option("--cache", cache, "Kernels compiled before, or none (the user's)")
      ->option_text("FOLDER");
  command.add_option("--variant", variant, "Other schedules: the N-th best as modelled")
      ->check(CLI::Range(0, 1000000))
      ->option_text("N");
  command.add_option("--dump-after", dumpAfter, "Print the module after a pass to stderr")
      ->option_text("PASS");
}

octet_options ModelArguments::options() const {
  octet_options options{};
  options.target = target.c_str();
  options.numerics = numerics.c_str();
  options.dump_after = dumpAfter.c_str();
  options.batch = batch;
  joinedDimensions = CLI::detail::join(dimensions, ",");
  options.dimensions = joinedDimensions.c_str();
  options.threads = threads;
  options.variant = variant;
  options.tuning = tuning.c_str();
  options.cache = cache.c_str();
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
  if (isArtifact(path)) {
    for (const char *option : {"--target", "--numerics", "--batch", "--dim", "--tuning", "--cache",
                               "--variant", "--dump-after"})
      if (command->count(option) > 0)
        throw Error(OCTET_USAGE, path + " is compiled already: " + option + " has no effect on it");
    return Artifact::load(path);
  }
  auto start = std::chrono::steady_clock::now();
  Artifact artifact = Artifact::compile(path, options());
  compileMilliseconds =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  return artifact;
}

Session ModelArguments::session(const Artifact &artifact) const {
  try {
    return Session(artifact, threads);
  } catch (const Error &error) {
    throw Error(error.status(), path + ": " + error.what());
  }
}

void InputArguments::add(CLI::App &command) {
  command.add_option("--input", assignments, "A .bin, .npy, .png, .jpg or .bmp file")
      ->expected(1)
      ->take_all()
      ->option_text("INPUT=FILE");
  command.add_option("--seed", seed, "Random numbers for inputs without a file (0)")
      ->option_text("N");
  command.add_option("--mean", pixels.mean, "Float inputs: (pixel - mean) / deviation (127.5)")
      ->option_text("X");
  command.add_option("--deviation", pixels.deviation, "See --mean (127.5)")->option_text("X");
}

void print(const std::string &text) { writeToStdout(nullptr, text.data(), text.size()); }
void writeToStdout(void *, const char *text, size_t length) {
  std::fwrite(text, 1, length, stdout);
}

static bool isCommand(const CLI::App &app, const std::string &name) {
  auto commands =
      app.get_subcommands([&](const CLI::App *command) { return command->get_name() == name; });
  return !commands.empty();
}

} // namespace octet::cli

int main(int argc, char **argv) {
  // Weights that are freed go back to the system at once: by itself the library begins to keep
  // blocks as large as the largest that was freed.
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  using namespace octet::cli;
  CLI::App app("Compiles quantized networks to code that computes their framework's bits.",
               "octet");
  app.set_version_flag("--version", octet_version());
  app.require_subcommand(1);
  app.get_formatter()->column_width(26);
  addCompile(app);
  addRun(app);
  addBench(app);
  addProfile(app);
  addInspect(app);
  addCompare(app);
  addTune(app);
  // Without a subcommand CLI11 does not say what it found in its place.
  if (argc > 1 && argv[1][0] != '-' && !octet::cli::isCommand(app, argv[1])) {
    std::fprintf(stderr, "octet: error: no command '%s'; octet --help lists them\n", argv[1]);
    return OCTET_USAGE;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success &asked) {
    return app.exit(asked);
  } catch (const CLI::ParseError &error) {
    std::fprintf(stderr, "octet: error: %s\n", error.what());
    return OCTET_USAGE;
  } catch (const std::bad_alloc &) {
    for (const CLI::App *command : app.get_subcommands())
      std::fprintf(stderr, "octet: error: %s: not enough memory\n",
                   command->get_option("model")->as<std::string>().c_str());
    return 1;
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
