// One TFLite operator while it is imported: its operands as values, its options, its diagnostics.
#pragma once

#include "import/Builder.h"
#include "import/Import.h"
#include "import/tflite/Reader.h"

#include "llvm/ADT/DenseMap.h"

namespace octet::tflite {

/// Element type of a tensor: quantized where the file has scales, plain otherwise; null if there is
/// none.
mlir::Type elementTypeOf(mlir::MLIRContext *context, const Tensor &tensor);

/// The values that stand for a graph's tensors.
using Values = llvm::DenseMap<int, mlir::Value>;

/// Shared by all operators of a model.
struct ModelContext {
  ModelContext(const Model &model, import::Builder &build, const import::Numerics &numerics)
      : model(model), build(build), numerics(numerics) {}

  const Model &model;
  import::Builder &build;
  const import::Numerics &numerics;
  /// Symbols of the variables behind resources, by shared name.
  llvm::StringMap<std::string> variables;
  /// VAR_HANDLE results: tensor index → shared name.
  llvm::DenseMap<int, std::string> handles;
  /// What the limits count: operators so far, and loops around the one that is imported.
  int64_t operatorCount = 0;
  int loopDepth = 0;

  /// Imports the operators of a graph whose inputs `values` already holds; all failures are
  /// reported.
  llvm::LogicalResult importOperators(const Graph &graph, Values &values);

private:
  llvm::LogicalResult checkLimits();
  bool isTooLarge = false;
};

class Node {
public:
  Node(ModelContext &model, const Graph &graph, const Operator &op, Values &values)
      : model(model), graph(graph), op(op), values(values), build(model.build),
        numerics(model.numerics) {}

  ModelContext &model;
  const Graph &graph;
  const Operator &op;
  Values &values;
  import::Builder &build;
  const import::Numerics &numerics;

  template <typename Options> const Options *options() const { return op.options<Options>(); }

  /// Operands. input() is null for an absent one.
  size_t inputCount() const { return op.inputs.size(); }
  bool has(size_t i) const { return i < op.inputs.size() && op.inputs[i] >= 0; }
  mlir::Value input(size_t i) const { return has(i) ? values.lookup(op.inputs[i]) : mlir::Value(); }
  const Tensor &inputTensor(size_t i) const { return graph.tensors[op.inputs[i]]; }
  const Tensor &outputTensor(size_t i = 0) const { return graph.tensors[op.outputs[i]]; }

  /// Element type of a result as the file states it.
  mlir::Type outputType(size_t i = 0) const {
    return elementTypeOf(build.context(), outputTensor(i));
  }

  /// The integers of an operand that must be a constant.
  llvm::FailureOr<llvm::SmallVector<int64_t>> constants(size_t i) const;

  /// Binds a result; fails (after a diagnostic) if the value is null.
  llvm::LogicalResult result(mlir::Value value, size_t i = 0);

  mlir::InFlightDiagnostic error() const { return mlir::emitError(build.getLocation()); }
  llvm::LogicalResult fail(const llvm::Twine &message) const { return error() << message; }

  /// Fails with a message unless there are between `least` and `most` operands, the first `least`
  /// present, and `outputs` results.
  llvm::LogicalResult expect(size_t least, size_t most, size_t outputs = 1) const;

  /// Axis from the front: negative ones count from the back.
  llvm::FailureOr<int64_t> axis(int64_t axis, int64_t rank) const;

  /// Appends a fused activation; `value` may be null, and so may the result.
  mlir::Value activate(mlir::Value value, schema::ActivationFunctionType activation) const;

