#include "routines/Routine.h"

#include <cstring>

#define ROUTINE(name) OCTET_ROUTINE(name);
#include "routines/Routines.def"

namespace octet::routines {

Function find(const char *name) {
#define ROUTINE(known)                                                                             \
  if (!std::strcmp(name, #known))                                                                  \
    return octet_##known;
#include "routines/Routines.def"
  return nullptr;
}

} // namespace octet::routines
