#include "import/onnx/Import.h"
#include "import/onnx/Operators.h"
#include "import/onnx/onnx.pb.h"
#include "qnn/Limits.h"
#include "qnn/Ops.h"

#include "mlir/IR/Verifier.h"
#include "llvm/ADT/ScopeExit.h"

using namespace mlir;

namespace octet::onnx {

using qnn::BinaryKind;
using qnn::ReduceKind;
using qnn::UnaryKind;

namespace {
struct Row {
  const char *domain, *kind;
  Importer import;
};
} // namespace

// Every operator that is imported; each importer knows the versions of its operator.
static const Row rows[] = {
    {"", "Abs", unary<UnaryKind::abs>},
    {"", "Add", add},
    {"", "And", binary<BinaryKind::logicalAnd>},
    {"", "ArgMax", argExtreme<false>},
    {"", "ArgMin", argExtreme<true>},
    {"", "AveragePool", averagePool},
    {"", "BatchNormalization", batchNormalization},
    {"", "Cast", cast},
    {"", "CastLike", castLike},
    {"", "Ceil", unary<UnaryKind::ceil>},
    {"", "Celu", celu},
    {"", "Clip", clip},
    {"", "Concat", concatenation},
    {"", "Constant", constant},
    {"", "ConstantOfShape", constantOfShape},
    {"", "Conv", convolution},
    {"", "ConvInteger", integerConvolution},
    {"", "ConvTranspose", transposedConvolution},
    {"", "Cos", unary<UnaryKind::cos>},
    {"", "CumSum", cumulativeSum},
    {"", "DepthToSpace", depthToSpace},
    {"", "DequantizeLinear", dequantizeLinear},
    {"", "Div", binary<BinaryKind::divide>},
    {"", "Dropout", dropout},
    {"", "DynamicQuantizeLinear", dynamicQuantizeLinear},
    {"", "Einsum", einsum},
    {"", "Elu", elu},
    {"", "Equal", binary<BinaryKind::equal>},
    {"", "Erf", unary<UnaryKind::erf>},
    {"", "Exp", unary<UnaryKind::exp>},
    {"", "Expand", expand},
    {"", "Flatten", flatten},
    {"", "Floor", unary<UnaryKind::floor>},
    {"", "Gather", gather},
    {"", "GatherElements", gatherElements},
    {"", "GatherND", gatherSlices},
    {"", "Gelu", gelu},
    {"", "Gemm", generalMatrixProduct},
    {"", "GlobalAveragePool", globalPool<ReduceKind::mean>},
    {"", "GlobalMaxPool", globalPool<ReduceKind::maximum>},
    {"", "Greater", binary<BinaryKind::greater>},
    {"", "GreaterOrEqual", binary<BinaryKind::greaterEqual>},
    {"", "GroupNormalization", groupNormalization},
    {"", "HardSigmoid", hardSigmoid},
    {"", "HardSwish", unary<UnaryKind::hardSwish>},
    {"", "Hardmax", hardmax},
    {"", "Identity", identity},
    {"", "If", conditional},
    {"", "InstanceNormalization", instanceNormalization},
    {"", "IsInf", isInfinite},
    {"", "IsNaN", isNotNumber},
    {"", "LRN", localResponseNormalization},
    {"", "LayerNormalization", layerNormalization},
    {"", "LeakyRelu", leakyRelu},
    {"", "Less", binary<BinaryKind::less>},
    {"", "LessOrEqual", binary<BinaryKind::lessEqual>},
    {"", "Log", unary<UnaryKind::log>},
    {"", "LogSoftmax", logSoftmax},
    {"", "LpNormalization", lengthQuotient},
    {"", "MatMul", matrixProduct},
    {"", "MatMulInteger", integerMatrixProduct},
    {"", "Max", extreme<BinaryKind::maximum>},
    {"", "MaxPool", maxPool},
    {"", "Mean", meanOfMany},
    {"", "MeanVarianceNormalization", meanVarianceNormalization},
    {"", "Min", extreme<BinaryKind::minimum>},
    {"", "Mish", mish},
    {"", "Mod", modulo},
    {"", "Mul", multiply},
    {"", "Neg", unary<UnaryKind::negate>},
    {"", "Not", unary<UnaryKind::logicalNot>},
    {"", "OneHot", oneHot},
    {"", "Or", binary<BinaryKind::logicalOr>},
    {"", "PRelu", prelu},
    {"", "Pad", pad},
    {"", "Pow", power},
    {"", "QLinearConv", quantizedConvolution},
    {"", "QLinearMatMul", quantizedMatrixProduct},
    {"", "QuantizeLinear", quantizeLinear},
    {"", "RMSNormalization", lengthNormalization},
    {"", "Range", range},
    {"", "Reciprocal", reciprocal},
    {"", "ReduceL1", reduceMagnitude},
    {"", "ReduceL2", reduceLength},
    {"", "ReduceLogSum", reduceLogarithm},
    {"", "ReduceLogSumExp", reduceLogarithmOfExponentials},
    {"", "ReduceMax", reduce<ReduceKind::maximum>},
    {"", "ReduceMean", reduce<ReduceKind::mean>},
    {"", "ReduceMin", reduce<ReduceKind::minimum>},
    {"", "ReduceProd", reduce<ReduceKind::product>},
    {"", "ReduceSum", reduce<ReduceKind::sum>},
    {"", "ReduceSumSquare", reduceSquares},
    {"", "Relu", relu},
    {"", "Reshape", reshape},
    {"", "Resize", resize},
    {"", "Round", unary<UnaryKind::round>},
    {"", "Selu", selu},
    {"", "Shape", shape},
    {"", "Shrink", shrink},
    {"", "Sigmoid", unary<UnaryKind::logistic>},
    {"", "Sign", unary<UnaryKind::sign>},
    {"", "SimplifiedLayerNormalization", lengthNormalization},
    {"", "Sin", unary<UnaryKind::sin>},
    {"", "Size", size},
    {"", "Slice", slice},
    {"", "Softmax", softmax},
    {"", "Softplus", softplus},
    {"", "Softsign", softsign},
    {"", "SpaceToDepth", spaceToDepth},
    {"", "Split", split},
    {"", "Sqrt", unary<UnaryKind::sqrt>},
    {"", "Squeeze", squeeze},
    {"", "Sub", subtract},
    {"", "Sum", addMany},
    {"", "Swish", swish},
    {"", "Tan", tangent},
    {"", "Tanh", unary<UnaryKind::tanh>},
    {"", "ThresholdedRelu", thresholdedRelu},
    {"", "Tile", tile},
    {"", "Transpose", transpose},
    {"", "Trilu", triangle},
    {"", "Unsqueeze", unsqueeze},
    {"", "Upsample", resize},
    {"", "Where", where},
    {"", "Xor", binary<BinaryKind::notEqual>},
    {"com.microsoft", "Attention", attention},
    {"com.microsoft", "BiasGelu", biasedGelu},
    {"com.microsoft", "DequantizeLinear", dequantizeLinear},
    {"com.microsoft", "DynamicQuantizeMatMul", dynamicMatrixProduct},
    {"com.microsoft", "EmbedLayerNormalization", embeddedNormalization},
    {"com.microsoft", "FastGelu", fastGelu},
    {"com.microsoft", "FusedConv", fusedConvolution},
    {"com.microsoft", "FusedGemm", fusedGeneralMatrixProduct},
    {"com.microsoft", "FusedMatMul", fusedMatrixProduct},
    {"com.microsoft", "Gelu", gelu},
    {"com.microsoft", "LayerNormalization", layerNormalization},
    {"com.microsoft", "MatMulIntegerToFloat", scaledIntegerProduct},
    {"com.microsoft", "MatMulNBits", matrixProductOfBits},
    {"com.microsoft", "MultiHeadAttention", multiHeadAttention},
    {"com.microsoft", "QAttention", quantizedAttention},
    {"com.microsoft", "QGemm", quantizedGeneralMatrixProduct},
    {"com.microsoft", "QLinearAdd", quantizedSum},
    {"com.microsoft", "QLinearAveragePool", quantizedAveragePool},
    {"com.microsoft", "QLinearConcat", quantizedConcatenation},
    {"com.microsoft", "QLinearGlobalAveragePool", quantizedGlobalAveragePool},
    {"com.microsoft", "QLinearLeakyRelu", quantizedLeakyRelu},
    {"com.microsoft", "QLinearMul", quantizedProduct},
    {"com.microsoft", "QLinearSigmoid", quantizedSigmoid},
    {"com.microsoft", "QLinearSoftmax", quantizedSoftmax},
    {"com.microsoft", "QLinearWhere", quantizedChoice},
    {"com.microsoft", "QuantizeLinear", quantizeLinear},
    {"com.microsoft", "QuickGelu", quickGelu},
    {"com.microsoft", "SimplifiedLayerNormalization", lengthNormalization},
    {"com.microsoft", "SkipLayerNormalization", skippedNormalization<true>},
    {"com.microsoft", "SkipSimplifiedLayerNormalization", skippedNormalization<false>},
    {"com.microsoft", "TransposeMatMul", fusedMatrixProduct},
    {"com.microsoft", "Trilu", triangle},
};

static Importer findImporter(const ::onnx::NodeProto &node) {
  llvm::StringRef domain = node.domain() == "ai.onnx" ? "" : llvm::StringRef(node.domain());
  for (const Row &row : rows)
    if (domain == row.domain && node.op_type() == row.kind)
      return row.import;
  return nullptr;
}

static std::string kindOf(const ::onnx::NodeProto &node) {
  return node.domain().empty() || node.domain() == "ai.onnx" ? node.op_type()
                                                             : node.domain() + "." + node.op_type();
}

// What a node is called in diagnostics: its own name, or that of what it makes.
static llvm::StringRef nameOf(const ::onnx::NodeProto &node) {
  if (!node.name().empty() || node.output_size() == 0)
    return node.name();
  return node.output(0);
}

//===-- Graphs --===//

// A value of the file as a constant; null if its type has no place here.
static Value constantOf(ModelContext &context, const Tensor &tensor) {
  Type element = elementTypeOf(context.build.context(), tensor.type);
  return element ? context.build.constant(RankedTensorType::get(tensor.shape, element), tensor.data)
                 : Value();
}

// Computes what follows from constants alone, as chains of shapes do. A constant's dequantize is
// left: that it was codes is what matters of it.
static void foldConstants(llvm::ArrayRef<Operation *> made, Values &values,
                          const ::onnx::NodeProto &node) {
  constexpr int64_t maximumBytes = int64_t{64} << 20;
  for (Operation *op : made) {
    if (op->getNumOperands() == 0 || !isa<qnn::Evaluable>(op) || isa<qnn::DequantizeOp>(op) ||
        !isMemoryEffectFree(op))
      continue;
    llvm::SmallVector<qnn::Tensor> operands, results;
    int64_t bytes = 0, operandBytes = 0;
    for (Value operand : op->getOperands())
      if (auto constant = operand.getDefiningOp<qnn::ConstantOp>()) {
        operands.push_back(qnn::Tensor::of(constant.getValue(), qnn::tensorType(operand)));
        operandBytes += qnn::byteCountOf(qnn::tensorType(operand));
      }
    for (Value result : op->getResults())
      bytes += qnn::byteCountOf(qnn::tensorType(result));
    if (operands.size() != op->getNumOperands() || bytes > std::max(maximumBytes, operandBytes) ||
        failed(cast<qnn::Evaluable>(op).evaluate(operands, results)))
      continue;
    OpBuilder builder(op);
    for (auto [result, tensor] : llvm::zip_equal(op->getResults(), results)) {
      Value constant = qnn::makeConstant(builder, op->getLoc(), tensor);
      for (const std::string &name : node.output())
        if (values.lookup(name) == result)
          values[name] = constant;
      result.replaceAllUsesWith(constant);
    }
    op->erase();
  }
}

static llvm::SmallVector<Operation *> operatorsBehind(Operation *before, Block *block) {
  llvm::SmallVector<Operation *> operators;
  Operation *op = before ? before->getNextNode() : block->empty() ? nullptr : &block->front();
  for (; op; op = op->getNextNode())
    operators.push_back(op);
  return operators;
}

const Tensor *ModelContext::initializer(llvm::StringRef name) const {
  for (const Graph *graph : llvm::reverse(graphs))
    if (auto found = graph->initializers.find(name); found != graph->initializers.end())
      return &found->second;
  return nullptr;
}

// Makes values of the initializers that a node reads. What has none is lost; that is told once.
void ModelContext::findInputs(const ::onnx::NodeProto &node, Values &values,
                              llvm::StringSet<> &lost) {
  for (const std::string &input : node.input()) {
    if (input.empty() || values.contains(input) || lost.contains(input))
      continue;
    const Tensor *held = initializer(input);
    if (!held)
      emitError(build.getLocation())
          << "input '" << input << "' has no value: nothing before this operator makes it";
    else if (Value value = constantOf(*this, *held))
      values[input] = value;
    else
      emitError(build.getLocation()) << "input '" << input << "': constants of "
                                     << onnx::nameOf(held->type) << " are not supported";
    if (!values.contains(input))
      lost.insert(input);
    else if (isNibble(held->type))
      nibbles.insert(input);
  }
}

// One node whose inputs have values; false after a diagnostic.
bool ModelContext::importNode(const ::onnx::NodeProto &proto, Values &values) {
  Importer import = findImporter(proto);
  Node node(*this, proto, values);
  Block *block = build.ir().getInsertionBlock();
  Operation *before = block->empty() ? nullptr : &block->back();
  if (!import || failed(import(node)) || failed(node.finish()))
    return false;
  auto made = operatorsBehind(before, block);
  // The evaluator takes verified operators only.
  if (!llvm::all_of(made, [](Operation *op) { return succeeded(verify(op)); }))
    return false;
  foldConstants(made, values, proto);
  return true;
}

LogicalResult ModelContext::importNodes(const Graph &graph, Values &values) {
  // Unsupported operators first, all of them: the user should see the whole list at once.
  bool isComplete = true;
  for (auto [index, node] : llvm::enumerate(graph.nodes)) {
    if (findImporter(*node))
      continue;
    emitError(build.location(static_cast<int>(index), kindOf(*node), nameOf(*node)))
        << "this operator is not supported";
    isComplete = false;
  }
  graphs.push_back(&graph);
  auto leave = llvm::make_scope_exit([this] { graphs.pop_back(); });
  // What a node that failed was to make is unknown, and so is what depends on it: only first causes
  // are reported.
  llvm::StringSet<> lost;
  for (auto [index, proto] : llvm::enumerate(graph.nodes)) {
    build.setLocation(
        build.location(static_cast<int>(index), kindOf(*proto), onnx::nameOf(*proto)));
    if (++nodeCount > qnn::maximumOperators)
      return emitError(build.getLocation())
             << "the model has more than " << qnn::maximumOperators << " operators";
    findInputs(*proto, values, lost);
    // Many tensors may be one part of a file beside the model, and codes become floats.
    int64_t most = qnn::maximumBytes + 4 * model.externalBytes();
    if (build.constantBytes() > most)
      return emitError(build.getLocation())
             << "the model's constants take more than the limit of " << most << " bytes";
    auto isLost = [&](const std::string &input) { return lost.contains(input); };
    if (llvm::none_of(proto->input(), isLost) && importNode(*proto, values))
      continue;
    isComplete = false;
    for (const std::string &output : proto->output()) {
      values.erase(output);
      lost.insert(output);
    }
  }
  return success(isComplete);
}

Value ModelContext::result(const Graph &graph, const Values &values, llvm::StringRef name) {
  if (Value value = values.lookup(name))
    return value;
  auto initializer = graph.initializers.find(name);
  return initializer == graph.initializers.end() ? Value() : constantOf(*this, initializer->second);
}

// The extent of an input's dimension: what the file says, or what the user gave to its name or as
// the batch. A first dimension without either is 1.
static FailureOr<int64_t> extentOf(ModelContext &context, const Port &port, size_t d) {
  const Dimension &dimension = port.shape[d];
  auto given = context.options.dimensions.find(dimension.name);
  if (!dimension.extent && given != context.options.dimensions.end())
    return given->second;
  bool isBatch = d == 0 && (!dimension.extent || *dimension.extent == 1);
  if (isBatch && context.options.batch > 0)
    return context.options.batch;
  if (dimension.extent)
    return *dimension.extent;
  if (d == 0)
    return 1;
  llvm::StringRef name = dimension.name.empty() ? "" : llvm::StringRef(dimension.name);
  auto diagnostic = emitError(context.build.getLocation());
  diagnostic << "dimension " << d << " of the input is left open";
  if (name.empty())
    return diagnostic << " and has no name: give the shape when exporting the model";
  return diagnostic << ": give it with --dim " << name << "=N";
}

static FailureOr<RankedTensorType> inputType(ModelContext &context, const Port &port) {
  Type element = elementTypeOf(context.build.context(), port.type);
  if (!element)
    return emitError(context.build.getLocation())
           << "inputs of " << onnx::nameOf(port.type) << " are not supported";
  if (!port.hasShape)
    return emitError(context.build.getLocation()) << "the input has no shape";
  qnn::Shape shape;
  for (size_t d = 0; d < port.shape.size(); ++d) {
    auto extent = extentOf(context, port, d);
    if (failed(extent))
      return failure();
    shape.push_back(*extent);
  }
  if (failed(context.build.checkSize(shape, element)))
    return failure();
  return RankedTensorType::get(shape, element);
}

// An input of plain integers that all its readers take for the same codes is a tensor of codes.
static void nameCodesOfInputs(func::FuncOp function) {
  for (BlockArgument argument : function.getArguments()) {
    Type type;
    bool agree = !argument.use_empty();
    for (Operation *user : argument.getUsers()) {
      auto reinterpret = dyn_cast<qnn::ReinterpretOp>(user);
      agree &= reinterpret && (!type || reinterpret.getType() == type);
      if (reinterpret)
        type = reinterpret.getType();
    }
    if (!agree)
      continue;
    argument.setType(type);
    for (Operation *user : llvm::make_early_inc_range(argument.getUsers())) {
      user->getResult(0).replaceAllUsesWith(argument);
      user->erase();
    }
  }
}

static LogicalResult importMain(ModelContext &context) {
  const Graph &graph = context.model.graph;
  auto &ir = context.build.ir();
  llvm::SmallVector<Type> types;
  llvm::SmallVector<Location> locations;
  bool isComplete = true;
  for (const Port &input : graph.inputs) {
    locations.push_back(context.build.location(0, "input", input.name));
    context.build.setLocation(locations.back());
    auto type = inputType(context, input);
    isComplete &= succeeded(type);
    types.push_back(succeeded(type) ? *type : RankedTensorType());
  }
  if (!isComplete)
    return failure();
  context.build.setLocation(context.build.module().getLoc());
  auto function = ir.create<func::FuncOp>("main", ir.getFunctionType(types, {}));
  Block *block = ir.createBlock(&function.getBody(), {}, types, locations);
  Values values;
  for (auto [i, input] : llvm::enumerate(graph.inputs)) {
    values[input.name] = block->getArgument(static_cast<unsigned>(i));
    function.setArgAttr(static_cast<unsigned>(i), "octet.name", ir.getStringAttr(input.name));
  }
  if (failed(context.importNodes(graph, values)))
    return failure();
  llvm::SmallVector<Value> outputs;
  llvm::SmallVector<Attribute> attributes;
  for (const Port &output : graph.outputs) {
    context.build.setLocation(context.build.location(0, "output", output.name));
    Value value = context.result(graph, values, output.name);
    if (!value)
      return emitError(context.build.getLocation()) << "no operator makes this output";
    outputs.push_back(value);
    attributes.push_back(
        ir.getDictionaryAttr(ir.getNamedAttr("octet.name", ir.getStringAttr(output.name))));
  }
  if (outputs.empty())
    return emitError(context.build.module().getLoc()) << "the model has no outputs";
  ir.create<func::ReturnOp>(outputs);
  nameCodesOfInputs(function);
  function.setFunctionType(
      ir.getFunctionType(block->getArgumentTypes(), block->getTerminator()->getOperandTypes()));
  function.setResAttrsAttr(ir.getArrayAttr(attributes));
  return success();
}

// A name that no input has is a mistake to tell.
static LogicalResult checkDimensions(ModelContext &context) {
  for (const auto &entry : context.options.dimensions) {
    llvm::StringRef name = entry.first;
    bool isUsed = llvm::any_of(context.model.graph.inputs, [&](const Port &port) {
      return llvm::any_of(port.shape, [&](const Dimension &d) { return d.name == name; });
    });
    if (!isUsed)
      return emitError(context.build.module().getLoc())
             << "no input has an open dimension '" << name << "'";
  }
  return success();
}

OwningOpRef<ModuleOp> importOnnx(MLIRContext *context, llvm::StringRef fileName,
                                 llvm::ArrayRef<char> bytes, const import::Options &options) {
  import::Builder build(context, fileName);
  llvm::Expected<Model> model = read(bytes, options.path);
  if (options.releaseFile)
    options.releaseFile();
  if (!model) {
    emitError(build.getLocation()) << llvm::toString(model.takeError());
    return {};
  }
  ModelContext state(*model, build, options);
  if (failed(checkDimensions(state)) || failed(importMain(state)))
    return {};
  return build.take();
}

} // namespace octet::onnx
