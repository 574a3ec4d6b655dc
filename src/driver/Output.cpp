#include "driver/Output.h"
#include "octet/octet.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Object/ArchiveWriter.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <malloc.h>

using namespace mlir;

namespace octet::driver {

namespace fs = llvm::sys::fs;

Failure findProduct(llvm::StringRef emit, llvm::StringRef output, Product &product) {
  llvm::StringRef kind = emit;
  if (kind.empty())
    kind = llvm::StringSwitch<llvm::StringRef>(llvm::sys::path::extension(output))
               .Cases(".o", ".obj", "obj")
               .Case(".a", "archive")
               .Case(".mlir", "kernel")
               .Case(".ll", "llvm")
               .Case(".s", "asm")
               .Default("so");
  auto found = llvm::StringSwitch<std::optional<Product>>(kind)
                   .Case("so", Product::sharedLibrary)
                   .Case("obj", Product::object)
                   .Case("archive", Product::archive)
                   .Case("qnn", Product::qnn)
                   .Case("kernel", Product::kernel)
                   .Case("loops", Product::loops)
                   .Case("llvm", Product::llvm)
                   .Case("asm", Product::assembly)
                   .Default(std::nullopt);
  if (!found)
    return {OCTET_USAGE, "unknown kind of output '" + emit.str() +
                             "'; there are so, obj, archive, qnn, kernel, loops, llvm, asm"};
  product = *found;
  return {};
}

static Failure cannotWrite(llvm::StringRef path, std::error_code error) {
  return {OCTET_SYSTEM, (path + ": " + error.message()).str()};
}

// What is written to as it is: a device, a pipe, an open file by its descriptor.
static bool isSpecial(llvm::StringRef path) {
  if (path == "-" || path.starts_with("/proc/self/fd/"))
    return true;
  fs::file_status status;
  if (fs::status(path, status))
    return false;
  return path.starts_with("/dev/") || (!fs::is_regular_file(status) && !fs::is_directory(status));
}

// Beside its final place first, so that nobody sees half a file.
Failure writeWhole(const std::string &output, llvm::ArrayRef<char> bytes, bool isExecutable) {
  llvm::StringRef text(bytes.data(), bytes.size());
  if (isSpecial(output)) {
    std::error_code error;
    llvm::raw_fd_ostream stream(output, error, fs::CD_OpenExisting);
    if (output != "-" && error)
      return cannotWrite(output, error);
    stream << text;
    stream.flush();
    error = stream.error();
    stream.clear_error();
    return error ? cannotWrite(output, error) : Failure();
  }
  auto temporary = fs::TempFile::create(output + ".%%%%%%.part",
                                        fs::all_read | fs::all_write |
                                            (isExecutable ? fs::all_exe : fs::no_perms));
  if (!temporary)
    return cannotWrite(output, llvm::errorToErrorCode(temporary.takeError()));
  llvm::raw_fd_ostream stream(temporary->FD, /*shouldClose=*/false);
  stream << text;
  stream.flush();
  std::error_code error = stream.error();
  stream.clear_error();
  if (error) {
    llvm::consumeError(temporary->discard());
    return cannotWrite(output, error);
  }
  if (llvm::Error kept = temporary->keep(output))
    return cannotWrite(output, llvm::errorToErrorCode(std::move(kept)));
  return {};
}

static std::string printed(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream);
  return text;
}

namespace {
/// Files that the linker reads and writes, gone afterwards.
class WorkFolder {
public:
  WorkFolder() { error = fs::createUniqueDirectory("octet", path); }
  ~WorkFolder() {
    if (!error)
      fs::remove_directories(path);
  }
  std::string file(const llvm::Twine &name) const { return (path + "/" + name).str(); }

  std::error_code error;

private:
  llvm::SmallString<128> path;
};
} // namespace

// An identifier for C from the name of the file to write.
static std::string symbolFor(Product product, const std::string &output) {
  if (product == Product::sharedLibrary || output == "-")
    return "octet_model";
  std::string name = llvm::sys::path::stem(output).str();
  for (char &c : name)
    if (!llvm::isAlnum(c))
      c = '_';
  return "octet_model_" + name;
}

