#include "import/tflite/Import.h"
#include "import/tflite/Node.h"
#include "qnn/Limits.h"
#include "qnn/Ops.h"

#include "llvm/ADT/StringSwitch.h"

#include <cmath>

using namespace mlir;

namespace octet::tflite {

using qnn::BinaryKind;
using qnn::ReduceKind;
using qnn::UnaryKind;
using schema::ActivationFunctionType;
using schema::BuiltinOperator;
using schema::TensorType;

namespace {
struct Row {
  BuiltinOperator code;
  Importer import;
};
} // namespace

// Every operator that is imported. A custom operator has its own table below.
static const Row rows[] = {
    {BuiltinOperator::ABS, unary<UnaryKind::abs>},
    {BuiltinOperator::ADD, add},
    {BuiltinOperator::ADD_N, addMany},
    {BuiltinOperator::ARG_MAX, argExtreme<false>},
    {BuiltinOperator::ARG_MIN, argExtreme<true>},
    {BuiltinOperator::ASSIGN_VARIABLE, assignVariable},
    {BuiltinOperator::AVERAGE_POOL_2D, averagePool},
    {BuiltinOperator::BATCH_MATMUL, batchMatmul},
    {BuiltinOperator::BATCH_TO_SPACE_ND, batchToSpace},
    {BuiltinOperator::BROADCAST_TO, broadcastTo},
    {BuiltinOperator::CALL_ONCE, callOnce},
    {BuiltinOperator::CAST, cast},
    {BuiltinOperator::CEIL, unary<UnaryKind::ceil>},
    {BuiltinOperator::CONCATENATION, concatenation},
    {BuiltinOperator::CONV_2D, convolution},
    {BuiltinOperator::COS, unary<UnaryKind::cos>},
    {BuiltinOperator::DEPTHWISE_CONV_2D, depthwiseConvolution},
    {BuiltinOperator::DEPTH_TO_SPACE, depthToSpace},
    {BuiltinOperator::DEQUANTIZE, dequantize},
    {BuiltinOperator::DIV, divide},
    {BuiltinOperator::ELU, unary<UnaryKind::elu>},
    {BuiltinOperator::EMBEDDING_LOOKUP, embeddingLookup},
    {BuiltinOperator::EQUAL, binary<BinaryKind::equal>},
    {BuiltinOperator::EXP, unary<UnaryKind::exp>},
    {BuiltinOperator::EXPAND_DIMS, expandDims},
    {BuiltinOperator::FILL, fill},
    {BuiltinOperator::FLOOR, unary<UnaryKind::floor>},
    {BuiltinOperator::FLOOR_DIV, binary<BinaryKind::floorDivide>},
    {BuiltinOperator::FLOOR_MOD, binary<BinaryKind::floorModulo>},
    {BuiltinOperator::FULLY_CONNECTED, fullyConnected},
    {BuiltinOperator::GATHER, gather},
    {BuiltinOperator::GATHER_ND, gatherNd},
    {BuiltinOperator::GELU, gelu},
    {BuiltinOperator::GREATER, binary<BinaryKind::greater>},
    {BuiltinOperator::GREATER_EQUAL, binary<BinaryKind::greaterEqual>},
    {BuiltinOperator::HARD_SWISH, unary<UnaryKind::hardSwish>},
    {BuiltinOperator::L2_NORMALIZATION, l2Normalization},
    {BuiltinOperator::LEAKY_RELU, leakyRelu},
    {BuiltinOperator::LESS, binary<BinaryKind::less>},
    {BuiltinOperator::LESS_EQUAL, binary<BinaryKind::lessEqual>},
    {BuiltinOperator::LOG, unary<UnaryKind::log>},
    {BuiltinOperator::LOGICAL_AND, binary<BinaryKind::logicalAnd>},
    {BuiltinOperator::LOGICAL_NOT, unary<UnaryKind::logicalNot>},
    {BuiltinOperator::LOGICAL_OR, binary<BinaryKind::logicalOr>},
    {BuiltinOperator::LOGISTIC, unary<UnaryKind::logistic>},
    {BuiltinOperator::LOG_SOFTMAX, logSoftmax},
    {BuiltinOperator::LSTM, lstm},
    {BuiltinOperator::MAXIMUM, binary<BinaryKind::maximum>},
    {BuiltinOperator::MAX_POOL_2D, maxPool},
    {BuiltinOperator::MEAN, reduce<ReduceKind::mean>},
    {BuiltinOperator::MINIMUM, binary<BinaryKind::minimum>},
    {BuiltinOperator::MIRROR_PAD, mirrorPad},
    {BuiltinOperator::MUL, multiply},
    {BuiltinOperator::NEG, unary<UnaryKind::negate>},
    {BuiltinOperator::NOT_EQUAL, binary<BinaryKind::notEqual>},
    {BuiltinOperator::PACK, pack},
    {BuiltinOperator::PAD, pad},
    {BuiltinOperator::PADV2, pad},
    {BuiltinOperator::PRELU, prelu},
    {BuiltinOperator::QUANTIZE, quantize},
    {BuiltinOperator::RANGE, range},
    {BuiltinOperator::RANK, rank},
    {BuiltinOperator::READ_VARIABLE, readVariable},
    {BuiltinOperator::REDUCE_ALL, reduce<ReduceKind::all>},
    {BuiltinOperator::REDUCE_ANY, reduce<ReduceKind::any>},
    {BuiltinOperator::REDUCE_MAX, reduce<ReduceKind::maximum>},
    {BuiltinOperator::REDUCE_MIN, reduce<ReduceKind::minimum>},
    {BuiltinOperator::REDUCE_PROD, reduce<ReduceKind::product>},
    {BuiltinOperator::RELU, activation<ActivationFunctionType::RELU>},
    {BuiltinOperator::RELU6, activation<ActivationFunctionType::RELU6>},
    {BuiltinOperator::RELU_N1_TO_1, activation<ActivationFunctionType::RELU_N1_TO_1>},
    {BuiltinOperator::RESHAPE, reshape},
    {BuiltinOperator::RESIZE_BILINEAR, resizeBilinear},
    {BuiltinOperator::RESIZE_NEAREST_NEIGHBOR, resizeNearest},
    {BuiltinOperator::REVERSE_V2, reverse},
    {BuiltinOperator::ROUND, unary<UnaryKind::round>},
    {BuiltinOperator::RSQRT, unary<UnaryKind::rsqrt>},
    {BuiltinOperator::SCATTER_ND, scatterNd},
    {BuiltinOperator::SELECT, select},
    {BuiltinOperator::SELECT_V2, select},
    {BuiltinOperator::SHAPE, shape},
    {BuiltinOperator::SIGN, unary<UnaryKind::sign>},
    {BuiltinOperator::SIN, unary<UnaryKind::sin>},
    {BuiltinOperator::SLICE, slice},
    {BuiltinOperator::SOFTMAX, softmax},
    {BuiltinOperator::SPACE_TO_BATCH_ND, spaceToBatch},
    {BuiltinOperator::SPACE_TO_DEPTH, spaceToDepth},
    {BuiltinOperator::SPLIT, split},
    {BuiltinOperator::SPLIT_V, splitByVector},
    {BuiltinOperator::SQRT, unary<UnaryKind::sqrt>},
    {BuiltinOperator::SQUARE, unary<UnaryKind::square>},
    {BuiltinOperator::SQUARED_DIFFERENCE, binary<BinaryKind::squaredDifference>},
    {BuiltinOperator::SQUEEZE, squeeze},
    {BuiltinOperator::STRIDED_SLICE, stridedSlice},
    {BuiltinOperator::SUB, subtract},
    {BuiltinOperator::SUM, reduce<ReduceKind::sum>},
    {BuiltinOperator::SVDF, svdf},
    {BuiltinOperator::TANH, unary<UnaryKind::tanh>},
    {BuiltinOperator::TILE, tile},
    {BuiltinOperator::TOPK_V2, topK},
    {BuiltinOperator::TRANSPOSE, transpose},
    {BuiltinOperator::TRANSPOSE_CONV, transposedConvolution},
    {BuiltinOperator::UNIDIRECTIONAL_SEQUENCE_LSTM, sequenceLstm},
    {BuiltinOperator::UNPACK, unpack},
    {BuiltinOperator::VAR_HANDLE, variableHandle},
    {BuiltinOperator::WHERE, where},
    {BuiltinOperator::WHILE, whileLoop},
    {BuiltinOperator::ZEROS_LIKE, zerosLike},
};

static Importer findImporter(const Operator &op) {
  if (op.code == BuiltinOperator::CUSTOM)
    return llvm::StringSwitch<Importer>(op.name)
        .Case("CUSTOM:TFLite_Detection_PostProcess", detectionPostprocess)
        .Default(nullptr);
  for (const Row &row : rows)
    if (row.code == op.code)
      return row.import;
  return nullptr;
}

Type elementTypeOf(MLIRContext *context, const Tensor &tensor) {
  auto integer = [&](unsigned bits, bool isSigned) -> Type {
    if (!tensor.quantization) {
      bool isPlainSigned = isSigned || bits == 1;
      return IntegerType::get(context, bits,
                              isPlainSigned ? IntegerType::Signless : IntegerType::Unsigned);
    }
    const Quantization &quantization = *tensor.quantization;
    llvm::SmallVector<double> scales(quantization.scales.begin(), quantization.scales.end());
    qnn::Storage storage = qnn::fullStorage(bits, isSigned);
    if (scales.size() == 1)
      return qnn::quantizedType(context, storage, scales[0], quantization.zeroPoints[0]);
    return qnn::quantizedType(context, storage, scales, quantization.zeroPoints, quantization.axis);
  };
  switch (tensor.type) {
  case TensorType::FLOAT32:
    return Float32Type::get(context);
  case TensorType::FLOAT16:
    return Float16Type::get(context);
  case TensorType::FLOAT64:
    return Float64Type::get(context);
  case TensorType::UINT8:
  case TensorType::UINT4:
    return integer(8, false);
  case TensorType::INT8:
  case TensorType::INT4:
    return integer(8, true);
  case TensorType::INT16:
    return integer(16, true);
  case TensorType::INT32:
    return integer(32, true);
  case TensorType::UINT32:
    return IntegerType::get(context, 32, IntegerType::Unsigned);
  case TensorType::UINT16:
    return IntegerType::get(context, 16, IntegerType::Unsigned);
  case TensorType::INT64:
    return IntegerType::get(context, 64);
  case TensorType::BOOL:
    return IntegerType::get(context, 1);
  default:
    return {};
  }
}

//===-- Node --===//

FailureOr<llvm::SmallVector<int64_t>> Node::constants(size_t i) const {
  Value value = input(i);
  auto constant = value ? value.getDefiningOp<qnn::ConstantOp>() : qnn::ConstantOp();
  if (!constant)
    return fail("operand " + llvm::Twine(i) + " must be a constant");
  auto tensor = qnn::Tensor::of(constant.getValue(), qnn::tensorType(value));
  if (tensor.isFloat())
    return fail("operand " + llvm::Twine(i) + " must be integers");
  llvm::SmallVector<int64_t> integers;
  for (int64_t k = 0; k < tensor.size(); ++k)
    integers.push_back(tensor.integer(k));
  return integers;
}

LogicalResult Node::result(Value value, size_t i) {
  if (!value)
    return failure();
  values[op.outputs[i]] = value;
  return success();
}

LogicalResult Node::expect(size_t least, size_t most, size_t outputs) const {
  if (inputCount() < least || inputCount() > most || op.outputs.size() != outputs)
    return fail(
        "has " + llvm::Twine(inputCount()) + " inputs and " + llvm::Twine(op.outputs.size()) +
        " outputs, needs " +
        (least == most ? llvm::Twine(least) : llvm::Twine(least) + " to " + llvm::Twine(most))
            .str() +
        " and " + llvm::Twine(outputs));
  for (size_t i = 0; i < least; ++i)
    if (!has(i))
      return fail("input " + llvm::Twine(i) + " is missing");
  return success();
}

FailureOr<int64_t> Node::axis(int64_t axis, int64_t rank) const {
  if (axis < -rank || axis >= rank)
    return fail("axis " + llvm::Twine(axis) + " is out of range for rank " + llvm::Twine(rank));
  return axis < 0 ? axis + rank : axis;
}

Value Node::activate(Value value, ActivationFunctionType activation) const {
  if (!value || activation == ActivationFunctionType::NONE)
    return value;
  double low = 0, high = INFINITY;
  switch (activation) {
  case ActivationFunctionType::RELU:
    break;
  case ActivationFunctionType::RELU6:
    high = 6;
    break;
  case ActivationFunctionType::RELU_N1_TO_1:
    low = -1, high = 1;
    break;
  default:
    error() << "fused activation " << schema::EnumNameActivationFunctionType(activation)
            << " is not supported";
    return {};
  }
  Type type = qnn::elementType(value);
  if (auto quantization = qnn::Quantization::of(type)) {
    // CalculateActivationRangeQuantized: the code nearest to the bound, half away from zero.
    auto code = [&](double bound, double otherwise) {
      if (std::isinf(bound))
        return otherwise;
      float rounded =
          std::round(static_cast<float>(bound) / static_cast<float>(quantization->scale()));
      return static_cast<double>(quantization->zeroPoint()) + static_cast<double>(rounded);
    };
    auto lowest = static_cast<double>(quantization->storage.lowest),
         highest = static_cast<double>(quantization->storage.highest);
    low = std::clamp(code(low, lowest), lowest, highest);
    high = std::clamp(code(high, highest), low, highest);
    if (low == lowest && high == highest)
      return value;
  }
  return build.create<qnn::ClampOp>(type, value, build.ir().getF64FloatAttr(low),
                                    build.ir().getF64FloatAttr(high));
}

//===-- Graphs --===//

// A value of the file as a constant; null if the tensor has none.
static Value constantOf(ModelContext &context, const Tensor &tensor) {
  Type element = elementTypeOf(context.build.context(), tensor);
  if (!element || (!tensor.data && tensor.elementCount() != 0))
    return {};
  auto type = RankedTensorType::get(tensor.shape, element);
  return context.build.constant(type, tensor.data ? *tensor.data : llvm::ArrayRef<char>());
}

// A tensor that keeps its value between runs: a variable that starts at zero.
static Value readVariableTensor(ModelContext &context, const Graph &graph, int index) {
  const Tensor &tensor = graph.tensors[index];
  Type element = elementTypeOf(context.build.context(), tensor);
  if (!element)
    return {};
  if (failed(context.build.checkSize(tensor.shape, element)))
    return {};
  auto type = RankedTensorType::get(tensor.shape, element);
  std::string symbol = "state" + std::to_string(index);
  qnn::Tensor zero(type);
  if (auto quantization = qnn::Quantization::of(element))
    for (int64_t i = 0; i < zero.size(); ++i)
      zero.setInteger(i, quantization->zeroPoint());
  auto &ir = context.build.ir();
  if (!context.build.module().lookupSymbol(symbol)) {
    OpBuilder::InsertionGuard guard(ir);
    ir.setInsertionPointToStart(context.build.module().getBody());
    ir.create<qnn::VariableOp>(symbol, type, qnn::makeElements(zero));
  }
  return ir.create<qnn::ReadOp>(type, FlatSymbolRefAttr::get(context.build.context(), symbol));
}

// Counts an operator; a model beyond the limits is told once.
LogicalResult ModelContext::checkLimits() {
  if (isTooLarge)
    return failure();
  isTooLarge = ++operatorCount > qnn::maximumOperators || build.constantBytes() > qnn::maximumBytes;
  if (operatorCount > qnn::maximumOperators)
    emitError(build.getLocation()) << "the model has more than " << qnn::maximumOperators
                                   << " operators, with those of its loops";
  else if (isTooLarge)
    emitError(build.getLocation())
        << "the model's constants take more than the limit of " << qnn::maximumBytes << " bytes";
  return failure(isTooLarge);
}

LogicalResult ModelContext::importOperators(const Graph &graph, Values &values) {
  // Unsupported operators first, all of them: the user should see the whole list at once.
  bool isComplete = true;
  for (const Operator &op : graph.operators) {
    if (findImporter(op))
      continue;
    llvm::StringRef name =
        op.outputs.empty() ? "" : llvm::StringRef(graph.tensors[op.outputs[0]].name);
    emitError(build.location(op.index, op.name, name)) << "this operator is not supported";
    isComplete = false;
  }
  // What an operator that failed was to make is unknown, and so is what depends on it: only first
  // causes are reported.
  llvm::DenseSet<int> lost;
  for (const Operator &op : graph.operators) {
    for (int input : op.inputs) {
      if (input < 0 || values.contains(input))
        continue;
      const Tensor &tensor = graph.tensors[input];
      if (tensor.type == TensorType::RESOURCE && handles.contains(input))
        continue;
      build.setLocation(build.location(op.index, op.name, tensor.name));
      Value value =
          tensor.isVariable ? readVariableTensor(*this, graph, input) : constantOf(*this, tensor);
      if (value) {
        values[input] = value;
      } else if (lost.insert(input).second && isComplete) {
        emitError(build.getLocation())
            << "input tensor " << input
            << " has no value: nothing before this operator makes it, or its type is not supported";
        isComplete = false;
      }
    }
    llvm::StringRef name =
        op.outputs.empty() ? "" : llvm::StringRef(graph.tensors[op.outputs[0]].name);
    build.setLocation(build.location(op.index, op.name, name));
    auto isLost = [&](int input) { return lost.contains(input); };
    Importer import = findImporter(op);
    Node node(*this, graph, op, values);
    if (failed(checkLimits()))
      return failure();
    if (!import || llvm::any_of(op.inputs, isLost) || failed(import(node))) {
      isComplete = false;
      for (int output : op.outputs)
        if (!values.contains(output))
          lost.insert(output);
    }
  }
  return success(isComplete);
}

static NamedAttribute nameAttribute(Builder &ir, llvm::StringRef name) {
  return ir.getNamedAttr("octet.name", ir.getStringAttr(name));
}

// A tensor whose number of rows is known only at run time can be an output, for which its count
// becomes one more output, and nothing else.
static LogicalResult addRowCounts(OpBuilder &ir, llvm::SmallVectorImpl<Value> &outputs,
                                  llvm::SmallVectorImpl<Attribute> &attributes) {
  LogicalResult result = success();
  ir.getInsertionBlock()->walk([&](qnn::WhereOp where) {
    if (where.getCoordinates().use_empty())
      return;
    emitError(where.getLoc()) << "the number of rows is known only at run time: only an output of "
                                 "the model can be such a tensor";
    result = failure();
  });
  for (size_t i = 0, count = outputs.size(); i < count; ++i)
    if (auto where = outputs[i].getDefiningOp<qnn::WhereOp>()) {
      llvm::SmallVector<NamedAttribute> named(cast<DictionaryAttr>(attributes[i]).getValue());
      named.push_back(ir.getNamedAttr("octet.row_count",
                                      ir.getI64IntegerAttr(static_cast<int64_t>(outputs.size()))));
      attributes[i] = ir.getDictionaryAttr(named);
      auto name = cast<DictionaryAttr>(attributes[i]).getAs<StringAttr>("octet.name");
      outputs.push_back(where.getCount());
      attributes.push_back(
          ir.getDictionaryAttr(nameAttribute(ir, (name.getValue() + " rows").str())));
    }
  return result;
}

// Shapes of the main graph's inputs, with the batch that was asked for.
static RankedTensorType inputType(MLIRContext *context, const Tensor &tensor, int64_t batch) {
  Type element = elementTypeOf(context, tensor);
  if (!element)
    return {};
  qnn::Shape shape(tensor.shape.begin(), tensor.shape.end());
  if (batch > 0 && !shape.empty() && (tensor.isFree[0] || shape[0] == 1))
    shape[0] = batch;
  return RankedTensorType::get(shape, element);
}

static LogicalResult importMain(ModelContext &context, const import::Options &options) {
  const Graph &graph = context.model.graphs[0];
  auto &ir = context.build.ir();
  llvm::SmallVector<Type> types;
  llvm::SmallVector<Location> locations;
  for (int input : graph.inputs) {
    const Tensor &tensor = graph.tensors[input];
    locations.push_back(context.build.location(0, "input", tensor.name));
    types.push_back(inputType(ir.getContext(), tensor, options.batch));
    if (!types.back())
      return emitError(locations.back())
             << "inputs of type " << schema::EnumNameTensorType(tensor.type)
             << " are not supported";
    context.build.setLocation(locations.back());
    auto type = cast<RankedTensorType>(types.back());
    if (failed(context.build.checkSize(type.getShape(), type.getElementType())))
      return failure();
  }
  context.build.setLocation(context.build.module().getLoc());
  auto function = ir.create<func::FuncOp>("main", ir.getFunctionType(types, {}));
  Block *block = ir.createBlock(&function.getBody(), {}, types, locations);
  Values values;
  for (auto [index, argument] : llvm::zip_equal(graph.inputs, block->getArguments()))
    values[index] = argument;
  for (auto [i, name] : llvm::enumerate(graph.inputNames))
    function.setArgAttr(static_cast<unsigned>(i), "octet.name", ir.getStringAttr(name));
  if (failed(context.importOperators(graph, values)))
    return failure();
  llvm::SmallVector<Value> outputs;
  llvm::SmallVector<Attribute> outputAttributes;
  for (auto [i, output] : llvm::enumerate(graph.outputs)) {
    const Tensor &tensor = graph.tensors[output];
    context.build.setLocation(context.build.location(0, "output", tensor.name));
    Value value = values.lookup(output);
    if (!value)
      value = constantOf(context, tensor);
    if (!value)
      return emitError(context.build.getLocation()) << "no operator makes output tensor " << output;
    outputs.push_back(value);
    outputAttributes.push_back(ir.getDictionaryAttr(nameAttribute(ir, graph.outputNames[i])));
  }
  if (failed(addRowCounts(ir, outputs, outputAttributes)))
    return failure();
  ir.create<func::ReturnOp>(outputs);
  function.setFunctionType(ir.getFunctionType(types, ValueRange(outputs).getTypes()));
  function.setResAttrsAttr(ir.getArrayAttr(outputAttributes));
  return success();
}

OwningOpRef<ModuleOp> importTflite(MLIRContext *context, llvm::StringRef fileName,
                                   llvm::ArrayRef<char> bytes, const import::Options &options) {
  import::Builder build(context, fileName);
  llvm::Expected<Model> model = read(bytes);
  if (!model) {
    emitError(build.getLocation()) << llvm::toString(model.takeError());
    return {};
  }
  ModelContext state(*model, build, *options.numerics);
  if (failed(importMain(state, options)))
    return {};
  return build.take();
}

} // namespace octet::tflite
