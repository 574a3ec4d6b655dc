#include "target/Target.h"

#include "llvm/ADT/StringExtras.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

using namespace octet;
using target::Feature;
using target::Target;

static std::set<std::string> featuresOf(const Target &row) {
  std::set<std::string> names;
  for (const Feature &feature : row.features)
    names.insert(feature.name.str());
  return names;
}

TEST(Target, everyRowIsFoundByItsName) {
  for (const Target &row : target::allTargets())
    EXPECT_EQ(target::findTarget(row.name), &row) << row.name.str();
}

TEST(Target, anUnknownNameIsNotFound) {
  for (const char *name :
       {"", "x86", "X86-64-V3", "x86-64-v3 ", "cascadelak", "cascadelakes", "natives"})
    EXPECT_EQ(target::findTarget(name), nullptr) << name;
}

TEST(Target, namesAreUniqueAndNotReserved) {
  std::set<std::string> names{"native", "baseline"};
  for (const Target &row : target::allTargets())
    EXPECT_TRUE(names.insert(row.name.str()).second) << row.name.str();
}

TEST(Target, aKnownMachineThatIsNoTargetHasAReason) {
  for (const char *name : {"armv7", "armv7-a", "cortex-a7", "i686", "riscv32"})
    EXPECT_NE(target::whyThereIsNo(name).find("64-bit"), std::string::npos) << name;
  for (const char *name : {"aarch64_be", "s390x", "ppc64"})
    EXPECT_NE(target::whyThereIsNo(name).find("big-endian"), std::string::npos) << name;
  for (const char *name : {"", "native", "cortex-a53", "cortex-a55", "x86-64-v3", "riscv64", "foo"})
    EXPECT_EQ(target::whyThereIsNo(name), "") << name;
}

TEST(Target, baselineIsTheWeakestRowOfThisFamily) {
  const Target *baseline = target::findTarget("baseline");
  ASSERT_NE(baseline, nullptr);
  EXPECT_TRUE(baseline->isOfThisFamily());
}

TEST(Target, aFamilysFirstRowIsItsWeakest) {
  std::map<target::Family, std::set<std::string>> weakest;
  for (const Target &row : target::allTargets()) {
    std::set<std::string> names = featuresOf(row),
                          least = weakest.try_emplace(row.family, names).first->second;
    EXPECT_TRUE(std::includes(names.begin(), names.end(), least.begin(), least.end()))
        << row.name.str();
  }
}

TEST(Target, nativeCanRunHere) {
  const Target *native = target::findTarget("native");
  ASSERT_NE(native, nullptr);
  EXPECT_EQ(target::missingFeature(*native), nullptr);
}

TEST(Target, noRowThatRunsHereHasMoreFeaturesThanNative) {
  std::set<std::string> here = featuresOf(*target::findTarget("native"));
  for (const Target &row : target::allTargets()) {
    std::set<std::string> names = featuresOf(row);
    bool isStronger = names.size() > here.size() &&
                      std::includes(names.begin(), names.end(), here.begin(), here.end());
    EXPECT_FALSE(isStronger && !target::missingFeature(row)) << row.name.str();
  }
}

TEST(Target, noMachineRunsAnotherFamilysCode) {
  for (const Target &row : target::allTargets())
    if (!row.isOfThisFamily()) {
      EXPECT_NE(target::missingFeature(row), nullptr) << row.name.str();
    }
}

// The kernel's list has the same facts under other names, and leaves out what it does not save the
// registers of.
TEST(Target, missingFeaturesAreThoseThatTheKernelDoesNotList) {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line) && line.rfind("flags", 0) != 0) {
  }
  std::set<std::string> flags;
  std::istringstream words(line);
  for (std::string word; words >> word;)
    flags.insert(word);
  if (flags.empty())
    GTEST_SKIP() << "no list of CPU flags";
  auto kernelName = [](const std::string &name) -> std::string {
    if (name == "sse4.1" || name == "sse4.2")
      return name == "sse4.1" ? "sse4_1" : "sse4_2";
    if (name == "bmi" || name == "lzcnt")
      return name == "bmi" ? "bmi1" : "abm";
    if (name == "avx512vnni" || name == "avx512vbmi")
      return name == "avx512vnni" ? "avx512_vnni" : "avx512vbmi";
    if (name == "amx-int8" || name == "amx-tile")
      return name == "amx-int8" ? "amx_int8" : "amx_tile";
    return name == "avxvnni" ? "avx_vnni" : name;
  };
  for (const Target &row : target::allTargets()) {
    if (!row.isOfThisFamily())
      continue;
    const Feature *expected = nullptr;
    for (const Feature &feature : row.features)
      if (!expected && !flags.count(kernelName(feature.name.str())))
        expected = &feature;
    const Feature *found = target::missingFeature(row);
    EXPECT_EQ(found ? found->name.str() : "", expected ? expected->name.str() : "")
        << row.name.str();
  }
}

