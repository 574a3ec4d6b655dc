#include "driver/Inspect.h"
#include "qnn/Checks.h"
#include "qnn/Geometry.h"
#include "qnn/Location.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <map>

using namespace mlir;

namespace octet::driver {

namespace {

struct Group {
  int64_t count = 0, macs = 0;
};

struct Summary {
  /// Operators of the file by kind and by the types that they compute with.
  std::vector<std::pair<std::string, std::string>> order;
  std::map<std::pair<std::string, std::string>, Group> groups;
  std::vector<std::string> floats;        ///< operators that compute in float beside quantized ones
  llvm::SmallVector<std::string> remarks; ///< of passes
  int64_t operators = 0, macs = 0, constantBytes = 0, quantized = 0;
};

std::string shortType(Type elementType) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (auto quantization = qnn::Quantization::of(elementType))
    stream << (quantization->storage.isSigned ? "i" : "u") << quantization->storage.bits
           << (quantization->isPerAxis() ? " per channel" : "");
  else
    stream << elementType;
  return text;
}

std::string shapeText(llvm::ArrayRef<int64_t> shape) {
  std::string text;
  for (int64_t extent : shape)
    text += (text.empty() ? "" : "x") + std::to_string(extent);
  return text.empty() ? "scalar" : text;
}

std::string quantizationText(Type type) {
  auto quantization = qnn::Quantization::of(type);
  if (!quantization)
    return "";
  if (quantization->isPerAxis())
    return "per channel";
  std::string text;
  llvm::raw_string_ostream(text) << "scale " << llvm::format("%.6g", quantization->scale())
                                 << ", zero point " << quantization->zeroPoint();
  return text;
}

// "i8 x i8 per channel": what the file's operator computes with, told by the first of its operators
// that has operands.
std::string operandTypes(Operation *op) {
  std::string text = shortType(qnn::elementType(op->getOperand(0)));
  bool hasWeights = isa<qnn::Conv2dOp, qnn::DepthwiseConv2dOp, qnn::DenseOp, qnn::Conv2dTransposeOp,
                        qnn::BatchMatmulOp>(op);
  return hasWeights ? text + " x " + shortType(qnn::elementType(op->getOperand(1))) : text;
}

// Why an operator that computes with floats is none on codes.
std::string reasonForFloat(Operation *op) {
  bool isContraction = isa<qnn::Conv2dOp, qnn::DepthwiseConv2dOp, qnn::DenseOp,
                           qnn::Conv2dTransposeOp, qnn::BatchMatmulOp>(op);
  auto isCoded = [](Value value) { return value.getDefiningOp<qnn::DequantizeOp>() != nullptr; };
  if (llvm::none_of(op->getOperands(), isCoded))
    return "its operands are floats in the file";
  if (isContraction && !isCoded(op->getOperand(0)))
    return "its input is a float in the file";
  if (isContraction && !isCoded(op->getOperand(1)))
    return "its weights are floats in the file";
  if (isContraction)
    return "no sum of codes has its scales";
  return "between codes, in registers of the kernel around it";
}

Summary summarize(func::FuncOp function) {
  Summary summary;
  llvm::MapVector<unsigned, std::pair<std::string, std::vector<Operation *>>> bySource;
  function.walk([&](Operation *op) {
    if (auto constant = dyn_cast<qnn::ConstantOp>(op)) {
      summary.constantBytes += qnn::byteCountOf(qnn::tensorType(constant.getResult()));
      return;
    }
    auto sources = qnn::sourcesOf(op->getLoc());
    if (sources.empty() || op->getNumOperands() == 0 || sources.front().kind == "output" ||
        sources.front().kind == "input")
      return;
    auto &entry = bySource[sources.front().index];
    entry.first = sources.front().kind;
    entry.second.push_back(op);
  });
  llvm::SmallVector<std::pair<Operation *, std::string>> floats;
  for (auto &[index, entry] : bySource) {
    auto &[kind, ops] = entry;
    Operation *first = ops.front();
    int64_t macs = 0;
    bool computesFloat = false;
    for (Operation *op : ops) {
      if (qnn::multiplyAccumulates(op) > 0)
        first = op;
      macs += qnn::multiplyAccumulates(op);
      bool isBorder =
          isa<qnn::QuantizeOp, qnn::DequantizeOp, qnn::CastOp>(op) || op->hasTrait<qnn::Movement>();
      computesFloat |= !isBorder && op->getNumResults() > 0 && qnn::isFloat(op->getOperand(0)) &&
                       qnn::isFloat(op->getResult(0));
      summary.quantized += op->getNumResults() > 0 && qnn::isQuantized(op->getResult(0));
    }
    auto [place, isNew] = summary.groups.try_emplace({kind, operandTypes(first)});
    if (isNew)
      summary.order.push_back(place->first);
    Group &group = place->second;
    ++group.count;
    group.macs += macs;
    summary.macs += macs;
    ++summary.operators;
    if (computesFloat)
      summary.floats.push_back(qnn::describe(first->getLoc()) + ": " + reasonForFloat(first));
  }
  return summary;
}

struct Memory {
  int64_t arena = 0, lowerBound = 0, variables = 0, inputs = 0, outputs = 0, kernels = 0;
};

int64_t attribute(func::FuncOp function, llvm::StringRef name) {
  auto value = function->getAttrOfType<IntegerAttr>(name);
  return value ? value.getInt() : 0;
}

Memory memoryOf(func::FuncOp function) {
  Memory memory{attribute(function, "octet.arena_bytes"),
                attribute(function, "octet.arena_lower_bound"),
                attribute(function, "octet.state_bytes")};
  for (Type type : function.getArgumentTypes())
    memory.inputs += qnn::byteCountOf(cast<RankedTensorType>(type));
  for (Type type : function.getResultTypes())
    memory.outputs += qnn::byteCountOf(cast<RankedTensorType>(type));
  function.walk([&](qnn::KernelOp) { ++memory.kernels; });
  return memory;
}

std::string nameOf(DictionaryAttr attributes) {
  auto name = attributes ? attributes.getAs<StringAttr>("octet.name") : StringAttr();
  return name ? name.str() : "";
}

void writeText(func::FuncOp function, const Summary &summary, const Memory &memory,
               const std::string &target, const Writer &write) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  auto tensor = [&](const char *what, Type type, DictionaryAttr attributes) {
    auto tensorType = cast<RankedTensorType>(type);
    stream << what << nameOf(attributes) << "\n        " << shapeText(tensorType.getShape()) << " "
           << shortType(tensorType.getElementType());
    std::string quantization = quantizationText(type);
    stream << (quantization.empty() ? "" : ", ") << quantization << "\n";
  };
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    tensor("input   ", function.getArgumentTypes()[i], function.getArgAttrDict(i));
  for (unsigned i = 0; i < function.getNumResults(); ++i)
    tensor("output  ", function.getResultTypes()[i], function.getResultAttrDict(i));
  stream << "\n"
         << llvm::left_justify("operator", 34) << llvm::left_justify("types", 24)
         << llvm::right_justify("count", 7) << llvm::right_justify("MMAC", 11) << "\n";
  for (const auto &key : summary.order) {
    const Group &group = summary.groups.at(key);
    std::string macs;
    llvm::raw_string_ostream(macs) << llvm::format("%.3f", static_cast<double>(group.macs) * 1e-6);
    stream << llvm::left_justify(key.first, 34) << llvm::left_justify(key.second, 24)
           << llvm::right_justify(std::to_string(group.count), 7)
           << llvm::right_justify(group.macs ? macs : "", 11) << "\n";
  }
  stream << summary.operators << " operators, "
         << llvm::format("%.3f", static_cast<double>(summary.macs) * 1e-6)
         << " million multiply-accumulates\n\n";
  if (!summary.floats.empty() && summary.quantized > 0) {
    stream << "in float:\n";
    for (const std::string &name : summary.floats)
      stream << "  " << name << "\n";
    stream << "\n";
  }
  for (const std::string &remark : summary.remarks)
    stream << remark << (&remark == &summary.remarks.back() ? "\n\n" : "\n");
  auto row = [&](const char *what, int64_t bytes) {
    stream << llvm::left_justify(what, 34) << llvm::right_justify(std::to_string(bytes), 14)
           << " bytes\n";
  };
  row("constants in the file", summary.constantBytes);
  row("inputs", memory.inputs);
  row("outputs", memory.outputs);
  row("variables", memory.variables);
  row("arena", memory.arena);
  row("arena, lower bound by liveness", memory.lowerBound);
  stream << memory.kernels << " kernels for " << target << "\n";
  write(text);
}

