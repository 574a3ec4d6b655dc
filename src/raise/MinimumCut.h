// The cheapest division of nodes between two sides.
#pragma once

#include <cstdint>
#include <vector>

namespace octet::raise {

class MinimumCut {
public:
  /// What is dearer than everything else together.
  static constexpr int64_t unbounded = INT64_MAX / 4;

  /// Nodes 0 and 1 are the sides themselves.
  int addNode();
  /// What it costs if `left` comes to lie on side 0 and `right` on side 1.
  void addCost(int left, int right, int64_t cost);
  /// The side of each node.
  std::vector<bool> solve();

private:
  struct Edge {
    int to;
    int64_t capacity;
  };

  bool augment();
  std::vector<int> reach();

  /// Each edge is followed by its reverse.
  std::vector<Edge> edges;
  std::vector<std::vector<int>> edgesFrom = {{}, {}};
};

} // namespace octet::raise
