#include "runtime/Compiler.h"
#include "runtime/Error.h"

#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

namespace octet::runtime {

// The file that holds this code. Of a program the loader may know only the name that was called.
static bool findSelf(char (&path)[PATH_MAX]) {
  Dl_info here;
  if (dladdr(reinterpret_cast<void *>(&octet_version), &here) && strchr(here.dli_fname, '/') &&
      realpath(here.dli_fname, path))
    return true;
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  if (length > 0)
    path[length] = 0;
  return length > 0;
}

// Beside this library or program, in ../lib from there, or wherever the loader looks.
static void *openLibrary() {
  const char *name = "liboctet-compiler.so";
  char self[PATH_MAX];
  if (findSelf(self)) {
    char path[PATH_MAX + 64];
    auto folderLength = static_cast<int>(strrchr(self, '/') + 1 - self);
    const char *folders[] = {"", "../lib/"};
    for (const char *folder : folders) {
      snprintf(path, sizeof path, "%.*s%s%s", folderLength, self, folder, name);
      if (void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL))
        return library;
    }
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
