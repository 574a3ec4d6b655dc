#include "raise/MinimumCut.h"

#include <algorithm>

namespace octet::raise {

int MinimumCut::addNode() {
  edgesFrom.emplace_back();
  return static_cast<int>(edgesFrom.size()) - 1;
}

void MinimumCut::addCost(int left, int right, int64_t cost) {
  if (left == right || cost == 0)
    return;
  edgesFrom[left].push_back(static_cast<int>(edges.size()));
  edges.push_back({right, cost});
  edgesFrom[right].push_back(static_cast<int>(edges.size()));
  edges.push_back({left, 0});
}

// The edge by which each node is first reached from side 0 through what capacity is left; -1 for
// those that are not.
std::vector<int> MinimumCut::reach() {
  std::vector<int> reachedBy(edgesFrom.size(), -1), queue = {0};
  for (size_t i = 0; i < queue.size() && reachedBy[1] < 0; ++i)
    for (int edge : edgesFrom[queue[i]])
      if (int to = edges[edge].to; edges[edge].capacity > 0 && to != 0 && reachedBy[to] < 0) {
        reachedBy[to] = edge;
        queue.push_back(to);
      }
  return reachedBy;
}

// Edmonds and Karp: flow along a shortest path, as long as there is one.
bool MinimumCut::augment() {
  std::vector<int> reachedBy = reach();
  if (reachedBy[1] < 0)
    return false;
  int64_t flow = unbounded;
  for (int node = 1; node != 0; node = edges[reachedBy[node] ^ 1].to)
    flow = std::min(flow, edges[reachedBy[node]].capacity);
  for (int node = 1; node != 0; node = edges[reachedBy[node] ^ 1].to) {
    edges[reachedBy[node]].capacity -= flow;
    edges[reachedBy[node] ^ 1].capacity += flow;
  }
  return true;
}

std::vector<bool> MinimumCut::solve() {
  while (augment()) {
  }
  std::vector<int> reachedBy = reach();
  std::vector<bool> sides(edgesFrom.size());
  for (size_t node = 1; node < sides.size(); ++node)
    sides[node] = reachedBy[node] < 0;
  return sides;
}

} // namespace octet::raise
