// Decisions, written on the IR: what runs together, how it is tiled, how it rounds fast, where it lives.
#ifndef OCTET_SCHEDULE_PASSES
#define OCTET_SCHEDULE_PASSES

include "mlir/Pass/PassBase.td"

def FuseKernels : Pass<"fuse-kernels", "::mlir::func::FuncOp"> {
  let dependentDialects = ["::octet::qnn::QnnDialect"];
  let summary = "Group operators into kernels: an anchor with its epilogue, element-wise operators with each other.";
}

def ProveForms : Pass<"prove-forms", "::mlir::func::FuncOp"> {
  let dependentDialects = ["::octet::qnn::QnnDialect"];
  let summary = "Find and prove the cheapest floating-point form of every rescale, division and sum in a kernel.";
  let description = [{
    The range of what an operator can get follows from the weights of its kernel. Where a form is proven equal
    to the framework's integers on all of it, the operator carries the form; elsewhere it stays exact integers.
  }];
  let options = [Option<"target", "target", "std::string", "\"native\"", "Name of the target.">];
}

def PlaceBuffers : Pass<"place-buffers", "::mlir::func::FuncOp"> {
  let dependentDialects = ["::octet::qnn::QnnDialect"];
  let summary = "Give every tensor a place: views share memory, concatenations and pads are written in place.";
  let description = [{
    Adds identity kernels where a copy cannot be avoided. Buffers share one arena; the function notes its size
    and the lower bound that liveness sets.
  }];
}

def ChooseTiles : Pass<"choose-tiles", "::mlir::func::FuncOp"> {
  let dependentDialects = ["::octet::qnn::QnnDialect"];
  let summary = "Choose the tile of every kernel: what was measured to be fastest, else what a model of the machine expects.";
  let description = [{
    Where the target has registers that are matrices, contractions of bytes into 32 bits have tiles for these,
    too: `in matrices`. Where it multiplies registers of inputs as they were loaded, of runs that fill one: `in strips`.
  }];
  let options = [
    Option<"target", "target", "std::string", "\"native\"", "Name of the target.">,
    Option<"variant", "variant", "int64_t", "0",
           "The tile that is this many places behind the best, counted around; whatever was measured.">,
  ];
}

#endif
