#include "import/onnx/Operators.h"
#include "import/onnx/onnx.pb.h"

using namespace mlir;

namespace octet::onnx {

// What a branch gives names to. The standard wants them to differ from all names around it.
static llvm::SmallVector<llvm::StringRef> namesIn(const Graph &graph) {
  llvm::SmallVector<llvm::StringRef> names;
  for (const auto &initializer : graph.initializers)
    names.push_back(initializer.first());
  for (const ::onnx::NodeProto *node : graph.nodes)
    for (const std::string &output : node->output())
      names.push_back(output);
  return names;
}

// The branch that a known condition takes stands where the If stood, and sees what the If sees.
LogicalResult conditional(Node &node) {
  if (failed(node.expect(1, 1, SIZE_MAX)))
    return failure();
  node.ignore({"then_branch", "else_branch"});
  if (!Node::constantOf(node.input(0)))
    return node.fail("a condition that is computed is not supported: operand 0 must be a constant");
  auto condition = node.constants(0);
  if (failed(condition))
    return failure();
  if (condition->size() != 1)
    return node.fail("the condition must be one number");
  const char *name = (*condition)[0] != 0 ? "then_branch" : "else_branch";
  const ::onnx::GraphProto *branch = node.graph(name);
  if (!branch)
    return node.fail(llvm::Twine("has no ") + name);
  auto graph = node.model.model.read(*branch);
  if (!graph)
    return node.fail(llvm::Twine(name) + ": " + llvm::toString(graph.takeError()));
  if (graph->outputs.size() != node.outputCount())
    return node.fail(llvm::Twine(name) + " has " + llvm::Twine(graph->outputs.size()) +
                     " outputs, not " + llvm::Twine(node.outputCount()));
  auto names = namesIn(*graph);
  for (llvm::StringRef given : names)
    if (node.values.contains(given))
      return node.fail(llvm::Twine(name) + ": '" + given + "' is the name of a tensor around it");
  Location location = node.build.getLocation();
  LogicalResult imported = node.model.importNodes(*graph, node.values);
  node.build.setLocation(location);
  llvm::SmallVector<Value> results;
  for (const Port &output : graph->outputs)
    results.push_back(node.model.result(*graph, node.values, output.name));
  // What the branch has made is seen under the If's names alone.
  for (llvm::StringRef given : names)
    node.values.erase(given);
  if (failed(imported))
    return failure();
  for (auto [i, value] : llvm::enumerate(results)) {
    if (!value)
      return node.fail(llvm::Twine(name) + ": no operator makes output '" + graph->outputs[i].name +
                       "'");
    if (failed(node.result(value, i)))
      return failure();
  }
  return success();
}

} // namespace octet::onnx
