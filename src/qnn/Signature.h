// What a kernel is, in words: equal for kernels that a schedule serves equally well.
#pragma once

#include "qnn/Ops.h"

#include <string>

namespace octet::qnn {

/// Kind, element types, geometry and element-wise operators of a placed kernel, without names,
/// weights and offsets: "contraction u8 56x56 pixels 64 apart, 3x3x64 to 64, requantize
/// single_signed, u8".
std::string signatureOf(KernelOp kernel);

/// A schedule as the IR prints it: "2 x 3 pixels, 4 x 16 channels". Empty for none.
std::string textOf(TileAttr tile);

} // namespace octet::qnn
