#include "qnn/Routine.h"
#include "routines/Routine.h"

#include <string>

using namespace mlir;

namespace octet::qnn {

void runRoutine(const Routine &routine, ArrayRef<Tensor> operands,
                ArrayRef<RankedTensorType> resultTypes, SmallVectorImpl<Tensor> &results) {
  llvm::SmallVector<const void *> pointers;
  if (routine.operandSlots.empty())
    for (const Tensor &operand : operands)
      pointers.push_back(operand.bytes().data());
  for (int slot : routine.operandSlots)
    pointers.push_back(slot < 0 ? nullptr : operands[slot].bytes().data());
  size_t first = results.size();
  for (RankedTensorType type : resultTypes)
    results.push_back(Tensor(type));
  for (size_t i = first; i < results.size(); ++i)
    pointers.push_back(results[i].bytes().data());
  // Scratch memory is aligned for any element, as the planner's buffers are.
  std::vector<std::max_align_t> scratch(routine.scratchBytes / sizeof(std::max_align_t) + 1);
  pointers.push_back(scratch.data());
  routines::Function function = routines::find(routine.name.str().c_str());
  assert(function && "an operator names a routine that does not exist");
  function(pointers.data(), routine.parameters.data(), 0, routine.rows);
}

StringRef routineSuffix(Type elementType) {
  if (elementType.isF32())
    return "f32";
  auto storage = storageOf(elementType);
  if (!storage)
    return "";
  switch (storage->bits) {
  case 1:
    return "bool";
  case 8:
    return storage->isSigned ? "i8" : "u8";
  case 16:
    return storage->isSigned ? "i16" : "";
  case 32:
    return storage->isSigned ? "i32" : "";
  default:
    return "i64";
  }
}

} // namespace octet::qnn
