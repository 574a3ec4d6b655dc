// One ONNX node while it is imported: its operands as values, its attributes, its diagnostics.
#pragma once

#include "import/Builder.h"
#include "import/onnx/Import.h"
#include "import/onnx/Reader.h"

#include "llvm/ADT/StringSet.h"

namespace octet::onnx {

/// The qnn type of ONNX's: quantization is in QuantizeLinear's operands, so none has a scale. Null
/// for types that Octet does not have.
mlir::Type elementTypeOf(mlir::MLIRContext *context, DataType type);

/// The values that stand for a graph's tensors, by name.
using Values = llvm::StringMap<mlir::Value>;

/// Shared by all nodes of a model.
struct ModelContext {
  ModelContext(Model &model, import::Builder &build, const import::Options &options)
      : model(model), build(build), options(options) {}

  Model &model;
  import::Builder &build;
  const import::Options &options;
  int64_t nodeCount = 0;
  /// Names of constants of 4 bits, which their types here have 8 for.
  llvm::StringSet<> nibbles;
  /// What dequantizes blocks of a constant, by the name of its result.
  llvm::StringMap<const ::onnx::NodeProto *> dequantizedBlocks;

  /// The version of a domain's operators; 1 where the file does not say.
  int64_t opset(llvm::StringRef domain) const;

  /// Imports the nodes of a graph whose inputs `values` already holds; all failures are reported.
  llvm::LogicalResult importNodes(const Graph &graph, Values &values);

  /// What a graph calls `name` once its nodes are imported, which may be an initializer; null if
  /// nothing has the name.
  mlir::Value result(const Graph &graph, const Values &values, llvm::StringRef name);

private:
  /// The initializer of that name in the graph being imported, or in one around it; null if there
  /// is none.
  const Tensor *initializer(llvm::StringRef name) const;
  void findInputs(const ::onnx::NodeProto &node, Values &values, llvm::StringSet<> &lost);
  bool importNode(const ::onnx::NodeProto &proto, Values &values);

  /// From the outermost to the one being imported.
  llvm::SmallVector<const Graph *> graphs;
};

class Node {
public:
  Node(ModelContext &model, const ::onnx::NodeProto &proto, Values &values);

  ModelContext &model;
  const ::onnx::NodeProto &proto;
  Values &values;
  import::Builder &build;
  const import::Numerics &numerics;
  /// The version of the node's domain that the file uses.
  int64_t opset;

  llvm::StringRef kind() const;

  /// Operands. input() is null for an absent one.
  size_t inputCount() const;
  size_t outputCount() const;
  bool has(size_t i) const;
  /// Whether result i has a name, so that something may read it.
  bool wants(size_t i) const;
  mlir::Value input(size_t i) const;
  int64_t rank(size_t i = 0) const { return qnn::tensorType(input(i)).getRank(); }

  /// Attributes, `otherwise` where the file has none. One of another type is diagnosed, and fails
  /// the import of the node behind it; so does one that nothing asked for.
  bool hasAttribute(llvm::StringRef name);
  int64_t integer(llvm::StringRef name, int64_t otherwise);
  float real(llvm::StringRef name, float otherwise);
  std::string text(llvm::StringRef name, llvm::StringRef otherwise);
  llvm::SmallVector<int64_t> integers(llvm::StringRef name);
  llvm::SmallVector<float> reals(llvm::StringRef name);
  const ::onnx::TensorProto *tensor(llvm::StringRef name);
  const ::onnx::GraphProto *graph(llvm::StringRef name);
  /// Attributes that change nothing in inference.
  void ignore(std::initializer_list<llvm::StringRef> names);

  /// The numbers of an operand that must be a constant.
  llvm::FailureOr<llvm::SmallVector<int64_t>> constants(size_t i) const;
  llvm::FailureOr<llvm::SmallVector<float>> realConstants(size_t i) const;
  /// The constant that an operand is; null, without a diagnostic, if it is none.
  static qnn::ConstantOp constantOf(mlir::Value value);

  /// Integers that were an attribute up to some opset, and are operand `i` since: absent in both
  /// places is an empty list.
  llvm::FailureOr<llvm::SmallVector<int64_t>> integersOrOperand(llvm::StringRef name, size_t i);

  /// Binds a result; fails (after a diagnostic) if the value is null.
  llvm::LogicalResult result(mlir::Value value, size_t i = 0);

  mlir::InFlightDiagnostic error() const { return mlir::emitError(build.getLocation()); }
  llvm::LogicalResult fail(const llvm::Twine &message) const { return error() << message; }

  /// Fails with a message unless there are between `least` and `most` operands, the first `least`
  /// present, and at most `outputs` results, the first one asked for.
  llvm::LogicalResult expect(size_t least, size_t most, size_t outputs = 1) const;

  /// Axes from the front: negative ones count from the back.
  llvm::FailureOr<int64_t> axis(int64_t axis, int64_t rank) const;
  llvm::FailureOr<llvm::SmallVector<int64_t>> axes(llvm::ArrayRef<int64_t> axes,
                                                   int64_t rank) const;

  /// Fails if an attribute was of another type, or if one was left over.
  llvm::LogicalResult finish();

  //===-- Values --===//

  /// Element-wise operators want operands of one rank here: leading extents of 1 are added.
  llvm::LogicalResult alignRanks(mlir::Value &lhs, mlir::Value &rhs) const;
  /// NCHW to NHWC and back.
  mlir::Value toChannelsLast(mlir::Value value) const;
  mlir::Value toChannelsFirst(mlir::Value value) const;
  /// Codes as the plain integers that ONNX takes them for.
  mlir::Value plain(mlir::Value value) const;
  /// The same stored integers under another element type.
  mlir::Value retyped(mlir::Value value, mlir::Type type) const;

  qnn::NumericsAttr rounding(qnn::Rounding rounding,
                             qnn::Recipe recipe = qnn::Recipe::plain) const {
    return qnn::NumericsAttr::get(build.context(), rounding, recipe);
  }

private:
  const ::onnx::AttributeProto *attribute(llvm::StringRef name, int type);

  llvm::StringSet<> asked;
  bool isBad = false;
};

/// A function that imports one kind of operator.
using Importer = llvm::LogicalResult (*)(Node &node);

} // namespace octet::onnx
