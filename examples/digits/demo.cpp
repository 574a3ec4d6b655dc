// Prints how well and how fast the two compiled digits models classify the held-out pictures.
//
//     demo FLOAT.so INT8.so INT8.tflite HELDOUT_FOLDER
#include "octet/octet.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>

using Bytes = std::vector<unsigned char>;
constexpr size_t pixelCount = 64, classCount = 10;

static Bytes readAfter(const std::string &path, size_t header) {
  std::ifstream stream(path, std::ios::binary);
  Bytes bytes((std::istreambuf_iterator<char>(stream)), {});
  if (bytes.size() <= header)
    throw std::runtime_error(path + ": cannot be read");
  return {bytes.begin() + static_cast<std::ptrdiff_t>(header), bytes.end()};
}

/// The pictures as an input of this type: pixels are reals in [0, 1], or codes from -128.
static Bytes inputBytes(const Bytes &images, const octet_tensor &input) {
  if (input.type == OCTET_INT8) {
    Bytes codes = images;
    for (unsigned char &code : codes)
      code ^= 0x80;
    return codes;
  }
  std::vector<float> reals(images.begin(), images.end());
  for (float &real : reals)
    real /= 255;
  auto *begin = reinterpret_cast<const unsigned char *>(reals.data());
  return {begin, begin + reals.size() * sizeof(float)};
}

/// What a model says of all pictures, and how long it took for one.
struct Answers {
  Bytes scores;
  std::vector<size_t> digits;
  double microseconds;
};

template <typename T> static std::vector<size_t> digitsOf(const Bytes &scores) {
  std::vector<size_t> digits;
  auto *all = reinterpret_cast<const T *>(scores.data());
  for (size_t i = 0; i < scores.size() / sizeof(T); i += classCount)
    digits.push_back(
        static_cast<size_t>(std::max_element(all + i, all + i + classCount) - all - i));
  return digits;
}

static Answers ask(const octet::Artifact &artifact, const Bytes &images) {
  const octet_model &model = artifact.description();
  size_t inputSize = static_cast<size_t>(model.inputs[0].bytes),
         outputSize = static_cast<size_t>(model.outputs[0].bytes);
  Bytes inputs = inputBytes(images, model.inputs[0]);
  Answers answers{Bytes(inputs.size() / inputSize * outputSize), {}, 0};
  std::vector<double> times;
  octet::Session session(artifact, /*threads=*/1);
  for (size_t i = 0; i < inputs.size() / inputSize; ++i) {
    auto start = std::chrono::steady_clock::now();
    session.run({&inputs[i * inputSize]}, {&answers.scores[i * outputSize]});
    std::chrono::duration<double, std::micro> time = std::chrono::steady_clock::now() - start;
    times.push_back(time.count());
  }
  std::nth_element(times.begin(), times.begin() + times.size() / 2, times.end());
  answers.microseconds = times[times.size() / 2];
  answers.digits = model.outputs[0].type == OCTET_INT8 ? digitsOf<int8_t>(answers.scores)
                                                       : digitsOf<float>(answers.scores);
  return answers;
}

/// How many pictures have the same `size` bytes in both.
static size_t countEqual(const Bytes &a, const Bytes &b, size_t size) {
  size_t count = 0;
  for (size_t i = 0; i < std::min(a.size(), b.size()); i += size)
    count += std::equal(&a[i], &a[i] + size, &b[i]);
  return count;
}

template <typename Labels>
static size_t countSame(const std::vector<size_t> &digits, const Labels &labels) {
  size_t count = 0;
  for (size_t i = 0; i < digits.size(); ++i)
    count += digits[i] == labels[i];
  return count;
}

static double kilobytesOf(const std::string &path) {
  std::ifstream stream(path, std::ios::binary | std::ios::ate);
  return static_cast<double>(stream.tellg()) / 1000;
}

static void printAccuracy(const Answers &real, const Answers &integer, const Bytes &labels) {
  auto percent = [&](size_t count) {
    return 100.0 * static_cast<double>(count) / static_cast<double>(labels.size());
  };
  size_t realCorrect = countSame(real.digits, labels), correct = countSame(integer.digits, labels);
  std::printf("%zu held-out digits           float        int8\n", labels.size());
  std::printf("right                    %4zu %5.1f %% %4zu %5.1f %%\n", realCorrect,
              percent(realCorrect), correct, percent(correct));
}

/// A picture in the brightness of characters, two of them to a pixel.
static void draw(const unsigned char *pixels) {
  const char *shades[] = {"  ", "░░", "▒▒", "▓▓", "██"};
  for (size_t i = 0; i < pixelCount; ++i)
    std::printf("%s%s%s", i % 8 ? "" : "    ", shades[pixels[i] * 5 / 256], i % 8 == 7 ? "\n" : "");
}

static void demonstrate(char **arguments) {
  std::string realPath = arguments[0], integerPath = arguments[1], modelPath = arguments[2],
              folder = arguments[3];
  Bytes images = readAfter(folder + "/images.idx3", 16),
        labels = readAfter(folder + "/labels.idx1", 8);
  Bytes tflite = readAfter(folder + "/tflite.int8", 0);
  octet_options options{};
  options.numerics = "tflite-optimized";
  Answers real = ask(octet::Artifact::load(realPath), images);
  Answers integer = ask(octet::Artifact::load(integerPath), images);
  Answers evaluator = ask(octet::Artifact::reference(modelPath, options), images);
  printAccuracy(real, integer, labels);
  std::printf("median time of one       %9.1f us %9.1f us\n", real.microseconds,
              integer.microseconds);
  std::printf("artifact                 %9.1f kB %9.1f kB\n", kilobytesOf(realPath),
              kilobytesOf(integerPath));
  std::printf("same digit as float                 - %12zu\n",
              countSame(integer.digits, real.digits));
  std::printf("same bytes as evaluator             - %12zu\n",
              countEqual(integer.scores, evaluator.scores, classCount));
  std::printf("same bytes as TFLite                - %12zu\n\n",
              countEqual(integer.scores, tflite, classCount));
  draw(&images[3 * pixelCount]);
}

int main(int argc, char **argv) {
  if (argc != 5)
    return std::fprintf(stderr, "usage: demo FLOAT.so INT8.so INT8.tflite HELDOUT_FOLDER\n"), 2;
  try {
    demonstrate(argv + 1);
  } catch (const std::exception &error) {
    return std::fprintf(stderr, "%s\n", error.what()), 1;
  }
}
