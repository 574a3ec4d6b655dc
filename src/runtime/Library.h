// A shared library brought into this process. Programs use the C library's loader; one without any
// (a static program, on a board, say) is its own.
#pragma once

#include <stddef.h>

namespace octet::runtime {

/// Loads the file of an open descriptor, which has to stay open. Null on failure, and `reason` says
/// why. The file is a whole ELF library for this machine.
void *openLibrary(int descriptor, const char *name, char *reason, size_t reasonBytes);
/// The address of a symbol that the library defines; null if there is none.
void *findSymbol(void *library, const char *name);
void closeLibrary(void *library);

} // namespace octet::runtime
