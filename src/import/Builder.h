// What every importer builds with: it owns the model's module, its types, constants and locations.
#pragma once

#include "qnn/Checks.h"
#include "qnn/Ops.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

#include <string>

namespace octet::import {

class Builder {
public:
  Builder(mlir::MLIRContext *context, llvm::StringRef fileName);

  mlir::ModuleOp module() const { return *owned; }
  mlir::OwningOpRef<mlir::ModuleOp> take() { return std::move(owned); }
  mlir::MLIRContext *context() { return builder.getContext(); }

  /// The location of what stands for operator `index` of kind `kind`, which makes tensor `name`.
  /// Its parts come back in diagnostics and profiles.
  mlir::Location location(int index, llvm::StringRef kind, llvm::StringRef name);
  void setLocation(mlir::Location location) { builder.setLoc(location); }
  mlir::Location getLocation() { return builder.getLoc(); }
  mlir::ImplicitLocOpBuilder &ir() { return builder; }

  /// A constant of `type` from its stored bytes.
  mlir::Value constant(mlir::RankedTensorType type, llvm::ArrayRef<char> bytes);
  /// One that another constant holds already, as another type that is stored the same way.
  mlir::Value constant(mlir::RankedTensorType type, mlir::ElementsAttr value);
  /// A float, or an integer of the element type's storage, as a tensor of rank 0.
  mlir::Value scalar(mlir::Type elementType, double value);

  /// Creates an operator with one result of the element type; its shape follows from the operands.
  /// Null, with the diagnostic emitted, if they do not fit.
  template <typename Op, typename... Arguments>
  mlir::Value create(mlir::Type elementType, Arguments &&...arguments) {
    auto op = builder.create<Op>(mlir::RankedTensorType::get({}, elementType),
                                 std::forward<Arguments>(arguments)...);
    return giveShapes(op) ? op->getResult(0) : mlir::Value();
  }
  /// The same with several results.
  template <typename Op, typename... Arguments>
  mlir::ResultRange createMany(llvm::ArrayRef<mlir::Type> elementTypes, Arguments &&...arguments) {
    llvm::SmallVector<mlir::Type> types;
    for (mlir::Type type : elementTypes)
      types.push_back(mlir::RankedTensorType::get({}, type));
    auto op = builder.create<Op>(types, std::forward<Arguments>(arguments)...);
    return giveShapes(op) ? op->getResults() : mlir::ResultRange(nullptr, 0);
  }

  /// Movement that keeps the element type; null if it does not fit.
  mlir::Value reshape(mlir::Value input, llvm::ArrayRef<int64_t> shape);
  mlir::Value transpose(mlir::Value input, llvm::ArrayRef<int64_t> permutation);

  /// Whether a tensor's size is within the limits; a model that asks for more is refused, not
  /// attempted.
  mlir::LogicalResult checkSize(llvm::ArrayRef<int64_t> shape, mlir::Type elementType);

  /// Bytes of all constants so far.
  int64_t constantBytes() const { return bytesOfConstants; }

private:
  bool giveShapes(mlir::Operation *op);

  std::string fileName;
  int64_t bytesOfConstants = 0;
  mlir::OwningOpRef<mlir::ModuleOp> owned;
  mlir::ImplicitLocOpBuilder builder;
};

} // namespace octet::import
