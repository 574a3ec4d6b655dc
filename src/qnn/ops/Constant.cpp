#include "qnn/Checks.h"
#include "qnn/Ops.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult ConstantOp::verify() {
  auto held = cast<ShapedType>(getValue().getType());
  auto type = tensorType(getResult());
  if (held.getShape() != type.getShape() ||
      held.getElementType() != storageTypeOf(type.getElementType()))
    return emitOpError("value of type ") << held << " does not store " << type;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(getValue())) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob || static_cast<int64_t>(blob->getData().size()) != byteCountOf(type))
      return emitOpError("the resource does not have the tensor's ")
             << byteCountOf(type) << " bytes";
  }
  return success();
}

LogicalResult ConstantOp::inferShapes(llvm::SmallVectorImpl<Shape> &shapes) {
  shapes.push_back(Shape(cast<ShapedType>(getValue().getType()).getShape()));
  return success();
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

LogicalResult ConstantOp::evaluate(llvm::ArrayRef<Tensor>, llvm::SmallVectorImpl<Tensor> &results) {
  results.push_back(Tensor::of(getValue(), tensorType(getResult())));
  return success();
}

ElementsAttr makeElements(const Tensor &tensor) {
  auto type = tensor.type().clone(storageTypeOf(tensor.type().getElementType()));
  llvm::ArrayRef<char> bytes = tensor.bytes();
  if (type.getElementType().isInteger(1)) {
    llvm::SmallVector<bool> values(llvm::map_range(bytes, [](char byte) { return byte != 0; }));
    return DenseElementsAttr::get(type, values);
  }
  constexpr size_t inlineBytes = 64;
  if (bytes.size() > inlineBytes)
    return type.getContext()->getLoadedDialect<QnnDialect>()->keep(type, bytes);
  return DenseElementsAttr::getFromRawBuffer(type, bytes);
}

DenseResourceElementsAttr QnnDialect::keep(ShapedType type, llvm::ArrayRef<char> bytes) {
  auto constant = DenseResourceElementsAttr::get(
      type, "constant", HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, 64));
  std::lock_guard lock(keptMutex);
  kept.push_back(constant.getRawHandle());
  return constant;
}

void QnnDialect::releaseConstants(Operation *user) {
  llvm::DenseSet<AsmResourceBlob *> used;
  if (user)
    user->walk([&](Operation *op) {
      op->getAttrDictionary().walk(
          [&](DenseResourceElementsAttr held) { used.insert(held.getRawHandle().getBlob()); });
    });
  std::lock_guard lock(keptMutex);
  llvm::erase_if(kept, [&](DenseResourceElementsHandle &handle) {
    if (used.contains(handle.getBlob()))
      return false;
    handle.getResource()->setBlob(AsmResourceBlob());
    return true;
  });
}

Value makeConstant(OpBuilder &builder, Location location, const Tensor &tensor) {
  return builder.create<ConstantOp>(location, tensor.type(), makeElements(tensor));
}

} // namespace octet::qnn
