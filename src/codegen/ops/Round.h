// Rounding of reals to integers in the ways that have no instruction.
#pragma once

#include "codegen/Lanes.h"

namespace octet::codegen {

/// f32 lanes to the nearest integer as i32, ties away from zero; numbers beyond ±2^30 become those
/// bounds, and a NaN becomes `nan`.
Value roundHalfAway(Lanes &lanes, Value reals, int64_t nan);

} // namespace octet::codegen
