#include "Commands.h"

namespace octet::cli {

void addCompile(CLI::App &app) {
  struct Arguments : ModelArguments {
    std::string output, emit;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App *command =
      app.add_subcommand("compile", "Write a model as machine code, or as text of a stage");
  arguments->add(*command, "A .tflite or .onnx file, or .mlir of the qnn dialect");
  command->add_option("-o,--output", arguments->output, "The file to write; - is standard output")
      ->required()
      ->option_text("FILE");
  command->add_option("--emit", arguments->emit, "so, obj, archive, qnn, kernel, loops, llvm, asm")
      ->option_text("KIND");
  command->callback([arguments] {
    octet_options options = arguments->options();
    options.emit = arguments->emit.c_str();
    check(octet_compile(arguments->path.c_str(), &options, arguments->output.c_str()));
  });
}

} // namespace octet::cli
