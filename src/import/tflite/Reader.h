// A .tflite file as plain structs, every length, offset and index checked.
#pragma once

#include "import/tflite/schema_generated.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace octet::tflite {

struct Quantization {
  std::vector<float> scales;
  std::vector<int64_t> zeroPoints; ///< as many as scales
  int axis = 0;                    ///< if there is more than one scale

  bool operator==(const Quantization &) const = default;
};

struct Tensor {
  std::string name;
  schema::TensorType type = schema::TensorType::FLOAT32;
  std::vector<int64_t> shape;
  /// Dimensions that the model leaves open (-1 in its signature); `shape` has the value to use.
  std::vector<bool> isFree;
  std::optional<Quantization> quantization;
  bool isVariable = false;
  /// Set if the file carries the tensor's value. Sparse and 4-bit values are expanded, to one byte
  /// each.
  std::optional<llvm::ArrayRef<char>> data;
  std::shared_ptr<std::vector<char>> expanded; ///< owns `data` where the file does not

  int64_t elementCount() const;
};

struct Operator {
  int index = 0;
  schema::BuiltinOperator code = schema::BuiltinOperator::CUSTOM;
  std::string name; ///< CONV_2D, or CUSTOM:TFLite_Detection_PostProcess
  int version = 1;
  std::vector<int> inputs, outputs, intermediates; ///< tensor indices; -1 for an absent input
  llvm::ArrayRef<uint8_t> customOptions;
  const schema::Operator *table = nullptr;

  /// The operator's options; null if the file has none of that kind.
  template <typename Options> const Options *options() const {
    return table->template builtin_options_as<Options>();
  }
};

struct Graph {
  std::string name;
  std::vector<Tensor> tensors;
  std::vector<int> inputs, outputs;
  std::vector<Operator> operators;
  /// Names that a signature gives to inputs and outputs; the tensors' own where there is none.
  std::vector<std::string> inputNames, outputNames;
};

struct Model {
  std::vector<Graph> graphs; ///< the first is the one that runs
};

/// Reads a model from the bytes of its file, which must outlive it and start at an address that is
/// a multiple of 16. The error says what is wrong and where.
llvm::Expected<Model> read(llvm::ArrayRef<char> file);

/// Bytes per element as stored; 0 for types without a fixed size.
int64_t elementBytes(schema::TensorType type);

} // namespace octet::tflite
