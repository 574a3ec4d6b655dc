// From the numerics that an operator carries to the arithmetic of src/quant.
#pragma once

#include "qnn/Dialect.h"
#include "quant/Rescale.h"

namespace octet::qnn {

/// The two enumerations are one; the dialect's prints and parses.
constexpr quant::Rounding toQuant(Rounding rounding) {
  return static_cast<quant::Rounding>(rounding);
}
static_assert(
    static_cast<int>(Rounding::doubleAway) == static_cast<int>(quant::Rounding::doubleAway) &&
    static_cast<int>(Rounding::doubleUp) == static_cast<int>(quant::Rounding::doubleUp) &&
    static_cast<int>(Rounding::singleUp) == static_cast<int>(quant::Rounding::singleUp) &&
    static_cast<int>(Rounding::singleAway) == static_cast<int>(quant::Rounding::singleAway) &&
    static_cast<int>(Rounding::q15Up) == static_cast<int>(quant::Rounding::q15Up) &&
    static_cast<int>(Rounding::floatEven) == static_cast<int>(quant::Rounding::floatEven) &&
    static_cast<int>(Rounding::q24Up) == static_cast<int>(quant::Rounding::q24Up));

/// The exact rescaling to a per-tensor quantization.
inline quant::Rescale rescaleOf(Rounding rounding, double multiplier, const Quantization &to) {
  return {toQuant(rounding), multiplier, static_cast<int32_t>(to.zeroPoint()),
          static_cast<int32_t>(to.storage.lowest), static_cast<int32_t>(to.storage.highest)};
}

/// The same with the rounding named by an optional attribute; TFLite's reference where it is
/// absent.
inline Rounding roundingOf(std::optional<NumericsAttr> numerics) {
  return numerics ? numerics->getRounding() : Rounding::doubleAway;
}
inline Recipe recipeOf(std::optional<NumericsAttr> numerics) {
  return numerics ? numerics->getRecipe() : Recipe::plain;
}

} // namespace octet::qnn
