#include "codegen/Codegen.h"

#include "lld/Common/Driver.h"
#include "llvm/Support/raw_ostream.h"

#include <mutex>

LLD_HAS_DRIVER(elf)

namespace octet::codegen {

static bool link(std::vector<std::string> arguments, llvm::ArrayRef<std::string> objects,
                 const std::string &output, std::string &message) {
  // The linker keeps its state in globals.
  static std::mutex mutex;
  std::lock_guard lock(mutex);
  arguments.insert(arguments.begin(), "ld.lld");
  arguments.insert(arguments.end(), objects.begin(), objects.end());
  arguments.insert(arguments.end(), {"-o", output});
  std::vector<const char *> pointers;
  for (const std::string &argument : arguments)
    pointers.push_back(argument.c_str());
  llvm::raw_string_ostream stream(message);
  lld::Result result = lld::lldMain(pointers, llvm::nulls(), stream, {{lld::Gnu, &lld::elf::link}});
  return result.retCode == 0;
}

bool linkShared(llvm::ArrayRef<std::string> objects, const std::string &output,
                std::string &message) {
  // No build id and no paths: equal models give equal files.
  return link({"-shared", "--gc-sections", "--build-id=none", "--hash-style=gnu", "-z",
               "noexecstack", "-z", "relro", "-z", "now", "--strip-all", "--threads=1"},
              objects, output, message);
}

bool linkRelocatable(llvm::ArrayRef<std::string> objects, const std::string &output,
                     std::string &message) {
  return link({"-r", "--build-id=none", "--threads=1"}, objects, output, message);
}

} // namespace octet::codegen
