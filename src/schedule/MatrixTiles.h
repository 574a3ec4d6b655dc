// Tiles of contractions on registers that are matrices.
#pragma once

#include "qnn/Geometry.h"
#include "target/Target.h"

#include <vector>

namespace octet::schedule {

struct MatrixTile {
  int64_t rows, columns, vectors, lanes;
  double cycles; ///< of all pixels and channels, but for what comes from far caches
};

/// Every tile that a kernel can have; none where the target has no such registers or they do not
/// multiply the anchor's elements. `epilogueCycles` is the time of a vector's epilogue.
std::vector<MatrixTile> matrixTiles(qnn::KernelOp kernel, const target::Target &target,
                                    double epilogueCycles);

} // namespace octet::schedule
