#include "codegen/ops/Sum.h"

namespace octet::codegen {

Lane lower(qnn::SubOp op, Lanes &lanes) {
  return lowerSum(op, true, op.getNumerics(), op.getForm(), lanes);
}

} // namespace octet::codegen
