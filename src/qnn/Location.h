// Where an operator came from: the names that importers put into locations.
#pragma once

#include "mlir/IR/Location.h"

#include <string>
#include <vector>

namespace octet::qnn {

/// One operator of the model's file.
struct Source {
  std::string file, kind, tensor; ///< empty where unknown
  unsigned index = 0;

  /// "CONV_2D #17 (conv2/Relu6)".
  std::string str() const;
  bool operator==(const Source &) const = default;
};

/// The operators that a location stands for; several for what was fused.
std::vector<Source> sourcesOf(mlir::Location location);

/// All of them joined by " + "; a file position where there are none.
std::string describe(mlir::Location location);

} // namespace octet::qnn
