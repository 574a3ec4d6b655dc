// What is in a model, and what becomes of it.
#pragma once

#include "driver/Model.h"
#include "driver/Writer.h"

namespace octet::driver {

/// Tables of inputs, outputs, operators and memory; or one JSON object.
Failure inspect(Model &model, bool json, const Writer &write);

} // namespace octet::driver
