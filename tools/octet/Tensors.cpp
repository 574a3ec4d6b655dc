#include "Tensors.h"
#include "Pixels.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <system_error>

namespace octet::cli {

namespace {

struct TypeRow {
  octet_type type;
  const char *name;
  int64_t bytes;
  const char *numpy; ///< as .npy files write it
};
constexpr TypeRow typeRows[] = {
    {OCTET_FLOAT32, "float32", 4, "<f4"}, {OCTET_INT8, "int8", 1, "|i1"},
    {OCTET_UINT8, "uint8", 1, "|u1"},     {OCTET_INT16, "int16", 2, "<i2"},
    {OCTET_INT32, "int32", 4, "<i4"},     {OCTET_INT64, "int64", 8, "<i8"},
    {OCTET_BOOL, "bool", 1, "|b1"},       {OCTET_FLOAT16, "float16", 2, "<f2"},
    {OCTET_FLOAT64, "float64", 8, "<f8"}, {OCTET_UINT16, "uint16", 2, "<u2"},
    {OCTET_UINT32, "uint32", 4, "<u4"},
};

const TypeRow &rowOf(const octet_tensor &tensor) {
  return *std::find_if(std::begin(typeRows), std::end(typeRows),
                       [&](const TypeRow &row) { return row.type == tensor.type; });
}

template <typename T> void put(char *data, int64_t index, T value) {
  std::memcpy(data + index * static_cast<int64_t>(sizeof(T)), &value, sizeof(T));
}
template <typename T> double get(const char *data, int64_t index) {
  T value;
  std::memcpy(&value, data + index * static_cast<int64_t>(sizeof(T)), sizeof(T));
  return static_cast<double>(value);
}

/// splitmix64: one stream for all inputs, element by element.
class Generator {
public:
  explicit Generator(uint64_t seed) : state(seed) {}

  void fill(const octet_tensor &tensor, char *data) {
    for (int64_t i = 0; i < elementCount(tensor); ++i)
      element(tensor.type, data, i);
  }

private:
  uint64_t next() {
    uint64_t z = state += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }

  void element(int32_t type, char *data, int64_t i) {
    switch (type) {
    case OCTET_INT8:
    case OCTET_UINT8:
      return put(data, i, static_cast<uint8_t>(next() >> 56));
    case OCTET_INT16:
    case OCTET_UINT16:
      return put(data, i, static_cast<uint16_t>(next() >> 48));
    case OCTET_INT32:
    case OCTET_UINT32:
      return put(data, i, static_cast<int32_t>((next() >> 32) % 4));
    case OCTET_INT64:
      return put(data, i, static_cast<int64_t>((next() >> 32) % 4));
    case OCTET_BOOL:
      return put(data, i, static_cast<uint8_t>(next() >> 63));
    case OCTET_FLOAT32:
      return put(data, i, static_cast<float>(normal()));
    case OCTET_FLOAT64:
      return put(data, i, normal());
    default:
      throw Error(OCTET_REFUSED,
                  "no random numbers for an input of this type; give it with --input");
    }
  }

  // Nearly normal, and the same on every machine.
  double normal() {
    int64_t sum = -6 * (int64_t{1} << 24);
    for (int i = 0; i < 12; ++i)
      sum += static_cast<int64_t>(next() >> 40);
    return static_cast<double>(sum) / (1 << 24);
  }

