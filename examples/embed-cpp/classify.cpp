// Classifies handwritten digits on several threads: one artifact, and a session for each thread.
//
//     classify MODEL IMAGES.idx3 LABELS.idx1
//
// MODEL is an artifact, or a .tflite file to compile here and now; of floats or of int8.
#include "octet/octet.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <numeric>
#include <thread>

using Bytes = std::vector<unsigned char>;

/// What follows the header of a file in MNIST's format.
static Bytes readItems(const std::string &path, unsigned char rank) {
  std::ifstream stream(path, std::ios::binary);
  Bytes bytes((std::istreambuf_iterator<char>(stream)), {});
  const unsigned char magic[] = {0, 0, 8, rank};
  size_t header = 4 + 4 * size_t{rank};
  if (bytes.size() < header || std::memcmp(bytes.data(), magic, 4) != 0)
    throw std::runtime_error(path + ": not bytes in MNIST's format");
  return {bytes.begin() + static_cast<std::ptrdiff_t>(header), bytes.end()};
}

static octet::Artifact openModel(const std::string &path) {
  bool isArtifact = path.size() > 3 && path.compare(path.size() - 3, 3, ".so") == 0;
  return isArtifact ? octet::Artifact::load(path) : octet::Artifact::compile(path);
}

/// Pixels as the model wants them, its scores as they come, for one picture after the other.
class Classifier {
public:
  explicit Classifier(const octet::Artifact &artifact)
      : model(artifact.description()), session(artifact, /*threads=*/1),
        scores(static_cast<size_t>(model.outputs[0].bytes)) {}

  int64_t operator()(const unsigned char *pixels, size_t count) {
    reals.assign(pixels, pixels + count);
    codes.resize(count);
    for (size_t i = 0; i < count; ++i) {
      reals[i] /= 255;
      // The input's scale is 1/255 and its zero point -128.
      codes[i] = static_cast<int8_t>(pixels[i] - 128);
    }
    const void *image = isInt8() ? static_cast<const void *>(codes.data()) : reals.data();
    session.run({image}, {scores.data()});
    return isInt8() ? largest<int8_t>() : largest<float>();
  }

private:
  bool isInt8() const { return model.inputs[0].type == OCTET_INT8; }

  template <typename T> int64_t largest() const {
    auto *begin = reinterpret_cast<const T *>(scores.data());
    return std::max_element(begin, begin + scores.size() / sizeof(T)) - begin;
  }

  const octet_model &model;
  octet::Session session;
  std::vector<float> reals;
  std::vector<int8_t> codes;
  std::vector<char> scores;
};

static void requireDigits(const octet_model &model, const Bytes &images, const Bytes &labels) {
  auto fits = [](const octet_tensor &tensor, int64_t elements) {
    return (tensor.type == OCTET_INT8 && tensor.bytes == elements) ||
           (tensor.type == OCTET_FLOAT32 && tensor.bytes == 4 * elements);
  };
  if (model.input_count != 1 || model.output_count != 1 || !fits(model.inputs[0], 64) ||
      !fits(model.outputs[0], 10) || model.inputs[0].type != model.outputs[0].type)
    throw std::runtime_error(std::string(model.name) + " is not a digits model");
  if (images.size() != 64 * labels.size())
    throw std::runtime_error("the pictures are not of 8x8, one for each label");
}

/// How many each of the threads had right.
static std::vector<size_t> classify(const octet::Artifact &artifact, const Bytes &images,
                                    const Bytes &labels, size_t threadCount) {
  std::vector<size_t> correct(threadCount);
  std::vector<std::exception_ptr> errors(threadCount);
  auto work = [&](size_t self) {
    try {
      Classifier classifier(artifact);
      size_t count = 0;
      for (size_t i = self; i < labels.size(); i += threadCount)
        count += classifier(&images[64 * i], 64) == labels[i];
      correct[self] = count;
    } catch (...) {
      errors[self] = std::current_exception();
    }
  };
  std::vector<std::thread> threads;
  for (size_t self = 0; self < threadCount; ++self)
    threads.emplace_back(work, self);
  for (std::thread &thread : threads)
    thread.join();
  for (const std::exception_ptr &error : errors)
    if (error)
      std::rethrow_exception(error);
  return correct;
}

int main(int argc, char **argv) {
  if (argc != 4) {
    std::cerr << "usage: classify MODEL IMAGES.idx3 LABELS.idx1\n";
    return 2;
  }
  try {
    octet::Artifact artifact = openModel(argv[1]);
    Bytes images = readItems(argv[2], 3), labels = readItems(argv[3], 1);
    requireDigits(artifact.description(), images, labels);
    size_t threadCount = std::max(2U, std::thread::hardware_concurrency());
    std::vector<size_t> correct = classify(artifact, images, labels, threadCount);
    std::cout << std::accumulate(correct.begin(), correct.end(), size_t{0}) << " of "
              << labels.size() << " digits right, by " << artifact.description().name << " for "
              << artifact.description().target << " on " << threadCount << " threads\n";
  } catch (const std::exception &error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
