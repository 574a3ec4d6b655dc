#include "qnn/Checks.h"
#include "qnn/Ops.h"
#include "raise/Passes.h"

using namespace mlir;

namespace octet::raise {

#define GEN_PASS_DEF_SHRINKCONSTANTS
#include "raise/Passes.h.inc"

namespace {

bool isOneNumber(const qnn::Tensor &tensor) {
  llvm::ArrayRef<char> bytes = tensor.bytes();
  auto size = static_cast<size_t>(qnn::elementBytesOf(tensor.type().getElementType()));
  for (size_t i = size; i < bytes.size(); ++i)
    if (bytes[i] != bytes[i - size])
      return false;
  return !bytes.empty();
}

struct ShrinkConstantsPass : impl::ShrinkConstantsBase<ShrinkConstantsPass> {
  void runOnOperation() override {
    getOperation().walk([](Operation *op) {
      if (isa<qnn::AddOp, qnn::SubOp, qnn::MulOp, qnn::BinaryOp>(op))
        for (unsigned i : {0u, 1u})
          shrink(op, i);
    });
  }

private:
  static void shrink(Operation *op, unsigned index) {
    auto constant = op->getOperand(index).getDefiningOp<qnn::ConstantOp>();
    // The other operand alone has to give the result its shape.
    if (!constant || qnn::shapeOf(op->getOperand(1 - index)) != qnn::shapeOf(op->getResult(0)))
      return;
    auto type = qnn::tensorType(constant.getResult());
    auto quantization = qnn::Quantization::of(type);
    if (type.getRank() == 0 || (quantization && quantization->isPerAxis()))
      return;
    const qnn::Tensor whole = qnn::Tensor::of(constant.getValue(), type);
    if (!isOneNumber(whole))
      return;
    auto scalar = RankedTensorType::get({}, type.getElementType());
    qnn::Tensor number(scalar,
                       whole.bytes().take_front(static_cast<size_t>(qnn::byteCountOf(scalar))));
    OpBuilder builder(op);
    op->setOperand(index, qnn::makeConstant(builder, constant.getLoc(), number));
  }
};

} // namespace
} // namespace octet::raise