  uint64_t state;
};

std::vector<char> readFile(const std::string &path) {
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream.is_open())
    refuseFile(path);
  try {
    return {std::istreambuf_iterator<char>(stream), {}};
  } catch (const std::ios_base::failure &) {
    refuseFile(path);
  }
}

[[noreturn]] void refuse(const std::string &path, const octet_tensor &tensor,
                         const std::string &what) {
  throw Error(OCTET_REFUSED,
              path + ": " + what + ", but input '" + tensor.name + "' is " + typeText(tensor));
}

void fillRaw(const std::string &path, const octet_tensor &tensor, std::vector<char> &data) {
  std::vector<char> bytes = readFile(path);
  if (bytes.size() != data.size())
    refuse(path, tensor, std::to_string(bytes.size()) + " bytes");
  data = std::move(bytes);
}

// Magic, version, header length, a Python dictionary, data: numpy's format of versions 1 to 3.
void fillNumpy(const std::string &path, const octet_tensor &tensor, std::vector<char> &data) {
  std::vector<char> bytes = readFile(path);
  auto byteAt = [&](size_t i) { return static_cast<size_t>(static_cast<unsigned char>(bytes[i])); };
  if (bytes.size() < 12 || std::memcmp(bytes.data(), "\x93NUMPY", 6) != 0)
    throw Error(OCTET_REFUSED, path + ": not a .npy file");
  bool isVersion1 = bytes[6] == 1;
  size_t length = byteAt(8) | byteAt(9) << 8, start = isVersion1 ? 10 : 12;
  if (!isVersion1)
    length |= byteAt(10) << 16 | byteAt(11) << 24;
  if (length > bytes.size() - start)
    throw Error(OCTET_REFUSED, path + ": the file ends within its header");
  std::string header(bytes.data() + start, length);
  std::smatch type, order, shape;
  if (!std::regex_search(header, type, std::regex("'descr': *'([^']*)'")) ||
      !std::regex_search(header, order, std::regex("'fortran_order': *(True|False)")) ||
      !std::regex_search(header, shape, std::regex("'shape': *\\(([0-9, ]*)\\)")))
    throw Error(OCTET_REFUSED, path + ": its header does not say type, order and shape");
  if (order[1] != "False")
    throw Error(OCTET_REFUSED, path + ": in Fortran order; save numpy.ascontiguousarray of it");
  if (type[1] != rowOf(tensor).numpy)
    refuse(path, tensor, "elements of numpy type " + type[1].str());
  std::vector<int64_t> extents;
  const std::string list = shape[1];
  const std::regex number("[0-9]{1,18}");
  for (std::sregex_iterator it(list.begin(), list.end(), number), end; it != end; ++it)
    extents.push_back(std::stoll(it->str()));
  if (!std::equal(extents.begin(), extents.end(), tensor.shape, tensor.shape + tensor.rank))
    refuse(path, tensor, "shape (" + list + ")");
  if (bytes.size() - start - length != data.size())
    refuse(path, tensor, std::to_string(bytes.size() - start - length) + " bytes of elements");
  std::copy(bytes.begin() + static_cast<std::ptrdiff_t>(start + length), bytes.end(), data.begin());
}

// Pixels as the framework's own examples feed them: as codes to a uint8 input, less 128 to an int8
// input.
void fillImage(const std::string &path, const octet_tensor &tensor, const PixelScale &pixels,
               std::vector<char> &data) {
  bool isImage =
      tensor.rank == 4 && tensor.shape[0] == 1 && (tensor.shape[3] == 1 || tensor.shape[3] == 3);
  if (!isImage ||
      (tensor.type != OCTET_UINT8 && tensor.type != OCTET_INT8 && tensor.type != OCTET_FLOAT32))
    refuse(path, tensor, "an image");
  std::vector<unsigned char> image =
      readImage(path, tensor.shape[1], tensor.shape[2], tensor.shape[3]);
  for (size_t i = 0; i < image.size(); ++i) {
    auto at = static_cast<int64_t>(i);
    if (tensor.type == OCTET_UINT8)
      put(data.data(), at, image[i]);
    else if (tensor.type == OCTET_INT8)
      put(data.data(), at, static_cast<int8_t>(image[i] - 128));
    else
      put(data.data(), at, static_cast<float>((image[i] - pixels.mean) / pixels.deviation));
  }
}

size_t findInput(const octet_model &model, const std::string &name) {
  auto count = static_cast<size_t>(model.input_count);
  for (size_t i = 0; i < count; ++i)
    if (name == model.inputs[i].name)
      return i;
  size_t index = 0;
  auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
  if (error == std::errc() && end == name.data() + name.size() && index < count)
    return index;
  std::string known;
  for (size_t i = 0; i < count; ++i)
    known +=
        "\n  " + std::to_string(i) + "  " + model.inputs[i].name + "  " + typeText(model.inputs[i]);
  throw Error(OCTET_REFUSED, "no input '" + name + "'; the inputs are" + known);
}

} // namespace

void refuseFile(const std::string &path) {
  throw Error(OCTET_SYSTEM,
              path + ": cannot be read: " + std::generic_category().message(errno ? errno : EIO));
}

Tensors::Tensors(const octet_model &model) {
  // One byte more, so that none is empty and pointers are never null.
  for (int32_t i = 0; i < model.input_count; ++i)
    inputs.emplace_back(static_cast<size_t>(model.inputs[i].bytes)).reserve(1);
  for (int32_t i = 0; i < model.output_count; ++i)
    outputs.emplace_back(static_cast<size_t>(model.outputs[i].bytes)).reserve(1);
  for (auto &output : outputs)
    outputPointers.push_back(output.data());
}

void fillInputs(const octet_model &model, const std::vector<std::string> &assignments,
                uint64_t seed, const PixelScale &pixels, Tensors &tensors) {
  std::vector<bool> isGiven(tensors.inputs.size());
  for (const std::string &assignment : assignments) {
    // Names hold '=' more often than file names do.
    size_t split = assignment.rfind('=');
    if (split == std::string::npos)
      throw Error(OCTET_USAGE, "--input " + assignment + ": expected NAME_OR_INDEX=FILE");
    size_t index = findInput(model, assignment.substr(0, split));
    const octet_tensor &tensor = model.inputs[index];
    std::string path = assignment.substr(split + 1),
                ending = std::filesystem::path(path).extension().string();
    if (ending == ".bin")
      fillRaw(path, tensor, tensors.inputs[index]);
    else if (ending == ".npy")
      fillNumpy(path, tensor, tensors.inputs[index]);
    else if (ending == ".png" || ending == ".jpg" || ending == ".jpeg" || ending == ".bmp")
      fillImage(path, tensor, pixels, tensors.inputs[index]);
    else
      throw Error(OCTET_REFUSED, path + ": inputs are .bin, .npy, .png, .jpg or .bmp files");
    if (isGiven[index])
      throw Error(OCTET_USAGE, "--input " + assignment + ": input '" + tensor.name +
                                   "' was given a file before");
    isGiven[index] = true;
  }
  Generator generator(seed);
  for (size_t i = 0; i < tensors.inputs.size(); ++i)
    if (!isGiven[i])
      generator.fill(model.inputs[i], tensors.inputs[i].data());
  tensors.inputPointers.clear();
  for (auto &input : tensors.inputs)
    tensors.inputPointers.push_back(input.data());
}

