// What one core of this machine can do at most.
#pragma once

#include "driver/Model.h"
#include "octet/octet.h"

namespace octet::driver {

/// Measures it, with the code of a target that this machine can run.
Failure measurePeaks(const std::string &target, octet_peaks &peaks);

} // namespace octet::driver
