#include "import/Builder.h"
#include "qnn/Limits.h"
#include "qnn/Permutation.h"

using namespace mlir;

namespace octet::import {

Builder::Builder(MLIRContext *context, llvm::StringRef fileName)
    : fileName(fileName), owned(ModuleOp::create(FileLineColLoc::get(context, fileName, 0, 0))),
      builder(owned->getLoc(), context) {
  builder.setInsertionPointToEnd(owned->getBody());
}

Location Builder::location(int index, llvm::StringRef kind, llvm::StringRef name) {
  MLIRContext *context = builder.getContext();
  auto file = FileLineColLoc::get(context, fileName, static_cast<unsigned>(index), 0);
  auto op = NameLoc::get(StringAttr::get(context, kind), file);
  return NameLoc::get(StringAttr::get(context, name), op);
}

Value Builder::constant(RankedTensorType type, llvm::ArrayRef<char> bytes) {
  bytesOfConstants += static_cast<int64_t>(bytes.size());
  return qnn::makeConstant(builder, builder.getLoc(), qnn::Tensor(type, bytes));
}

Value Builder::constant(RankedTensorType type, ElementsAttr value) {
  return builder.create<qnn::ConstantOp>(builder.getLoc(), type, value);
}

Value Builder::scalar(Type elementType, double value) {
  qnn::Tensor tensor(RankedTensorType::get({}, elementType));
  if (tensor.isFloat())
    tensor.setReal(0, value);
  else
    tensor.setInteger(0, static_cast<int64_t>(value));
  return qnn::makeConstant(builder, builder.getLoc(), tensor);
}

Value Builder::reshape(Value input, llvm::ArrayRef<int64_t> shape) {
  if (qnn::shapeOf(input) == shape)
    return input;
  return create<qnn::ReshapeOp>(qnn::elementType(input), input, shape);
}

Value Builder::transpose(Value input, llvm::ArrayRef<int64_t> permutation) {
  Value result = create<qnn::TransposeOp>(qnn::elementType(input), input, permutation);
  // Weights' scales stay with their channels.
  if (result)
    result.setType(qnn::permuted(qnn::tensorType(input), permutation));
  return result;
}

LogicalResult Builder::checkSize(llvm::ArrayRef<int64_t> shape, Type elementType) {
  if (qnn::isWithinLimit(shape, qnn::elementBytesOf(elementType)))
    return success();
  return emitError(getLocation(), "a tensor of shape [")
         << shape << "] is larger than the limit of " << qnn::maximumBytes << " bytes";
}

bool Builder::giveShapes(Operation *op) {
  llvm::SmallVector<qnn::Shape> shapes;
  bool fits = succeeded(cast<qnn::Evaluable>(op).inferShapes(shapes));
  for (size_t i = 0; fits && i < shapes.size(); ++i) {
    auto type = cast<RankedTensorType>(op->getResult(i).getType());
    fits = succeeded(checkSize(shapes[i], type.getElementType()));
    if (fits)
      op->getResult(i).setType(type.clone(shapes[i]));
  }
  if (!fits)
    op->erase();
  return fits;
}

} // namespace octet::import
