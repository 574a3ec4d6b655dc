#include "driver/Loaded.h"
#include "driver/Output.h"
#include "octet/octet.h"
#include "runtime/Workspace.h"

#include <cstdlib>
#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>

namespace octet::driver {

Loaded::~Loaded() {
  if (library)
    dlclose(library);
}

Failure Loaded::load(const codegen::Program &program) {
  int descriptor = memfd_create("octet", MFD_CLOEXEC);
  std::string path = "/proc/self/fd/" + std::to_string(descriptor);
  Failure failure = linkTo(program, path);
  if (!failure && !(library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)))
    failure = {OCTET_SYSTEM, dlerror()};
  close(descriptor);
  if (failure)
    return failure;
  model = reinterpret_cast<const octet_model *(*)()>(dlsym(library, "octet_model"))();
  if (const char *feature = model->missing_feature())
    return {OCTET_INCOMPATIBLE, "this CPU has no " + std::string(feature) + ", which " +
                                    std::string(model->target) + " needs"};
  return {};
}

std::unique_ptr<char, void (*)(void *)> makeWorkspace(const octet_model &model) {
  return {static_cast<char *>(runtime::allocateWorkspace(model)), std::free};
}

} // namespace octet::driver
