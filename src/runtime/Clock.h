// Monotonic time.
#pragma once

#include <time.h>

namespace octet::runtime {

/// In seconds, from any beginning.
inline double now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

} // namespace octet::runtime
