// The commands of `octet`, one file each. Each registers itself with the command line.
#pragma once

#include "Tensors.h"

#include <CLI/CLI.hpp>

#include <functional>
#include <string>

namespace octet::cli {

/// What every command that takes a model takes.
struct ModelArguments {
  std::string path, target = "native", numerics, dumpAfter, tuning, cache;
  std::vector<std::string> dimensions;
  CLI::App *command = nullptr;
  int64_t batch = 0;
  int32_t threads = 0, variant = 0;
  mutable std::string joinedDimensions;
  void add(CLI::App &command, const std::string &what);
  /// Valid as long as this is.
  octet_options options() const;

  /// Loads an artifact, or compiles a model and says how long that took; 0 for an artifact.
  Artifact open(double &compileMilliseconds) const;
  /// A session; what there is no memory for is told with the file.
  Session session(const Artifact &artifact) const;
};

/// Inputs of a run.
struct InputArguments {
  std::vector<std::string> assignments;
  uint64_t seed = 0;
  PixelScale pixels;
  void add(CLI::App &command);
  void fill(const octet_model &model, Tensors &tensors) const {
    fillInputs(model, assignments, seed, pixels, tensors);
  }
};

/// What commands take that measure runs.
struct TimedArguments : ModelArguments, InputArguments {
  int64_t runs = 50, warmup = 5;
  bool json = false;
  void add(CLI::App &command);
  int32_t threadCount() const;
};

/// A model that is ready to be measured: its inputs filled, warmed up.
struct Subject {
  explicit Subject(const TimedArguments &arguments);
  void run() { session.run(tensors.inputPointers, tensors.outputPointers); }

  double compileMilliseconds = 0; ///< 0 for an artifact
  Artifact artifact;
  const octet_model &model;
  Tensors tensors;
  Session session;
};

void addCompile(CLI::App &app);
void addRun(CLI::App &app);
void addBench(CLI::App &app);
void addProfile(CLI::App &app);
void addInspect(CLI::App &app);
void addCompare(CLI::App &app);
void addTune(CLI::App &app);

/// Writes text that a command's answer consists of.
void print(const std::string &text);
void writeToStdout(void *context, const char *text, size_t length);

} // namespace octet::cli
