#include "target/Target.h"

#include "llvm/TargetParser/Host.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace octet::target {

using llvm::StringRef;

static constexpr uint32_t ymm = 0x06, zmm = 0xE6;

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
};
static const llvm::ArrayRef<Feature> v2 = llvm::ArrayRef(levels).take_front(4),
                                     v3 = llvm::ArrayRef(levels).take_front(12),
                                     v4 = llvm::ArrayRef(levels).take_front(17),
                                     vnni = llvm::ArrayRef(levels).take_front(18),
                                     vbmi = llvm::ArrayRef(levels).take_front(19);
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

// name, description, triple, tune, features, vector bytes, registers, FMA, byte dot, word dot, byte
// look-up, masked store, L1, L2
static const Target rows[] = {
    {"x86-64-v2", "SSE4: nearly every x86-64", linux64, "x86-64", v2, 16, 16, false, false, false,
     false, false, 32 * kib, 256 * kib},
    {"x86-64-v3", "AVX2 and FMA", linux64, "haswell", v3, 32, 16, true, false, false, false, false,
     32 * kib, 256 * kib},
    {"alderlake", "AVX2 with VNNI", linux64, "alderlake", avxVnni, 32, 16, true, true, true, false,
     false, 32 * kib, 1280 * kib},
    {"skylake-avx512", "AVX-512", linux64, "skylake-avx512", v4, 64, 32, true, false, false, false,
     true, 32 * kib, 1024 * kib},
    {"cascadelake", "AVX-512 with VNNI", linux64, "cascadelake", vnni, 64, 32, true, true, true,
     false, true, 32 * kib, 1024 * kib},
    {"icelake-server", "AVX-512 with VNNI and VBMI", linux64, "icelake-server", vbmi, 64, 32, true,
     true, true, true, true, 48 * kib, 1280 * kib},
    {"sapphirerapids", "the same with larger caches", linux64, "sapphirerapids", vbmi, 64, 32, true,
     true, true, true, true, 48 * kib, 2048 * kib},
    {"znver4", "the same as AMD makes it", linux64, "znver4", vbmi, 64, 32, true, true, true, true,
     true, 32 * kib, 1024 * kib},
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
  return (low & feature.savedState) == feature.savedState;
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

static const Target *strongestHere() {
  StringRef host = llvm::sys::getHostCPUName();
  const Target *strongest = nullptr;
  for (const Target &row : rows) {
    if (missingFeature(row))
      continue;
    // The row made for this CPU model, else the last that runs.
    if (row.name == host)
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
