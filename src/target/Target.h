// What a machine can do: the facts that legalization, schedules and code generation ask for.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>
#include <variant>

namespace octet::target {

/// How an x86 shows a feature: a bit of a CPUID register, bits of XCR0 where the operating system
/// has to save registers for it, and which of these a process has to ask for.
struct CpuidBit {
  uint32_t leaf, subleaf;
  uint32_t reg; ///< 0 … 3: EAX, EBX, ECX, EDX
  uint32_t bit;
  uint32_t savedState;
  uint32_t askedState = 0; ///< the number of that bit of XCR0; 0 if there is none
};

/// How Linux shows a feature of an Arm: a bit of an entry of the auxiliary vector.
struct AuxiliaryBit {
  uint32_t entry; ///< AT_HWCAP or AT_HWCAP2
  uint32_t bit;
};

/// A CPU feature that code may need, and how to test for it.
struct Feature {
  llvm::StringRef name; ///< LLVM's
  std::variant<CpuidBit, AuxiliaryBit> test;
};

enum class Family { x86, arm };

/// arch_prctl(ARCH_REQ_XCOMP_PERM, bit of XCR0): how a process asks Linux for large registers.
constexpr int64_t archPrctl = 158, requestState = 0x1023;

/// One row of a target family's table.
struct Target {
  llvm::StringRef name;
  llvm::StringRef description;
  Family family = Family::x86;
  llvm::StringRef tune; ///< the CPU whose scheduling model LLVM uses
  /// The features that code may use, and that an artifact demands at load.
  llvm::ArrayRef<Feature> features;
  unsigned vectorBytes = 0; ///< of the widest vector register
  unsigned vectorRegisters = 0;
  /// Of them, what the back end's scheduler of this CPU keeps for loads ahead of their use.
  unsigned scheduledRegisters = 0;
  /// How many multiplications, and loads, of full vectors begin in a cycle. What is narrower than
  /// half a vector, or one element for all lanes, is loaded twice a cycle everywhere.
  unsigned dotsPerCycle = 2, loadsPerCycle = 2;
  /// A full vector is multiplied in two halves, so that half a vector takes little more than half.
  bool halvesVectors = false;
  bool hasFusedMultiplyAdd = false;
  /// Four products of bytes, or a pair of int16 products, added to an int32 lane without others
  /// besides.
  bool hasByteDot = false, hasWordDot = false;
  /// The same by products of 16 bits, of which two may be summed before that: weights are within
  /// ±127 then.
  bool hasBytePairs = false;
  /// The bytes are s8 × s8 instead of u8 × s8.
  bool multipliesSignedBytes = false;
  /// A lane of a register can be what all lanes of another are multiplied by: one load brings the
  /// inputs of several steps.
  bool multipliesByLane = false;
  /// Products of bytes that take strips of inputs: registers as they are loaded.
  struct Strips {
    unsigned depth = 0;  ///< inputs of a pixel that a register holds; 0: there are no such products
    unsigned pixels = 1; ///< how many are multiplied at once
    /// Registers of sums, and instructions, for a vector of channels of one pixel.
    unsigned registers = 1, instructions = 1;
    unsigned atOnce = 1; ///< strips of an inner loop's turn, which registers are enough for
  };
  Strips strips = {};
  /// Look-up in 128 bytes held by two registers; stores of bytes under a mask.
  bool hasByteLookup = false, hasMaskedStore = false;
  /// Registers that are matrices, and a product of them, u8 × s8 added to int32.
  bool hasByteMatrices = false;
  static constexpr int64_t matrixRows = 16, matrixRowBytes = 64; ///< at most
  /// How many share that many pixels of a row, equally.
  static constexpr int64_t matricesFor(int64_t pixels) {
    return (pixels + matrixRows - 1) / matrixRows;
  }
  /// How many there are; the time of a product of full ones in that of full vectors' byte dots; and
  /// after how many cycles its sums can be added to again.
  unsigned matrixRegisters = 0, matrixProductCycles = 0, matrixProductLatency = 0;
  unsigned l1Bytes = 0, l2Bytes = 0; ///< data caches of one core
  /// What a loop that multiplies gets from the second and from the third cache in a cycle.
  unsigned l2BytesPerCycle = 24, l3BytesPerCycle = 8;

  unsigned lanes32() const { return vectorBytes / 4; }
  bool multipliesBytes() const { return hasByteDot || hasBytePairs; }
  /// Multiply-accumulates of elements of so many bytes that vectors begin in a cycle.
  double productsPerCycle(unsigned elementBytes) const;
  /// The least weight of a byte product.
  int32_t leastByteWeight() const { return hasBytePairs ? -127 : -128; }
  /// Whether an instruction says how it rounds: those on 512 bits do.
  bool roundsByInstruction() const { return vectorBytes == 64; }
  /// LLVM's feature string: +sse4.1,+avx2,…
  std::string featureString() const;
  /// The number of the family in ELF files.
  uint16_t elfMachine() const;
  /// What LLVM calls the family's 64-bit Linux, and the CPU without any feature beyond it.
  llvm::StringRef triple() const;
  llvm::StringRef plainCpu() const;
  /// Whether this machine is of the family, whatever features it has.
  bool isOfThisFamily() const;
};

/// The target of that name; null if there is none. `native` is the strongest row that this machine
/// can run, `baseline` the weakest of this machine's family.
const Target *findTarget(llvm::StringRef name);

/// Every row, family by family, weakest first.
llvm::ArrayRef<Target> allTargets();

/// Why there is no such target and will not be, where the name is that of a known machine: it has
/// 32 bits, say. Empty for names that mean nothing.
std::string whyThereIsNo(llvm::StringRef name);

/// The first feature of the target that this machine lacks; null if it can run the target's code.
const Feature *missingFeature(const Target &target);

// The families, for Target.cpp: their rows, and whether this machine has a feature of theirs.
llvm::ArrayRef<Target> x86Targets();
llvm::ArrayRef<Target> armTargets();
bool isHere(const CpuidBit &bit);
bool isHere(const AuxiliaryBit &bit);

} // namespace octet::target
