#include "Commands.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <sys/resource.h>
#include <thread>

namespace octet::cli {

namespace {

double millisecondsOf(Subject &subject) {
  auto start = std::chrono::steady_clock::now();
  subject.run();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

void bench(const TimedArguments &arguments) {
  Subject subject(arguments);
  const octet_model &model = subject.model;
  std::vector<double> times;
  for (int64_t i = 0; i < arguments.runs; ++i)
    times.push_back(millisecondsOf(subject));
  std::sort(times.begin(), times.end());
  double median = times[times.size() / 2];
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  nlohmann::ordered_json report{
      {"model", model.name},
      {"target", model.target},
      {"threads", arguments.threadCount()},
      {"runs", arguments.runs},
      {"median_ms", median},
      {"min_ms", times.front()},
      {"p90_ms", times[times.size() * 9 / 10]},
      {"macs", model.multiply_accumulates},
      {"gmacs", static_cast<double>(model.multiply_accumulates) * 1e-6 / median},
      {"arena_bytes", model.arena_bytes},
      {"constant_bytes", model.constant_bytes},
      {"peak_rss_bytes", static_cast<int64_t>(usage.ru_maxrss) * 1024},
      {"compile_ms", subject.compileMilliseconds}};
  if (arguments.json)
    return print(report.dump() + "\n");
  char text[512];
  std::snprintf(text, sizeof text,
                "%s for %s, %d thread%s, %lld runs\nmedian %.4f ms, least %.4f, nine of ten below "
                "%.4f\n%.1f GMAC/s, arena %.1f KiB, compiled in %.0f ms\n",
                model.name, model.target, arguments.threadCount(),
                arguments.threadCount() == 1 ? "" : "s", static_cast<long long>(arguments.runs),
                median, times.front(), times[times.size() * 9 / 10],
                static_cast<double>(model.multiply_accumulates) * 1e-6 / median,
                static_cast<double>(model.arena_bytes) / 1024, subject.compileMilliseconds);
  print(text);
}

} // namespace

void addBench(CLI::App &app) {
  CLI::App *command = app.add_subcommand("bench", "Measure the time of a run");
  auto arguments = std::make_shared<TimedArguments>();
  arguments->add(*command);
  command->callback([arguments] { bench(*arguments); });
}

void TimedArguments::add(CLI::App &command) {
  ModelArguments::add(command, "A model, or an artifact");
  InputArguments::add(command);
  command.add_option("--runs", runs, "Runs to measure (50)")
      ->check(CLI::Range(int64_t{1}, int64_t{10000000}))
      ->option_text("N");
  command.add_option("--warmup", warmup, "Runs before that (5)")
      ->check(CLI::Range(int64_t{0}, int64_t{10000000}))
      ->option_text("N");
  command.add_flag("--json", json, "One object for programs");
}

Subject::Subject(const TimedArguments &arguments)
    : artifact(arguments.open(compileMilliseconds)), model(artifact.description()), tensors(model),
      session(arguments.session(artifact)) {
  arguments.fill(model, tensors);
  for (int64_t i = 0; i < arguments.warmup; ++i)
    run();
}

int32_t TimedArguments::threadCount() const {
  return threads ? threads
                 : static_cast<int32_t>(std::max(1U, std::thread::hardware_concurrency()));
}

} // namespace octet::cli
