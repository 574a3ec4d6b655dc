// From the numerics that an operator carries to the arithmetic of src/quant.
#pragma once

#include "qnn/Dialect.h"
#include "quant/Rescale.h"

#include <cmath>

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
    static_cast<int>(Rounding::q24Up) == static_cast<int>(quant::Rounding::q24Up) &&
    static_cast<int>(Rounding::floatEvenShifted) ==
        static_cast<int>(quant::Rounding::floatEvenShifted) &&
    static_cast<int>(Rounding::float64EvenShifted) ==
        static_cast<int>(quant::Rounding::float64EvenShifted));

constexpr bool isFloatEven(Rounding rounding) { return quant::isFloatEven(toQuant(rounding)); }
constexpr bool isShifted(Rounding rounding) { return quant::isShifted(toQuant(rounding)); }

/// The exact rescaling to a per-tensor quantization.
inline quant::Rescale rescaleOf(Rounding rounding, double multiplier, const Quantization &to,
                                int64_t codeOrigin = 0) {
  return {toQuant(rounding),
          multiplier,
          static_cast<int32_t>(to.zeroPoint()),
          static_cast<int32_t>(to.storage.lowest),
          static_cast<int32_t>(to.storage.highest),
          static_cast<int32_t>(codeOrigin)};
}

/// The same with the rounding named by an optional attribute; TFLite's reference where it is
/// absent.
inline Rounding roundingOf(std::optional<NumericsAttr> numerics) {
  return numerics ? numerics->getRounding() : Rounding::doubleAway;
}
inline Recipe recipeOf(std::optional<NumericsAttr> numerics) {
  return numerics ? numerics->getRecipe() : Recipe::plain;
}

/// Fails with a diagnostic if an operator that knows no other than its result's own zero point is
/// told to round with it.
inline llvm::LogicalResult requireUnshifted(mlir::Operation *op,
                                            std::optional<NumericsAttr> numerics) {
  if (!isShifted(roundingOf(numerics)))
    return llvm::success();
  return op->emitOpError("has no form that rounds by ") << stringifyRounding(roundingOf(numerics));
}

/// Fails with a diagnostic if no integer arithmetic rescales by this ratio of scales. Ratios formed
/// in float32 overflow, and the roundings for wide accumulators have few bits for the exponent.
inline llvm::LogicalResult requireMultiplier(mlir::Operation *op, Rounding rounding,
                                             double multiplier) {
  bool hasFewBits = rounding == Rounding::q15Up || rounding == Rounding::q24Up;
  if (std::isfinite(multiplier) && multiplier >= 0 &&
      (!hasFewBits || quant::toFixedPoint(multiplier).exponent <= 7))
    return llvm::success();
  return op->emitOpError("cannot rescale by ")
         << multiplier << ", the ratio of its operands' scales to its result's";
}

/// The same for operators that multiply and divide several scales in float32: none of the products
/// overflows or vanishes if every scale is an ordinary number.
inline llvm::LogicalResult requireOrdinaryScales(mlir::Operation *op, mlir::TypeRange types) {
  for (mlir::Type type : types)
    if (auto quantization = Quantization::of(type))
      for (double scale : quantization->scales())
        if (scale < 0x1p-42 || scale > 0x1p42)
          return op->emitOpError("cannot compute with a scale of ")
                 << scale << ", only with scales from 2^-42 to 2^42";
  return llvm::success();
}
inline llvm::LogicalResult requireOrdinaryScales(mlir::Operation *op) {
  if (failed(requireOrdinaryScales(op, op->getOperandTypes())))
    return llvm::failure();
  return requireOrdinaryScales(op, op->getResultTypes());
}

} // namespace octet::qnn
