// Any bytes give a valid module or a message, and nothing else.
#include "import/Import.h"
#include "driver/Diagnostics.h"
#include "driver/Pipeline.h"

#include "Limit.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"

#include <cstdio>
#include <cstdlib>

using namespace octet;

// A context keeps every type and attribute that it ever saw, so it is renewed from time to time.
static mlir::MLIRContext &context() {
  static std::unique_ptr<mlir::MLIRContext> current;
  static int uses = 0;
  if (!current || uses++ % 512 == 0) {
    mlir::DialectRegistry registry;
    driver::registerDialects(registry);
    current = std::make_unique<mlir::MLIRContext>(registry, mlir::MLIRContext::Threading::DISABLED);
    current->loadAllAvailableDialects();
  }
  return *current;
}

static void require(bool holds, const char *what, const std::string &text) {
  if (holds)
    return;
  std::fprintf(stderr, "%s: %s\n", what, text.c_str());
  std::abort();
}

// LLVM's and MLIR's libraries are not built with the sanitizer, so what they take from an arena
// that our code opened looks poisoned to it.
extern "C" __attribute__((visibility("default"))) const char *__asan_default_options() {
  return "allow_user_poisoning=0";
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz::AlignedBytes file(data, size);
  if (fuzz::isLarge(file.get()))
    return 0;
  mlir::MLIRContext &ir = context();
  driver::Diagnostics diagnostics(&ir);
  auto module = import::importModel(&ir, "fuzz.tflite", file.get(), {});
  std::string text = diagnostics.text();
  if (!module) {
    require(text.find("fuzz.tflite: ") == 0, "refused, without naming the file", text);
    return 0;
  }
  require(text.empty(), "accepted, with diagnostics", text);
  bool isValid = mlir::succeeded(mlir::verify(*module));
  require(isValid, "accepted, but not valid", diagnostics.text());
  return 0;
}
