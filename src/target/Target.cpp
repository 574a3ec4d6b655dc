#include "target/Target.h"

#include "llvm/BinaryFormat/ELF.h"
#include "llvm/TargetParser/AArch64TargetParser.h"
#include "llvm/TargetParser/ARMTargetParser.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

#include <vector>

namespace octet::target {

using llvm::StringRef;

#if defined(__aarch64__)
static constexpr Family thisFamily = Family::arm;
#else
static constexpr Family thisFamily = Family::x86;
#endif

llvm::ArrayRef<Target> allTargets() {
  static const std::vector<Target> rows = [] {
    std::vector<Target> all(x86Targets());
    all.insert(all.end(), armTargets().begin(), armTargets().end());
    return all;
  }();
  return rows;
}

std::string Target::featureString() const {
  std::string result;
  for (const Feature &feature : features)
    result += (result.empty() ? "+" : ",+") + feature.name.str();
  return result;
}

StringRef Target::triple() const {
  return family == Family::x86 ? "x86_64-unknown-linux-gnu" : "aarch64-unknown-linux-gnu";
}

uint16_t Target::elfMachine() const {
  return family == Family::x86 ? llvm::ELF::EM_X86_64 : llvm::ELF::EM_AARCH64;
}

StringRef Target::plainCpu() const { return family == Family::x86 ? "x86-64" : "generic"; }

bool Target::isOfThisFamily() const { return family == thisFamily; }

double Target::productsPerCycle(unsigned elementBytes) const {
  // Without an instruction that adds products up, there are two for one.
  bool addsUp = elementBytes == 1   ? hasByteDot
                : elementBytes == 2 ? hasWordDot
                                    : hasFusedMultiplyAdd;
  return dotsPerCycle * vectorBytes / elementBytes / (addsUp ? 1.0 : 2.0);
}

const Feature *missingFeature(const Target &target) {
  for (const Feature &feature : target.features)
    if (!std::visit([](auto bit) { return isHere(bit); }, feature.test))
      return &feature;
  return nullptr;
}

static const Target *strongestHere() {
  StringRef host = llvm::sys::getHostCPUName();
  const Target *strongest = nullptr;
  for (const Target &row : allTargets()) {
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
  for (const Target &row : allTargets())
    if (row.name == name || (name == "baseline" && row.isOfThisFamily()))
      return &row;
  return nullptr;
}

std::string whyThereIsNo(StringRef name) {
  llvm::Triple triple(name);
  // LLVM's list of 32-bit Arms has those that can run such code besides.
  bool isCpuOf32Bits = llvm::ARM::parseCPUArch(name) != llvm::ARM::ArchKind::INVALID &&
                       !llvm::AArch64::parseCpu(name);
  if (isCpuOf32Bits || triple.isArch32Bit() || triple.isArch16Bit())
    return name.str() + " has no 64-bit registers, which Octet's code needs";
  if (triple.getArch() != llvm::Triple::UnknownArch && !triple.isLittleEndian())
    return name.str() + " is big-endian, and Octet's code is little-endian";
  return "";
}

} // namespace octet::target
