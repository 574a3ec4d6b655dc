#include "driver/KernelCache.h"
#include "driver/Output.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/CachePruning.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <cstdlib>

namespace octet::driver {

using Hash = llvm::BLAKE3Result<>;

std::string cachePath(llvm::StringRef name) {
  llvm::SmallString<128> path;
  if (const char *cache = std::getenv("XDG_CACHE_HOME"); cache && *cache)
    path = cache;
  else if (llvm::sys::path::home_directory(path))
    llvm::sys::path::append(path, ".cache");
  else
    return "";
  llvm::sys::path::append(path, "octet", name);
  return path.str().str();
}

std::unique_ptr<KernelCache> KernelCache::open(const std::string &folder) {
  std::string path = folder.empty() ? cachePath("kernels") : folder;
  if (path.empty() || path == "none" || llvm::sys::fs::create_directories(path))
    return nullptr;
  return std::unique_ptr<KernelCache>(new KernelCache(path));
}

KernelCache::~KernelCache() {
  llvm::CachePruningPolicy policy; // a look every 20 minutes
  policy.MaxSizeBytes = uint64_t{512} << 20;
  llvm::pruneCache(folder, policy);
}

// Pruning knows its files by their beginning.
std::string KernelCache::pathOf(llvm::StringRef key) const {
  llvm::SmallString<128> path(folder);
  llvm::sys::path::append(path, "llvmcache-" + key);
  return path.str().str();
}

std::optional<codegen::ObjectCache::Object> KernelCache::find(llvm::StringRef key) {
  auto file = llvm::MemoryBuffer::getFile(pathOf(key), /*IsText=*/false,
                                          /*RequiresNullTerminator=*/false);
  if (!file || (*file)->getBufferSize() < sizeof(Hash))
    return std::nullopt;
  llvm::StringRef object = (*file)->getBuffer().drop_back(sizeof(Hash)),
                  hash = (*file)->getBuffer().take_back(sizeof(Hash));
  if (llvm::toStringRef(llvm::BLAKE3::hash(llvm::arrayRefFromStringRef(object))) != hash)
    return std::nullopt;
  return Object(object.begin(), object.end());
}

void KernelCache::keep(llvm::StringRef key, const Object &object) {
  Hash hash = llvm::BLAKE3::hash(llvm::arrayRefFromStringRef({object.data(), object.size()}));
  Object bytes = object;
  bytes.append(hash.begin(), hash.end());
  (void)writeWhole(pathOf(key), bytes); // another time, then
}

} // namespace octet::driver
