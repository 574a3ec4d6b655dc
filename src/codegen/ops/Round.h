// Rounding of reals to integers in the ways that have no instruction.
#pragma once

#include "codegen/Lanes.h"

namespace octet::codegen {

/// f32 or f64 lanes to the nearest integer as i32, ties away from zero; numbers beyond ±2^30 become
/// those bounds, and a NaN becomes `nan`. The reals may be roundings themselves: `remainder` then
/// is exact - real, or has at least its sign, and a tie that was none is decided by it.
Value roundHalfAway(Lanes &lanes, Value reals, int64_t nan, Value remainder = {});

} // namespace octet::codegen
