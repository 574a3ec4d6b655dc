#include "import/tflite/Reader.h"
#include "import/tflite/Densify.h"
#include "qnn/Limits.h"

#include "llvm/ADT/Twine.h"
#include "llvm/Support/CheckedArithmetic.h"

#include <cmath>
#include <cstring>

namespace octet::tflite {

using llvm::Error;
using llvm::Twine;
using schema::TensorType;

static Error problem(const Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

int64_t elementBytes(TensorType type) {
  switch (type) {
  case TensorType::UINT8:
  case TensorType::INT8:
  case TensorType::BOOL:
  case TensorType::INT4: // as expanded
  case TensorType::UINT4:
    return 1;
  case TensorType::FLOAT16:
  case TensorType::INT16:
  case TensorType::UINT16:
  case TensorType::BFLOAT16:
    return 2;
  case TensorType::FLOAT32:
  case TensorType::INT32:
  case TensorType::UINT32:
    return 4;
  case TensorType::INT64:
  case TensorType::UINT64:
  case TensorType::FLOAT64:
  case TensorType::COMPLEX64:
    return 8;
  default:
    return 0;
  }
}

int64_t Tensor::elementCount() const {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

namespace {

/// Reads one file; its functions fail with a message that names the tensor or operator.
class Reader {
public:
  explicit Reader(llvm::ArrayRef<char> file) : file(file) {}

  llvm::Expected<Model> read() {
    if (Error error = open())
      return error;
    Model model;
    for (const schema::SubGraph *table : *root->subgraphs()) {
      Graph graph;
      if (Error error = readGraph(*table, static_cast<unsigned>(model.graphs.size()), graph))
        return error;
      model.graphs.push_back(std::move(graph));
    }
    return model;
  }

private:
  Error open() {
    // Flatbuffers end at 2 GB; what a larger file holds beyond is found by the buffers' own
    // offsets.
    size_t tableBytes = std::min<size_t>(file.size(), FLATBUFFERS_MAX_BUFFER_SIZE - 1);
    auto *bytes = reinterpret_cast<const uint8_t *>(file.data());
    if (file.size() < 8 || !schema::ModelBufferHasIdentifier(bytes))
      return problem("not a TFLite file: the identifier TFL3 is missing");
    flatbuffers::Verifier verifier(bytes, tableBytes, /*max_depth=*/64, /*max_tables=*/10'000'000);
    if (!schema::VerifyModelBuffer(verifier))
      return problem("the file is damaged: an offset or a length points outside");
    root = schema::GetModel(bytes);
    if (root->version() != 3)
      return problem("TFLite schema version " + Twine(root->version()) +
                     " is not supported, only 3");
    if (!root->subgraphs() || root->subgraphs()->size() == 0)
      return problem("the file has no graph");
    return Error::success();
  }

  Error readGraph(const schema::SubGraph &table, unsigned index, Graph &graph) {
    graph.name = table.name() ? table.name()->str() : "";
    if (table.tensors())
      for (const schema::Tensor *tensor : *table.tensors()) {
        Tensor result;
        if (Error error = readTensor(*tensor, graph.tensors.size(), result))
          return error;
        graph.tensors.push_back(std::move(result));
      }
    auto where = "graph " + Twine(index);
    if (Error error = readIndices(table.inputs(), graph, false, where + " inputs", graph.inputs))
      return error;
    if (Error error = readIndices(table.outputs(), graph, false, where + " outputs", graph.outputs))
      return error;
    if (table.operators())
      for (const schema::Operator *op : *table.operators()) {
        Operator result;
        if (Error error =
                readOperator(*op, static_cast<int>(graph.operators.size()), graph, result))
          return error;
        graph.operators.push_back(std::move(result));
      }
    readNames(index, graph);
    return Error::success();
  }

  Error readTensor(const schema::Tensor &table, size_t index, Tensor &tensor) {
    tensor.name = table.name() ? table.name()->str() : "";
    std::string where = "tensor " + std::to_string(index) + " (" + tensor.name + "): ";
    tensor.type = table.type();
    if (tensor.type < TensorType::MIN || tensor.type > TensorType::MAX)
      return problem(where + "unknown element type " + Twine(static_cast<int>(tensor.type)));
    tensor.isVariable = table.is_variable();
    int64_t count = 1;
    if (table.shape())
      for (int32_t extent : *table.shape()) {
        if (extent < 0)
          return problem(where + "negative extent " + Twine(extent));
        auto product = llvm::checkedMul<int64_t>(count, extent);
        if (!product || *product > qnn::maximumBytes)
          return problem(where + "the shape has more elements than the limit of " +
                         Twine(qnn::maximumBytes));
        count = *product;
        tensor.shape.push_back(extent);
      }
    tensor.isFree.assign(tensor.shape.size(), false);
    if (const auto *signature = table.shape_signature();
        signature && signature->size() == tensor.shape.size())
      for (size_t d = 0; d < tensor.shape.size(); ++d)
        tensor.isFree[d] = signature->Get(static_cast<flatbuffers::uoffset_t>(d)) < 0;
    if (Error error = readQuantization(table.quantization(), where, tensor))
      return error;
    return readData(table, where, count, tensor);
  }

  Error readQuantization(const schema::QuantizationParameters *table, const std::string &where,
                         Tensor &tensor) {
    if (!table)
      return Error::success();
    if (table->details_type() != schema::QuantizationDetails::NONE)
      return problem(where + "block-wise, multi-axis and custom quantization are not supported");
    if (!table->scale() || table->scale()->size() == 0)
      return Error::success();
    Quantization quantization;
    quantization.scales.assign(table->scale()->begin(), table->scale()->end());
    for (float scale : quantization.scales)
      if (!(scale > 0) || !std::isfinite(scale))
        return problem(where + "scale " + std::to_string(scale) + " is not a positive number");
    // A flatbuffer's verifier does not ask that the 8 bytes of each are aligned.
    if (const auto *zeroPoints = table->zero_point()) {
      quantization.zeroPoints.resize(zeroPoints->size());
      if (zeroPoints->size() > 0)
        std::memcpy(quantization.zeroPoints.data(), zeroPoints->Data(),
                    zeroPoints->size() * sizeof(int64_t));
    }
    size_t channels = quantization.scales.size();
    if (quantization.zeroPoints.empty())
      quantization.zeroPoints.assign(channels, 0);
    if (quantization.zeroPoints.size() == 1)
      quantization.zeroPoints.resize(channels, quantization.zeroPoints[0]);
    if (quantization.zeroPoints.size() != channels)
      return problem(where + Twine(quantization.zeroPoints.size()) + " zero points for " +
                     Twine(channels) + " scales");
    if (channels > 1) {
      int axis = table->quantized_dimension();
      if (axis < 0 || axis >= static_cast<int>(tensor.shape.size()) ||
          tensor.shape[axis] != static_cast<int64_t>(channels))
        return problem(where + Twine(channels) + " scales do not fit quantized dimension " +
                       Twine(axis));
      quantization.axis = axis;
    }
    if (Error error = checkZeroPoints(quantization, where, tensor.type))
      return error;
    tensor.quantization = std::move(quantization);
    return Error::success();
  }

  static Error checkZeroPoints(const Quantization &quantization, const std::string &where,
                               TensorType type) {
    int64_t low = INT32_MIN, high = INT32_MAX;
    if (type == TensorType::UINT8)
      low = 0, high = 255;
    else if (type == TensorType::INT8 || type == TensorType::INT4)
      low = -128, high = 127;
    else if (type == TensorType::INT16)
      low = INT16_MIN, high = INT16_MAX;
    for (int64_t zeroPoint : quantization.zeroPoints)
      if (zeroPoint < low || zeroPoint > high)
        return problem(where + "zero point " + Twine(zeroPoint) + " is outside the type's range");
    return Error::success();
  }

  /// The bytes of a buffer: inside the flatbuffer, or behind it at an offset from the file's start.
  llvm::Expected<llvm::ArrayRef<char>> bufferBytes(uint32_t index, const std::string &where) {
    const auto *buffers = root->buffers();
    if (!buffers || index >= buffers->size())
      return problem(where + "buffer " + Twine(index) + " does not exist");
    const schema::Buffer *buffer = buffers->Get(index);
    // 0 and 1 are placeholders of the converter.
    if (buffer->offset() > 1) {
      if (buffer->offset() > file.size() || buffer->size() > file.size() - buffer->offset())
        return problem(where + "buffer " + Twine(index) + " lies outside the file");
      return file.slice(buffer->offset(), buffer->size());
    }
    if (!buffer->data())
      return llvm::ArrayRef<char>();
    return llvm::ArrayRef<char>(reinterpret_cast<const char *>(buffer->data()->data()),
                                buffer->data()->size());
  }

  Error readData(const schema::Tensor &table, const std::string &where, int64_t count,
                 Tensor &tensor) {
    if (table.external_buffer() != 0)
      return problem(where + "values in a file beside the model are not supported");
    // Buffer 0 is empty by convention: the tensor has no value of its own.
    if (table.buffer() == 0)
      return Error::success();
    auto bytes = bufferBytes(table.buffer(), where);
    if (!bytes)
      return bytes.takeError();
    if (bytes->empty())
      return Error::success();
    if (elementBytes(tensor.type) == 0)
      return problem(where + "values of type " + schema::EnumNameTensorType(tensor.type) +
                     " are not supported");
    bool isNibble = tensor.type == TensorType::INT4 || tensor.type == TensorType::UINT4;
    if (isNibble || table.sparsity()) {
      auto expanded = table.sparsity()
                          ? densify(*table.sparsity(), tensor.shape, elementBytes(tensor.type),
                                    isNibble, *bytes)
                          : expandNibbles(*bytes, count, tensor.type == TensorType::INT4);
      if (!expanded)
        return problem(where + llvm::toString(expanded.takeError()));
      tensor.expanded = std::make_shared<std::vector<char>>(std::move(*expanded));
      tensor.data = llvm::ArrayRef<char>(*tensor.expanded);
      return Error::success();
    }
    if (static_cast<int64_t>(bytes->size()) != count * elementBytes(tensor.type))
      return problem(where + "the buffer has " + Twine(bytes->size()) + " bytes, the shape needs " +
                     Twine(count * elementBytes(tensor.type)));
    tensor.data = *bytes;
    return Error::success();
  }

  template <typename Vector>
  Error readIndices(const Vector *table, const Graph &graph, bool mayBeAbsent, const Twine &where,
                    std::vector<int> &indices) {
    if (!table)
      return Error::success();
    for (int32_t index : *table) {
      if (index >= static_cast<int32_t>(graph.tensors.size()) || index < (mayBeAbsent ? -1 : 0))
        return problem(where + " name tensor " + Twine(index) + ", which does not exist");
      indices.push_back(index);
    }
    return Error::success();
  }

  Error readOperator(const schema::Operator &table, int index, const Graph &graph, Operator &op) {
    op.index = index;
    op.table = &table;
    const auto *codes = root->operator_codes();
    if (!codes || table.opcode_index() >= codes->size())
      return problem("operator " + Twine(index) + ": operator code " + Twine(table.opcode_index()) +
                     " does not exist");
    const schema::OperatorCode *code = codes->Get(table.opcode_index());
    // Files written before codes passed 127 use the old field alone, newer ones both.
    op.code = std::max(static_cast<schema::BuiltinOperator>(code->deprecated_builtin_code()),
                       code->builtin_code());
    op.version = code->version();
    if (op.code == schema::BuiltinOperator::CUSTOM) {
      op.name = "CUSTOM:" + (code->custom_code() ? code->custom_code()->str() : "");
    } else {
      op.name = schema::EnumNameBuiltinOperator(op.code);
      if (op.name.empty())
        op.name = "BUILTIN_" + std::to_string(static_cast<int>(op.code));
    }
    if (table.custom_options())
      op.customOptions = {table.custom_options()->data(), table.custom_options()->size()};
    std::string where = "operator " + std::to_string(index) + " (" + op.name + ")";
    if (Error error = readIndices(table.inputs(), graph, true, where + " inputs", op.inputs))
      return error;
    if (Error error = readIndices(table.outputs(), graph, false, where + " outputs", op.outputs))
      return error;
    return readIndices(table.intermediates(), graph, false, where + " intermediates",
                       op.intermediates);
  }

  void readNames(unsigned index, Graph &graph) {
    for (int input : graph.inputs)
      graph.inputNames.push_back(graph.tensors[input].name);
    for (int output : graph.outputs)
      graph.outputNames.push_back(graph.tensors[output].name);
    if (!root->signature_defs())
      return;
    for (const schema::SignatureDef *signature : *root->signature_defs()) {
      if (signature->subgraph_index() != index)
        continue;
      rename(signature->inputs(), graph.inputs, graph.inputNames);
      rename(signature->outputs(), graph.outputs, graph.outputNames);
      return;
    }
  }

  template <typename Maps>
  static void rename(const Maps *maps, const std::vector<int> &tensors,
                     std::vector<std::string> &names) {
    if (!maps)
      return;
    for (const schema::TensorMap *map : *maps)
      for (size_t i = 0; i < tensors.size(); ++i)
        if (map->name() && static_cast<uint32_t>(tensors[i]) == map->tensor_index())
          names[i] = map->name()->str();
  }

  llvm::ArrayRef<char> file;
  const schema::Model *root = nullptr;
};

} // namespace

llvm::Expected<Model> read(llvm::ArrayRef<char> file) { return Reader(file).read(); }

} // namespace octet::tflite
