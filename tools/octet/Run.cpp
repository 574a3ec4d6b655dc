#include "Commands.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <numeric>

namespace octet::cli {

namespace {

struct Arguments : ModelArguments, InputArguments {
  int64_t invokes = 1;
  std::string outputFolder, labels;
  int64_t top = 5;
  bool useReference = false;
};

std::vector<std::string> readLabels(const std::string &path) {
  errno = 0;
  std::ifstream stream(path);
  std::vector<std::string> labels;
  for (std::string line; std::getline(stream, line);)
    labels.push_back(line.substr(0, line.find_last_not_of(" \r") + 1));
  if (!stream.is_open() || stream.bad())
    refuseFile(path);
  return labels;
}

std::string numberText(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

// The highest values of a tensor with their labels.
std::string topText(const octet_tensor &tensor, const char *data, int64_t top,
                    const std::vector<std::string> &labels) {
  int64_t count = elementCount(tensor);
  std::vector<int64_t> order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  auto middle = order.begin() + std::min(top, count);
  std::partial_sort(order.begin(), middle, order.end(), [&](int64_t a, int64_t b) {
    double first = realAt(tensor, data, a), second = realAt(tensor, data, b);
    return first != second ? first > second : a < b;
  });
  std::string text;
  for (auto it = order.begin(); it != middle; ++it) {
    char line[64];
    std::snprintf(line, sizeof line, "%10.4f  %5lld", realAt(tensor, data, *it),
                  static_cast<long long>(*it));
    text += line;
    if (static_cast<size_t>(*it) < labels.size())
      text += "  " + labels[static_cast<size_t>(*it)];
    text += "\n";
  }
  return text;
}

std::string valuesText(const octet_tensor &tensor, const char *data) {
  constexpr int64_t most = 8;
  std::string text = "        ";
  for (int64_t i = 0; i < std::min(most, elementCount(tensor)); ++i)
    text += (i ? ", " : "") + numberText(realAt(tensor, data, i));
  return text + (elementCount(tensor) > most ? ", …\n" : "\n");
}

// Scores of one thing that was classified.
bool isClassification(const octet_model &model) {
  const octet_tensor &output = model.outputs[0];
  return model.output_count == 1 && output.rank >= 1 &&
         elementCount(output) == output.shape[output.rank - 1] && elementCount(output) > 1;
}

void run(const Arguments &arguments) {
  std::vector<std::string> labels;
  if (!arguments.labels.empty())
    labels = readLabels(arguments.labels);
  double compileMilliseconds = 0;
  Artifact artifact = arguments.useReference
                          ? Artifact::reference(arguments.path, arguments.options())
                          : arguments.open(compileMilliseconds);
  const octet_model &model = artifact.description();
  Tensors tensors(model);
  arguments.fill(model, tensors);
  Session session = arguments.session(artifact);
  for (int64_t i = 0; i < arguments.invokes; ++i)
    session.run(tensors.inputPointers, tensors.outputPointers);
  if (!arguments.outputFolder.empty())
    return writeOutputs(model, tensors, arguments.outputFolder);
  if (!labels.empty() || isClassification(model))
    return print(topText(model.outputs[0], tensors.outputs[0].data(), arguments.top, labels));
  for (size_t i = 0; i < tensors.outputs.size(); ++i) {
    if (isRowCount(model, i))
      continue;
    FoundOutput found(model, tensors, i);
    print(std::to_string(i) + "  " + found.tensor.name + "  " + typeText(found.tensor) + "\n" +
          valuesText(found.tensor, found.data));
  }
}

} // namespace

void addRun(CLI::App &app) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App *command = app.add_subcommand("run", "Run a model or artifact and show what it says");
  arguments->ModelArguments::add(*command, "A model, or an artifact");
  arguments->InputArguments::add(*command);
  command->add_option("--invokes", arguments->invokes, "Runs on the same inputs (1)")
      ->check(CLI::Range(int64_t{1}, int64_t{1} << 40))
      ->option_text("N");
  command->add_option("--output-dir", arguments->outputFolder, "Write 0.bin, …, outputs.json there")
      ->option_text("FOLDER");
  command->add_option("--labels", arguments->labels, "A text file with a class per line")
      ->option_text("FILE");
  command->add_option("--top", arguments->top, "How many classes to show (5)")
      ->check(CLI::Range(int64_t{1}, int64_t{100000}))
      ->option_text("N");
  command->add_flag("--reference", arguments->useReference, "By the evaluator instead of code");
  command->callback([arguments] { run(*arguments); });
}

} // namespace octet::cli
