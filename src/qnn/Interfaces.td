// What an operator knows of itself.
#ifndef OCTET_QNN_INTERFACES
#define OCTET_QNN_INTERFACES

include "mlir/IR/OpBase.td"

def Qnn_Evaluable : OpInterface<"Evaluable"> {
  let description = "The meaning of an operator, and the shapes it follows from.";
  let cppNamespace = "::octet::qnn";
  let methods = [
    InterfaceMethod<[{
      Computes the results from operand values of the operands' types: plain loops in exact
      arithmetic. An absent optional operand has no entry. This is the specification that compiled
      code must equal to the bit. Fails, with a diagnostic, only where the values themselves are at
      fault (an index out of range).
    }], "::llvm::LogicalResult", "evaluate",
        (ins "::llvm::ArrayRef<::octet::qnn::Tensor>":$operands,
             "::llvm::SmallVectorImpl<::octet::qnn::Tensor> &":$results)>,
    InterfaceMethod<[{
      The shape of each result as it follows from the operands' types and the attributes; emits a
      diagnostic if they do not fit together. Overflow of a shape product is the caller's concern.
    }], "::llvm::LogicalResult", "inferShapes",
        (ins "::llvm::SmallVectorImpl<::octet::qnn::Shape> &":$shapes)>,
  ];
  let verify = "return ::octet::qnn::verifyShapes($_op);";
  let verifyWithRegions = 1;
}


def Qnn_Anchor : OpInterface<"Anchor"> {
  let description = "An operator that a kernel is built around; element-wise operators behind it become its epilogue.";
  let cppNamespace = "::octet::qnn";
  let methods = [InterfaceMethod<"The kind of kernel it anchors.", "::octet::qnn::KernelKind", "kernelKind">];
}

/// Element i of the result depends on element i of the operands, broadcast at the last dimension.
def Qnn_Elementwise : NativeOpTrait<"Elementwise"> { let cppNamespace = "::octet::qnn"; }

/// The result's elements are the operands', elsewhere.
def Qnn_Movement : NativeOpTrait<"Movement"> { let cppNamespace = "::octet::qnn"; }

def Qnn_RoutineOp : OpInterface<"RoutineOp"> {
  let description = "An operator whose meaning is one routine of src/routines, in the evaluator and in compiled code.";
  let cppNamespace = "::octet::qnn";
  let methods = [
    InterfaceMethod<"The routine to call and what to tell it; the operator must verify.",
                    "::octet::qnn::Routine", "routine">,
  ];
}

#endif
