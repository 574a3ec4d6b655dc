#include "routines/Routine.h"

#include <cstring>

#define ROUTINE(name) OCTET_ROUTINE(name);
#include "routines/Routines.def"

void octet_look_up_bytes(const uint8_t *table, int32_t offset, const uint8_t *codes,
                         uint8_t *results, int64_t count) {
  for (int64_t i = 0; i < count; ++i)
    results[i] = table[static_cast<uint8_t>(codes[i] + offset)];
}

namespace octet::routines {

Function find(const char *name) {
#define ROUTINE(known)                                                                             \
  if (!std::strcmp(name, #known))                                                                  \
    return octet_##known;
#include "routines/Routines.def"
  return nullptr;
}

} // namespace octet::routines
