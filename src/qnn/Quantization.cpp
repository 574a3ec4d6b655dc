#include "qnn/Quantization.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace octet::qnn {

static Type elementTypeOf(Type type) {
  // Not ShapedType: interfaces are looked up by name.
  if (auto tensor = dyn_cast<TensorType>(type))
    return tensor.getElementType();
  return type;
}

std::optional<Quantization> Quantization::of(Type type) {
  auto quantized = dyn_cast<quant::QuantizedType>(elementTypeOf(type));
  if (!quantized)
    return std::nullopt;
  Quantization result;
  result.type = quantized;
  result.storage = *storageOf(type);
  if (auto perAxis = dyn_cast<quant::UniformQuantizedPerAxisType>(quantized)) {
    result.axis = perAxis.getQuantizedDimension();
    return result;
  }
  auto uniform = dyn_cast<quant::UniformQuantizedType>(quantized);
  if (!uniform)
    return std::nullopt;
  result.tensorScale = uniform.getScale();
  result.tensorZeroPoint = uniform.getZeroPoint();
  return result;
}

llvm::ArrayRef<double> Quantization::scales() const {
  if (isPerAxis())
    return cast<quant::UniformQuantizedPerAxisType>(type).getScales();
  return tensorScale;
}

llvm::ArrayRef<int64_t> Quantization::zeroPoints() const {
  if (isPerAxis())
    return cast<quant::UniformQuantizedPerAxisType>(type).getZeroPoints();
  return tensorZeroPoint;
}

bool Quantization::hasZeroPoint() const {
  return llvm::any_of(zeroPoints(), [](int64_t zeroPoint) { return zeroPoint != 0; });
}

Storage fullStorage(unsigned bits, bool isSigned) {
  if (isSigned)
    return {bits, true, -(int64_t{1} << (bits - 1)), (int64_t{1} << (bits - 1)) - 1};
  return {bits, false, 0, (int64_t{1} << bits) - 1};
}

std::optional<Storage> storageOf(Type type) {
  type = elementTypeOf(type);
  if (auto quantized = dyn_cast<quant::QuantizedType>(type))
    return Storage{quantized.getStorageTypeIntegralWidth(), quantized.isSigned(),
                   quantized.getStorageTypeMin(), quantized.getStorageTypeMax()};
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer)
    return std::nullopt;
  if (integer.getWidth() == 1)
    return Storage{1, false, 0, 1};
  if (integer.getWidth() == 64)
    return Storage{64, true, std::numeric_limits<int64_t>::min(),
                   std::numeric_limits<int64_t>::max()};
  return fullStorage(integer.getWidth(), !integer.isUnsigned());
}

Type storageTypeOf(Type elementType) {
  if (auto quantized = dyn_cast<quant::QuantizedType>(elementType))
    return IntegerType::get(elementType.getContext(), quantized.getStorageTypeIntegralWidth());
  return elementType;
}

// A float product of two tiny scales can underflow; the smallest number stands for it, and any
// multiplier made from it is zero just the same.
static double positive(double scale) {
  return scale > 0 ? scale : std::numeric_limits<double>::denorm_min();
}

quant::UniformQuantizedType quantizedType(MLIRContext *context, Storage storage, double scale,
                                          int64_t zeroPoint) {
  return quant::UniformQuantizedType::get(storage.isSigned ? quant::QuantizationFlags::Signed : 0,
                                          IntegerType::get(context, storage.bits),
                                          Float32Type::get(context), positive(scale), zeroPoint,
                                          storage.lowest, storage.highest);
}

quant::UniformQuantizedPerAxisType quantizedType(MLIRContext *context, Storage storage,
                                                 ArrayRef<double> scales,
                                                 ArrayRef<int64_t> zeroPoints, int axis) {
  llvm::SmallVector<double> positiveScales(llvm::map_range(scales, positive));
  return quant::UniformQuantizedPerAxisType::get(
      storage.isSigned ? quant::QuantizationFlags::Signed : 0,
      IntegerType::get(context, storage.bits), Float32Type::get(context), positiveScales,
      zeroPoints, axis, storage.lowest, storage.highest);
}

Type accumulatorType(MLIRContext *context, ArrayRef<double> scales, int64_t rank) {
  Storage storage = fullStorage(32, true);
  if (scales.size() == 1)
    return quantizedType(context, storage, scales[0], 0);
  llvm::SmallVector<int64_t> zeroPoints(scales.size(), 0);
  return quantizedType(context, storage, scales, zeroPoints, static_cast<int>(rank - 1));
}

} // namespace octet::qnn
