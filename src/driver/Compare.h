// Compiled code beside the evaluator, tensor by tensor.
#pragma once

#include "driver/Model.h"
#include "driver/Writer.h"

namespace octet::driver {

/// Compiles the model so that every tensor stays in memory, runs it on the inputs `runs` times, and
/// compares each kernel's result with the evaluator's, and the outputs with those of the model as
/// imported. Writes a table, or JSON; fails if a tensor differs.
Failure compare(const std::string &path, ModelOptions options, const void *const *inputs,
                int32_t runs, bool json, const Writer &write);

} // namespace octet::driver
