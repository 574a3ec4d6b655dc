// Operators that are one sequential routine rather than a nest of independent loops: sorting,
// recurrences, row-wise normalizations, gathers.
//
// A routine is freestanding C++ that is compiled twice: natively, for the evaluator, and to LLVM
// bitcode, which code generation links into artifacts and optimizes for the target. So it means the
// same in both, and an operator of this kind needs no lowering of its own.
#pragma once

#include <stdint.h>

namespace octet::routines {

/// `tensors` are the operator's operands, then its results, then scratch memory; null where an
/// optional operand is absent. Contiguous, row-major. `parameters` points to the routine's struct
/// of Parameters.h. A routine whose rows are independent computes those from `begin` to `end`; any
/// other has one row.
using Function = void (*)(const void *const *tensors, const void *parameters, int64_t begin,
                          int64_t end);

/// The native function of that name; null if there is none.
Function find(const char *name);

template <typename T> const T *input(const void *const *tensors, int i) {
  return static_cast<const T *>(tensors[i]);
}
/// Results and scratch travel among the operands, so their constness is cast away here and only
/// here.
template <typename T> T *output(const void *const *tensors, int i) {
  return static_cast<T *>(const_cast<void *>(tensors[i]));
}

} // namespace octet::routines

#define OCTET_ROUTINE(name)                                                                        \
  extern "C" void octet_##name(const void *const *tensors, const void *parameterBlock,             \
                               int64_t begin, int64_t end)

/// results[i] = table[(codes[i] + offset) % 256] for i < count: part of routines, but written for
/// the instructions of the target by code generation (codegen/kernels/Routine.cpp). Native.cpp has
/// the evaluator's. The results overlap neither codes nor table.
extern "C" __attribute__((visibility("hidden"))) void
octet_look_up_bytes(const uint8_t *table, int32_t offset, const uint8_t *codes, uint8_t *results,
                    int64_t count);
