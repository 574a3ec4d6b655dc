#include "Commands.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace octet::cli {

namespace {

struct Arguments : TimedArguments {
  bool hasDetails = false;
};

/// Time by step, from the session's watcher.
struct StepTimes {
  std::vector<std::vector<double>> seconds;
  static void record(void *context, int32_t step, double seconds) {
    static_cast<StepTimes *>(context)->seconds[static_cast<size_t>(step)].push_back(seconds);
  }

  /// Of a run; a step of a loop runs several times in it.
  double microseconds(int32_t step, int64_t runs) {
    std::vector<double> &each = seconds[static_cast<size_t>(step)];
    if (each.empty())
      return 0;
    std::sort(each.begin(), each.end());
    return each[each.size() / 2] * 1e6 * static_cast<double>(each.size()) /
           static_cast<double>(runs);
  }
};

/// The best of measurements before and after: the clock of a shared machine wanders.
class Yardstick {
public:
  Yardstick(const std::string &target, int32_t threads) : target(target), threads(threads) {}

  void measure() {
    octet_peaks now;
    check(octet_measure_peaks(target.c_str(), &now));
    peaks.byte_gmacs = std::max(peaks.byte_gmacs, now.byte_gmacs);
    peaks.word_gmacs = std::max(peaks.word_gmacs, now.word_gmacs);
    peaks.real_gmacs = std::max(peaks.real_gmacs, now.real_gmacs);
    peaks.memory_gbytes = std::max(peaks.memory_gbytes, now.memory_gbytes);
  }

  /// Of all threads, for what a step multiplies.
  double gmacs(const octet_step &step) const {
    double one = step.type == OCTET_FLOAT32 ? peaks.real_gmacs
                 : step.type == OCTET_INT16 ? peaks.word_gmacs
                                            : peaks.byte_gmacs;
    return one * threads;
  }
  double gbytes() const { return peaks.memory_gbytes; }
  const octet_peaks &each() const { return peaks; }

private:
  std::string target;
  int32_t threads;
  octet_peaks peaks{};
};

/// What takes most of a step's time: dot products, if they come near what the machine can do; bytes
/// from memory, if there are more than a second cache holds and they come as fast as memory gives
/// them; else what is done around them.
const char *boundOf(const octet_step &step, double share, double microseconds,
                    const Yardstick &yardstick) {
  constexpr double most = 0.7;
  constexpr int64_t cache = int64_t{2} << 20;
  if (share >= most)
    return "dots";
  if (step.bytes > cache &&
      static_cast<double>(step.bytes) * 1e-3 / microseconds >= most * yardstick.gbytes())
    return "memory";
  return step.multiply_accumulates == 0            ? "elements"
         : std::string(step.kind) == "contraction" ? "epilogue"
                                                   : "loads";
}

// The end of a long name says more than its beginning.
std::string shortened(const std::string &name, size_t width) {
  return name.size() <= width ? name : "~" + name.substr(name.size() - width + 1);
}

nlohmann::ordered_json rowOf(int32_t index, const octet_step &step, double microseconds,
                             const Yardstick &yardstick) {
  double gmacs = static_cast<double>(step.multiply_accumulates) * 1e-3 / microseconds,
         share = gmacs / yardstick.gmacs(step);
  return {{"step", index},
          {"name", step.name},
          {"kind", step.kind},
          {"shape", step.shape},
          {"schedule", step.schedule},
          {"us", microseconds},
          {"macs", step.multiply_accumulates},
          {"gmacs", gmacs},
          {"share_of_peak", share},
          {"bytes", step.bytes},
          {"gbytes_per_s", static_cast<double>(step.bytes) * 1e-3 / microseconds},
          {"bound", boundOf(step, share, microseconds, yardstick)},
          {"tasks", step.tasks}};
}

// In lines that fit a terminal of 80 columns, broken behind commas.
std::string wrapped(std::string text) {
  constexpr size_t indent = 11, width = 80 - indent;
  std::string lines, margin(indent, ' ');
  for (size_t comma; text.size() > width && (comma = text.rfind(", ", width - 1)) != text.npos;
       text.erase(0, comma + 2))
    lines += margin + text.substr(0, comma + 1) + "\n";
  return lines + margin + text + "\n";
}

void printRow(const nlohmann::ordered_json &row, double total, bool hasDetails) {
  char text[160];
  double microseconds = row["us"], gmacs = row["gmacs"];
  char dots[32] = "                 ";
  if (gmacs > 0)
    std::snprintf(dots, sizeof dots, "%8.1f  %5.0f%%  ", gmacs,
                  100 * row["share_of_peak"].get<double>());
  std::snprintf(text, sizeof text, "%10.1f %5.1f%%%s%7.1f  %-8s ", microseconds,
                100 * microseconds / total, dots, row["gbytes_per_s"].get<double>(),
                row["bound"].get<std::string>().c_str());
  print(text + shortened(row["name"].get<std::string>(), 27) + "\n");
  if (!hasDetails)
    return;
  print(wrapped(row["shape"]));
  if (std::string schedule = row["schedule"]; !schedule.empty())
    print(wrapped("tile of " + schedule));
}

void profile(const Arguments &arguments) {
  Subject subject(arguments);
  const octet_model &model = subject.model;
  Yardstick yardstick(model.target, arguments.threadCount());
  yardstick.measure();
  StepTimes times;
  times.seconds.resize(static_cast<size_t>(model.step_count));
  subject.session.watch(StepTimes::record, &times);
  for (int64_t i = 0; i < arguments.runs; ++i)
    subject.run();
  yardstick.measure();
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  double total = 0;
  for (int32_t i = 0; i < model.step_count; ++i) {
    double microseconds = times.microseconds(i, arguments.runs);
    if (microseconds == 0)
      continue; // in a loop that did not run
    total += microseconds;
    rows.push_back(rowOf(i, model.steps[i], microseconds, yardstick));
  }
  const octet_peaks &peaks = yardstick.each();
  if (arguments.json)
    return print(nlohmann::ordered_json{{"model", model.name},
                                        {"target", model.target},
                                        {"threads", arguments.threadCount()},
                                        {"peak_gmacs",
                                         {{"int8", peaks.byte_gmacs},
                                          {"int16", peaks.word_gmacs},
                                          {"float32", peaks.real_gmacs}}},
                                        {"memory_gbytes_per_s", peaks.memory_gbytes},
                                        {"total_us", total},
                                        {"steps", rows}}
                     .dump() +
                 "\n");
  print("        us  share  GMAC/s  of peak   GB/s  bound    kernel\n");
  for (const auto &row : rows)
    printRow(row, total, arguments.hasDetails);
  char text[160];
  std::snprintf(
      text, sizeof text,
      "%10.1f in all, %d kernels, %.1f GMAC/s\none core's peak: %.1f GMAC/s of bytes, %.1f "
      "of floats; %.1f GB/s from memory\n",
      total, model.step_count, static_cast<double>(model.multiply_accumulates) * 1e-3 / total,
      peaks.byte_gmacs, peaks.real_gmacs, peaks.memory_gbytes);
  print(text);
}

} // namespace

void addProfile(CLI::App &app) {
  CLI::App *command =
      app.add_subcommand("profile", "Measure each kernel of a model, and what bounds it");
  auto arguments = std::make_shared<Arguments>();
  arguments->add(*command);
  command->add_flag("--details", arguments->hasDetails, "Shapes and tiles too");
  command->callback([arguments] { profile(*arguments); });
}

} // namespace octet::cli
