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
  if (descriptor >= 0)
    close(descriptor);
}

Failure Loaded::load(codegen::Program &program) {
  // Open as long as the library is: the loader knows libraries by their paths.
  descriptor = memfd_create("octet", MFD_CLOEXEC);
  std::string path = "/proc/self/fd/" + std::to_string(descriptor);
  Failure failure = linkTo(program, path);
  if (!failure && !(library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)))
    failure = {OCTET_SYSTEM, dlerror()};
  return failure;
}

void *Loaded::findSymbol(const char *name) const { return dlsym(library, name); }

Failure Loaded::loadModel(codegen::Program &program, const std::string &target) {
  if (!target::findTarget(target)->isOfThisFamily())
    return {OCTET_INCOMPATIBLE, "this CPU has no instructions of " + target +
                                    "'s kind: compile to a file, and run that where it belongs"};
  if (Failure failure = load(program))
    return failure;
  model = find<const octet_model *()>("octet_model")();
  if (const char *feature = model->missing_feature())
    return {OCTET_INCOMPATIBLE, "this CPU has no " + std::string(feature) + ", which " +
                                    std::string(model->target) + " needs"};
  return {};
}

Failure makeWorkspace(const octet_model &model, Workspace &workspace) {
  workspace = {static_cast<char *>(runtime::allocateWorkspace(model)), std::free};
  if (workspace)
    return {};
  return {OCTET_SYSTEM, std::string(model.name) + ": no memory for a workspace of " +
                            std::to_string(model.workspace_bytes) + " bytes"};
}

} // namespace octet::driver
