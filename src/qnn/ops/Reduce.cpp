#include "qnn/Checks.h"
#include "qnn/Numerics.h"
#include "qnn/Ops.h"
#include "routines/Parameters.h"

#include "llvm/ADT/Sequence.h"

#include <cmath>

using namespace mlir;

namespace octet::qnn {

// TFLite's QuantizedReduceProd rescales at each step, by the input's scale over a share of the
// result's (reduce.cc: GetQuantProdScaling).
static double productStep(ReduceOp op) {
  int64_t count = 1;
  for (int64_t axis : op.getAxes())
    count *= shapeOf(op.getInput())[axis];
  double toScale = Quantization::of(op.getResult().getType())->scale();
  double share = std::pow(toScale, 1.0 / static_cast<double>(std::max<int64_t>(count, 1)));
  return Quantization::of(op.getInput().getType())->scale() / share;
}

static LogicalResult verifyProduct(ReduceOp op) {
  auto from = storageOf(op.getInput().getType()), to = storageOf(op.getResult().getType());
  if (!from->isSigned || from->bits > 16 || to->bits != from->bits ||
      op.getNumerics()->getRounding() != Rounding::q15Up)
    return op.emitOpError("has a product of int8 or int16 codes, by q15_up");
  // What fits the 64 bits of q15_up.
  if (!(productStep(op) < 128))
    return op.emitOpError("has a product whose steps scale by less than 128");
  return success();
}

LogicalResult ReduceOp::verify() {
  int64_t rank = tensorType(getInput()).getRank();
  llvm::SmallVector<bool> seen(rank, false);
  for (int64_t axis : getAxes()) {
    if (axis < 0 || axis >= rank || seen[axis])
      return emitOpError("axis ") << axis << " is out of range or given twice";
    seen[axis] = true;
  }
  // The routine knows one block of axes; kept extents of 1 inside it do not matter.
  auto isReduced = [&](int64_t d) { return seen[d]; };
  for (int64_t d = 0; d < rank; ++d)
    if (!seen[d] && shapeOf(getInput())[d] != 1 &&
        llvm::any_of(llvm::seq<int64_t>(0, d), isReduced) &&
        llvm::any_of(llvm::seq<int64_t>(d + 1, rank), isReduced))
      return emitOpError("reduced axes must lie side by side");
  if (routineSuffix(elementType(getInput())).empty())
    return emitOpError("has no form for ") << elementType(getInput());
  ReduceKind kind = getKind();
  bool isBoolean = kind == ReduceKind::any || kind == ReduceKind::all;
  if (isBoolean != elementType(getInput()).isInteger(1))
    return emitOpError("any and all reduce booleans, the others numbers");
  bool rescales =
      kind == ReduceKind::sum || kind == ReduceKind::mean || kind == ReduceKind::product;
  if (isQuantized(getInput()) && rescales) {
    if (!isQuantized(getResult()) || failed(requirePerTensor(*this, getInput(), "input")) ||
        failed(requirePerTensor(*this, getResult(), "result")) || !getNumerics())
      return emitOpError("of a quantized tensor needs a per-tensor quantized result and numerics");
    if (kind == ReduceKind::product)
      return verifyProduct(*this);
    Rounding rounding = getNumerics()->getRounding();
    if (isShifted(rounding) ||
        (rounding == Rounding::floatEven && getNumerics()->getRecipe() != Recipe::foldCount))
      return emitOpError("rounds to even with recipe fold_count and by float_even alone");
    if (getNumerics()->getRecipe() != Recipe::codes)
      return requireOrdinaryScales(*this);
  }
  return requireSameElementType(*this, getInput(), getResult());
}

LogicalResult ReduceOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  auto input = shapeOf(getInput());
  Shape shape;
  for (int64_t d = 0; d < static_cast<int64_t>(input.size()); ++d) {
    if (!llvm::is_contained(getAxes(), d))
      shape.push_back(input[d]);
    else if (getKeepDims())
      shape.push_back(1);
  }
  shapes.push_back(shape);
  return success();
}

