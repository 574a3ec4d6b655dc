#include "driver/Compare.h"
#include "driver/Loaded.h"
#include "driver/Reference.h"
#include "qnn/Checks.h"
#include "qnn/Geometry.h"
#include "qnn/Location.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <deque>

using namespace mlir;

namespace octet::driver {

namespace {

/// How two tensors of one type differ. Integers must be equal; floats may be apart by 1e-5 of the
/// range.
struct Difference {
  int64_t elements = 0, differing = 0, first = -1;
  double largest = 0, range = 0;
  bool isFloat = false;

  bool isSignificant() const { return isFloat ? !(largest <= 1e-5 * range) : differing > 0; }
};

Difference differenceOf(const qnn::Tensor &actual, const qnn::Tensor &expected) {
  Difference difference;
  difference.isFloat = expected.isFloat();
  difference.elements = expected.size();
  double lowest = 0, highest = 0;
  for (int64_t i = 0; i < expected.size(); ++i) {
    double a = expected.isFloat() ? actual.real(i) : static_cast<double>(actual.integer(i));
    double e = expected.isFloat() ? expected.real(i) : static_cast<double>(expected.integer(i));
    lowest = std::min(lowest, e);
    highest = std::max(highest, e);
    if (a == e || (std::isnan(a) && std::isnan(e)))
      continue;
    if (difference.differing++ == 0)
      difference.first = i;
    double distance = std::abs(a - e);
    difference.largest = std::isnan(distance) ? distance : std::max(difference.largest, distance);
  }
  difference.range = highest - lowest;
  return difference;
}

struct Row {
  std::string name, type;
  Difference difference;
  /// Expected is what the evaluator makes of the compiled code's own inputs: a float before came
  /// close only, and its last bit decided about a code or a large difference.
  bool isOfOwnInputs = false;
};

std::string textOf(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  llvm::StringRef inner(text);
  inner.consume_front("tensor<");
  inner.consume_back(">");
  return inner.str();
}

/// Runs the compiled model and looks at each kernel's results as soon as they are there.
class Comparison {
public:
  Comparison(Model &lowered, const codegen::Program &program) : lowered(lowered), program(program) {
    executor.run = [](octet_executor *self, octet_task task, void *frame, int64_t count,
                      int32_t step) {
      auto *comparison = reinterpret_cast<Comparison *>(self);
      qnn::KernelOp kernel = comparison->program.steps[static_cast<size_t>(step)].kernel;
      llvm::SmallVector<qnn::Tensor> own = comparison->ownInputsOf(kernel);
      // In pieces, the last first: threads may share a step in any way and order.
      for (int64_t end = count; end > 0; end -= (end + 1) / 2)
        task(frame, end / 2, end);
      comparison->check(kernel, own);
    };
  }

  // First, so that its address is the comparison's.
  octet_executor executor;

  Failure run(const octet_model *model, const void *const *inputs, int32_t runs) {
    for (int32_t i = 0; i < model->output_count; ++i)
      outputs.emplace_back(static_cast<size_t>(model->outputs[i].bytes) + 1);
    for (std::vector<char> &output : outputs)
      outputPointers.push_back(output.data());
    inputPointers = inputs;
    if (Failure failure = makeWorkspace(*model, workspace))
      return failure;
    model->reset(workspace.get());
    qnn::State state = qnn::initialState(lowered.module());
    for (int32_t i = 0; i < runs; ++i) {
      if (Failure failure = evaluateKernels(state))
        return failure;
      rows.clear();
      model->run(workspace.get(), inputs, outputPointers.data(), &executor);
    }
    return {};
  }

