// The last error of each thread.
#pragma once

#include "octet/octet.h"

namespace octet::runtime {

/// Keeps a message (as printf formats it) for octet_last_error() and returns the status.
octet_status fail(octet_status status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

} // namespace octet::runtime
