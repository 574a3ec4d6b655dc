#include "target/Target.h"

#if defined(__aarch64__)
#include <sys/auxv.h>
#endif

namespace octet::target {

// Linux's numbers for the entries of the auxiliary vector, as <elf.h> has them.
static constexpr uint32_t hardware = 16, hardware2 = 26;

// Each level is a prefix of this list.
static const Feature levels[] = {
    {"fp-armv8", AuxiliaryBit{hardware, 0}},
    {"neon", AuxiliaryBit{hardware, 1}}, // armv8-a
    {"dotprod", AuxiliaryBit{hardware, 20}},
    {"i8mm", AuxiliaryBit{hardware2, 13}},
};
static const llvm::ArrayRef<Feature> plain = llvm::ArrayRef(levels).take_front(2),
                                     dotprod = llvm::ArrayRef(levels).take_front(3),
                                     i8mm = llvm::ArrayRef(levels);

static constexpr unsigned kib = 1024;

// What a level brings with it; a row says the rest.
static Target core(Target row) {
  row.family = Family::arm;
  row.vectorBytes = 16;
  row.vectorRegisters = 32;
  row.dotsPerCycle = row.loadsPerCycle = 1; // tiles count instructions here
  row.hasFusedMultiplyAdd = row.hasWordDot = true;
  row.hasByteDot = row.features.size() >= dotprod.size();
  row.hasBytePairs = !row.hasByteDot;
  if (row.hasBytePairs)
    row.strips = {.depth = 16, .pixels = 1, .registers = 4, .instructions = 12, .atOnce = 3};
  else if (row.features.size() >= i8mm.size())
    row.strips = {.depth = 16, .pixels = 2, .registers = 1, .instructions = 2};
  row.multipliesSignedBytes = row.multipliesByLane = true;
  return row;
}

static const Target rows[] = {
    core({.name = "armv8-a",
          .description = "every 64-bit Arm",
          .tune = "cortex-a53", // cores in order mind the order most
          .features = plain,
          .l1Bytes = 32 * kib,
          .l2Bytes = 512 * kib}),
    core({.name = "cortex-a53",
          .description = "Raspberry Pi 3: two instructions a cycle, in order",
          .tune = "cortex-a53",
          .features = plain,
          .l1Bytes = 32 * kib,
          .l2Bytes = 512 * kib}),
    core({.name = "cortex-a72",
          .description = "Raspberry Pi 4",
          .tune = "cortex-a72",
          .features = plain,
          .l1Bytes = 32 * kib,
          .l2Bytes = 1024 * kib}),
    core({.name = "cortex-a76",
          .description = "Raspberry Pi 5: dot products",
          .tune = "cortex-a76",
          .features = dotprod,
          .l1Bytes = 64 * kib,
          .l2Bytes = 512 * kib}),
    core({.name = "neoverse-n1",
          .description = "the same in servers: Graviton 2, Ampere Altra",
          .tune = "neoverse-n1",
          .features = dotprod,
          .l1Bytes = 64 * kib,
          .l2Bytes = 1024 * kib}),
    core({.name = "neoverse-v1",
          .description = "Graviton 3",
          .tune = "neoverse-v1",
          .features = i8mm,
          .l1Bytes = 64 * kib,
          .l2Bytes = 1024 * kib}),
};

llvm::ArrayRef<Target> armTargets() { return rows; }

#if defined(__aarch64__)
bool isHere(const AuxiliaryBit &bit) { return getauxval(bit.entry) >> bit.bit & 1; }
#else
bool isHere(const AuxiliaryBit &) { return false; }
#endif

} // namespace octet::target
