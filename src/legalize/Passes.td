// Passes from any qnn to qnn that a target executes, exactly.
#ifndef OCTET_LEGALIZE_PASSES
#define OCTET_LEGALIZE_PASSES

include "mlir/Pass/PassBase.td"

def DecomposeOperators : Pass<"decompose-operators", "::mlir::func::FuncOp"> {
  let dependentDialects = ["::octet::qnn::QnnDialect"];
  let summary = "Express operators without kernels of their own by others: transposed and multiplying depthwise convolutions, dense layers with computed weights.";
}

def ChooseStorage : Pass<"choose-storage", "::mlir::func::FuncOp"> {
  let dependentDialects = ["::octet::qnn::QnnDialect"];
  let summary = "Store the activations that contractions read as the target's dot product wants them.";
  let description = [{
    A byte dot product multiplies u8 by s8 on x86, and s8 by s8 on Arm: an s8 code becomes its u8 code, or the other
    way round, by a change of zero point, which costs nothing. Without one, 8-bit codes travel as int16. Tensors that must have one type (a concatenation's
    operands, a pool's input and result) change together; where a tensor's type is fixed (inputs, outputs,
    routines), a requantize of equal scale converts it.
  }];
  let options = [Option<"target", "target", "std::string", "\"native\"", "Name of the target.">];
}

def PackOperands : Pass<"pack-operands", "::mlir::func::FuncOp"> {
  let dependentDialects = ["::octet::qnn::QnnDialect"];
  let summary = "Bring the right operands of matrix products into the order in which the inner loop multiplies by them.";
  let description = [{
    A product of two activations becomes `pack` and `packed_matmul`, a contraction like any other. Transposes in front of it
    that only say which operand's rows are columns become part of the packing.
  }];
  let options = [Option<"target", "target", "std::string", "\"native\"", "Name of the target.">];
}

def SplitPadding : Pass<"split-padding", "::mlir::func::FuncOp"> {
  let dependentDialects = ["::octet::qnn::QnnDialect"];
  let summary = "Make the padding of convolutions a tensor of its own, so that every window is inside.";
}

#endif
