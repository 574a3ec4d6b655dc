#include "driver/Reference.h"
#include "qnn/Checks.h"

using namespace mlir;

namespace octet::driver {

llvm::SmallVector<qnn::Tensor> tensorsOf(func::FuncOp function, const void *const *inputs) {
  llvm::SmallVector<qnn::Tensor> tensors;
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes())) {
    auto tensorType = cast<RankedTensorType>(type);
    tensors.push_back(qnn::Tensor(tensorType, {static_cast<const char *>(inputs[i]),
                                               static_cast<size_t>(qnn::byteCountOf(tensorType))}));
  }
  return tensors;
}

Reference::Reference(std::unique_ptr<Model> owned)
    : model(std::move(owned)), tensors(model->main()) {
  described.abi_version = OCTET_ABI_VERSION;
  described.input_count = static_cast<int32_t>(tensors.inputs.size());
  described.output_count = static_cast<int32_t>(tensors.outputs.size());
  described.name = model->name.c_str();
  described.target = "reference";
  described.inputs = tensors.inputs.data();
  described.outputs = tensors.outputs.data();
}

Failure Reference::run(qnn::State &state, const void *const *inputs, void *const *outputs) {
  llvm::SmallVector<qnn::Tensor> results;
  if (failed(qnn::evaluate(model->main(), tensorsOf(model->main(), inputs), state, results)))
    return model->refusal();
  for (auto [i, result] : llvm::enumerate(results)) {
    llvm::ArrayRef<char> bytes = std::as_const(result).bytes();
    std::copy(bytes.begin(), bytes.end(), static_cast<char *>(outputs[i]));
  }
  return {};
}

} // namespace octet::driver
