// Machine code of kernels that were compiled before: a folder of files.
#pragma once

#include "codegen/Codegen.h"

#include <memory>
#include <string>

namespace octet::driver {

/// Each object is a file, named by what it was made from and followed by its own hash: one that is
/// damaged is not there. Nothing here fails a compilation. Several processes may share a folder;
/// what was not used for a week goes, and what is oldest above half a gigabyte.
class KernelCache : public codegen::ObjectCache {
public:
  /// `folder` may be "none", or empty for $XDG_CACHE_HOME/octet/kernels, or that under ~/.cache.
  /// Null where there is none.
  static std::unique_ptr<KernelCache> open(const std::string &folder);
  ~KernelCache() override;

  std::optional<Object> find(llvm::StringRef key) override;
  void keep(llvm::StringRef key, const Object &object) override;

private:
  explicit KernelCache(std::string folder) : folder(std::move(folder)) {}
  std::string pathOf(llvm::StringRef key) const;

  const std::string folder;
};

/// A file of Octet's in the user's cache, "" where there is no home.
std::string cachePath(llvm::StringRef name);

} // namespace octet::driver
