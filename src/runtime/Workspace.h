// Memory for one run at a time.
#pragma once

#include "octet/artifact.h"

namespace octet::runtime {

/// As much as the model asks for, of large pages where that is worth it; null if there is not so
/// much. free() releases it.
void *allocateWorkspace(const octet_model &model);

} // namespace octet::runtime
