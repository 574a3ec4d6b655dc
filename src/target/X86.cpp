#include "target/Target.h"

#include "llvm/ADT/STLExtras.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <unistd.h>
#endif

namespace octet::target {

static constexpr uint32_t ymm = 0x06, zmm = 0xE6, tmm = 0x60000, tileData = 18;

// Each level is a prefix of this list.
static const Feature levels[] = {
    {"ssse3", CpuidBit{1, 0, 2, 9, 0}},
    {"sse4.1", CpuidBit{1, 0, 2, 19, 0}},
    {"sse4.2", CpuidBit{1, 0, 2, 20, 0}},
    {"popcnt", CpuidBit{1, 0, 2, 23, 0}}, // x86-64-v2
    {"avx", CpuidBit{1, 0, 2, 28, ymm}},
    {"avx2", CpuidBit{7, 0, 1, 5, ymm}},
    {"fma", CpuidBit{1, 0, 2, 12, ymm}},
    {"f16c", CpuidBit{1, 0, 2, 29, ymm}},
    {"movbe", CpuidBit{1, 0, 2, 22, 0}},
    {"bmi", CpuidBit{7, 0, 1, 3, 0}},
    {"bmi2", CpuidBit{7, 0, 1, 8, 0}},
    {"lzcnt", CpuidBit{0x80000001, 0, 2, 5, 0}}, // x86-64-v3
    {"avx512f", CpuidBit{7, 0, 1, 16, zmm}},
    {"avx512dq", CpuidBit{7, 0, 1, 17, zmm}},
    {"avx512cd", CpuidBit{7, 0, 1, 28, zmm}},
    {"avx512bw", CpuidBit{7, 0, 1, 30, zmm}},
    {"avx512vl", CpuidBit{7, 0, 1, 31, zmm}}, // x86-64-v4
    {"avx512vnni", CpuidBit{7, 0, 2, 11, zmm}},
    {"avx512vbmi", CpuidBit{7, 0, 2, 1, zmm}},
    {"amx-int8", CpuidBit{7, 0, 3, 25, tmm}},
    {"amx-tile", CpuidBit{7, 0, 3, 24, tmm, tileData}},
};
static const llvm::ArrayRef<Feature> v2 = llvm::ArrayRef(levels).take_front(4),
                                     v3 = llvm::ArrayRef(levels).take_front(12),
                                     v4 = llvm::ArrayRef(levels).take_front(17),
                                     vnni = llvm::ArrayRef(levels).take_front(18),
                                     vbmi = llvm::ArrayRef(levels).take_front(19),
                                     amx = llvm::ArrayRef(levels).take_front(21);
// AVX-VNNI stands beside AVX-512.
static const Feature avxVnni[] = {
    levels[0],
    levels[1],
    levels[2],
    levels[3],
    levels[4],
    levels[5],
    levels[6],
    levels[7],
    levels[8],
    levels[9],
    levels[10],
    levels[11],
    {"avxvnni", CpuidBit{7, 1, 0, 4, ymm}},
};

static constexpr unsigned kib = 1024;

// What a level brings with it; a row says the rest.
static Target core(Target row) {
  auto has = [&](llvm::StringRef name) {
    return llvm::any_of(row.features, [&](const Feature &feature) { return feature.name == name; });
  };
  row.vectorBytes = has("avx512f") ? 64 : has("avx2") ? 32 : 16;
  row.vectorRegisters = has("avx512f") ? 32 : 16;
  row.hasFusedMultiplyAdd = has("fma");
  row.hasByteDot = row.hasWordDot = has("avx512vnni") || has("avxvnni");
  row.hasByteLookup = has("avx512vbmi");
  row.hasMaskedStore = has("avx512bw");
  row.hasByteMatrices = has("amx-int8");
  return row;
}

static const Target rows[] = {
    core({.name = "x86-64-v2",
          .description = "SSE4: nearly every x86-64",
          .tune = "x86-64",
          .features = v2,
          .dotsPerCycle = 1, // with a copy of one operand each
          .l1Bytes = 32 * kib,
          .l2Bytes = 256 * kib}),
    core({.name = "x86-64-v3",
          .description = "AVX2 and FMA",
          .tune = "haswell",
          .features = v3,
          .l1Bytes = 32 * kib,
          .l2Bytes = 256 * kib}),
    core({.name = "alderlake",
          .description = "AVX2 with VNNI",
          .tune = "alderlake",
          .features = avxVnni,
          .l1Bytes = 32 * kib,
          .l2Bytes = 1280 * kib}),
    core({.name = "skylake-avx512",
          .description = "AVX-512",
          .tune = "skylake-avx512",
          .features = v4,
          .scheduledRegisters = 2,
          .l1Bytes = 32 * kib,
          .l2Bytes = 1024 * kib}),
    core({.name = "cascadelake",
          .description = "AVX-512 with VNNI",
          .tune = "cascadelake",
          .features = vnni,
          .scheduledRegisters = 2,
          .l1Bytes = 32 * kib,
          .l2Bytes = 1024 * kib}),
    core({.name = "znver4",
          .description = "AVX-512 with VNNI and VBMI as AMD makes it",
          .tune = "znver4",
          .features = vbmi,
          .dotsPerCycle = 1,
          .loadsPerCycle = 1,
          .halvesVectors = true,
          .l1Bytes = 32 * kib,
          .l2Bytes = 1024 * kib}),
    core({.name = "znver5",
          .description = "the same with ports of 512 bits",
          .tune = "znver5",
          .features = vbmi,
          .l1Bytes = 48 * kib,
          .l2Bytes = 1024 * kib,
          .l2BytesPerCycle = 28,
          .l3BytesPerCycle = 20}),
    core({.name = "icelake-server",
          .description = "the same as Intel makes it",
          .tune = "icelake-server",
          .features = vbmi,
          .scheduledRegisters = 2,
          .l1Bytes = 48 * kib,
          .l2Bytes = 1280 * kib}),
    core({.name = "sapphirerapids",
          .description = "the same with AMX tiles and larger caches",
          .tune = "sapphirerapids",
          .features = amx,
          .scheduledRegisters = 2,
          .matrixRegisters = 8,
          .matrixProductCycles = 32, // 16, and two vectors' dots begin in each
          .matrixProductLatency = 52,
          .l1Bytes = 48 * kib,
          .l2Bytes = 2048 * kib}),
};

llvm::ArrayRef<Target> x86Targets() { return rows; }

#if defined(__x86_64__)
bool isHere(const CpuidBit &feature) {
  uint32_t registers[4] = {};
  if (!__get_cpuid_count(feature.leaf, feature.subleaf, &registers[0], &registers[1], &registers[2],
                         &registers[3]) ||
      !(registers[feature.reg] >> feature.bit & 1))
    return false;
  if (!feature.savedState)
    return true;
  __get_cpuid(1, &registers[0], &registers[1], &registers[2], &registers[3]);
  if (!(registers[2] >> 27 & 1)) // OSXSAVE: without it XGETBV does not exist
    return false;
  uint32_t low = 0, high = 0;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  if ((low & feature.savedState) != feature.savedState)
    return false;
  return !feature.askedState || syscall(archPrctl, requestState, feature.askedState) == 0;
}
#else
bool isHere(const CpuidBit &) { return false; }
#endif

} // namespace octet::target
