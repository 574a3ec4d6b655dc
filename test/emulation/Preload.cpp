// Loaded before a program by LD_PRELOAD: artifacts for AMX run in it, on machines without.
#include "emulation/Amx.h"

#include "octet/artifact.h"

#include <cstring>
#include <dlfcn.h>

namespace {

[[gnu::constructor]] void begin() { octet::emulation::emulateAmx(); }

const char *nothing() { return nullptr; }

/// What the program's last dlsym() found.
thread_local const octet_model *found;
const octet_model *describe() { return found; }

/// The model, which lacks no longer what is emulated.
const octet_model *emulated(const octet_model *model) {
  const char *lacks = model->missing_feature();
  if (!lacks || std::strncmp(lacks, "amx", 3) != 0)
    return model;
  auto *copy = new octet_model(*model); // lives as long as its library may
  copy->missing_feature = nothing;
  return copy;
}

} // namespace

extern "C" [[gnu::visibility("default")]] void *dlsym(void *library, const char *name) {
  using Find = void *(*)(void *, const char *);
  static auto find = reinterpret_cast<Find>(dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.2.5"));
  void *symbol = find(library, name);
  if (!symbol || std::strcmp(name, "octet_model") != 0)
    return symbol;
  found = emulated(reinterpret_cast<const octet_model *(*)()>(symbol)());
  return reinterpret_cast<void *>(describe);
}
