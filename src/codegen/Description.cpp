#include "codegen/Description.h"
#include "qnn/Quantization.h"
#include "qnn/Tensor.h"

using namespace mlir;

namespace octet::codegen {

int32_t typeOf(Type elementType) {
  if (elementType.isF32())
    return OCTET_FLOAT32;
  if (elementType.isF16())
    return OCTET_FLOAT16;
  if (elementType.isF64())
    return OCTET_FLOAT64;
  if (elementType.isInteger(1))
    return OCTET_BOOL;
  auto storage = *qnn::storageOf(elementType);
  switch (storage.bits) {
  case 8:
    return storage.isSigned ? OCTET_INT8 : OCTET_UINT8;
  case 16:
    return storage.isSigned ? OCTET_INT16 : OCTET_UINT16;
  case 32:
    return storage.isSigned ? OCTET_INT32 : OCTET_UINT32;
  default:
    return OCTET_INT64;
  }
}

octet_tensor Description::describe(Type tensorType, DictionaryAttr attributes) {
  octet_tensor tensor{};
  auto type = cast<RankedTensorType>(tensorType);
  auto name = attributes ? attributes.getAs<StringAttr>("octet.name") : StringAttr();
  names.push_back(std::make_unique<std::string>(name ? name.str() : ""));
  tensor.name = names.back()->c_str();
  tensor.type = typeOf(type.getElementType());
  tensor.rank = static_cast<int32_t>(type.getRank());
  integers.push_back(std::make_unique<std::vector<int64_t>>(type.getShape().vec()));
  tensor.shape = integers.back()->data();
  tensor.bytes = qnn::byteCountOf(type);
  auto rowCount = attributes ? attributes.getAs<IntegerAttr>("octet.row_count") : IntegerAttr();
  tensor.row_count_output = rowCount ? static_cast<int32_t>(rowCount.getInt()) : -1;
  if (auto quantization = qnn::Quantization::of(type)) {
    reals.push_back(std::make_unique<std::vector<double>>(quantization->scales().begin(),
                                                          quantization->scales().end()));
    integers.push_back(std::make_unique<std::vector<int64_t>>(quantization->zeroPoints().begin(),
                                                              quantization->zeroPoints().end()));
    tensor.axis = quantization->isPerAxis() ? quantization->axis : 0;
    tensor.scale_count = static_cast<int32_t>(reals.back()->size());
    tensor.scales = reals.back()->data();
    tensor.zero_points = integers.back()->data();
  }
  return tensor;
}

Description::Description(func::FuncOp function) {
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    inputs.push_back(describe(function.getArgumentTypes()[i], function.getArgAttrDict(i)));
  for (unsigned i = 0; i < function.getNumResults(); ++i)
    outputs.push_back(describe(function.getResultTypes()[i], function.getResultAttrDict(i)));
}

} // namespace octet::codegen