// TFLite's ways to a quantized sum or mean; the routine's last step says what each computes.
static void describeRescaling(ReduceOp op, routines::Reduce &p) {
  if (op.getNumerics()->getRecipe() == Recipe::codes)
    return;
  Quantization from = *Quantization::of(op.getInput().getType()),
               to = *Quantization::of(op.getResult().getType());
  auto fromScale = static_cast<float>(from.scale()), toScale = static_cast<float>(to.scale());
  p.rescales = 1;
  p.recipe = static_cast<int32_t>(op.getNumerics()->getRecipe());
  p.rounding = static_cast<int32_t>(op.getNumerics()->getRounding());
  p.inputZeroPoint = static_cast<int32_t>(from.zeroPoint());
  p.outputZeroPoint = static_cast<int32_t>(to.zeroPoint());
  p.lowest = static_cast<int32_t>(to.storage.lowest);
  p.highest = static_cast<int32_t>(to.storage.highest);
  p.scale = fromScale / toScale;
  p.multiplier = quant::toFixedPoint(from.scale() / to.scale());
  switch (op.getNumerics()->getRecipe()) {
  case Recipe::meanOfCodes: {
    // reference_ops::Mean for uint8 over height and width: the count goes into the multiplier, the
    // zero point into a bias.
    float offset = static_cast<float>(from.zeroPoint()) * fromScale / toScale;
    p.bias = p.outputZeroPoint - static_cast<int32_t>(offset > 0 ? offset + 0.5f : offset - 0.5f);
    p.multiplier = quant::toFixedPoint(fromScale / (static_cast<float>(p.reduced) * toScale));
    break;
  }
  case Recipe::foldCount:
    if (op.getNumerics()->getRounding() == Rounding::floatEven) {
      // CheckQLinearGlobalAveragePoolScaleAndSize (MLAS's qlgavgpool.cpp).
      p.scale = fromScale / (toScale * static_cast<float>(p.isMean ? p.reduced : 1));
      break;
    }
    // TFLite after 2.9: the multiplier, shifted as far as it goes, is divided by the count.
    if (p.isMean && p.reduced > 0) {
      int shift = 63 - __builtin_clzll(static_cast<uint64_t>(p.reduced));
      shift = std::min({shift, 32, 31 + p.multiplier.exponent});
      p.multiplier.mantissa =
          static_cast<int32_t>((int64_t{p.multiplier.mantissa} << shift) / p.reduced);
      p.multiplier.exponent -= shift;
    }
    break;
  default:
    break;
  }
}

static void describeProduct(ReduceOp op, routines::Reduce &p) {
  Quantization from = *Quantization::of(op.getInput().getType()),
               to = *Quantization::of(op.getResult().getType());
  p.inputZeroPoint = static_cast<int32_t>(from.zeroPoint());
  p.outputZeroPoint = static_cast<int32_t>(to.zeroPoint());
  p.lowest = static_cast<int32_t>(to.storage.lowest);
  p.highest = static_cast<int32_t>(to.storage.highest);
  p.multiplier = quant::toFixedPoint(productStep(op));
}

Routine ReduceOp::routine() {
  auto input = shapeOf(getInput());
  auto axes = llvm::to_vector(getAxes());
  llvm::sort(axes);
  int64_t firstAxis = axes.empty() ? static_cast<int64_t>(input.size()) : axes.front();
  int64_t lastAxis = axes.empty() ? firstAxis - 1 : axes.back();
  routines::Reduce p{};
  p.outer = p.reduced = p.inner = 1;
  for (int64_t d = 0; d < static_cast<int64_t>(input.size()); ++d)
    (d < firstAxis ? p.outer : d <= lastAxis ? p.reduced : p.inner) *= input[d];
  p.isMean = getKind() == ReduceKind::mean;
  if (isQuantized(getInput()) && (getKind() == ReduceKind::sum || getKind() == ReduceKind::mean))
    describeRescaling(*this, p);
  llvm::StringRef suffix = routineSuffix(elementType(getInput()));
  if (isQuantized(getInput()) && getKind() == ReduceKind::product) {
    describeProduct(*this, p);
    return {suffix == "i8" ? "reduce_scaled_product_i8" : "reduce_scaled_product_i16", p, p.outer};
  }
  llvm::StringRef kind = p.isMean                       ? "sum"
                         : getKind() == ReduceKind::any ? "maximum"
                         : getKind() == ReduceKind::all ? "minimum"
                                                        : stringifyReduceKind(getKind());
  auto name = StringAttr::get(getContext(), "reduce_" + kind + "_" + suffix);
  return {name.getValue(), p, p.outer};
}

} // namespace octet::qnn
