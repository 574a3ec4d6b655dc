// The whole way from a file's bytes to machine code: every file is compiled or refused with a
// message.
#include "Limit.h"

#include "driver/Model.h"
#include "qnn/Geometry.h"
#include "qnn/Ops.h"

#include "llvm/Support/CheckedArithmetic.h"

#include <cstdio>
#include <cstdlib>
#include <sys/mman.h>
#include <unistd.h>

using namespace octet;

namespace {

/// The bytes as a file in memory, for a reader that takes a path.
class File {
public:
  File(const uint8_t *data, size_t size) : descriptor(memfd_create("fuzz", MFD_CLOEXEC)) {
    if (descriptor < 0 || write(descriptor, data, size) != static_cast<ssize_t>(size))
      std::abort();
  }
  ~File() { close(descriptor); }
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor); }

private:
  int descriptor;
};

// Work that takes seconds, in the evaluator that folds constants or in unrolled code.
bool isMuch(mlir::ModuleOp module) {
  int64_t elements = 0, products = 0, operators = 0;
  module.walk([&](mlir::Operation *op) {
    ++operators;
    for (mlir::Value value : op->getResults()) {
      auto type = mlir::dyn_cast<mlir::RankedTensorType>(value.getType());
      elements += type ? std::min<int64_t>(type.getNumElements(), int64_t{1} << 32) : 0;
    }
    products += std::min<int64_t>(qnn::multiplyAccumulates(op), int64_t{1} << 32);
  });
  return elements > 1 << 21 || products > 1 << 22 || operators > 200;
}

void requireMessage(const driver::Failure &failure) {
  if (!failure.message.empty())
    return;
  std::fprintf(stderr, "refused without a message, status %d\n", failure.status);
  std::abort();
}

} // namespace

// LLVM's and MLIR's libraries are not built with the sanitizer, so what they take from an arena
// that our code opened looks poisoned to it.
extern "C" __attribute__((visibility("default"))) const char *__asan_default_options() {
  return "allow_user_poisoning=0";
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (fuzz::isLarge(fuzz::AlignedBytes(data, size).get()))
    return 0;
  File file(data, size);
  driver::ModelOptions options;
  // Not native: what the fuzzer finds should not depend on the machine it runs on.
  static const char *const targets[] = {"cascadelake", "x86-64-v3", "baseline"};
  options.target = targets[size % 3];
  options.threads = 1;
  options.cache = "none";
  driver::Failure failure;
  auto model = driver::Model::read(file.path(), options, failure);
  if (!model)
    return requireMessage(failure), 0;
  if (isMuch(model->module()))
    return 0;
  codegen::Program program;
  if ((failure = model->raise()))
    return requireMessage(failure), 0;
  if (isMuch(model->module()))
    return 0;
  if ((failure = model->lower()) ||
      (failure = model->generate("octet_model", codegen::Listing::none, program)))
    requireMessage(failure);
  return 0;
}
