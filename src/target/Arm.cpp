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

static const Target rows[] = {
    {.name = "armv8-a",
     .description = "every 64-bit Arm",
     .family = Family::arm,
     .tune = "cortex-a53", // cores in order mind the order most
     .features = plain,
     .vectorBytes = 16,
     .vectorRegisters = 32,
     .hasFusedMultiplyAdd = true,
     .hasWordDot = true,
     .hasBytePairs = true,
     .multipliesSignedBytes = true,
     .multipliesByLane = true,
     .l1Bytes = 32 * kib,
     .l2Bytes = 512 * kib},
    {.name = "cortex-a53",
     .description = "Raspberry Pi 3: two instructions a cycle, in order",
     .family = Family::arm,
     .tune = "cortex-a53",
     .features = plain,
     .vectorBytes = 16,
     .vectorRegisters = 32,
     .hasFusedMultiplyAdd = true,
     .hasWordDot = true,
     .hasBytePairs = true,
     .multipliesSignedBytes = true,
     .multipliesByLane = true,
     .l1Bytes = 32 * kib,
     .l2Bytes = 512 * kib},
    {.name = "cortex-a72",
     .description = "Raspberry Pi 4",
     .family = Family::arm,
     .tune = "cortex-a72",
     .features = plain,
     .vectorBytes = 16,
     .vectorRegisters = 32,
     .hasFusedMultiplyAdd = true,
     .hasWordDot = true,
     .hasBytePairs = true,
     .multipliesSignedBytes = true,
     .multipliesByLane = true,
     .l1Bytes = 32 * kib,
     .l2Bytes = 1024 * kib},
    {.name = "cortex-a76",
     .description = "Raspberry Pi 5: dot products",
     .family = Family::arm,
     .tune = "cortex-a76",
     .features = dotprod,
     .vectorBytes = 16,
     .vectorRegisters = 32,
     .hasFusedMultiplyAdd = true,
     .hasByteDot = true,
     .hasWordDot = true,
     .multipliesSignedBytes = true,
     .multipliesByLane = true,
     .l1Bytes = 64 * kib,
     .l2Bytes = 512 * kib},
    {.name = "neoverse-n1",
     .description = "the same in servers: Graviton 2, Ampere Altra",
     .family = Family::arm,
     .tune = "neoverse-n1",
     .features = dotprod,
     .vectorBytes = 16,
     .vectorRegisters = 32,
     .hasFusedMultiplyAdd = true,
     .hasByteDot = true,
     .hasWordDot = true,
     .multipliesSignedBytes = true,
     .multipliesByLane = true,
     .l1Bytes = 64 * kib,
     .l2Bytes = 1024 * kib},
    {.name = "neoverse-v1",
     .description = "Graviton 3",
     .family = Family::arm,
     .tune = "neoverse-v1",
     .features = i8mm,
     .vectorBytes = 16,
     .vectorRegisters = 32,
     .hasFusedMultiplyAdd = true,
     .hasByteDot = true,
     .hasWordDot = true,
     .multipliesSignedBytes = true,
     .multipliesByLane = true,
     .l1Bytes = 64 * kib,
     .l2Bytes = 1024 * kib},
};

llvm::ArrayRef<Target> armTargets() { return rows; }

#if defined(__aarch64__)
bool isHere(const AuxiliaryBit &bit) { return getauxval(bit.entry) >> bit.bit & 1; }
#else
bool isHere(const AuxiliaryBit &) { return false; }
#endif

} // namespace octet::target
