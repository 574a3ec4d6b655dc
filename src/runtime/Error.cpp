#include "runtime/Error.h"

#include <stdarg.h>
#include <stdio.h>

namespace octet::runtime {

static thread_local char lastError[16384];

octet_status fail(octet_status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(lastError, sizeof lastError, format, arguments);
  va_end(arguments);
  return status;
}

} // namespace octet::runtime

extern "C" const char *octet_last_error(void) { return octet::runtime::lastError; }
extern "C" const char *octet_version(void) { return OCTET_VERSION; }
