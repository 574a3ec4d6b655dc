#include "qnn/Dialect.h"
#include "qnn/Ops.h"

#include "mlir/Dialect/Quant/QuantOps.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

#include "qnn/Dialect.cpp.inc"
#include "qnn/Enums.cpp.inc"
#include "qnn/Interfaces.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "qnn/Attributes.cpp.inc"

#define GET_OP_CLASSES
#include "qnn/Ops.cpp.inc"

using namespace mlir;

namespace octet::qnn {

void QnnDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "qnn/Attributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "qnn/Ops.cpp.inc"
      >();
}

Operation *QnnDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type,
                                           Location location) {
  return builder.create<ConstantOp>(location, type, cast<ElementsAttr>(value));
}

LogicalResult verifyShapes(Operation *op) {
  llvm::SmallVector<Shape> shapes;
  if (failed(cast<Evaluable>(op).inferShapes(shapes)))
    return failure();
  for (auto [result, shape] : llvm::zip_equal(op->getResults(), shapes)) {
    auto type = cast<RankedTensorType>(result.getType());
    if (type.getShape() != llvm::ArrayRef<int64_t>(shape))
      return op->emitOpError("result ")
             << result.getResultNumber() << " has shape [" << type.getShape()
             << "], but its operands give [" << llvm::ArrayRef<int64_t>(shape) << "]";
  }
  return success();
}

} // namespace octet::qnn