  std::vector<Row> rows;
  std::vector<void *> outputPointers;
  /// The outputs as the evaluator has them.
  llvm::SmallVector<qnn::Tensor> results;
  /// Whether all that was computed so far is equal to the bit.
  bool isExact = true;

private:
  Failure evaluateKernels(qnn::State &state) {
    expected.clear();
    results.clear();
    auto remember = [this](Operation *op, llvm::ArrayRef<qnn::Tensor> tensors) {
      if (isa<qnn::KernelOp>(op))
        expected[op].emplace_back(tensors.begin(), tensors.end());
    };
    if (failed(qnn::evaluate(lowered.main(), tensorsOf(lowered.main(), inputPointers), state,
                             results, remember)))
      return lowered.refusal();
    return {};
  }

  // What a kernel is about to read; nothing as long as it reads what the evaluator read.
  llvm::SmallVector<qnn::Tensor> ownInputsOf(qnn::KernelOp kernel) {
    llvm::SmallVector<qnn::Tensor> own;
    for (Value input : kernel.getInputs())
      if (!isExact)
        own.push_back(read(input));
    return own;
  }

  void check(qnn::KernelOp kernel, llvm::ArrayRef<qnn::Tensor> own) {
    // In a loop, a kernel runs as often as the evaluator ran it.
    auto &queue = expected[kernel];
    if (queue.empty())
      return;
    std::vector<qnn::Tensor> tensors = std::move(queue.front());
    queue.pop_front();
    llvm::SmallVector<qnn::Tensor> ofOwn;
    const bool wasExact = isExact;
    for (auto [i, result] : llvm::enumerate(kernel.getResults())) {
      const qnn::Tensor actual = read(result);
      Row row{qnn::describe(kernel.getLoc()), textOf(result.getType()),
              differenceOf(actual, tensors[i])};
      isExact &= row.difference.differing == 0;
      if (row.difference.isSignificant() && !wasExact &&
          (!ofOwn.empty() || succeeded(qnn::evaluateBlock(kernel.getBody().front(), own, ofOwn)))) {
        row.difference = differenceOf(actual, ofOwn[i]);
        row.isOfOwnInputs = true;
      }
      rows.push_back(row);
    }
  }

  qnn::Tensor read(Value value) {
    qnn::PlacementAttr place = qnn::placementOf(value);
    const char *base = workspace.get() + place.getOffset();
    if (place.getSpace() == qnn::Space::arena)
      base += program.arenaOffset;
    else if (place.getSpace() == qnn::Space::output)
      base = static_cast<const char *>(outputPointers[static_cast<size_t>(place.getIndex())]) +
             place.getOffset();
    else if (place.getSpace() == qnn::Space::input)
      base = static_cast<const char *>(inputPointers[place.getIndex()]) + place.getOffset();
    qnn::Tensor tensor(qnn::tensorType(value));
    int64_t bytes = qnn::elementBytesOf(qnn::elementType(value));
    qnn::forEachIndex(tensor.shape(), [&](int64_t at, llvm::ArrayRef<int64_t> index) {
      std::memcpy(tensor.bytes().data() + at * bytes,
                  base + qnn::offsetOf(index, place.getStrides()) * bytes,
                  static_cast<size_t>(bytes));
    });
    return tensor;
  }

