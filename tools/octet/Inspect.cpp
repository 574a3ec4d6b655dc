#include "Commands.h"

namespace octet::cli {

void addInspect(CLI::App &app) {
  struct Arguments : ModelArguments {
    bool json = false;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App *command =
      app.add_subcommand("inspect", "Show operators, quantization, work and memory");
  arguments->add(*command, "A model");
  command->add_flag("--json", arguments->json, "One object for programs");
  command->callback([arguments] {
    octet_options options = arguments->options();
    check(
        octet_inspect(arguments->path.c_str(), &options, arguments->json, writeToStdout, nullptr));
  });
}

void addCompare(CLI::App &app) {
  struct Arguments : ModelArguments, InputArguments {
    int32_t invokes = 1;
    bool json = false;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App *command = app.add_subcommand("compare", "Compare every tensor with the evaluator's");
  arguments->ModelArguments::add(*command, "A model");
  arguments->InputArguments::add(*command);
  command->add_option("--invokes", arguments->invokes, "Runs on the same inputs (1)")
      ->check(CLI::Range(1, 1000000))
      ->option_text("N");
  command->add_flag("--json", arguments->json, "One object for programs");
  command->callback([arguments] {
    octet_options options = arguments->options();
    // The reference knows the inputs without compiling.
    Artifact described = Artifact::reference(arguments->path, options);
    Tensors tensors(described.description());
    arguments->fill(described.description(), tensors);
    check(octet_compare(arguments->path.c_str(), &options, tensors.inputPointers.data(),
                        arguments->invokes, arguments->json, writeToStdout, nullptr));
  });
}

} // namespace octet::cli
