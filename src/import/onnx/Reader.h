// An .onnx file as plain structs, every length, offset and path checked.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace onnx {
class AttributeProto;
class GraphProto;
class ModelProto;
class NodeProto;
class TensorProto;
} // namespace onnx

namespace octet::onnx {

/// TensorProto.DataType; the published schema of Debian ends at bfloat16.
enum class DataType : int32_t {
  undefined = 0,
  float32 = 1,
  uint8 = 2,
  int8 = 3,
  uint16 = 4,
  int16 = 5,
  int32 = 6,
  int64 = 7,
  string = 8,
  boolean = 9,
  float16 = 10,
  float64 = 11,
  uint32 = 12,
  uint64 = 13,
  bfloat16 = 16,
  uint4 = 21,
  int4 = 22,
};

/// The name that ONNX gives to a type; "type 99" for one that it does not have.
std::string nameOf(DataType type);

/// Whether integers of a type have 4 bits.
bool isNibble(DataType type);

/// A tensor with its value: row-major, little-endian; 4-bit integers and booleans one byte each.
struct Tensor {
  std::string name;
  DataType type = DataType::undefined;
  std::vector<int64_t> shape;
  llvm::ArrayRef<char> data;
  std::shared_ptr<std::vector<char>> expanded; ///< owns `data` where neither file does
};

/// An extent that the file states, or the name of one that it leaves open (which may be empty).
struct Dimension {
  std::optional<int64_t> extent;
  std::string name;
};

/// An input or output of a graph.
struct Port {
  std::string name;
  DataType type = DataType::undefined;
  bool hasShape = false;
  std::vector<Dimension> shape;
};

struct Graph {
  /// Inputs that are not initializers too; these are constants.
  std::vector<Port> inputs, outputs;
  llvm::StringMap<Tensor> initializers;
  /// In the file's order, which ONNX demands to be one of dependence.
  std::vector<const ::onnx::NodeProto *> nodes;
};

class Model {
public:
  Model();
  ~Model();
  Model(Model &&);
  Model &operator=(Model &&);

  Graph graph;
  /// Version of the standard's operators, and of those of each other domain that the file imports.
  llvm::StringMap<int64_t> opsets;

  /// A graph of the file (a branch of an If); its tensors live as long as the model.
  llvm::Expected<Graph> read(const ::onnx::GraphProto &graph);
  /// A tensor of the file (an attribute).
  llvm::Expected<Tensor> read(const ::onnx::TensorProto &tensor);

  /// Of the files of external data that tensors have been read from.
  int64_t externalBytes() const;

private:
  friend llvm::Expected<Model> read(llvm::ArrayRef<char> file, llvm::StringRef path);
  llvm::Expected<llvm::ArrayRef<char>> readExternal(const ::onnx::TensorProto &tensor);

  std::string folder; ///< of external data; empty if the model is not a file
  std::unique_ptr<::onnx::ModelProto> proto;
  llvm::StringMap<std::unique_ptr<llvm::MemoryBuffer>> externalFiles;
};

/// Reads a model from the bytes of the file at `path` (empty if it is none), and keeps none of
/// them. External data is read from the file's folder and nowhere else. The error says what is
/// wrong and where.
llvm::Expected<Model> read(llvm::ArrayRef<char> file, llvm::StringRef path);

/// Bytes per element of Tensor::data; 0 for types without numbers.
int64_t elementBytes(DataType type);

} // namespace octet::onnx