  qnn::NumericsAttr rounding(qnn::Rounding rounding,
                             qnn::Recipe recipe = qnn::Recipe::plain) const {
    return qnn::NumericsAttr::get(build.context(), rounding, recipe);
  }
};

/// A function that imports one kind of operator.
using Importer = llvm::LogicalResult (*)(Node &node);

// Contractions.cpp
llvm::LogicalResult convolution(Node &node);
llvm::LogicalResult depthwiseConvolution(Node &node);
llvm::LogicalResult transposedConvolution(Node &node);
llvm::LogicalResult fullyConnected(Node &node);
llvm::LogicalResult batchMatmul(Node &node);
// Elementwise.cpp
llvm::LogicalResult add(Node &node);
llvm::LogicalResult subtract(Node &node);
llvm::LogicalResult multiply(Node &node);
llvm::LogicalResult divide(Node &node);
template <qnn::BinaryKind kind> llvm::LogicalResult binary(Node &node);
template <qnn::UnaryKind kind> llvm::LogicalResult unary(Node &node);
template <schema::ActivationFunctionType kind> llvm::LogicalResult activation(Node &node);
llvm::LogicalResult leakyRelu(Node &node);
llvm::LogicalResult gelu(Node &node);
llvm::LogicalResult prelu(Node &node);
llvm::LogicalResult addMany(Node &node);
llvm::LogicalResult quantize(Node &node);
llvm::LogicalResult dequantize(Node &node);
llvm::LogicalResult cast(Node &node);
llvm::LogicalResult select(Node &node);
// Reductions.cpp
llvm::LogicalResult averagePool(Node &node);
llvm::LogicalResult maxPool(Node &node);
template <qnn::ReduceKind kind> llvm::LogicalResult reduce(Node &node);
template <bool minimum> llvm::LogicalResult argExtreme(Node &node);
llvm::LogicalResult softmax(Node &node);
llvm::LogicalResult logSoftmax(Node &node);
llvm::LogicalResult l2Normalization(Node &node);
llvm::LogicalResult topK(Node &node);
// Movement.cpp
llvm::LogicalResult reshape(Node &node);
llvm::LogicalResult squeeze(Node &node);
llvm::LogicalResult expandDims(Node &node);
llvm::LogicalResult transpose(Node &node);
llvm::LogicalResult concatenation(Node &node);
llvm::LogicalResult split(Node &node);
llvm::LogicalResult splitByVector(Node &node);
llvm::LogicalResult pad(Node &node);
llvm::LogicalResult mirrorPad(Node &node);
llvm::LogicalResult pack(Node &node);
llvm::LogicalResult unpack(Node &node);
llvm::LogicalResult spaceToDepth(Node &node);
llvm::LogicalResult depthToSpace(Node &node);
llvm::LogicalResult spaceToBatch(Node &node);
llvm::LogicalResult batchToSpace(Node &node);
llvm::LogicalResult tile(Node &node);
llvm::LogicalResult broadcastTo(Node &node);
llvm::LogicalResult reverse(Node &node);
llvm::LogicalResult shape(Node &node);
llvm::LogicalResult rank(Node &node);
llvm::LogicalResult fill(Node &node);
llvm::LogicalResult zerosLike(Node &node);
llvm::LogicalResult range(Node &node);
// Gather.cpp
llvm::LogicalResult gather(Node &node);
llvm::LogicalResult gatherNd(Node &node);
llvm::LogicalResult scatterNd(Node &node);
llvm::LogicalResult embeddingLookup(Node &node);
llvm::LogicalResult where(Node &node);
// Resize.cpp
llvm::LogicalResult resizeBilinear(Node &node);
llvm::LogicalResult resizeNearest(Node &node);
// Slices.cpp
llvm::LogicalResult slice(Node &node);
llvm::LogicalResult stridedSlice(Node &node);
// Recurrent.cpp
llvm::LogicalResult lstm(Node &node);
llvm::LogicalResult sequenceLstm(Node &node);
llvm::LogicalResult svdf(Node &node);
llvm::LogicalResult detectionPostprocess(Node &node);
llvm::LogicalResult whileLoop(Node &node);
llvm::LogicalResult callOnce(Node &node);
llvm::LogicalResult variableHandle(Node &node);
llvm::LogicalResult readVariable(Node &node);
llvm::LogicalResult assignVariable(Node &node);

} // namespace octet::tflite
