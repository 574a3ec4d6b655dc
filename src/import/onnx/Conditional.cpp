#include "import/onnx/Operators.h"
#include "import/onnx/onnx.pb.h"

using namespace mlir;

namespace octet::onnx {

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
  Location location = node.build.getLocation();
  Values values = node.values;
  LogicalResult imported = node.model.importNodes(*graph, values);
  node.build.setLocation(location);
  if (failed(imported))
    return failure();
  for (auto [i, output] : llvm::enumerate(graph->outputs)) {
    Value value = node.model.result(*graph, values, output.name);
    if (!value)
      return node.fail(llvm::Twine(name) + ": no operator makes output '" + output.name + "'");
    if (failed(node.result(value, i)))
      return failure();
  }
  return success();
}

} // namespace octet::onnx
