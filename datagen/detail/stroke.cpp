#include "datagen/detail/path.h"

#include <algorithm>
#include <cmath>

namespace csgis::synth {
namespace {

constexpr float kShortest = 1e-3F;      ///< Pixels; shorter segments have no usable direction.
constexpr float kSmoothCosine = 0.86F;  ///< Bends under 30 degrees are mitred: the spike is below 4 % of the width.

Point left_normal(Point a, Point b) {
  const Point along = b - a;
  const float scale = 1 / length(along);
  return {along.y * scale, -along.x * scale};
}

/// Points of the arc of radius r about c from normal n0 to n1, ends included, taking the short way.
void add_round(Point c, Point n0, Point n1, float r, std::vector<Point>& out) {
  out.push_back(c + n0 * r);
  // Halving the angle by adding the normals needs no trigonometry; three levels give 8 chords.
  const int levels = r > 3 ? 3 : (r > 1 ? 2 : 1);
  const auto halve = [&](const auto& self, Point a, Point b, int level) -> void {
    const Point sum = a + b;
    const float size = length(sum);
    if (level == 0 || size < kShortest) return;
    const Point m = sum * (1 / size);
    self(self, a, m, level - 1);
    out.push_back(c + m * r);
    self(self, m, b, level - 1);
  };
  halve(halve, n0, n1, levels);
  out.push_back(c + n1 * r);
}

/// The left side's points at the vertex between segments with left normals n0 and n1 of lengths len0 and len1.
void add_join(Point v, Point n0, Point n1, float len0, float len1, float r, std::vector<Point>& out) {
  const float cosine = dot(n0, n1);
  const Point mitre = (n0 + n1) * (r / (1 + std::max(cosine, -0.99F)));
  const bool inner = cross(n0, n1) < 0;
  if (cosine > kSmoothCosine) {
    out.push_back(v + mitre);
  } else if (inner) {
    // The two offset lines cross at the mitre point, if both segments are long enough to reach it; through the vertex
    // otherwise, which keeps the winding right.
    const float reach = std::sqrt(std::max(0.0F, dot(mitre, mitre) - r * r));
    if (reach <= std::min(len0, len1)) {
      out.push_back(v + mitre);
    } else {
      out.insert(out.end(), {v + n0 * r, v, v + n1 * r});
    }
  } else {
    add_round(v, n0, n1, r, out);
  }
}

/// The left side of the line along `p`, in its direction.
void add_side(std::span<const Point> p, bool closed, float r, std::vector<Point>& out) {
  const std::size_t n = p.size();
  const auto normal = [&](std::size_t i) { return left_normal(p[i % n], p[(i + 1) % n]); };
  const auto size = [&](std::size_t i) { return length(p[(i + 1) % n] - p[i % n]); };
  if (!closed) out.push_back(p[0] + normal(0) * r);
  for (std::size_t i = closed ? 0 : 1; i < (closed ? n : n - 1); ++i) {
    const std::size_t before = (i + n - 1) % n;
    add_join(p[i], normal(before), normal(i), size(before), size(i), r, out);
  }
  if (!closed) out.push_back(p[n - 1] + normal(n - 2) * r);
}

/// The quarter turns from the left side over the end of the line to its right side.
void add_cap(Point end, Point normal, float r, std::vector<Point>& out) {
  const Point forward{-normal.y, normal.x};
  add_round(end, normal, forward, r, out);
  add_round(end, forward, normal * -1, r, out);
}

void close_range(Contours& out, std::size_t begin) {
  out.ranges.push_back({begin, out.points.size(), true});
}

}  // namespace

void outline_stroke(const Contours& lines, float width, Contours& out) {
  const float r = width / 2;
  std::vector<Point> p, reversed;
  for (const Contours::Range& range : lines.ranges) {
    p.clear();
    for (const Point q : lines.of(range)) {
      if (p.empty() || length(q - p.back()) > kShortest) p.push_back(q);
    }
    const bool closed = range.closed && p.size() > 2;
    if (closed && length(p.front() - p.back()) <= kShortest) p.pop_back();
    if (p.size() < 2) continue;
    reversed.assign(p.rbegin(), p.rend());

    const std::size_t begin = out.points.size();
    add_side(p, closed, r, out.points);
    if (closed) {
      close_range(out, begin);
      const std::size_t second = out.points.size();
      add_side(reversed, true, r, out.points);
      close_range(out, second);
    } else {
      add_cap(p.back(), left_normal(p[p.size() - 2], p.back()), r, out.points);
      add_side(reversed, false, r, out.points);
      add_cap(p.front(), left_normal(p[1], p[0]), r, out.points);
      close_range(out, begin);
    }
  }
}

}  // namespace csgis::synth