void writeJson(func::FuncOp function, const Summary &summary, const Memory &memory,
               const std::string &target, const Writer &write) {
  using llvm::json::Array;
  using llvm::json::Object;
  auto tensor = [](Type type, DictionaryAttr attributes) {
    auto tensorType = cast<RankedTensorType>(type);
    Object object{{"name", nameOf(attributes)},
                  {"type", shortType(tensorType.getElementType())},
                  {"shape", Array(tensorType.getShape())}};
    if (auto quantization = qnn::Quantization::of(type)) {
      object["scales"] = Array(quantization->scales());
      object["zero_points"] = Array(quantization->zeroPoints());
    }
    return object;
  };
  Array inputs, outputs, operators, floats, remarks;
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    inputs.push_back(tensor(function.getArgumentTypes()[i], function.getArgAttrDict(i)));
  for (unsigned i = 0; i < function.getNumResults(); ++i)
    outputs.push_back(tensor(function.getResultTypes()[i], function.getResultAttrDict(i)));
  for (const auto &key : summary.order) {
    const Group &group = summary.groups.at(key);
    operators.push_back(Object{{"operator", key.first},
                               {"types", key.second},
                               {"count", group.count},
                               {"macs", group.macs}});
  }
  for (const std::string &name : summary.floats)
    floats.push_back(name);
  for (const std::string &remark : summary.remarks)
    remarks.push_back(remark);
  Object object{{"inputs", std::move(inputs)},
                {"outputs", std::move(outputs)},
                {"operators", std::move(operators)},
                {"float_operators", std::move(floats)},
                {"remarks", std::move(remarks)},
                {"macs", summary.macs},
                {"constant_bytes", summary.constantBytes},
                {"variable_bytes", memory.variables},
                {"arena_bytes", memory.arena},
                {"arena_lower_bound_bytes", memory.lowerBound},
                {"kernels", memory.kernels},
                {"target", target}};
  std::string text;
  llvm::raw_string_ostream(text) << llvm::json::Value(std::move(object)) << "\n";
  write(text);
}

} // namespace

Failure inspect(Model &model, bool json, const Writer &write) {
  Failure failure;
  if ((failure = model.interpret()))
    return failure;
  Summary summary = summarize(model.main());
  summary.remarks = llvm::to_vector_of<std::string>(model.remarks());
  if ((failure = model.raise()) || (failure = model.lower()))
    return failure;
  Memory memory = memoryOf(model.main());
  std::string target = target::findTarget(model.options.target)->name.str();
  json ? writeJson(model.main(), summary, memory, target, write)
       : writeText(model.main(), summary, memory, target, write);
  return {};
}

} // namespace octet::driver
