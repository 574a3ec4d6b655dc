// Quantized addition and subtraction in registers.
#pragma once

#include "codegen/Lanes.h"

namespace octet::codegen {

/// x ± y of an add or a sub, whose element types and numerics say how.
Lane lowerSum(mlir::Operation *op, bool subtracts, std::optional<qnn::NumericsAttr> numerics,
              std::optional<mlir::Attribute> form, Lanes &lanes);

} // namespace octet::codegen
