#include "codegen/ops/Sum.h"

namespace octet::codegen {

Lane lower(qnn::AddOp op, Lanes &lanes) {
  return lowerSum(op, false, op.getNumerics(), op.getForm(), lanes);
}

} // namespace octet::codegen
