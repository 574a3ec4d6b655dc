#include "Commands.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <sys/resource.h>
#include <thread>

namespace octet::cli {

namespace {

struct Arguments : ModelArguments, InputArguments {
  int64_t runs = 50, warmup = 5;
  bool json = false;
};

double millisecondsOf(Session &session, const Tensors &tensors) {
  auto start = std::chrono::steady_clock::now();
  session.run(tensors.inputPointers, tensors.outputPointers);
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

int32_t threadCount(const Arguments &arguments) {
  return arguments.threads
             ? arguments.threads
             : static_cast<int32_t>(std::max(1U, std::thread::hardware_concurrency()));
}

void bench(const Arguments &arguments) {
  double compileMilliseconds = 0;
  Artifact artifact = arguments.open(compileMilliseconds);
  const octet_model &model = artifact.description();
  Tensors tensors(model);
  arguments.fill(model, tensors);
  Session session = arguments.session(artifact);
  for (int64_t i = 0; i < arguments.warmup; ++i)
    millisecondsOf(session, tensors);
  std::vector<double> times;
  for (int64_t i = 0; i < arguments.runs; ++i)
    times.push_back(millisecondsOf(session, tensors));
  std::sort(times.begin(), times.end());
  double median = times[times.size() / 2];
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  nlohmann::ordered_json report{
      {"model", model.name},
      {"target", model.target},
      {"threads", threadCount(arguments)},
      {"runs", arguments.runs},
      {"median_ms", median},
      {"min_ms", times.front()},
      {"p90_ms", times[times.size() * 9 / 10]},
      {"macs", model.multiply_accumulates},
      {"gmacs", static_cast<double>(model.multiply_accumulates) * 1e-6 / median},
      {"arena_bytes", model.arena_bytes},
      {"constant_bytes", model.constant_bytes},
      {"peak_rss_bytes", static_cast<int64_t>(usage.ru_maxrss) * 1024},
      {"compile_ms", compileMilliseconds}};
  if (arguments.json)
    return print(report.dump() + "\n");
  char text[512];
  std::snprintf(text, sizeof text,
                "%s for %s, %d thread%s, %lld runs\nmedian %.4f ms, least %.4f, nine of ten below "
                "%.4f\n%.1f GMAC/s, arena %.1f KiB, compiled in %.0f ms\n",
                model.name, model.target, threadCount(arguments),
                threadCount(arguments) == 1 ? "" : "s", static_cast<long long>(arguments.runs),
                median, times.front(), times[times.size() * 9 / 10],
                static_cast<double>(model.multiply_accumulates) * 1e-6 / median,
                static_cast<double>(model.arena_bytes) / 1024, compileMilliseconds);
  print(text);
}

/// Time by step, from the session's watcher.
struct StepTimes {
  std::vector<std::vector<double>> seconds;
  static void record(void *context, int32_t step, double seconds) {
    static_cast<StepTimes *>(context)->seconds[static_cast<size_t>(step)].push_back(seconds);
  }
};

// The end of a long name says more than its beginning.
std::string shortened(const std::string &name, size_t width) {
  return name.size() <= width ? name : name.substr(0, width - 1) + "~";
}

void profile(const Arguments &arguments) {
  double compileMilliseconds = 0;
  Artifact artifact = arguments.open(compileMilliseconds);
  const octet_model &model = artifact.description();
  Tensors tensors(model);
  arguments.fill(model, tensors);
  Session session = arguments.session(artifact);
  for (int64_t i = 0; i < arguments.warmup; ++i)
    millisecondsOf(session, tensors);
  StepTimes times;
  times.seconds.resize(static_cast<size_t>(model.step_count));
  session.watch(StepTimes::record, &times);
  for (int64_t i = 0; i < arguments.runs; ++i)
    millisecondsOf(session, tensors);
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  double total = 0;
  for (int32_t i = 0; i < model.step_count; ++i) {
    std::vector<double> &each = times.seconds[static_cast<size_t>(i)];
    if (each.empty())
      continue; // in a loop that did not run
    std::sort(each.begin(), each.end());
    // A step of a loop runs several times a run.
    double microseconds = each[each.size() / 2] * 1e6 * static_cast<double>(each.size()) /
                          static_cast<double>(arguments.runs);
    total += microseconds;
    const octet_step &step = model.steps[i];
    rows.push_back({{"step", i},
                    {"name", step.name},
                    {"kind", step.kind},
                    {"us", microseconds},
                    {"macs", step.multiply_accumulates},
                    {"gmacs", static_cast<double>(step.multiply_accumulates) * 1e-3 / microseconds},
                    {"bytes", step.bytes},
                    {"gbytes_per_s", static_cast<double>(step.bytes) * 1e-3 / microseconds},
                    {"tasks", step.tasks}});
  }
  if (arguments.json)
    return print(nlohmann::ordered_json{{"model", model.name},
                                        {"target", model.target},
                                        {"threads", threadCount(arguments)},
                                        {"total_us", total},
                                        {"steps", rows}}
                     .dump() +
                 "\n");
  print("        us   share   GMAC/s     GB/s  kernel\n");
  for (const auto &row : rows) {
    char text[160];
    double microseconds = row["us"];
    std::snprintf(text, sizeof text, "%10.1f  %5.1f%%  %7.1f  %7.1f  ", microseconds,
                  100 * microseconds / total, row["gmacs"].get<double>(),
                  row["gbytes_per_s"].get<double>());
    print(text + shortened(row["name"].get<std::string>(), 41) + "\n");
  }
  char text[80];
  std::snprintf(text, sizeof text, "%10.1f  in all, %d kernels\n", total, model.step_count);
  print(text);
}

std::shared_ptr<Arguments> addTimed(CLI::App &command) {
  auto arguments = std::make_shared<Arguments>();
  arguments->ModelArguments::add(command, "A model, or an artifact");
  arguments->InputArguments::add(command);
  command.add_option("--runs", arguments->runs, "Runs to measure (50)")
      ->check(CLI::Range(int64_t{1}, int64_t{10000000}))
      ->option_text("N");
  command.add_option("--warmup", arguments->warmup, "Runs before that (5)")
      ->check(CLI::Range(int64_t{0}, int64_t{10000000}))
      ->option_text("N");
  command.add_flag("--json", arguments->json, "One object for programs");
  return arguments;
}

} // namespace

void addBench(CLI::App &app) {
  CLI::App *command = app.add_subcommand("bench", "Measure the time of a run");
  auto arguments = addTimed(*command);
  command->callback([arguments] { bench(*arguments); });
}

void addProfile(CLI::App &app) {
  CLI::App *command = app.add_subcommand("profile", "Measure each kernel of a model");
  auto arguments = addTimed(*command);
  command->callback([arguments] { profile(*arguments); });
}

} // namespace octet::cli
