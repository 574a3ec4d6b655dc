#include "import/onnx/Reader.h"
#include "import/onnx/onnx.pb.h"
#include "qnn/Limits.h"

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/stubs/logging.h>

namespace octet::onnx {

using google::protobuf::io::CodedInputStream;

static llvm::Error fail(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

std::string nameOf(DataType type) {
  switch (type) {
  case DataType::uint4:
    return "UINT4";
  case DataType::int4:
    return "INT4";
  default:
    break;
  }
  auto number = static_cast<int>(type);
  if (::onnx::TensorProto_DataType_IsValid(number))
    return ::onnx::TensorProto_DataType_Name(static_cast<::onnx::TensorProto_DataType>(number));
  return "type " + std::to_string(number);
}

int64_t elementBytes(DataType type) {
  switch (type) {
  case DataType::uint8:
  case DataType::int8:
  case DataType::boolean:
  case DataType::uint4:
  case DataType::int4:
    return 1;
  case DataType::uint16:
  case DataType::int16:
  case DataType::float16:
  case DataType::bfloat16:
    return 2;
  case DataType::float32:
  case DataType::int32:
  case DataType::uint32:
    return 4;
  case DataType::float64:
  case DataType::int64:
  case DataType::uint64:
    return 8;
  default:
    return 0;
  }
}

bool isNibble(DataType type) { return type == DataType::uint4 || type == DataType::int4; }

Model::Model() = default;
Model::~Model() = default;
Model::Model(Model &&) = default;
Model &Model::operator=(Model &&) = default;

//===-- Tensors --===//

namespace {
/// A tensor's size, of what is within the limits.
struct Size {
  int64_t elements, storedBytes;
};
} // namespace

static llvm::Expected<Size> sizeOf(const Tensor &tensor) {
  int64_t bytes = elementBytes(tensor.type);
  if (bytes == 0)
    return fail("tensor " + tensor.name + ": values of " + nameOf(tensor.type) +
                " are not supported");
  int64_t elements = 1;
  for (int64_t extent : tensor.shape) {
    if (extent < 0)
      return fail("tensor " + tensor.name + ": an extent is negative");
    elements = extent == 0 ? 0 : elements;
  }
  if (!qnn::isWithinLimit(tensor.shape, bytes))
    return fail("tensor " + tensor.name + ": larger than the limit of " +
                llvm::Twine(qnn::maximumBytes) + " bytes");
  if (elements != 0)
    for (int64_t extent : tensor.shape)
      elements *= extent;
  return Size{elements, isNibble(tensor.type) ? (elements + 1) / 2 : elements * bytes};
}

// Two elements to a byte, the first in its low half.
static std::shared_ptr<std::vector<char>> expandNibbles(llvm::ArrayRef<char> packed,
                                                        int64_t elements, bool isSigned) {
  auto expanded = std::make_shared<std::vector<char>>(elements);
  for (int64_t i = 0; i < elements; ++i) {
    auto byte = static_cast<unsigned char>(packed[i / 2]);
    int nibble = i % 2 == 0 ? byte & 15 : byte >> 4;
    (*expanded)[i] = static_cast<char>(isSigned && nibble > 7 ? nibble - 16 : nibble);
  }
  return expanded;
}

template <typename To, typename Field>
static std::shared_ptr<std::vector<char>> narrowed(const Field &field) {
  auto bytes = std::make_shared<std::vector<char>>(sizeof(To) * static_cast<size_t>(field.size()));
  for (int i = 0; i < field.size(); ++i)
    llvm::support::endian::write<To, llvm::endianness::little>(
        bytes->data() + sizeof(To) * static_cast<size_t>(i), static_cast<To>(field[i]));
  return bytes;
}

// The value from the field that the type is to be in.
static std::shared_ptr<std::vector<char>> typedBytes(const ::onnx::TensorProto &proto,
                                                     DataType type) {
  switch (type) {
  case DataType::float32:
    return narrowed<float>(proto.float_data());
  case DataType::float64:
    return narrowed<double>(proto.double_data());
  case DataType::int64:
    return narrowed<int64_t>(proto.int64_data());
  case DataType::uint32:
    return narrowed<uint32_t>(proto.uint64_data());
  case DataType::uint64:
    return narrowed<uint64_t>(proto.uint64_data());
  case DataType::int32:
    return narrowed<int32_t>(proto.int32_data());
  case DataType::int16:
  case DataType::uint16:
  case DataType::float16:
  case DataType::bfloat16:
    return narrowed<uint16_t>(proto.int32_data());
  default:
    return narrowed<uint8_t>(proto.int32_data());
  }
}

llvm::Expected<llvm::ArrayRef<char>> Model::readExternal(const ::onnx::TensorProto &proto) {
  std::string location;
  uint64_t offset = 0, length = 0;
  bool hasLength = false;
  for (const auto &entry : proto.external_data()) {
    llvm::StringRef value = entry.value();
    if (entry.key() == "location")
      location = value;
    else if (entry.key() == "offset" && value.getAsInteger(10, offset))
      return fail("tensor " + proto.name() + ": the offset of its external data is no number");
    else if (entry.key() == "length" && value.getAsInteger(10, length))
      return fail("tensor " + proto.name() + ": the length of its external data is no number");
    hasLength |= entry.key() == "length";
  }
  // Links are followed, and what they lead to has to be inside, too.
  llvm::SmallString<256> root, path(folder);
  llvm::sys::path::append(path, location);
  bool isInside = !folder.empty() && !location.empty() && !llvm::sys::path::is_absolute(location) &&
                  !llvm::sys::fs::real_path(folder, root);
  if (!isInside)
    return fail("tensor " + proto.name() + ": external data '" + location +
                "' is not in the folder of the model");
  auto &file = externalFiles[location];
  if (!file) {
    llvm::SmallString<256> real;
    if (auto error = llvm::sys::fs::real_path(path, real))
      return fail("tensor " + proto.name() + ": external data '" + location +
                  "': " + error.message());
    if (!llvm::sys::path::has_root_path(real) ||
        !(real.str().starts_with(root) &&
          (root == "/" || llvm::StringRef(real).drop_front(root.size()).starts_with("/"))))
      return fail("tensor " + proto.name() + ": external data '" + location +
                  "' is not in the folder of the model");
    auto buffer =
        llvm::MemoryBuffer::getFile(real, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (!buffer)
      return fail("tensor " + proto.name() + ": external data '" + location +
                  "': " + buffer.getError().message());
    file = std::move(*buffer);
  }
  llvm::ArrayRef<char> bytes(file->getBufferStart(), file->getBufferSize());
  if (offset > bytes.size() || (hasLength && length > bytes.size() - offset))
    return fail("tensor " + proto.name() + ": external data reaches beyond the end of '" +
                location + "'");
  return bytes.slice(offset, hasLength ? length : bytes.size() - offset);
}

int64_t Model::externalBytes() const {
  int64_t bytes = 0;
  for (const auto &file : externalFiles)
    bytes += static_cast<int64_t>(file.second->getBufferSize());
  return bytes;
}

llvm::Expected<Tensor> Model::read(const ::onnx::TensorProto &proto) {
  Tensor tensor;
  tensor.name = proto.name();
  tensor.type = static_cast<DataType>(proto.data_type());
  tensor.shape.assign(proto.dims().begin(), proto.dims().end());
  auto size = sizeOf(tensor);
  if (!size)
    return size.takeError();
  bool isExternal = proto.has_data_location() &&
                    proto.data_location() == ::onnx::TensorProto_DataLocation_EXTERNAL;
  if (proto.has_segment())
    return fail("tensor " + tensor.name + ": values in segments are not supported");
  if (isExternal) {
    auto bytes = readExternal(proto);
    if (!bytes)
      return bytes.takeError();
    tensor.data = *bytes;
    // Without a length it is the rest of the file.
    if (static_cast<int64_t>(tensor.data.size()) > size->storedBytes)
      tensor.data = tensor.data.take_front(size->storedBytes);
  } else if (proto.has_raw_data()) {
    tensor.data = {proto.raw_data().data(), proto.raw_data().size()};
  } else {
    tensor.expanded = typedBytes(proto, tensor.type);
    tensor.data = *tensor.expanded;
  }
  if (static_cast<int64_t>(tensor.data.size()) != size->storedBytes)
    return fail("tensor " + tensor.name + ": has " + llvm::Twine(tensor.data.size()) +
                " bytes of values, its shape needs " + llvm::Twine(size->storedBytes));
  if (isNibble(tensor.type)) {
    tensor.expanded = expandNibbles(tensor.data, size->elements, tensor.type == DataType::int4);
    tensor.data = *tensor.expanded;
  }
  if (tensor.type == DataType::boolean &&
      !llvm::all_of(tensor.data, [](char byte) { return byte == 0 || byte == 1; }))
    return fail("tensor " + tensor.name + ": a boolean is neither 0 nor 1");
  return tensor;
}

//===-- Graphs --===//

static llvm::Expected<Port> readPort(const ::onnx::ValueInfoProto &proto) {
  Port port;
  port.name = proto.name();
  if (!proto.type().has_tensor_type())
    return proto.has_type() ? llvm::Expected<Port>(fail("'" + port.name + "' is not a tensor"))
                            : llvm::Expected<Port>(port);
  const auto &type = proto.type().tensor_type();
  port.type = static_cast<DataType>(type.elem_type());
  port.hasShape = type.has_shape();
  for (const auto &dimension : type.shape().dim()) {
    port.shape.push_back({std::nullopt, dimension.dim_param()});
    // Some exporters write 0 or -1 for an extent that is open.
    if (dimension.has_dim_value() && dimension.dim_value() > 0)
      port.shape.back().extent = dimension.dim_value();
  }
  return port;
}

llvm::Expected<Graph> Model::read(const ::onnx::GraphProto &proto) {
  Graph graph;
  if (proto.sparse_initializer_size() > 0)
    return fail("sparse initializers are not supported");
  for (const auto &initializer : proto.initializer()) {
    auto tensor = read(initializer);
    if (!tensor)
      return tensor.takeError();
    graph.initializers[initializer.name()] = std::move(*tensor);
  }
  for (const auto &input : proto.input()) {
    if (graph.initializers.contains(input.name()))
      continue;
    auto port = readPort(input);
    if (!port)
      return port.takeError();
    graph.inputs.push_back(std::move(*port));
  }
  for (const auto &output : proto.output()) {
    auto port = readPort(output);
    if (!port)
      return port.takeError();
    graph.outputs.push_back(std::move(*port));
  }
  for (const auto &node : proto.node())
    graph.nodes.push_back(&node);
  return graph;
}

llvm::Expected<Model> read(llvm::ArrayRef<char> file, llvm::StringRef path) {
  // A model of more than this is to have external data.
  if (file.size() > INT32_MAX)
    return fail("the file has more than 2 GiB, which its format does not allow");
  google::protobuf::LogSilencer silencer;
  Model model;
  model.proto = std::make_unique<::onnx::ModelProto>();
  CodedInputStream stream(reinterpret_cast<const uint8_t *>(file.data()),
                          static_cast<int>(file.size()));
  if (!model.proto->ParseFromCodedStream(&stream) || !stream.ConsumedEntireMessage())
    return fail("not an ONNX model, or a damaged one");
  if (!model.proto->has_graph())
    return fail("the model has no graph");
  if (model.proto->functions_size() > 0)
    return fail("functions of the model's own are not supported");
  for (const auto &opset : model.proto->opset_import())
    model.opsets[opset.domain() == "ai.onnx" ? "" : opset.domain()] = opset.version();
  if (!path.empty()) {
    llvm::SmallString<256> folder(path);
    llvm::sys::fs::make_absolute(folder);
    llvm::sys::path::remove_filename(folder);
    model.folder = folder.str();
  }
  auto graph = model.read(model.proto->graph());
  if (!graph)
    return graph.takeError();
  model.graph = std::move(*graph);
  return model;
}

} // namespace octet::onnx
