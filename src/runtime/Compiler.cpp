#include "runtime/Compiler.h"
#include "runtime/Error.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

namespace octet::runtime {

// Beside this library or program, in ../lib from there, or wherever the loader looks.
static void *openLibrary() {
  const char *name = "liboctet-compiler.so";
  Dl_info here;
  const char *slash = dladdr(reinterpret_cast<void *>(&octet_version), &here)
                          ? strrchr(here.dli_fname, '/')
                          : nullptr;
  const char *folders[] = {"", "../lib/"};
  for (const char *folder : folders) {
    char path[4096];
    int length = slash ? static_cast<int>(slash - here.dli_fname) + 1 : 0;
    snprintf(path, sizeof path, "%.*s%s%s", length, slash ? here.dli_fname : "", folder, name);
    if (slash)
      if (void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL))
        return library;
  }
  return dlopen(name, RTLD_NOW | RTLD_LOCAL);
}

static const octet_compiler *findTable() {
  void *library = openLibrary();
  if (!library) {
    fail(OCTET_SYSTEM, "cannot load the compiler: %s", dlerror());
    return nullptr;
  }
  using Table = const octet_compiler *(*)();
  auto table = reinterpret_cast<Table>(dlsym(library, "octet_compiler_table"));
  if (!table || table()->size != sizeof(octet_compiler) ||
      strcmp(table()->version, octet_version()) != 0) {
    fail(OCTET_INCOMPATIBLE, "liboctet-compiler.so is of another version than this one, %s",
         octet_version());
    return nullptr;
  }
  return table();
}

// A function's own static would need the C++ library.
static const octet_compiler *found;
static pthread_once_t once = PTHREAD_ONCE_INIT;

const octet_compiler *loadCompiler() {
  pthread_once(&once, [] { found = findTable(); });
  return found ? found : findTable(); // once more for the message
}

} // namespace octet::runtime