TEST(Target, theFeatureStringNamesEachFeatureOnce) {
  for (const Target &row : target::allTargets()) {
    std::string text = row.featureString();
    llvm::SmallVector<llvm::StringRef> words;
    llvm::StringRef(text).split(words, ',');
    std::set<std::string> names;
    for (llvm::StringRef word : words) {
      EXPECT_TRUE(word.consume_front("+")) << text;
      EXPECT_TRUE(names.insert(word.str()).second) << text;
    }
    EXPECT_EQ(names, featuresOf(row));
  }
}

TEST(Target, aRowsFactsFollowFromItsFeatures) {
  for (const Target &row : target::allTargets()) {
    if (row.family != target::Family::x86)
      continue;
    std::set<std::string> names = featuresOf(row);
    bool isWide = names.count("avx512vl"), hasYmm = names.count("avx2");
    EXPECT_EQ(row.vectorBytes, isWide ? 64u : hasYmm ? 32u : 16u) << row.name.str();
    EXPECT_EQ(row.vectorRegisters, isWide ? 32u : 16u) << row.name.str();
    EXPECT_EQ(row.lanes32(), row.vectorBytes / 4) << row.name.str();
    EXPECT_EQ(row.hasFusedMultiplyAdd, names.count("fma") != 0) << row.name.str();
    EXPECT_EQ(row.hasByteDot, names.count("avx512vnni") || names.count("avxvnni"))
        << row.name.str();
    EXPECT_EQ(row.hasWordDot, row.hasByteDot) << row.name.str(); // the same extension has both
    EXPECT_EQ(row.hasByteLookup, names.count("avx512vbmi") != 0) << row.name.str();
    EXPECT_EQ(row.hasMaskedStore, names.count("avx512bw") != 0) << row.name.str();
    EXPECT_EQ(row.hasByteMatrices, names.count("amx-int8") && names.count("amx-tile"))
        << row.name.str();
    EXPECT_EQ(row.matrixRegisters, row.hasByteMatrices ? 8u : 0u) << row.name.str();
    EXPECT_EQ(row.matrixProductCycles > 0, row.hasByteMatrices) << row.name.str();
    EXPECT_LT(row.l1Bytes, row.l2Bytes) << row.name.str();
    EXPECT_EQ(row.triple().str(), "x86_64-unknown-linux-gnu") << row.name.str();
    EXPECT_FALSE(row.description.empty() || row.tune.empty()) << row.name.str();
  }
}

TEST(Target, anArmsFactsFollowFromItsFeatures) {
  for (const Target &row : target::allTargets()) {
    if (row.family != target::Family::arm)
      continue;
    std::set<std::string> names = featuresOf(row);
    EXPECT_EQ(row.vectorBytes, 16u) << row.name.str();
    EXPECT_EQ(row.vectorRegisters, 32u) << row.name.str();
    EXPECT_TRUE(row.hasFusedMultiplyAdd && row.hasWordDot) << row.name.str();
    EXPECT_TRUE(row.multipliesSignedBytes && row.multipliesByLane) << row.name.str();
    EXPECT_EQ(row.hasByteDot, names.count("dotprod") != 0) << row.name.str();
    EXPECT_FALSE(row.hasByteLookup || row.hasMaskedStore || row.hasByteMatrices) << row.name.str();
    EXPECT_LT(row.l1Bytes, row.l2Bytes) << row.name.str();
    EXPECT_EQ(row.triple().str(), "aarch64-unknown-linux-gnu") << row.name.str();
    EXPECT_FALSE(row.description.empty() || row.tune.empty()) << row.name.str();
  }
}

// AVX state is the XMM and YMM bits of XCR0, AVX-512's those and the masks and both halves of ZMM;
// AMX has two bits of its own, and a process has to ask for the second.
TEST(Target, aFeatureOfVectorsNeedsItsRegistersSaved) {
  for (const Target &row : target::allTargets())
    for (const Feature &feature : row.features) {
      const auto *bit = std::get_if<target::CpuidBit>(&feature.test);
      EXPECT_EQ(bit != nullptr, row.family == target::Family::x86) << row.name.str();
      if (!bit)
        continue;
      llvm::StringRef name = feature.name;
      bool usesVectors = name.starts_with("avx") || name == "fma" || name == "f16c";
      uint32_t expected = name.starts_with("avx512") ? 0xE6
                          : usesVectors              ? 0x06
                          : name.starts_with("amx")  ? 0x60000
                                                     : 0;
      EXPECT_EQ(bit->askedState, name == "amx-tile" ? 18u : 0u) << name.str();
      EXPECT_EQ(bit->savedState, expected) << name.str();
      EXPECT_LT(bit->bit, 32u);
      EXPECT_LT(bit->reg, 4u);
    }
}
