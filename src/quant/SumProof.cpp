#include "quant/Proof.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace octet::quant {

static float multiplyAdd(float x, float multiplier, float addend, bool fused) {
  return fused ? std::fma(x, multiplier, addend) : x * multiplier + addend;
}

int32_t FloatSum::operator()(int32_t x, int32_t y) const {
  auto realX = static_cast<float>(x - xOrigin), realY = static_cast<float>(y - yOrigin);
  float partial = takesSign ? realY * yMultiplier : multiplyAdd(realY, yMultiplier, addend, fused);
  float sum = multiplyAdd(realX, xMultiplier, partial, fused);
  if (takesSign)
    sum += std::copysign(addend, sum);
  return static_cast<int32_t>(std::clamp(std::nearbyint(sum) + static_cast<float>(offset),
                                         static_cast<float>(lowest), static_cast<float>(highest)));
}

namespace {

struct Interval {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  double width() const { return high - low; }
  double inside() const {
    constexpr double margin = 0x1p-8;
    if (std::isinf(low))
      return std::isinf(high) ? 0 : high - margin;
    return std::isinf(high) ? low + margin : low + (high - low) / 2;
  }
};

/// Where a concave function is largest around a point.
template <typename F> double argmax(double around, F f) {
  constexpr double reach = 0x1p-16;
  double low = around - reach, high = around + reach;
  for (int i = 0; i < 36; ++i) {
    double third = (high - low) / 3;
    if (f(low + third) < f(high - third))
      low += third;
    else
      high -= third;
  }
  return low + (high - low) / 2;
}

/// All pairs of codes with their sums. The few that lie near the edge between two sums confine the
/// planes u * X + v * Y + w.
class Pairs {
public:
  Pairs(const std::function<int32_t(int32_t, int32_t)> &exact, CodeRange x, CodeRange y,
        const FloatSum &nominal)
      : nominal(nominal) {
    for (int32_t a = x.low; a <= x.high; ++a)
      for (int32_t b = y.low; b <= y.high; ++b)
        add({a, b, exact(a, b)});
  }

  bool agreeWith(const FloatSum &form) const {
    auto agrees = [&form](const Pair &pair) { return form(pair.x, pair.y) == pair.sum; };
    return isInRange(form) && std::all_of(near.begin(), near.end(), agrees) &&
           std::all_of(all.begin(), all.end(), agrees);
  }

  /// The addends with which these multipliers put every pair on its side, in real arithmetic.
  Interval addendsFor(double u, double v) const { return addendsFor(u, v, edges); }

  /// The multipliers that leave most room for an addend, if any do. The room is a concave function
  /// of them, and few of the edges bound it: those that the optimum of the others runs into.
  std::optional<std::pair<double, double>> roomiest() const {
    double u = nominal.xMultiplier, v = nominal.yMultiplier;
    std::vector<Edge> bounding;
    for (int round = 0; round < 40; ++round) {
      double known = addendsFor(u, v, bounding).width();
      if (known < 0)
        return std::nullopt;
      addTightest(u, v, bounding);
      if (addendsFor(u, v, bounding).width() >= known - 0x1p-40)
        break;
      auto room = [&](double u, double v) { return addendsFor(u, v, bounding).width(); };
      auto bestFor = [&](double u) {
        return argmax(nominal.yMultiplier, [&](double v) { return room(u, v); });
      };
      u = argmax(nominal.xMultiplier, [&](double u) { return room(u, bestFor(u)); });
      v = bestFor(u);
    }
    return std::pair(u, v);
  }

private:
  struct Pair {
    int32_t x, y, sum;
  };
  /// u * x + v * y + w must be on this side of the value.
  struct Edge {
    double x, y, value;
    bool isBelow;
    double addend(double u, double v) const { return value - u * x - v * y; }
  };
  // The edges that bound the addends of these multipliers.
  void addTightest(double u, double v, std::vector<Edge> &bounding) const {
    const Edge *below = nullptr, *above = nullptr;
    for (const Edge &edge : edges)
      if (edge.isBelow && (!below || edge.addend(u, v) > below->addend(u, v)))
        below = &edge;
      else if (!edge.isBelow && (!above || edge.addend(u, v) < above->addend(u, v)))
        above = &edge;
    for (const Edge *edge : {below, above})
      if (edge)
        bounding.push_back(*edge);
  }

