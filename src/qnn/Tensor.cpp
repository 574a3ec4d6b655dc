#include "qnn/Tensor.h"

#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/APFloat.h"

#include <cassert>
#include <cstring>

using namespace mlir;

namespace octet::qnn {

int64_t elementBytesOf(Type elementType) {
  if (auto storage = storageOf(elementType))
    return storage->bytes();
  return elementType.getIntOrFloatBitWidth() / 8;
}

int64_t byteCountOf(RankedTensorType type) {
  return type.getNumElements() * elementBytesOf(type.getElementType());
}

Tensor::Tensor(RankedTensorType type)
    : tensorType(type), element(storageOf(type).value_or(Storage{})),
      storage(std::make_shared<std::vector<char>>(byteCountOf(type))) {}

Tensor::Tensor(RankedTensorType type, ArrayRef<char> bytes)
    : tensorType(type), element(storageOf(type).value_or(Storage{})),
      storage(std::make_shared<std::vector<char>>(bytes.begin(), bytes.end())) {
  assert(static_cast<int64_t>(bytes.size()) == byteCountOf(type));
}

Tensor Tensor::of(ElementsAttr attribute, RankedTensorType type) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attribute))
    if (AsmResourceBlob *blob = resource.getRawHandle().getBlob())
      return Tensor(type, blob->getData());
  auto dense = cast<DenseElementsAttr>(attribute);
  ArrayRef<char> raw = dense.getRawData();
  if (!dense.isSplat() && static_cast<int64_t>(raw.size()) == byteCountOf(type))
    return Tensor(type, raw);
  // Splats hold one element, and i1 is packed into bits.
  Tensor result(type);
  int64_t i = 0;
  if (isa<FloatType>(dense.getElementType()))
    for (const APFloat &value : dense.getValues<APFloat>())
      result.setReal(i++, value.convertToDouble());
  else
    for (const APInt &value : dense.getValues<APInt>())
      result.setInteger(i++,
                        value.getBitWidth() == 1 ? value.getZExtValue() : value.getSExtValue());
  return result;
}

int64_t Tensor::integer(int64_t i) const {
  int64_t result = 0;
  visitIntegers([&](auto elements) { result = static_cast<int64_t>(elements[i]); });
  return result;
}

void Tensor::setInteger(int64_t i, int64_t value) {
  switch (element.bytes()) {
  case 1:
    as<int8_t>()[i] = static_cast<int8_t>(value);
    break;
  case 2:
    as<int16_t>()[i] = static_cast<int16_t>(value);
    break;
  case 4:
    as<int32_t>()[i] = static_cast<int32_t>(value);
    break;
  default:
    as<int64_t>()[i] = value;
  }
}

double Tensor::real(int64_t i) const {
  Type elementType = tensorType.getElementType();
  if (elementType.isF32())
    return as<float>()[i];
  if (elementType.isF64())
    return as<double>()[i];
  APFloat half(APFloat::IEEEhalf(), APInt(16, as<uint16_t>()[i]));
  return half.convertToFloat();
}

void Tensor::setReal(int64_t i, double value) {
  Type elementType = tensorType.getElementType();
  if (elementType.isF32()) {
    as<float>()[i] = static_cast<float>(value);
  } else if (elementType.isF64()) {
    as<double>()[i] = value;
  } else {
    APFloat half(value);
    bool losesInfo = false;
    half.convert(APFloat::IEEEhalf(), APFloat::rmNearestTiesToEven, &losesInfo);
    as<uint16_t>()[i] = static_cast<uint16_t>(half.bitcastToAPInt().getZExtValue());
  }
}

std::vector<int32_t> Tensor::codes() const {
  std::vector<int32_t> result;
  visitIntegers([&](auto elements) { result.assign(elements.begin(), elements.end()); });
  return result;
}

std::vector<float> Tensor::floats() const {
  std::vector<float> result(size());
  for (int64_t i = 0; i < size(); ++i)
    result[i] = static_cast<float>(real(i));
  return result;
}

Tensor Tensor::withType(RankedTensorType type) const {
  assert(byteCountOf(type) == byteCountOf(tensorType));
  Tensor result = *this;
  result.tensorType = type;
  result.element = storageOf(type).value_or(Storage{});
  return result;
}

Shape stridesOf(ArrayRef<int64_t> shape) {
  Shape strides(shape.size(), 1);
  for (int64_t d = static_cast<int64_t>(shape.size()) - 2; d >= 0; --d)
    strides[d] = strides[d + 1] * shape[d + 1];
  return strides;
}

bool broadcastShapes(ArrayRef<int64_t> a, ArrayRef<int64_t> b, Shape &result) {
  size_t rank = std::max(a.size(), b.size());
  result.assign(rank, 1);
  for (size_t i = 0; i < rank; ++i) {
    int64_t x = i < a.size() ? a[a.size() - 1 - i] : 1;
    int64_t y = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (x != y && x != 1 && y != 1)
      return false;
    result[rank - 1 - i] = x == 1 ? y : x;
  }
  return true;
}

Shape broadcastStrides(ArrayRef<int64_t> from, ArrayRef<int64_t> to) {
  Shape strides = stridesOf(from), result(to.size(), 0);
  for (size_t i = 0; i < from.size(); ++i)
    if (from[from.size() - 1 - i] != 1)
      result[to.size() - 1 - i] = strides[from.size() - 1 - i];
  return result;
}

} // namespace octet::qnn
