// Rescaling in registers: the proven float forms, and the exact integers where nothing was proven.
#pragma once

#include "codegen/Lanes.h"
#include "quant/Rescale.h"

namespace octet::codegen {

/// The lanes of a form's numbers.
using FormNumbers = llvm::function_ref<Value(llvm::ArrayRef<double> numbers, mlir::Type element)>;

/// i32 lanes through a proven form, before any clamp.
Lane emitForm(Lanes &lanes, qnn::FloatRescaleAttr form, Value x, FormNumbers numbers);

/// The same with numbers per channel.
Lane emitForm(Lanes &lanes, qnn::FloatRescaleAttr form, Value x);

/// f32 lanes rounded to even or down, plus the offset.
Lane rounded(Lanes &lanes, Value real, int64_t offset, bool isFloored = false);

/// round(x * multiplier) by the framework's own integers; x is i32 lanes (or i64 for q15Up and
/// doubleAway). One multiplier per channel, or one. The shifted roundings add the zero point before
/// they round; it is 0 for others.
Value emitMultiply(Lanes &lanes, quant::Rounding rounding, Value x,
                   llvm::ArrayRef<quant::FixedPointMultiplier> multipliers,
                   llvm::ArrayRef<double> reals, int64_t zeroPoint = 0);

} // namespace octet::codegen
