// What a model says of itself: the tensors of octet_model, from a function's types and attributes.
#pragma once

#include "octet/artifact.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <memory>
#include <string>
#include <vector>

namespace octet::codegen {

/// octet_type of an element type.
int32_t typeOf(mlir::Type elementType);

/// Owns the memory behind the pointers of its tensors.
class Description {
public:
  explicit Description(mlir::func::FuncOp function);

  std::vector<octet_tensor> inputs, outputs;

private:
  octet_tensor describe(mlir::Type type, mlir::DictionaryAttr attributes);

  std::vector<std::unique_ptr<std::string>> names;
  std::vector<std::unique_ptr<std::vector<int64_t>>> integers;
  std::vector<std::unique_ptr<std::vector<double>>> reals;
};

} // namespace octet::codegen
