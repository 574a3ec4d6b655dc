// Weights on their way to the second cache while those before them are multiplied.
#pragma once

#include "codegen/Emitter.h"

namespace octet::codegen {

/// While a panel is multiplied by its pixels, the next one is fetched: of its lines each tile asks
/// for a part, one every few steps, so that loads still find room. Behind the last panel are, with
/// luck, the weights of the next kernel.
class NextPanel {
public:
  explicit NextPanel(Emitter &emit) : emit(emit) {}

  /// Nothing is fetched where a panel has too few tiles. `unrolledSteps` are those of a tile's
  /// innermost loop.
  void plan(int64_t panelBytes, int64_t stepBytes, int64_t unrolledSteps, int64_t tilesOfPanel) {
    int64_t linesOfStep = std::max<int64_t>(1, stepBytes / lineBytes);
    if (tilesOfPanel < linesOfStep)
      return;
    for (int64_t candidate : {2, 4})
      if (unrolledSteps % candidate == 0 && linesOfStep * candidate <= tilesOfPanel)
        stepsPerLine = candidate;
    bytes = panelBytes;
    tiles = tilesOfPanel;
    parts = linesOfStep * stepsPerLine;
  }

  bool isFetched() const { return parts != 0; }

  /// Where the lines begin that a tile asks for, the panel's own weights given.
  Value linesOf(Value weights, Value tile) const {
    Value part = emit.minimum(emit.divide(tile, tiles).second, parts - 1);
    return emit.at(weights, emit.add(emit.multiply(part, bytes / parts), bytes));
  }

  /// Whether a line is asked for in a step.
  bool divides(int64_t steps) const { return steps % stepsPerLine == 0; }
  /// The line of a step, counted from `lines`.
  Value atStep(Value lines, Value steps) const {
    return emit.at(lines, emit.multiply(steps, lineBytes / stepsPerLine));
  }

private:
  static constexpr int64_t lineBytes = 64;

  Emitter &emit;
  int64_t bytes = 0, tiles = 0, parts = 0, stepsPerLine = 1;
};

} // namespace octet::codegen
