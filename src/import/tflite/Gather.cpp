// Operators that read or write where indices say.
#include "import/tflite/Node.h"
#include "qnn/Ops.h"

using namespace mlir;

namespace octet::tflite {

LogicalResult gather(Node &node) {
  const auto *options = node.options<schema::GatherOptions>();
  if (failed(node.expect(2, 2)))
    return failure();
  Value input = node.input(0), indices = node.input(1);
  auto axis = node.axis(options ? options->axis() : 0, qnn::tensorType(input).getRank());
  int64_t batchDims = options ? options->batch_dims() : 0;
  if (failed(axis))
    return failure();
  if (batchDims < 0)
    batchDims += qnn::tensorType(indices).getRank();
  return node.result(node.build.create<qnn::GatherOp>(qnn::elementType(input), input, indices,
                                                      static_cast<uint64_t>(*axis),
                                                      static_cast<uint64_t>(batchDims)));
}

LogicalResult gatherNd(Node &node) {
  if (failed(node.expect(2, 2)))
    return failure();
  return node.result(node.build.create<qnn::GatherNdOp>(qnn::elementType(node.input(0)),
                                                        node.input(0), node.input(1)));
}

LogicalResult scatterNd(Node &node) {
  if (failed(node.expect(3, 3)))
    return failure();
  auto shape = node.constants(2);
  if (failed(shape))
    return failure();
  for (int64_t extent : *shape)
    if (extent < 0)
      return node.fail("has no valid shape");
  return node.result(node.build.create<qnn::ScatterNdOp>(qnn::elementType(node.input(1)),
                                                         node.input(0), node.input(1), *shape));
}

LogicalResult embeddingLookup(Node &node) {
  if (failed(node.expect(2, 2)))
    return failure();
  Value table = node.input(1);
  return node.result(node.build.create<qnn::GatherOp>(qnn::elementType(table), table, node.input(0),
                                                      uint64_t{0}, uint64_t{0}));
}

// The number of rows of WHERE's result is only known at run time: the graph's output carries it.
LogicalResult where(Node &node) {
  if (failed(node.expect(1, 1)))
    return failure();
  Type i64 = node.build.ir().getI64Type();
  auto results = node.build.createMany<qnn::WhereOp>({i64, i64}, node.input(0));
  return results.empty() ? failure() : node.result(results[0]);
}

} // namespace octet::tflite
