#include "runtime/Workspace.h"

#include <stdlib.h>
#include <sys/mman.h>

namespace octet::runtime {

void *allocateWorkspace(const octet_model &model) {
  constexpr size_t hugePage = size_t{2} << 20;
  auto bytes = static_cast<size_t>(model.workspace_bytes);
  bool isLarge = bytes >= hugePage;
  void *workspace = nullptr;
  if (posix_memalign(&workspace, isLarge ? hugePage : OCTET_WORKSPACE_ALIGNMENT, bytes) != 0)
    return nullptr;
  if (isLarge)
    madvise(workspace, bytes, MADV_HUGEPAGE);
  return workspace;
}

} // namespace octet::runtime
