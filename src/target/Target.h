// What a machine can do: the facts that legalization, schedules and code generation ask for.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>

namespace octet::target {

/// A CPU feature that code may need, and how to test for it: a bit of a CPUID register, bits of
/// XCR0 where the operating system has to save registers for it, and which of these a process has
/// to ask for.
struct Feature {
  llvm::StringRef name; ///< LLVM's
  uint32_t leaf, subleaf;
  uint32_t reg; ///< 0 … 3: EAX, EBX, ECX, EDX
  uint32_t bit;
  uint32_t savedState;
  uint32_t askedState = 0; ///< the number of that bit of XCR0; 0 if there is none
};

/// arch_prctl(ARCH_REQ_XCOMP_PERM, bit of XCR0): how a process asks Linux for large registers.
constexpr int64_t archPrctl = 158, requestState = 0x1023;

/// One row of a target family's table.
struct Target {
  llvm::StringRef name;
  llvm::StringRef description;
  llvm::StringRef triple;
  llvm::StringRef tune; ///< the CPU whose scheduling model LLVM uses
  /// The features that code may use, and that an artifact demands at load.
  llvm::ArrayRef<Feature> features;
  unsigned vectorBytes = 0; ///< of the widest vector register
  unsigned vectorRegisters = 0;
  /// Of them, what the back end's scheduler of this CPU keeps for loads ahead of their use.
  unsigned scheduledRegisters = 0;
  bool hasFusedMultiplyAdd = false;
  /// Four u8 × s8 products, or a pair of int16 products, added to an int32 lane by one instruction.
  bool hasByteDot = false, hasWordDot = false;
  /// Look-up in 128 bytes held by two registers; stores of bytes under a mask.
  bool hasByteLookup = false, hasMaskedStore = false;
  /// Registers that are matrices, and a product of them, u8 × s8 added to int32.
  bool hasByteMatrices = false;
  static constexpr int64_t matrixRows = 16, matrixRowBytes = 64; ///< at most
  /// How many share that many pixels of a row, equally.
  static constexpr int64_t matricesFor(int64_t pixels) {
    return (pixels + matrixRows - 1) / matrixRows;
  }
  /// How many there are; the time of a product of full ones in that of full vectors' byte dots, and
  /// after how many cycles its sums can be added to again.
  unsigned matrixRegisters = 0, matrixProductCycles = 0, matrixProductLatency = 0;
  unsigned l1Bytes = 0, l2Bytes = 0; ///< data caches of one core

  unsigned lanes32() const { return vectorBytes / 4; }
  /// Whether an instruction says how it rounds: those on 512 bits do.
  bool roundsByInstruction() const { return vectorBytes == 64; }
  /// LLVM's feature string: +sse4.1,+avx2,…
  std::string featureString() const;
};

/// The target of that name; null if there is none. `native` is the strongest row that this machine
/// can run, `baseline` the weakest of this machine's family.
const Target *findTarget(llvm::StringRef name);

/// Every row, weakest first.
llvm::ArrayRef<Target> allTargets();

/// The first feature of the target that this machine lacks; null if it can run the target's code.
const Feature *missingFeature(const Target &target);

} // namespace octet::target
