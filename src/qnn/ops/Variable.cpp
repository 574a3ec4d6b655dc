#include "qnn/Checks.h"
#include "qnn/Ops.h"

using namespace mlir;

namespace octet::qnn {

LogicalResult VariableOp::verify() {
  auto type = cast<RankedTensorType>(getType());
  auto held = cast<ShapedType>(getInitial().getType());
  if (held.getShape() != type.getShape() ||
      held.getElementType() != storageTypeOf(type.getElementType()))
    return emitOpError("initial value of type ") << held << " does not store " << type;
  return success();
}

static LogicalResult verifyReference(Operation *op, SymbolTableCollection &symbols,
                                     FlatSymbolRefAttr name, Type type) {
  auto variable = symbols.lookupNearestSymbolFrom<VariableOp>(op, name);
  if (!variable)
    return op->emitOpError("names no variable: ") << name;
  if (variable.getType() != type)
    return op->emitOpError("has type ") << type << ", but the variable " << variable.getType();
  return success();
}

LogicalResult ReadOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyReference(*this, symbols, getVariableAttr(), getResult().getType());
}

LogicalResult AssignOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyReference(*this, symbols, getVariableAttr(), getValue().getType());
}

} // namespace octet::qnn
