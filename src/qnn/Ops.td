// All operators; each file says what one of them means.
#ifndef OCTET_QNN_OPS
#define OCTET_QNN_OPS

include "qnn/Dialect.td"
include "qnn/Interfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/IR/CommonAttrConstraints.td"
include "mlir/IR/CommonTypeConstraints.td"
include "mlir/IR/SymbolInterfaces.td"

/// Any element type, static shape, rank 0 included.
def Qnn_Tensor : AnyTypeOf<[AnyStaticShapeTensor], "tensor of static shape", "::mlir::RankedTensorType">;
def Qnn_OptionalTensor : Optional<Qnn_Tensor>;

class Qnn_Op<string mnemonic, list<Trait> traits = []>
    : Op<Qnn_Dialect, mnemonic, !listconcat([DeclareOpInterfaceMethods<Qnn_Evaluable>], traits)> {
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

/// An operator that is a function of its operands: it can be folded, merged and dropped.
class Qnn_PureOp<string mnemonic, list<Trait> traits = []>
    : Qnn_Op<mnemonic, !listconcat([Pure], traits)>;

/// An operator that is a routine (src/routines) from beginning to end.
class Qnn_RoutineOp_<string mnemonic, list<Trait> traits = []>
    : Qnn_PureOp<mnemonic, !listconcat([DeclareOpInterfaceMethods<Qnn_RoutineOp>], traits)> {
  let extraClassDefinition = [{
    ::llvm::LogicalResult $cppClass::evaluate(::llvm::ArrayRef<Tensor> operands,
                                              ::llvm::SmallVectorImpl<Tensor> &results) {
      llvm::SmallVector<mlir::RankedTensorType> types;
      for (mlir::Type type : getOperation()->getResultTypes())
        types.push_back(mlir::cast<mlir::RankedTensorType>(type));
      runRoutine(routine(), operands, types, results);
      return mlir::success();
    }
  }];
}

include "qnn/ops/Add.td"
include "qnn/ops/ArgMax.td"
include "qnn/ops/AvgPool2d.td"
include "qnn/ops/BatchMatmul.td"
include "qnn/ops/Binary.td"
include "qnn/ops/BlockDense.td"
include "qnn/ops/Broadcast.td"
include "qnn/ops/Cast.td"
include "qnn/ops/Clamp.td"
include "qnn/ops/Concat.td"
include "qnn/ops/Constant.td"
include "qnn/ops/Conv2d.td"
include "qnn/ops/Conv2dTranspose.td"
include "qnn/ops/Dense.td"
include "qnn/ops/DepthwiseConv2d.td"
include "qnn/ops/Dequantize.td"
include "qnn/ops/DetectionPostprocess.td"
include "qnn/ops/DynamicQuantize.td"
include "qnn/ops/DynamicRange.td"
include "qnn/ops/Gather.td"
include "qnn/ops/GatherNd.td"
include "qnn/ops/Kernel.td"
include "qnn/ops/L2Norm.td"
include "qnn/ops/LayerNorm.td"
include "qnn/ops/LogSoftmax.td"
include "qnn/ops/Lookup.td"
include "qnn/ops/Lstm.td"
include "qnn/ops/MaxPool2d.td"
include "qnn/ops/Mul.td"
include "qnn/ops/Pack.td"
include "qnn/ops/PackedMatmul.td"
include "qnn/ops/Pad.td"
include "qnn/ops/Prelu.td"
include "qnn/ops/Quantize.td"
include "qnn/ops/Reduce.td"
include "qnn/ops/Requantize.td"
include "qnn/ops/FloatRescale.td"
include "qnn/ops/Reinterpret.td"
include "qnn/ops/Reshape.td"
include "qnn/ops/Resize.td"
include "qnn/ops/ScatterNd.td"
include "qnn/ops/Select.td"
include "qnn/ops/Slice.td"
include "qnn/ops/Softmax.td"
include "qnn/ops/Sub.td"
include "qnn/ops/Svdf.td"
include "qnn/ops/TopK.td"
include "qnn/ops/Transpose.td"
include "qnn/ops/Unary.td"
include "qnn/ops/Variable.td"
include "qnn/ops/Where.td"
include "qnn/ops/While.td"

#endif
