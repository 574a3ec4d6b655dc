#include "qnn/Checks.h"

#include "llvm/Support/CheckedArithmetic.h"

#include <cmath>

using namespace mlir;

namespace octet::qnn {

LogicalResult requireRank(Operation *op, Value value, int64_t rank, const char *name) {
  if (tensorType(value).getRank() == rank)
    return success();
  return op->emitOpError() << name << " must have rank " << rank << ", not "
                           << tensorType(value).getRank();
}

LogicalResult requireEntries(Operation *op, llvm::ArrayRef<int64_t> values, size_t count,
                             int64_t atLeast, const char *name) {
  if (values.size() != count)
    return op->emitOpError() << name << " needs " << count << " entries, not " << values.size();
  for (int64_t value : values)
    if (value < atLeast)
      return op->emitOpError() << name << " must be at least " << atLeast << ", not " << value;
  return success();
}

LogicalResult requireSameElementType(Operation *op, Value a, Value b) {
  if (elementType(a) == elementType(b))
    return success();
  return op->emitOpError("needs equal element types, not ")
         << elementType(a) << " and " << elementType(b);
}

LogicalResult requireElementType(Operation *op, Value value, bool holds, const char *expected) {
  if (holds)
    return success();
  return op->emitOpError("needs ") << expected << ", not " << elementType(value);
}

LogicalResult requireRows(Operation *op, Value input) {
  if (tensorType(input).getRank() < 1 || shapeOf(input).back() == 0)
    return op->emitOpError("needs rows");
  return success();
}

LogicalResult requireFloatRows(Operation *op, Value input, Value result) {
  if (failed(requireRows(op, input)) ||
      failed(requireElementType(op, input, elementType(input).isF32(), "f32")))
    return failure();
  return requireSameElementType(op, input, result);
}

LogicalResult requirePerTensor(Operation *op, Value value, const char *name) {
  auto quantization = Quantization::of(value.getType());
  if (!quantization || !quantization->isPerAxis())
    return success();
  return op->emitOpError() << name << " must be quantized per tensor, not per axis";
}

static LogicalResult verifyAccumulatorScale(Operation *op, const Quantization &input,
                                            const Quantization &weights,
                                            const Quantization &result) {
  int64_t channels =
      static_cast<int64_t>(std::max(weights.scales().size(), result.scales().size()));
  for (int64_t c = 0; c < channels; ++c) {
    double product = input.scale() * weights.scale(weights.isPerAxis() ? c : 0);
    double scale = result.scale(result.isPerAxis() ? c : 0);
    // The product may have been rounded to float32, and a denormal one has few digits.
    if (std::abs(product - scale) > 1e-6 * product && product > 1e-37)
      return op->emitOpError("accumulator scale ")
             << scale << " is not input scale * weight scale = " << product;
  }
  return success();
}

LogicalResult verifyContraction(Operation *op, Value input, Value weights, Value bias, Value result,
                                int channelAxis) {
  int64_t channels = shapeOf(weights)[channelAxis];
  if (bias && shapeOf(bias) != llvm::ArrayRef<int64_t>(channels))
    return op->emitOpError("bias needs ") << channels << " elements, one per output channel";
  if (isFloat(input)) {
    if (!elementType(input).isF32() || elementType(weights) != elementType(input) ||
        elementType(result) != elementType(input) ||
        (bias && elementType(bias) != elementType(input)))
      return op->emitOpError("float operands and result must all be f32");
    return success();
  }
  auto inputStorage = storageOf(input.getType()), weightStorage = storageOf(weights.getType()),
       resultStorage = storageOf(result.getType());
  if (!inputStorage || !weightStorage || inputStorage->bits > 16 || weightStorage->bits > 16)
    return op->emitOpError("operands must be f32 or integers of at most 16 bits");
  if (!resultStorage || resultStorage->bits < 32)
    return op->emitOpError("result must be an i32 or i64 accumulator, not ") << elementType(result);
  if (bias && storageOf(bias.getType()) &&
      (storageOf(bias.getType())->bits > resultStorage->bits ||
       storageOf(bias.getType())->bits < 32))
    return op->emitOpError("bias does not fit the accumulator: ") << elementType(bias);
  if (bias && !storageOf(bias.getType()))
    return op->emitOpError("bias must be an integer, not ") << elementType(bias);
  if (failed(requirePerTensor(op, input, "input")))
    return failure();
  auto inputs = Quantization::of(input.getType()), filters = Quantization::of(weights.getType()),
       results = Quantization::of(result.getType());
  if (filters && filters->isPerAxis() && filters->axis != channelAxis)
    return op->emitOpError("weights must be quantized along axis ")
           << channelAxis << ", not " << filters->axis;
  if (results && results->isPerAxis() && results->axis != tensorType(result).getRank() - 1)
    return op->emitOpError("accumulator must be per axis on its last dimension");
  if (inputs && filters && results)
    return verifyAccumulatorScale(op, *inputs, *filters, *results);
  return success();
}

FailureOr<int64_t> windowExtent(Operation *op, int64_t input, int64_t window, int64_t stride,
                                int64_t dilation, int64_t padLow, int64_t padHigh) {
  if (window < 1 || stride < 1 || dilation < 1)
    return op->emitOpError("window, stride and dilation must be positive");
  auto span = llvm::checkedMul(window - 1, dilation);
  auto reach = span ? llvm::checkedAdd<int64_t>(*span, 1) : span;
  auto padding = llvm::checkedAdd(padLow, padHigh);
  auto available = padding ? llvm::checkedAdd(input, *padding) : padding;
  if (!reach || !available)
    return op->emitOpError("window or padding is too large");
  if (*reach > *available)
    return op->emitOpError("a window of ")
           << *reach << " does not fit into " << *available << " elements";
  return (*available - *reach) / stride + 1;
}

} // namespace octet::qnn
