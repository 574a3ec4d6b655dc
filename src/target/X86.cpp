#include "target/Target.h"

#include "llvm/TargetParser/Host.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <unistd.h>
#endif

namespace octet::target {

using llvm::StringRef;

static constexpr uint32_t ymm = 0x06, zmm = 0xE6, tmm = 0x60000, tileData = 18;

// Each level is a prefix of this list.
static const Feature levels[] = {
    {"ssse3", 1, 0, 2, 9, 0},         {"sse4.1", 1, 0, 2, 19, 0},
    {"sse4.2", 1, 0, 2, 20, 0},       {"popcnt", 1, 0, 2, 23, 0}, // x86-64-v2
    {"avx", 1, 0, 2, 28, ymm},        {"avx2", 7, 0, 1, 5, ymm},
    {"fma", 1, 0, 2, 12, ymm},        {"f16c", 1, 0, 2, 29, ymm},
    {"movbe", 1, 0, 2, 22, 0},        {"bmi", 7, 0, 1, 3, 0},
    {"bmi2", 7, 0, 1, 8, 0},          {"lzcnt", 0x80000001, 0, 2, 5, 0}, // x86-64-v3
    {"avx512f", 7, 0, 1, 16, zmm},    {"avx512dq", 7, 0, 1, 17, zmm},
    {"avx512cd", 7, 0, 1, 28, zmm},   {"avx512bw", 7, 0, 1, 30, zmm},
    {"avx512vl", 7, 0, 1, 31, zmm}, // x86-64-v4
    {"avx512vnni", 7, 0, 2, 11, zmm}, {"avx512vbmi", 7, 0, 2, 1, zmm},
    {"amx-int8", 7, 0, 3, 25, tmm},   {"amx-tile", 7, 0, 3, 24, tmm, tileData},
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
    {"avxvnni", 7, 1, 0, 4, ymm},
};

static constexpr StringRef linux64 = "x86_64-unknown-linux-gnu";
static constexpr unsigned kib = 1024;

static const Target rows[] = {
    {.name = "x86-64-v2",
     .description = "SSE4: nearly every x86-64",
     .triple = linux64,
     .tune = "x86-64",
     .features = v2,
     .vectorBytes = 16,
     .vectorRegisters = 16,
     .l1Bytes = 32 * kib,
     .l2Bytes = 256 * kib},
    {.name = "x86-64-v3",
     .description = "AVX2 and FMA",
     .triple = linux64,
     .tune = "haswell",
     .features = v3,
     .vectorBytes = 32,
     .vectorRegisters = 16,
     .hasFusedMultiplyAdd = true,
     .l1Bytes = 32 * kib,
     .l2Bytes = 256 * kib},
    {.name = "alderlake",
     .description = "AVX2 with VNNI",
     .triple = linux64,
     .tune = "alderlake",
     .features = avxVnni,
     .vectorBytes = 32,
     .vectorRegisters = 16,
     .hasFusedMultiplyAdd = true,
     .hasByteDot = true,
     .hasWordDot = true,
     .l1Bytes = 32 * kib,
     .l2Bytes = 1280 * kib},
    {.name = "skylake-avx512",
     .description = "AVX-512",
     .triple = linux64,
     .tune = "skylake-avx512",
     .features = v4,
     .vectorBytes = 64,
     .vectorRegisters = 32,
     .scheduledRegisters = 2,
     .hasFusedMultiplyAdd = true,
     .hasMaskedStore = true,
     .l1Bytes = 32 * kib,
     .l2Bytes = 1024 * kib},
    {.name = "cascadelake",
     .description = "AVX-512 with VNNI",
     .triple = linux64,
     .tune = "cascadelake",
     .features = vnni,
     .vectorBytes = 64,
     .vectorRegisters = 32,
     .scheduledRegisters = 2,
     .hasFusedMultiplyAdd = true,
     .hasByteDot = true,
     .hasWordDot = true,
     .hasMaskedStore = true,
     .l1Bytes = 32 * kib,
     .l2Bytes = 1024 * kib},
    {.name = "znver4",
     .description = "AVX-512 with VNNI and VBMI as AMD makes it",
     .triple = linux64,
     .tune = "znver4",
     .features = vbmi,
     .vectorBytes = 64,
     .vectorRegisters = 32,
     .hasFusedMultiplyAdd = true,
     .hasByteDot = true,
     .hasWordDot = true,
     .hasByteLookup = true,
     .hasMaskedStore = true,
     .l1Bytes = 32 * kib,
     .l2Bytes = 1024 * kib},
    {.name = "icelake-server",
     .description = "the same as Intel makes it",
     .triple = linux64,
     .tune = "icelake-server",
     .features = vbmi,
     .vectorBytes = 64,
     .vectorRegisters = 32,
     .scheduledRegisters = 2,
     .hasFusedMultiplyAdd = true,
     .hasByteDot = true,
     .hasWordDot = true,
     .hasByteLookup = true,
     .hasMaskedStore = true,
     .l1Bytes = 48 * kib,
     .l2Bytes = 1280 * kib},
    {.name = "sapphirerapids",
     .description = "the same with AMX tiles and larger caches",
     .triple = linux64,
     .tune = "sapphirerapids",
     .features = amx,
     .vectorBytes = 64,
     .vectorRegisters = 32,
     .scheduledRegisters = 2,
     .hasFusedMultiplyAdd = true,
     .hasByteDot = true,
     .hasWordDot = true,
     .hasByteLookup = true,
     .hasMaskedStore = true,
     .hasByteMatrices = true,
     .matrixRegisters = 8,
     .matrixProductCycles = 32, // 16, and two vectors' dots begin in each
     .matrixProductLatency = 52,
     .l1Bytes = 48 * kib,
     .l2Bytes = 2048 * kib},
};

llvm::ArrayRef<Target> allTargets() { return rows; }

std::string Target::featureString() const {
  std::string result;
  for (const Feature &feature : features)
    result += (result.empty() ? "+" : ",+") + feature.name.str();
  return result;
}

#if defined(__x86_64__)
static bool hasFeature(const Feature &feature) {
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
static bool hasFeature(const Feature &) { return false; }
#endif

const Feature *missingFeature(const Target &target) {
  for (const Feature &feature : target.features)
    if (!hasFeature(feature))
      return &feature;
  return nullptr;
}

static bool isMadeFor(const Target &row, StringRef host) {
  return row.name == host || (row.name.starts_with("znver") && host.starts_with("znver"));
}

static const Target *strongestHere() {
  StringRef host = llvm::sys::getHostCPUName();
  const Target *strongest = nullptr;
  for (const Target &row : rows) {
    if (missingFeature(row))
      continue;
    // The row made for this CPU model, else the last that runs.
    if (isMadeFor(row, host))
      return &row;
    strongest = &row;
  }
  return strongest;
}

const Target *findTarget(StringRef name) {
  if (name == "native") {
    static const Target *native = strongestHere();
    return native;
  }
  if (name == "baseline")
    return &rows[0];
  for (const Target &row : rows)
    if (row.name == name)
      return &row;
  return nullptr;
}

} // namespace octet::target
