// Passes from what frameworks write to what they mean. They know no target.
#ifndef OCTET_RAISE_PASSES
#define OCTET_RAISE_PASSES

include "mlir/Pass/PassBase.td"

def CancelTransposes : Pass<"cancel-transposes", "::mlir::func::FuncOp"> {
  let dependentDialects = ["::octet::qnn::QnnDialect"];
  let summary = "Choose the order of dimensions that each operator computes in, so that the fewest transposes are left.";
  let description = [{
    Around transposes most operators can compute in either order: what a file of NCHW images has before and behind each
    convolution cancels. A minimum cut decides, over all operators that a transpose reaches; the number of transposes
    counts first, then the bytes that they move. One that moves only dimensions of extent 1 is a reshape.
  }];
}

def FoldConstants : Pass<"fold-constants", "::mlir::func::FuncOp"> {
  let dependentDialects = ["::octet::qnn::QnnDialect"];
  let summary = "Evaluate operators whose operands are all constants, or whose results have no elements.";
  let options = [Option<"keepsCodes", "keeps-codes", "bool", "false",
                        "Leave what dequantizes: that a constant was codes is what matters of it">];
}

def QuantizeOperators : Pass<"quantize-operators", "::mlir::func::FuncOp"> {
  let dependentDialects = ["::octet::qnn::QnnDialect"];
  let summary = "Make operators on codes of dequantize → float operator → quantize, as runtimes of such files do.";
  let description = [{
    A contraction of dequantized codes sums the codes: exactly, where the file's floats would round. A bias whose scale
    is not the accumulator's is derived again. What has no such form stays in float.
  }];
}

def ShrinkConstants : Pass<"shrink-constants", "::mlir::func::FuncOp"> {
  let dependentDialects = ["::octet::qnn::QnnDialect"];
  let summary = "Make a constant operand that repeats one number that number.";
  let description = [{
    A scalar does not keep the dimensions of the other operand apart, so that they can be one loop.
  }];
}

def FoldTables : Pass<"fold-tables", "::mlir::func::FuncOp"> {
  let dependentDialects = ["::octet::qnn::QnnDialect"];
  let summary = "Make what follows from one tensor of 8-bit codes, element by element, a table.";
  let description = [{
    Only where a table or floats are needed anyway: a function of codes with more around it (x * logistic(x)), or
    floats between codes.
  }];
}

def FoldPadding : Pass<"fold-padding", "::mlir::func::FuncOp"> {
  let dependentDialects = ["::octet::qnn::QnnDialect"];
  let summary = "Merge a pad with zeros (the zero point) into the convolution that reads it.";
}

def FuseFunctions : Pass<"fuse-functions", "::mlir::func::FuncOp"> {
  let dependentDialects = ["::octet::qnn::QnnDialect"];
  let summary = "Make norms and gelus that files have in pieces one operator each, where ONNX Runtime's optimizer does.";
}

def SinkDequantize : Pass<"sink-dequantize", "::mlir::func::FuncOp"> {
  let dependentDialects = ["::octet::qnn::QnnDialect"];
  let summary = "Move codes and not floats: dequantize behind movement, extremes and exact bounds; quantize before movement.";
  let description = [{
    So a dequantize, an operator and a quantize come to stand beside one another. Each reader has a dequantize of its
    own, which costs less than to move floats. Weights' scales stay with their channels.
  }];
}

#endif
