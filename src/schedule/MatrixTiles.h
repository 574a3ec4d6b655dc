// Tiles of contractions on registers that are matrices.
#pragma once

#include "qnn/Geometry.h"
#include "target/Target.h"

namespace octet::schedule {

/// A tile, and the cycles of all pixels and channels by it, in those of the model of vectors.
struct MatrixTile {
  int64_t rows = 0, columns = 0, vectors = 0, lanes = 0;
  double cycles = 0;
};

/// The cheapest; none where the target has no such registers or they do not multiply the anchor's
/// elements.
std::optional<MatrixTile> cheapestMatrixTile(qnn::KernelOp kernel, const target::Target &target);

} // namespace octet::schedule