  Interval addendsFor(double u, double v, const std::vector<Edge> &edges) const {
    Interval interval;
    if (nominal.takesSign)
      interval.low = 0;
    for (const Edge &edge : edges)
      if (edge.isBelow)
        interval.low = std::max(interval.low, edge.addend(u, v));
      else
        interval.high = std::min(interval.high, edge.addend(u, v));
    return interval;
  }
  // Planes that differ more from the nominal one are of no interest.
  static constexpr double closeness = 0x1p-7;

  void add(const Pair &pair) {
    all.push_back(pair);
    double x = pair.x - nominal.xOrigin, y = pair.y - nominal.yOrigin;
    double value = x * nominal.xMultiplier + y * nominal.yMultiplier + nominal.addend;
    double below = pair.sum - nominal.offset - 0.5, above = below + 1;
    // A signed addend makes an odd function: what holds for (x, y) does for (-x, -y).
    double sign = nominal.takesSign && value < 0 ? -1 : 1;
    bool isPositive = sign > 0, isNear = false;
    if (pair.sum > nominal.lowest && value < below + closeness) {
      edges.push_back({sign * x, sign * y, sign * below, isPositive});
      isNear = true;
    }
    if (pair.sum < nominal.highest && value > above - closeness) {
      edges.push_back({sign * x, sign * y, sign * above, !isPositive});
      isNear = true;
    }
    if (isNear)
      near.push_back(pair);
  }

  // The conversion to int32 must not overflow.
  bool isInRange(const FloatSum &form) const {
    double xReach = 0, yReach = 0;
    for (const Pair &pair : {all.front(), all.back()}) {
      xReach = std::max(xReach, std::abs(static_cast<double>(pair.x) - form.xOrigin));
      yReach = std::max(yReach, std::abs(static_cast<double>(pair.y) - form.yOrigin));
    }
    double reach = xReach * std::abs(static_cast<double>(form.xMultiplier)) +
                   yReach * std::abs(static_cast<double>(form.yMultiplier));
    return reach + std::abs(form.addend) < 0x1p30;
  }

  const FloatSum &nominal;
  std::vector<Pair> all, near;
  std::vector<Edge> edges;
};

float neighbour(double value, int distance) {
  auto nearest = static_cast<float>(value);
  float magnitude = std::abs(nearest);
  return nearest +
         static_cast<float>(distance) * (std::nextafter(magnitude, HUGE_VALF) - magnitude);
}

} // namespace

std::optional<FloatSum> proveSum(const std::function<int32_t(int32_t, int32_t)> &exact, CodeRange x,
                                 CodeRange y, const FloatSum &nominal) {
  Pairs pairs(exact, x, y, nominal);
  if (pairs.agreeWith(nominal))
    return nominal;
  auto multipliers = pairs.roomiest();
  if (!multipliers)
    return std::nullopt;
  // What rounding spoils at one point of the grid of floats it need not at the next.
  constexpr int distance = 8, steps = 2;
  for (int ring = 0; ring <= distance; ++ring)
    for (int i = -ring; i <= ring; ++i)
      for (int j = -ring; j <= ring; j += std::abs(i) == ring || ring == 0 ? 1 : 2 * ring) {
        FloatSum form = nominal;
        form.xMultiplier = neighbour(multipliers->first, i);
        form.yMultiplier = neighbour(multipliers->second, j);
        double addend = pairs.addendsFor(form.xMultiplier, form.yMultiplier).inside();
        for (int k = -steps; k <= steps; ++k) {
          form.addend = neighbour(addend, k);
          if (pairs.agreeWith(form))
            return form;
        }
      }
  return std::nullopt;
}

} // namespace octet::quant
