#include "runtime/Library.h"

#ifndef OCTET_STATIC_PROGRAM

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

namespace octet::runtime {

// The loader takes two files for one if they have the same path. So it is given that of an open
// descriptor, which the artifact keeps as long as the library.
void *openLibrary(int descriptor, const char *name, char *reason, size_t reasonBytes) {
  char path[4096];
  snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
  if (access(path, F_OK) != 0) // a root without /proc; without a slash the loader would search
    snprintf(path, sizeof path, "%s%s", strchr(name, '/') ? "" : "./", name);
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library)
    snprintf(reason, reasonBytes, "%s", dlerror());
  return library;
}

void *findSymbol(void *library, const char *name) { return dlsym(library, name); }

void closeLibrary(void *library) { dlclose(library); }

} // namespace octet::runtime

#endif
