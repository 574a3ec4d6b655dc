// From kernels to machine code.
#pragma once

#include "qnn/Ops.h"
#include "target/Target.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/raw_ostream.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace octet::codegen {

/// One loop nest of the compiled model, in the order in which they run.
struct Step {
  std::string name;                  ///< the source operators
  std::string kind, shape, schedule; ///< the last two: qnn::signatureOf, qnn::textOf
  int32_t type = 0;                  ///< octet_type of what it multiplies
  int64_t tasks = 0, macs = 0, bytes = 0;
  /// The kernel; valid as long as the module it came from.
  qnn::KernelOp kernel;
};

/// Objects that were made before. Several threads find at once; one keeps.
class ObjectCache {
public:
  using Object = llvm::SmallVector<char, 0>;
  virtual ~ObjectCache() = default;
  /// `key` is all that the object depends on, as a name of a file.
  virtual std::optional<Object> find(llvm::StringRef key) = 0;
  virtual void keep(llvm::StringRef key, const Object &object) = 0;
};

struct Options {
  const target::Target *target = nullptr;
  /// The function that returns the description; exported.
  std::string symbol = "octet_model";
  std::string modelName;
  /// Threads to compile with; 0 for one per core.
  unsigned threads = 0;
  /// The function's constants are freed on the way: it can only be compiled once, and not
  /// evaluated.
  bool consumesConstants = false;
  ObjectCache *cache = nullptr;
};

/// What the code generator can be asked to stop at and print.
enum class Listing { none, loops, llvm, assembly };

struct Program {
  const target::Target *target = nullptr;
  /// ELF objects that make up the model, together with one of its constants: writeConstants().
  std::vector<llvm::SmallVector<char, 0>> objects;
  std::vector<char> constants;
  std::vector<Step> steps;
  int64_t workspaceBytes = 0, arenaOffset = 0;
  /// The text, where a listing was asked for; there are no objects then.
  std::string listing;
};

/// Compiles a function whose buffers are placed. Fails with a diagnostic.
llvm::FailureOr<Program> compile(mlir::func::FuncOp function, const Options &options,
                                 Listing listing = Listing::none);

/// Loops that do nothing but what the machine is fastest at: functions octet_peak_bytes, _words and
/// _reals of (values, passes), which multiply and accumulate in registers, and octet_peak_loads of
/// (values, passes), which reads memory. `values` is aligned to 64 bytes and has 4 KiB at least;
/// octet_peak_loads reads Peaks::loadBytes of it each pass, one after the other.
struct Peaks {
  Program program;
  int64_t byteMacs, wordMacs, realMacs; ///< of one pass
  static constexpr int64_t loadBytes = 1024;
};
llvm::FailureOr<Peaks> emitPeaks(mlir::MLIRContext *context, const target::Target &target);

/// Writes the ELF object of a program's constants: read-only bytes that its other objects know by a
/// hidden symbol. Weights are most of a model, and through LLVM there would be several copies.
void writeConstants(llvm::ArrayRef<char> bytes, const target::Target &target,
                    llvm::raw_ostream &stream);

/// Links objects: to a shared library without dependencies, or to one relocatable object that
/// exports `symbol` alone. Paths are of existing files and of the file to write; on failure
/// `message` says why.
bool linkShared(llvm::ArrayRef<std::string> objects, const std::string &output,
                std::string &message);
bool linkRelocatable(llvm::ArrayRef<std::string> objects, const std::string &symbol,
                     const std::string &output, std::string &message);

} // namespace octet::codegen