static Failure writeConstants(codegen::Program &program, const std::string &file) {
  std::error_code error;
  llvm::raw_fd_ostream stream(file, error);
  if (error)
    return cannotWrite(file, error);
  codegen::writeConstants(std::exchange(program.constants, {}), *program.target, stream);
  stream.flush();
  error = stream.error();
  stream.clear_error();
  return error ? cannotWrite(file, error) : Failure();
}

// Objects and constants are given up as they are written.
static Failure link(codegen::Program &program, Product product, const std::string &symbol,
                    const std::string &memberName, std::unique_ptr<llvm::MemoryBuffer> &result) {
  WorkFolder folder;
  if (folder.error)
    return cannotWrite("temporary folder", folder.error);
  // Weights are copied, and then mapped by the linker: what compilation has freed goes back first.
  malloc_trim(0);
  std::vector<std::string> objects;
  for (auto &object : program.objects) {
    objects.push_back(folder.file(llvm::Twine(objects.size()) + ".o"));
    if (Failure failure = writeWhole(objects.back(), object))
      return failure;
    object = {};
  }
  objects.push_back(folder.file("constants.o"));
  if (Failure failure = writeConstants(program, objects.back()))
    return failure;
  std::string linked = folder.file("linked"), message;
  bool done = product == Product::sharedLibrary
                  ? codegen::linkShared(objects, linked, message)
                  : codegen::linkRelocatable(objects, symbol, linked, message);
  if (!done)
    return {OCTET_SYSTEM, "linking failed: " + message};
  auto buffer = llvm::MemoryBuffer::getFile(linked, false, false);
  if (!buffer)
    return cannotWrite(linked, buffer.getError());
  result = std::move(*buffer);
  if (product != Product::archive)
    return {};
  std::vector<llvm::NewArchiveMember> members;
  members.emplace_back(llvm::MemoryBufferRef(result->getBuffer(), memberName));
  auto archive = llvm::writeArchiveToBuffer(members, llvm::SymtabWritingMode::NormalSymtab,
                                            llvm::object::Archive::K_GNU, /*Deterministic=*/true,
                                            /*Thin=*/false);
  if (!archive)
    return {OCTET_SYSTEM, llvm::toString(archive.takeError())};
  result = std::move(*archive);
  return {};
}

static llvm::ArrayRef<char> contentsOf(const llvm::MemoryBuffer &buffer) {
  return {buffer.getBufferStart(), buffer.getBufferSize()};
}

Failure linkTo(codegen::Program &program, const std::string &output) {
  std::unique_ptr<llvm::MemoryBuffer> linked;
  if (Failure failure = link(program, Product::sharedLibrary, "", "", linked))
    return failure;
  return writeWhole(output, contentsOf(*linked), /*isExecutable=*/true);
}

Failure compileTo(Model &model, Product product, const std::string &output) {
  if (Failure failure = model.raise())
    return failure;
  if (product == Product::qnn) {
    std::string text = printed(model.module());
    return writeWhole(output, {text.data(), text.size()});
  }
  if (Failure failure = model.lower())
    return failure;
  if (product == Product::kernel) {
    std::string text = printed(model.module());
    return writeWhole(output, {text.data(), text.size()});
  }
  auto listing = product == Product::loops      ? codegen::Listing::loops
                 : product == Product::llvm     ? codegen::Listing::llvm
                 : product == Product::assembly ? codegen::Listing::assembly
                                                : codegen::Listing::none;
  codegen::Program program;
  std::string symbol = symbolFor(product, output);
  if (Failure failure = model.generate(symbol, listing, program, /*consumesConstants=*/true))
    return failure;
  if (listing != codegen::Listing::none)
    return writeWhole(output, {program.listing.data(), program.listing.size()});
  std::unique_ptr<llvm::MemoryBuffer> linked;
  if (Failure failure = link(program, product, symbol, model.name + ".o", linked))
    return failure;
  return writeWhole(output, contentsOf(*linked), product == Product::sharedLibrary);
}

} // namespace octet::driver
