// Tensors of a run: memory for inputs and outputs, and files that fill them.
#pragma once

#include "octet/octet.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace octet::cli {

/// Throws that a file cannot be read, with the reason that errno gives.
[[noreturn]] void refuseFile(const std::string &path);

/// Buffers for all inputs and outputs of a model.
struct Tensors {
  explicit Tensors(const octet_model &model);

  std::vector<std::vector<char>> inputs, outputs;
  std::vector<const void *> inputPointers;
  std::vector<void *> outputPointers;
};

/// How pixels become the numbers of a float input: (pixel - mean) / deviation.
struct PixelScale {
  double mean = 127.5, deviation = 127.5;
};

/// Fills inputs: with NAME_OR_INDEX=FILE assignments, and the others from the generator with this
/// seed. Throws Error if a file does not fit its tensor.
void fillInputs(const octet_model &model, const std::vector<std::string> &assignments,
                uint64_t seed, const PixelScale &pixels, Tensors &tensors);

/// An output as it is after a run: without the rows that are not meant.
class FoundOutput {
public:
  FoundOutput(const octet_model &model, const Tensors &tensors, size_t output);
  FoundOutput(const FoundOutput &) = delete;

  octet_tensor tensor;
  const char *data;

private:
  std::vector<int64_t> shape;
};
/// Whether an output only counts the rows of another one.
bool isRowCount(const octet_model &model, size_t output);

/// Writes 0.bin, 1.bin, … and outputs.json into a folder, which is made if it is not there.
void writeOutputs(const octet_model &model, const Tensors &tensors, const std::string &folder);

/// Element `index` as the number it stands for: a code's real value where the tensor is quantized.
double realAt(const octet_tensor &tensor, const char *data, int64_t index);

/// "1x224x224x3 uint8".
std::string typeText(const octet_tensor &tensor);
int64_t elementCount(const octet_tensor &tensor);

} // namespace octet::cli
