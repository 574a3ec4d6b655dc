#include "codegen/Codegen.h"
#include "codegen/Constants.h"
#include "codegen/Objects.h"

#include "lld/Common/Driver.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/ObjCopy/ConfigManager.h"
#include "llvm/ObjCopy/ELF/ELFObjcopy.h"
#include "llvm/ObjCopy/ObjCopy.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <mutex>

LLD_HAS_DRIVER(elf)

namespace octet::codegen {

static bool link(std::vector<std::string> arguments, llvm::ArrayRef<std::string> objects,
                 const std::string &output, std::string &message) {
  // The linker keeps its state in globals.
  static std::mutex mutex;
  std::lock_guard lock(mutex);
  arguments.insert(arguments.begin(), "ld.lld");
  arguments.insert(arguments.end(), objects.begin(), objects.end());
  arguments.insert(arguments.end(), {"-o", output});
  std::vector<const char *> pointers;
  for (const std::string &argument : arguments)
    pointers.push_back(argument.c_str());
  llvm::raw_string_ostream stream(message);
  lld::Result result = lld::lldMain(pointers, llvm::nulls(), stream, {{lld::Gnu, &lld::elf::link}});
  return result.retCode == 0;
}

void writeConstants(llvm::ArrayRef<char> bytes, const target::Target &target,
                    llvm::raw_ostream &stream) {
  namespace objcopy = llvm::objcopy;
  // Of a plain file objcopy makes a section .data and a symbol of the file's name.
  // What the distances of x86's small code model do not reach has a section of its own kind.
  constexpr llvm::StringLiteral plainSection = ".data";
  constexpr size_t near = size_t{1} << 30;
  bool isLarge = bytes.size() > near && target.family == target::Family::x86;
  llvm::StringRef section = isLarge ? ".lrodata.octet_constants" : ".rodata.octet_constants";
  objcopy::ConfigManager configuration;
  auto &common = configuration.Common;
  common.InputFormat = objcopy::FileFormat::Binary;
  common.OutputFormat = objcopy::FileFormat::ELF;
  common.OutputArch = objcopy::MachineInfo(target.elfMachine(), /*Is64=*/true, /*IsLittle=*/true);
  auto flags = static_cast<objcopy::SectionFlag>(objcopy::SecAlloc | objcopy::SecReadonly |
                                                 objcopy::SecData | objcopy::SecContents |
                                                 (isLarge ? objcopy::SecLarge : 0));
  common.SectionsToRename[plainSection] = {plainSection, section, flags};
  common.SetSectionAlignment[plainSection] = Constants::alignment;
  common.SetSectionAlignment[section] = Constants::alignment;
  common.SymbolsToRename["_binary_model_start"] = constantsSymbol;
  configuration.ELF.NewSymbolVisibility = llvm::ELF::STV_HIDDEN;
  auto buffer = llvm::MemoryBuffer::getMemBuffer(llvm::StringRef(bytes.data(), bytes.size()),
                                                 "model", /*RequiresNullTerminator=*/false);
  llvm::cantFail(
      objcopy::elf::executeObjcopyOnRawBinary(common, configuration.ELF, *buffer, stream));
}

bool linkShared(llvm::ArrayRef<std::string> objects, const std::string &output,
                std::string &message) {
  // No build id and no paths: equal models give equal files.
  return link({"-shared", "--gc-sections", "--build-id=none", "--hash-style=gnu", "-z",
               "noexecstack", "-z", "relro", "-z", "now", "--strip-all", "--threads=1"},
              objects, output, message);
}

// Two models in one program must not see each other's kernels: all symbols but one become local.
static llvm::Error keepGlobal(const std::string &path, llvm::StringRef symbol) {
  auto object = llvm::object::ObjectFile::createObjectFile(path);
  if (!object)
    return object.takeError();
  llvm::objcopy::ConfigManager configuration;
  auto pattern = llvm::objcopy::NameOrPattern::create(symbol, llvm::objcopy::MatchStyle::Literal,
                                                      [](llvm::Error error) { return error; });
  if (!pattern)
    return pattern.takeError();
  if (llvm::Error error = configuration.Common.SymbolsToKeepGlobal.addMatcher(std::move(pattern)))
    return error;
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  if (llvm::Error error =
          llvm::objcopy::executeObjcopyOnBinary(configuration, *object->getBinary(), stream))
    return error;
  std::error_code failure;
  llvm::raw_fd_ostream file(path, failure);
  if (failure)
    return llvm::errorCodeToError(failure);
  file << stream.str();
  return llvm::Error::success();
}

bool linkRelocatable(llvm::ArrayRef<std::string> objects, const std::string &symbol,
                     const std::string &output, std::string &message) {
  if (!link({"-r", "--build-id=none", "--threads=1"}, objects, output, message))
    return false;
  if (llvm::Error error = keepGlobal(output, symbol)) {
    message = llvm::toString(std::move(error));
    return false;
  }
  return true;
}

} // namespace octet::codegen
