// A model for the reference evaluator, behind the description that compiled models have.
#pragma once

#include "codegen/Description.h"
#include "driver/Model.h"
#include "octet/octet.h"

namespace octet::driver {

/// Its variables are the caller's, so that several sessions can run it.
class Reference {
public:
  explicit Reference(std::unique_ptr<Model> model);

  llvm::ArrayRef<mlir::Type> resultTypes() { return model->main().getResultTypes(); }
  const octet_model *description() const { return &described; }
  qnn::State initialState() { return qnn::initialState(model->module()); }
  Failure run(qnn::State &state, const void *const *inputs, void *const *outputs);

private:
  std::unique_ptr<Model> model;
  codegen::Description tensors;
  octet_model described{};
};

/// The inputs of a function as tensors.
llvm::SmallVector<qnn::Tensor> tensorsOf(mlir::func::FuncOp function, const void *const *inputs);

} // namespace octet::driver
