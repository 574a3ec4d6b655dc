// Single kernels at the shapes that networks have, on one thread: time, GMAC/s and, of kernels that
// multiply, the share of what this core can do at most.
//
//     build/dev/bin/octet-bench-kernels --benchmark_filter=pointwise
#include "octet/octet.hpp"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace {

std::string image(int64_t rows, int64_t columns, int64_t channels, const std::string &element) {
  return "tensor<1x" + std::to_string(rows) + "x" + std::to_string(columns) + "x" +
         std::to_string(channels) + "x" + element + ">";
}

const std::string codes = "!quant.uniform<u8:f32, 0.05:3>",
                  results = "!quant.uniform<u8:f32, 0.9:7>",
                  sums = "!quant.uniform<i32:f32, 0.0005>",
                  weightCodes = "!quant.uniform<i8:f32, 0.01>";

/// A convolution without a border, and what rescales it.
struct Convolution {
  const char *name;
  int64_t rows, columns, inputs, outputs, window = 1, stride = 1, groups = 1;
  bool isDepthwise = false;

  std::string module(bool isFloat) const {
    std::string x = image((rows - 1) * stride + window, (columns - 1) * stride + window, inputs,
                          isFloat ? "f32" : codes);
    std::string size = std::to_string(window) + "x" + std::to_string(window) + "x";
    std::string weightShape =
        isDepthwise ? "1x" + size + std::to_string(inputs)
                    : std::to_string(outputs) + "x" + size + std::to_string(inputs / groups);
    std::string weightStorage = "tensor<" + weightShape + (isFloat ? "xf32>" : "xi8>");
    std::string w = "tensor<" + weightShape + "x" + (isFloat ? "f32" : weightCodes) + ">";
    std::string sum = image(rows, columns, outputs, isFloat ? "f32" : sums);
    std::string result = image(rows, columns, outputs, isFloat ? "f32" : results);
    std::string attributes =
        "{strides = array<i64: " + std::to_string(stride) + ", " + std::to_string(stride) + ">" +
        (groups > 1 ? ", groups = " + std::to_string(groups) + " : i64" : "") + "}";
    std::string text = "func.func @main(%x: " + x + ") -> " + result +
                       " {\n  %w = qnn.constant dense<" + (isFloat ? "0.5" : "37") +
                       "> : " + weightStorage + " : " + w + "\n  %s = qnn." +
                       (isDepthwise ? "depthwise_conv2d" : "conv2d") + " %x, %w " + attributes +
                       " : (" + x + ", " + w + ") -> " + sum + "\n";
    if (isFloat)
      return text + "  return %s : " + sum + "\n}\n";
    return text + "  %r = qnn.requantize %s {numerics = #qnn.numerics<double_away>} : (" + sum +
           ") -> " + result + "\n  return %r : " + result + "\n}\n";
  }
};

// Layers of ResNet-50, MobileNet v2 and v3, EfficientNet-B0, ResNeXt and VGG-16.
const Convolution convolutions[] = {
    {"window_3x3/56x56x64", 56, 56, 64, 64, 3},
    {"window_3x3/28x28x128", 28, 28, 128, 128, 3},
    {"window_3x3/14x14x256", 14, 14, 256, 256, 3},
    {"window_3x3/7x7x512", 7, 7, 512, 512, 3},
    {"window_3x3/224x224x64", 224, 224, 64, 64, 3},
    {"window_3x3_stride_2/28x28x128", 28, 28, 128, 128, 3, 2},
    {"window_3x3_groups_32/14x14x512", 14, 14, 512, 512, 3, 1, 32},
    {"first_7x7_stride_2/112x112x3", 112, 112, 3, 64, 7, 2},
    {"first_3x3_stride_2/112x112x3", 112, 112, 3, 32, 3, 2},
    {"pointwise/56x56x64_to_256", 56, 56, 64, 256},
    {"pointwise/56x56x256_to_64", 56, 56, 256, 64},
    {"pointwise/28x28x128_to_512", 28, 28, 128, 512},
    {"pointwise/14x14x1024_to_256", 14, 14, 1024, 256},
    {"pointwise/7x7x2048_to_512", 7, 7, 2048, 512},
    {"pointwise/14x14x576_to_96", 14, 14, 576, 96},
    {"classifier/1280_to_1000", 1, 1, 1280, 1000},
    {"depthwise_3x3/14x14x384", 14, 14, 384, 384, 3, 1, 1, true},
    {"depthwise_3x3_stride_2/28x28x144", 28, 28, 144, 144, 3, 2, 1, true},
    {"depthwise_5x5/14x14x672", 14, 14, 672, 672, 5, 1, 1, true},
    // Layers of MobileNet v2 whole, and an eighth of their rows, whose tensors stay in near caches:
    // what one pass over rows through several layers could gain.
    {"rows/depthwise/112x112x32", 112, 112, 32, 32, 3, 1, 1, true},
    {"rows/depthwise/14x112x32", 14, 112, 32, 32, 3, 1, 1, true},
    {"rows/pointwise/112x112x32_to_16", 112, 112, 32, 16},
    {"rows/pointwise/14x112x32_to_16", 14, 112, 32, 16},
    {"rows/pointwise/112x112x16_to_96", 112, 112, 16, 96},
    {"rows/pointwise/14x112x16_to_96", 14, 112, 16, 96},
    {"rows/depthwise_stride_2/56x56x96", 56, 56, 96, 96, 3, 2, 1, true},
    {"rows/depthwise_stride_2/7x56x96", 7, 56, 96, 96, 3, 2, 1, true},
    {"rows/pointwise/56x56x96_to_24", 56, 56, 96, 24},
    {"rows/pointwise/7x56x96_to_24", 7, 56, 96, 24},
    {"rows/pointwise/56x56x24_to_144", 56, 56, 24, 144},
    {"rows/pointwise/7x56x24_to_144", 7, 56, 24, 144},
    {"rows/depthwise/56x56x144", 56, 56, 144, 144, 3, 1, 1, true},
    {"rows/depthwise/7x56x144", 7, 56, 144, 144, 3, 1, 1, true},
    {"rows/pointwise/56x56x144_to_24", 56, 56, 144, 24},
    {"rows/pointwise/7x56x144_to_24", 7, 56, 144, 24},
};