bool isRowCount(const octet_model &model, size_t output) {
  auto counts = [output](const octet_tensor &tensor) {
    return tensor.row_count_output == static_cast<int32_t>(output);
  };
  return std::any_of(model.outputs, model.outputs + model.output_count, counts);
}

FoundOutput::FoundOutput(const octet_model &model, const Tensors &tensors, size_t output)
    : tensor(model.outputs[output]), data(tensors.outputs[output].data()),
      shape(tensor.shape, tensor.shape + tensor.rank) {
  tensor.shape = shape.data();
  if (tensor.row_count_output < 0 || shape[0] == 0)
    return;
  int64_t rowBytes = tensor.bytes / shape[0];
  std::memcpy(&shape[0], tensors.outputs[static_cast<size_t>(tensor.row_count_output)].data(),
              sizeof shape[0]);
  tensor.bytes = shape[0] * rowBytes;
}

void writeOutputs(const octet_model &model, const Tensors &tensors, const std::string &folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    throw Error(OCTET_SYSTEM, folder + ": " + error.message());
  auto write = [&](const std::string &name, const char *data, size_t size) {
    std::string path = folder + "/" + name;
    std::ofstream stream(path, std::ios::binary);
    if (!stream.write(data, static_cast<std::streamsize>(size)).flush())
      throw Error(OCTET_SYSTEM, path + ": cannot be written");
  };
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (size_t i = 0; i < tensors.outputs.size(); ++i) {
    if (isRowCount(model, i))
      continue;
    FoundOutput found(model, tensors, i);
    const octet_tensor &tensor = found.tensor;
    write(std::to_string(i) + ".bin", found.data, static_cast<size_t>(tensor.bytes));
    nlohmann::ordered_json row{
        {"name", tensor.name},
        {"type", rowOf(tensor).name},
        {"shape", std::vector<int64_t>(tensor.shape, tensor.shape + tensor.rank)}};
    if (tensor.scale_count > 0) {
      row["scale"] = std::vector<double>(tensor.scales, tensor.scales + tensor.scale_count);
      row["zero_point"] =
          std::vector<int64_t>(tensor.zero_points, tensor.zero_points + tensor.scale_count);
    }
    list.push_back(std::move(row));
  }
  std::string text =
      list.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  write("outputs.json", text.data(), text.size());
}

int64_t elementCount(const octet_tensor &tensor) { return tensor.bytes / rowOf(tensor).bytes; }

std::string typeText(const octet_tensor &tensor) {
  std::string text;
  for (int32_t i = 0; i < tensor.rank; ++i)
    text += (i ? "x" : "") + std::to_string(tensor.shape[i]);
  return (text.empty() ? "scalar" : text) + " " + rowOf(tensor).name;
}

double realAt(const octet_tensor &tensor, const char *data, int64_t index) {
  double code = 0;
  switch (tensor.type) {
  case OCTET_FLOAT32:
    code = get<float>(data, index);
    break;
  case OCTET_FLOAT64:
    code = get<double>(data, index);
    break;
  case OCTET_INT8:
    code = get<int8_t>(data, index);
    break;
  case OCTET_UINT8:
  case OCTET_BOOL:
    code = get<uint8_t>(data, index);
    break;
  case OCTET_INT16:
    code = get<int16_t>(data, index);
    break;
  case OCTET_UINT16:
    code = get<uint16_t>(data, index);
    break;
  case OCTET_INT32:
    code = get<int32_t>(data, index);
    break;
  case OCTET_UINT32:
    code = get<uint32_t>(data, index);
    break;
  case OCTET_INT64:
    code = get<int64_t>(data, index);
    break;
  default:
    return std::nan("");
  }
  if (tensor.scale_count == 0)
    return code;
  int64_t slice = 0;
  if (tensor.scale_count > 1) {
    int64_t inner = 1;
    for (int32_t i = tensor.axis + 1; i < tensor.rank; ++i)
      inner *= tensor.shape[i];
    slice = index / inner % tensor.shape[tensor.axis];
  }
  return tensor.scales[slice] * (code - static_cast<double>(tensor.zero_points[slice]));
}

} // namespace octet::cli
