// Layers with memory, control flow and variables.
#include "import/tflite/Node.h"
#include "qnn/Evaluate.h"
#include "qnn/Limits.h"
#include "qnn/Ops.h"

#include "flatbuffers/flexbuffers.h"
#include "llvm/ADT/ScopeExit.h"

using namespace mlir;

namespace octet::tflite {

// A variable tensor's new value is what the next run starts from.
static LogicalResult assignState(Node &node, size_t operand, Value value) {
  auto read = node.input(operand).getDefiningOp<qnn::ReadOp>();
  if (!read)
    return node.fail("operand " + llvm::Twine(operand) + " must be a variable tensor");
  node.build.ir().create<qnn::AssignOp>(read.getVariableAttr(), value);
  return success();
}

// Variables are read where they are first used; a second layer that shares one would need the
// first's result, so the binding moves on.
static void rebindState(Node &node, size_t operand, Value value) {
  node.values[node.op.inputs[operand]] = value;
}

static LogicalResult recurrentLayer(Node &node, float cellClip, float projectionClip,
                                    bool timeMajor, bool hasTime) {
  if (node.inputCount() != 20 && node.inputCount() != 24)
    return node.fail("has " + llvm::Twine(node.inputCount()) +
                     " inputs, a full LSTM needs 20 or 24");
  for (size_t required : {0, 2, 3, 4, 6, 7, 8, 13, 14, 15, 18, 19})
    if (!node.has(required))
      return node.fail("input " + llvm::Twine(required) + " is missing");
  Value input = node.input(0);
  if (qnn::isFloat(input) && qnn::isQuantized(node.input(2)))
    return node.fail("float activations with int8 weights are not supported by this operator");
  if (!hasTime) {
    auto shape = qnn::shapeOf(input);
    if (shape.size() != 2)
      return node.fail("input must have rank 2");
    input = node.build.reshape(input, {shape[0], 1, shape[1]});
  }
  // Integer biases and projections are plain numbers to the layer.
  auto plain = [&](size_t i) {
    Value value = node.input(i);
    auto constant = value ? value.getDefiningOp<qnn::ConstantOp>() : qnn::ConstantOp();
    if (!constant || !qnn::isQuantized(value))
      return value;
    auto type = qnn::tensorType(value);
    const qnn::Tensor held = qnn::Tensor::of(constant.getValue(), type);
    return node.build.constant(type.clone(node.build.ir().getI32Type()), held.bytes());
  };
  bool isInteger = qnn::isQuantized(input);
  TypeAttr hidden;
  ArrayAttr preactivations;
  if (isInteger) {
    if (node.op.intermediates.size() != 5)
      return node.fail("an integer LSTM needs its five intermediate tensors");
    auto typeOf = [&](int i) {
      return elementTypeOf(node.build.context(), node.graph.tensors[node.op.intermediates[i]]);
    };
    if (!typeOf(4) || !qnn::Quantization::of(typeOf(4)))
      return node.fail("the hidden state's intermediate tensor has no scale");
    hidden = TypeAttr::get(typeOf(4));
    if (node.has(21)) {
      llvm::SmallVector<Attribute> types;
      for (int i = 0; i < 4; ++i) {
        if (!typeOf(i))
          return node.fail("an intermediate tensor has an unsupported type");
        types.push_back(TypeAttr::get(typeOf(i)));
      }
      preactivations = node.build.ir().getArrayAttr(types);
    }
  }
  Type resultType = isInteger ? node.outputType() : qnn::elementType(input);
  if (!resultType)
    return node.fail("the output type is not supported");
  // The composed form knows the plain layer only; others follow TFLite's own code.
  bool isPlainLayer = node.has(1) && !node.has(10) && !node.has(16) && !node.has(21);
  qnn::Recipe recipe = node.numerics.lstm == qnn::Recipe::composed && !isPlainLayer
                           ? qnn::Recipe::plain
                           : node.numerics.lstm;
  auto numerics =
      isInteger ? node.rounding(qnn::Rounding::doubleAway, recipe) : qnn::NumericsAttr();
  auto in = [&](size_t i) { return node.input(i); };
  auto results = node.build.createMany<qnn::LstmOp>(
      {resultType, qnn::elementType(in(18)), qnn::elementType(in(19))}, input, in(1), in(2), in(3),
      in(4), in(5), in(6), in(7), in(8), in(9), in(10), in(11), plain(12), plain(13), plain(14),
      plain(15), in(16), plain(17), in(18), in(19), in(20), in(21), in(22), in(23),
      llvm::APFloat(cellClip), llvm::APFloat(projectionClip), timeMajor, hidden, preactivations,
      numerics);
  if (results.empty() || failed(assignState(node, 18, results[1])) ||
      failed(assignState(node, 19, results[2])))
    return failure();
  rebindState(node, 18, results[1]);
  rebindState(node, 19, results[2]);
  Value value = results[0];
  if (!hasTime) {
    auto shape = qnn::shapeOf(value);
    value = node.build.reshape(value, {shape[0], shape[2]});
  }
  return node.result(value);
}

LogicalResult lstm(Node &node) {
  const auto *options = node.options<schema::LSTMOptions>();
  if (!options)
    return node.fail("has no options");
  if (options->kernel_type() != schema::LSTMKernelType::FULL)
    return node.fail("the basic kernel is not supported, only the full one");
  if (options->fused_activation_function() != schema::ActivationFunctionType::TANH)
    return node.fail("an activation other than TANH is not supported");
  return recurrentLayer(node, options->cell_clip(), options->proj_clip(), false, false);
}

LogicalResult sequenceLstm(Node &node) {
  const auto *options = node.options<schema::UnidirectionalSequenceLSTMOptions>();
  if (!options)
    return node.fail("has no options");
  if (options->diagonal_recurrent_tensors())
    return node.fail("diagonal recurrent weights are not supported");
  if (options->fused_activation_function() != schema::ActivationFunctionType::TANH)
    return node.fail("an activation other than TANH is not supported");
  return recurrentLayer(node, options->cell_clip(), options->proj_clip(), options->time_major(),
                        true);
}

LogicalResult svdf(Node &node) {
  const auto *options = node.options<schema::SVDFOptions>();
  if (!options)
    return node.fail("has no options");
  // The bias, input 3, may be absent.
  if (node.inputCount() != 5 || node.op.outputs.size() != 1)
    return node.fail("has " + llvm::Twine(node.inputCount()) + " inputs and " +
                     llvm::Twine(node.op.outputs.size()) + " outputs, needs 5 and 1");
  for (size_t required : {0, 1, 2, 4})
    if (!node.has(required))
      return node.fail("input " + llvm::Twine(required) + " is missing");
  Value input = node.input(0), bias = node.input(3);
  if (qnn::isFloat(input) && qnn::isQuantized(node.input(1)))
    return node.fail("float activations with int8 weights are not supported by this operator");
  bool isInteger = qnn::isQuantized(input);
  if (bias && isInteger) {
    auto constant = bias.getDefiningOp<qnn::ConstantOp>();
    if (!constant)
      return node.fail("the bias must be a constant");
    auto type = qnn::tensorType(bias);
    const qnn::Tensor held = qnn::Tensor::of(constant.getValue(), type);
    bias = node.build.constant(type.clone(node.build.ir().getI32Type()), held.bytes());
  }
  Type type = isInteger ? node.outputType() : qnn::elementType(input);
  if (!type)
    return node.fail("the output type is not supported");
  auto numerics = isInteger ? node.rounding(qnn::Rounding::doubleAway) : qnn::NumericsAttr();
  auto results = node.build.createMany<qnn::SvdfOp>(
      {type, qnn::elementType(node.input(4))}, input, node.input(1), node.input(2), bias,
      node.input(4), static_cast<uint64_t>(options->rank()), numerics);
  if (results.empty() || failed(assignState(node, 4, results[1])))
    return failure();
  rebindState(node, 4, results[1]);
  // TFLite's integer kernel leaves the activation to the output's zero point.
  return node.result(isInteger ? results[0]
                               : node.activate(results[0], options->fused_activation_function()));
}

LogicalResult detectionPostprocess(Node &node) {
  if (failed(node.expect(3, 3, 4)))
    return failure();
  std::vector<uint8_t> reuse;
  llvm::ArrayRef<uint8_t> bytes = node.op.customOptions;
  if (bytes.size() < 3 || !flexbuffers::VerifyBuffer(bytes.data(), bytes.size(), &reuse))
    return node.fail("its options are damaged");
  auto map = flexbuffers::GetRoot(bytes.data(), bytes.size()).AsMap();
  auto integer = [&](const char *name, int64_t otherwise) {
    auto value = map[name];
    return value.IsNull() ? otherwise : value.AsInt64();
  };
  auto real = [&](const char *name) { return map[name].AsFloat(); };
  auto asFloat = [&](size_t i) {
    Value value = node.input(i);
    return qnn::isQuantized(value)
               ? node.build.create<qnn::DequantizeOp>(node.build.ir().getF32Type(), value)
               : value;
  };
  Type f32 = node.build.ir().getF32Type();
  llvm::SmallVector<float, 4> scales = {real("y_scale"), real("x_scale"), real("h_scale"),
                                        real("w_scale")};
  auto results = node.build.createMany<qnn::DetectionPostprocessOp>(
      {f32, f32, f32, f32}, asFloat(0), asFloat(1), asFloat(2),
      static_cast<uint64_t>(integer("max_detections", 0)),
      static_cast<uint64_t>(integer("max_classes_per_detection", 1)),
      static_cast<uint64_t>(integer("detections_per_class", 100)), map["use_regular_nms"].AsBool(),
      llvm::APFloat(real("nms_score_threshold")), llvm::APFloat(real("nms_iou_threshold")),
      static_cast<uint64_t>(integer("num_classes", 0)), scales);
  if (results.empty())
    return failure();
  for (size_t i = 0; i < 4; ++i)
    if (failed(node.result(results[i], i)))
      return failure();
  return success();
}

// Fills a region of a loop from one of the model's other graphs.
static LogicalResult importRegion(Node &node, int32_t graphIndex, Region &region) {
  if (graphIndex <= 0 || graphIndex >= static_cast<int32_t>(node.model.model.graphs.size()))
    return node.fail("graph " + llvm::Twine(graphIndex) + " does not exist");
  const Graph &graph = node.model.model.graphs[graphIndex];
  auto &ir = node.build.ir();
  OpBuilder::InsertionGuard guard(ir);
  Location location = ir.getLoc();
  llvm::SmallVector<Type> types;
  for (size_t i = 0; i < node.inputCount(); ++i)
    types.push_back(node.input(i).getType());
  if (graph.inputs.size() != types.size())
    return node.fail("graph " + llvm::Twine(graphIndex) + " has " +
                     llvm::Twine(graph.inputs.size()) + " inputs, the loop " +
                     llvm::Twine(types.size()));
  Block *block =
      ir.createBlock(&region, {}, types, llvm::SmallVector<Location>(types.size(), location));
  Values values;
  for (auto [input, argument] : llvm::zip_equal(graph.inputs, block->getArguments()))
    values[input] = argument;
  if (failed(node.model.importOperators(graph, values)))
    return failure();
  llvm::SmallVector<Value> results;
  for (int output : graph.outputs) {
    Value value = values.lookup(output);
    if (!value)
      return node.fail("no operator makes output " + llvm::Twine(output) + " of graph " +
                       llvm::Twine(graphIndex));
    results.push_back(value);
  }
  ir.setLoc(location);
  ir.create<qnn::YieldOp>(results);
  return success();
}

LogicalResult whileLoop(Node &node) {
  const auto *options = node.options<schema::WhileOptions>();
  if (!options)
    return node.fail("has no options");
  if (failed(node.expect(node.inputCount(), node.inputCount(), node.inputCount())))
    return failure();
  // A graph that loops over itself would never end here.
  const Graph *self = &node.graph;
  for (int32_t index : {options->cond_subgraph_index(), options->body_subgraph_index()})
    if (index > 0 && index < static_cast<int32_t>(node.model.model.graphs.size()) &&
        &node.model.model.graphs[index] <= self)
      return node.fail("graph " + llvm::Twine(index) +
                       " comes before the graph that loops over it");
  if (node.model.loopDepth == qnn::maximumLoopDepth)
    return node.fail("loops lie more than " + llvm::Twine(qnn::maximumLoopDepth) +
                     " deep inside each other");
  ++node.model.loopDepth;
  auto leave = llvm::make_scope_exit([&] { --node.model.loopDepth; });
  auto &ir = node.build.ir();
  llvm::SmallVector<Value> initial;
  for (size_t i = 0; i < node.inputCount(); ++i)
    initial.push_back(node.input(i));
  auto loop = ir.create<qnn::WhileOp>(ValueRange(initial).getTypes(), initial);
  if (failed(importRegion(node, options->cond_subgraph_index(), loop.getCondition())) ||
      failed(importRegion(node, options->body_subgraph_index(), loop.getBody())))
    return failure();
  for (auto [i, value] : llvm::enumerate(loop.getResults()))
    if (failed(node.result(value, i)))
      return failure();
  return success();
}

// CALL_ONCE runs a graph before the first run; all it can do is give variables their first values.
LogicalResult callOnce(Node &node) {
  const auto *options = node.options<schema::CallOnceOptions>();
  int32_t index = options ? options->init_subgraph_index() : -1;
  if (index <= 0 || index >= static_cast<int32_t>(node.model.model.graphs.size()))
    return node.fail("graph " + llvm::Twine(index) + " does not exist");
  const Graph &graph = node.model.model.graphs[index];
  llvm::DenseMap<int, std::string> handles;
  for (const Operator &op : graph.operators) {
    if (op.code == schema::BuiltinOperator::VAR_HANDLE && op.outputs.size() == 1) {
      const auto *handle = op.options<schema::VarHandleOptions>();
      handles[op.outputs[0]] = handle && handle->shared_name() ? handle->shared_name()->str() : "";
      continue;
    }
    if (op.code != schema::BuiltinOperator::ASSIGN_VARIABLE || op.inputs.size() != 2 ||
        op.inputs[0] < 0 || op.inputs[1] < 0 || !handles.contains(op.inputs[0]))
      return node.fail(
          "an initialization other than assigning constants to variables is not supported");
    const Tensor &tensor = graph.tensors[op.inputs[1]];
    Type element = elementTypeOf(node.build.context(), tensor);
    if (!element || !tensor.data)
      return node.fail("a variable's first value must be a constant");
    auto &ir = node.build.ir();
    OpBuilder::InsertionGuard guard(ir);
    ir.setInsertionPointToStart(node.build.module().getBody());
    std::string symbol = "variable" + std::to_string(node.model.variables.size());
    auto type = RankedTensorType::get(tensor.shape, element);
    ir.create<qnn::VariableOp>(symbol, type, qnn::makeElements(qnn::Tensor(type, *tensor.data)));
    node.model.variables[handles[op.inputs[0]]] = symbol;
  }
  return success();
}

LogicalResult variableHandle(Node &node) {
  const auto *options = node.options<schema::VarHandleOptions>();
  if (failed(node.expect(0, 0)))
    return failure();
  node.model.handles[node.op.outputs[0]] =
      options && options->shared_name() ? options->shared_name()->str() : "";
  return success();
}

// The variable behind a resource operand; null with a diagnostic if it was never given a value.
static qnn::VariableOp findVariable(Node &node) {
  auto handle = node.op.inputs.empty() ? node.model.handles.end()
                                       : node.model.handles.find(node.op.inputs[0]);
  auto symbol = handle == node.model.handles.end() ? node.model.variables.end()
                                                   : node.model.variables.find(handle->second);
  if (symbol == node.model.variables.end()) {
    node.error() << "the variable has no first value";
    return {};
  }
  return node.build.module().lookupSymbol<qnn::VariableOp>(symbol->second);
}

LogicalResult readVariable(Node &node) {
  auto variable = findVariable(node);
  if (!variable || node.op.outputs.size() != 1)
    return failure();
  auto &ir = node.build.ir();
  return node.result(ir.create<qnn::ReadOp>(cast<RankedTensorType>(variable.getType()),
                                            FlatSymbolRefAttr::get(variable.getSymNameAttr())));
}

LogicalResult assignVariable(Node &node) {
  auto variable = findVariable(node);
  if (!variable || node.inputCount() != 2 || !node.has(1))
    return failure();
  if (variable.getType() != node.input(1).getType())
    return node.error() << "a value of type " << node.input(1).getType()
                        << " does not fit the variable's " << variable.getType();
  node.build.ir().create<qnn::AssignOp>(FlatSymbolRefAttr::get(variable.getSymNameAttr()),
                                        node.input(1));
  return success();
}

} // namespace octet::tflite