struct Kernel {
  std::string name, module;
};

/// Kernels that do not multiply: what is around convolutions.
std::vector<Kernel> otherKernels() {
  std::string x = image(56, 56, 256, codes), y = image(56, 56, 256, results);
  auto module = [](const std::string &arguments, const std::string &result,
                   const std::string &operation) {
    return "func.func @main(" + arguments + ") -> " + result + " {\n  %r = " + operation + " -> " +
           result + "\n  return %r : " + result + "\n}\n";
  };
  std::string half = image(28, 28, 256, codes);
  return {
      {"add/56x56x256",
       module("%x: " + x + ", %y: " + y, x,
              "qnn.add %x, %y {numerics = #qnn.numerics<double_away>} : (" + x + ", " + y + ")")},
      {"logistic/56x56x256", module("%x: " + x, y, "qnn.unary logistic %x : (" + x + ")")},
      {"max_pool_2x2/56x56x256",
       module("%x: " + x, half,
              "qnn.max_pool2d %x {window = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (" + x +
                  ")")},
      {"softmax/128x1000", module("%x: tensor<128x1000xf32>", "tensor<128x1000xf32>",
                                  "qnn.softmax %x : (tensor<128x1000xf32>)")},
  };
}

octet::Artifact compile(const std::string &module) {
  char path[] = "/tmp/octet-kernel-XXXXXX.mlir";
  int descriptor = mkstemps(path, 5);
  bool isWritten = descriptor >= 0 && write(descriptor, module.data(), module.size()) ==
                                          static_cast<ssize_t>(module.size());
  if (!isWritten) {
    std::perror(path);
    std::exit(1);
  }
  close(descriptor);
  octet::Artifact artifact = octet::Artifact::compile(path);
  unlink(path);
  return artifact;
}

void run(benchmark::State &state, const std::string &module, double peak) {
  octet::Artifact artifact = compile(module);
  const octet_model &model = artifact.description();
  octet::Session session(artifact, 1);
  auto buffers = [](const octet_tensor *tensors, int32_t count) {
    std::vector<std::vector<char>> made;
    for (int32_t i = 0; i < count; ++i)
      made.emplace_back(static_cast<size_t>(tensors[i].bytes), char{1});
    return made;
  };
  auto inputs = buffers(model.inputs, model.input_count),
       outputs = buffers(model.outputs, model.output_count);
  std::vector<const void *> in;
  std::vector<void *> out;
  for (auto &buffer : inputs)
    in.push_back(buffer.data());
  for (auto &buffer : outputs)
    out.push_back(buffer.data());
  for (auto _ : state)
    session.run(in, out);
  if (model.multiply_accumulates == 0)
    return;
  using benchmark::Counter;
  auto gmacs = static_cast<double>(model.multiply_accumulates) * 1e-9;
  state.counters["GMAC/s"] = Counter(gmacs, Counter::kIsIterationInvariantRate);
  state.counters["of_peak"] = Counter(gmacs / peak, Counter::kIsIterationInvariantRate);
}

} // namespace

int main(int argc, char **argv) {
  benchmark::Initialize(&argc, argv);
  octet_peaks peaks;
  octet::check(octet_measure_peaks(nullptr, &peaks));
  std::fprintf(stderr, "one core's peak: %.1f GMAC/s of bytes, %.1f of floats\n", peaks.byte_gmacs,
               peaks.real_gmacs);
  auto add = [](const std::string &name, const std::string &module, double peak) {
    benchmark::RegisterBenchmark(name.c_str(), run, module, peak)->Unit(benchmark::kMicrosecond);
  };
  for (const Convolution &convolution : convolutions) {
    add(std::string("int8/") + convolution.name, convolution.module(false), peaks.byte_gmacs);
    add(std::string("float/") + convolution.name, convolution.module(true), peaks.real_gmacs);
  }
  for (const Kernel &kernel : otherKernels())
    add(kernel.name, kernel.module, 0);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
