#include "codegen/FusedMultiplyAdd.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

namespace octet::codegen {

// The product of two floats is exact in double, the sum is not, and rounding it twice could go
// wrong. So the sum is first rounded to odd (Boldo and Melquiond, "Emulation of FMA and correctly
// rounded sums", 2008): where it is inexact and its last bit is 0, it becomes its neighbour on the
// side of what was lost, which Knuth's two-sum finds. A double has enough bits beyond a float's
// that the second rounding then is right.
llvm::Value *emitFusedMultiplyAdd(llvm::IRBuilderBase &ir, llvm::Value *a, llvm::Value *b,
                                  llvm::Value *c) {
  llvm::Type *type = a->getType(), *wide = type->getWithNewType(ir.getDoubleTy()),
             *bits = type->getWithNewType(ir.getInt64Ty());
  llvm::Value *addend = ir.CreateFPExt(c, wide),
              *product = ir.CreateFMul(ir.CreateFPExt(a, wide), ir.CreateFPExt(b, wide)),
              *sum = ir.CreateFAdd(product, addend);
  llvm::Value *added = ir.CreateFSub(sum, product),
              *lost = ir.CreateFAdd(ir.CreateFSub(product, ir.CreateFSub(sum, added)),
                                    ir.CreateFSub(addend, added));
  llvm::Value *zero = llvm::Constant::getNullValue(wide),
              *none = llvm::Constant::getNullValue(bits), *one = llvm::ConstantInt::get(bits, 1);
  llvm::Value *sumBits = ir.CreateBitCast(sum, bits);
  llvm::Value *isEven = ir.CreateICmpEQ(ir.CreateAnd(sumBits, one), none);
  llvm::Value *isInward = ir.CreateXor(ir.CreateFCmpOLT(sum, zero), ir.CreateFCmpOLT(lost, zero));
  llvm::Value *step = ir.CreateSelect(isInward, llvm::Constant::getAllOnesValue(bits), one);
  // Where nothing was lost, or the sum is infinite and what was lost is NaN.
  step = ir.CreateSelect(ir.CreateFCmpONE(lost, zero), step, none);
  step = ir.CreateSelect(isEven, step, none);
  return ir.CreateFPTrunc(ir.CreateBitCast(ir.CreateAdd(sumBits, step), wide), type);
}

void expandFusedMultiplyAdds(llvm::Module &module) {
  for (llvm::Function &function : module)
    for (llvm::Instruction &instruction :
         llvm::make_early_inc_range(llvm::instructions(function))) {
      auto *call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction);
      if (!call || call->getIntrinsicID() != llvm::Intrinsic::fma ||
          !call->getType()->getScalarType()->isFloatTy())
        continue;
      llvm::IRBuilder<> ir(call);
      call->replaceAllUsesWith(emitFusedMultiplyAdd(
          ir, call->getArgOperand(0), call->getArgOperand(1), call->getArgOperand(2)));
      call->eraseFromParent();
    }
}

} // namespace octet::codegen