  Model &lowered;
  const codegen::Program &program;
  const void *const *inputPointers = nullptr;
  Workspace workspace{nullptr, std::free};
  std::vector<std::vector<char>> outputs;
  llvm::DenseMap<Operation *, std::deque<std::vector<qnn::Tensor>>> expected;
};

// Outputs of the compiled model beside those of the model as it was interpreted. Where floats came
// close only, the kernels' rows are about the compiled code, and these about what was compiled.
Failure compareOutputs(Reference &reference, const void *const *inputs, int32_t runs,
                       Comparison &comparison) {
  const octet_model *described = reference.description();
  std::vector<std::vector<char>> outputs;
  std::vector<void *> pointers;
  for (int32_t i = 0; i < described->output_count; ++i)
    outputs.emplace_back(static_cast<size_t>(described->outputs[i].bytes) + 1);
  for (std::vector<char> &output : outputs)
    pointers.push_back(output.data());
  qnn::State state = reference.initialState();
  for (int32_t i = 0; i < runs; ++i)
    if (Failure failure = reference.run(state, inputs, pointers.data()))
      return failure;
  for (auto [i, type] : llvm::enumerate(reference.resultTypes())) {
    auto tensorType = cast<RankedTensorType>(type);
    auto tensor = [&](const void *memory) {
      return qnn::Tensor(tensorType, {static_cast<const char *>(memory),
                                      static_cast<size_t>(qnn::byteCountOf(tensorType))});
    };
    Row row{std::string("output (") + described->outputs[i].name + ")", textOf(type),
            differenceOf(tensor(comparison.outputPointers[i]), tensor(pointers[i]))};
    if (row.difference.isSignificant() && !comparison.isExact) {
      row.difference = differenceOf(comparison.results[i], tensor(pointers[i]));
      row.isOfOwnInputs = true;
    }
    comparison.rows.push_back(row);
  }
  return {};
}

void writeText(llvm::ArrayRef<Row> rows, const Writer &write) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  int64_t elements = 0;
  for (const Row &row : rows) {
    elements += row.difference.elements;
    const char *verdict = row.difference.isSignificant() ? "DIFFERS"
                          : row.difference.differing     ? "close  "
                                                         : "equal  ";
    stream << verdict << " " << row.name << "\n        " << row.type
           << (row.isOfOwnInputs ? ", of inputs that are close" : "") << "\n";
    if (row.difference.differing)
      stream << "        " << row.difference.differing << " of " << row.difference.elements
             << " elements differ, the first at " << row.difference.first << ", by at most "
             << llvm::format("%g", row.difference.largest) << "\n";
  }
  auto *first = llvm::find_if(rows, [](const Row &row) { return row.difference.isSignificant(); });
  if (first == rows.end())
    stream << rows.size() << " tensors, " << elements
           << " elements: compiled code equals the evaluator\n";
  else
    stream << "the first tensor that differs is made by " << first->name << "\n";
  write(text);
}

void writeJson(llvm::ArrayRef<Row> rows, const Writer &write) {
  llvm::json::Array tensors;
  for (const Row &row : rows)
    tensors.push_back(llvm::json::Object{{"name", row.name},
                                         {"type", row.type},
                                         {"elements", row.difference.elements},
                                         {"differing", row.difference.differing},
                                         {"largest_difference", row.difference.largest},
                                         {"of_own_inputs", row.isOfOwnInputs},
                                         {"differs", row.difference.isSignificant()}});
  auto isDifferent = [](const Row &row) { return row.difference.isSignificant(); };
  std::string text;
  llvm::raw_string_ostream(text) << llvm::json::Value(llvm::json::Object{
                                        {"equal", llvm::none_of(rows, isDifferent)},
                                        {"tensors", std::move(tensors)}})
                                 << "\n";
  write(text);
}

} // namespace

Failure compare(const std::string &path, ModelOptions options, const void *const *inputs,
                int32_t runs, bool json, const Writer &write) {
  Failure failure;
  auto lowered = Model::read(path, options, failure);
  auto imported = lowered ? Model::read(path, options, failure) : nullptr;
  if (!imported || (failure = imported->interpret()) || (failure = lowered->raise()) ||
      (failure = lowered->lower()))
    return failure;
  codegen::Program program;
  Loaded loaded;
  if ((failure = lowered->generate("octet_model", codegen::Listing::none, program)) ||
      (failure = loaded.loadModel(program, options.target)))
    return failure;
  Comparison comparison(*lowered, program);
  Reference reference(std::move(imported));
  if ((failure = comparison.run(loaded.model, inputs, runs)) ||
      (failure = compareOutputs(reference, inputs, runs, comparison)))
    return failure;
  json ? writeJson(comparison.rows, write) : writeText(comparison.rows, write);
  if (llvm::any_of(comparison.rows, [](const Row &row) { return row.difference.isSignificant(); }))
    return {OCTET_REFUSED, path + ": compiled code differs from the evaluator"};
  return {};
}

} // namespace octet::driver
