// Floats to codes with ties to even.
#pragma once

#include "qnn/Numerics.h"

namespace octet::qnn {

/// The code of quotient = x / scale as ONNX Runtime's MlasQuantizeLinear has it on x86: clamped, by
/// instructions that make a NaN the lower bound, then rounded. A shifted rounding comes after the
/// zero point less `origin`, the code that was 0 at import.
int64_t roundedToEven(float quotient, const Quantization &to, Rounding rounding,
                      int64_t origin = 0);

} // namespace octet::qnn
