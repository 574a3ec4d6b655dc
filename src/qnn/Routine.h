// How an operator names the routine (src/routines) that it is.
#pragma once

#include "qnn/Tensor.h"

#include <array>
#include <bit>

namespace octet::qnn {

/// Whether all bytes of a struct are its members': an artifact carries them, and is to be the same
/// each time. Does not compile where they are not.
template <typename Struct> consteval bool hasNoPadding() {
  unsigned all = 0; // reads every byte, which those of padding do not allow
  for (unsigned char byte : std::bit_cast<std::array<unsigned char, sizeof(Struct)>>(Struct{}))
    all |= byte;
  return all < 256;
}

struct Routine {
  /// A name of routines/Routines.def.
  llvm::StringRef name;
  /// The bytes of its struct of routines/Parameters.h.
  llvm::SmallVector<char, 0> parameters;
  /// Independent rows, which may be computed in any order.
  int64_t rows = 1;
  int64_t scratchBytes = 0;
  /// For each operand slot the index of the operand, or -1 where it is absent; empty if all are
  /// there.
  llvm::SmallVector<int, 0> operandSlots;

  template <typename Parameters>
  Routine(llvm::StringRef name, const Parameters &p, int64_t rows, int64_t scratchBytes = 0)
      : name(name), parameters(reinterpret_cast<const char *>(&p),
                               reinterpret_cast<const char *>(&p) + sizeof p),
        rows(rows), scratchBytes(scratchBytes) {
    static_assert(hasNoPadding<Parameters>());
  }
};

/// Runs a routine natively on operand values; `resultTypes` says what it yields.
void runRoutine(const Routine &routine, llvm::ArrayRef<Tensor> operands,
                llvm::ArrayRef<mlir::RankedTensorType> resultTypes,
                llvm::SmallVectorImpl<Tensor> &results);

/// The element type's suffix in routine names: i8, u8, i16, i32, i64, bool or f32; empty for
/// others.
llvm::StringRef routineSuffix(mlir::Type elementType);

} // namespace octet::qnn
