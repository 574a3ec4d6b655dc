#include "codegen/Lanes.h"

namespace octet::codegen {

Lane lower(qnn::LookupOp op, Lanes &lanes) {
  if (op.keepsCodes())
    return lanes.unclamped(op.getInput());
  return lanes.throughTable(op, lanes.of(op.getInput()));
}

} // namespace octet::codegen
