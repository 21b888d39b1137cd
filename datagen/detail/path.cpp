#include "datagen/detail/path.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace csgis::synth {
namespace {

/// Control points of a quarter circle lie this fraction of the radius along the tangents (error 0.03 % of the radius).
constexpr float kQuarter = 0.5522847F;
constexpr float kFlatness =
    0.01F;  ///< Pixels between curve and chord: keeps areas of small discs within half a percent.

float signed_area(std::span<const Point> loop) {
  float twice = 0;
  for (std::size_t i = 0; i < loop.size(); ++i) {
    const Point origin = loop[0];  // relative to a corner: large coordinates would cancel badly in float
    twice += cross(loop[i] - origin, loop[(i + 1) % loop.size()] - origin);
  }
  return twice / 2;
}

void flatten_cubic(Point p0, Point c1, Point c2, Point p1, std::vector<Point>& out) {
  const float bend = std::max(length(p0 - c1 * 2 + c2), length(c1 - c2 * 2 + p1));
  // |B''| <= 6 bend, and a chord of n equal steps is off by at most |B''| / (8 n^2).
  const int steps = std::clamp(static_cast<int>(std::sqrt(0.75F * bend / kFlatness)) + 1, 1, 64);
  for (int i = 1; i < steps; ++i) {
    const float t = static_cast<float>(i) / static_cast<float>(steps), s = 1 - t;
    out.push_back(p0 * (s * s * s) + c1 * (3 * s * s * t) + c2 * (3 * s * t * t) + p1 * (t * t * t));
  }
  out.push_back(p1);
}

}  // namespace

Path& Path::move_to(Point p) {
  contours_.push_back({points_.size(), steps_.size(), false, false});
  points_.push_back(p);
  return *this;
}

Path& Path::line_to(Point p) {
  steps_.push_back(Step::line);
  points_.push_back(p);
  return *this;
}

Path& Path::cubic_to(Point control1, Point control2, Point p) {
  steps_.push_back(Step::cubic);
  points_.insert(points_.end(), {control1, control2, p});
  return *this;
}

Path& Path::close() {
  contours_.back().closed = true;
  return *this;
}

Path& Path::as_hole() {
  contours_.back().hole = true;
  return *this;
}

Path& Path::polyline(std::initializer_list<Point> points) {
  bool first = true;
  for (const Point p : points) {
    if (first) {
      move_to(p);
    } else {
      line_to(p);
    }
    first = false;
  }
  return *this;
}

Path& Path::polygon(std::initializer_list<Point> corners) {
  return polyline(corners).close();
}

void Path::smooth(std::span<const Point> p, bool closed) {
  const std::size_t n = p.size();
  const auto at = [&](std::size_t i, int offset) {
    const auto index = static_cast<std::ptrdiff_t>(i) + offset;
    const auto count = static_cast<std::ptrdiff_t>(n);
    const auto inside = closed ? (index + count) % count : std::clamp<std::ptrdiff_t>(index, 0, count - 1);
    return p[static_cast<std::size_t>(inside)];
  };
  move_to(p[0]);
  for (std::size_t i = 0; i + (closed ? 0 : 1) < n; ++i) {
    const Point tangent0 = (at(i, 1) - at(i, -1)) * (1.0F / 6);
    const Point tangent1 = (at(i, 2) - at(i, 0)) * (1.0F / 6);
    cubic_to(at(i, 0) + tangent0, at(i, 1) - tangent1, at(i, 1));
  }
  if (closed) close();
}

Path& Path::loop(std::span<const Point> points) {
  smooth(points, true);
  return *this;
}

Path& Path::curve(std::span<const Point> points) {
  smooth(points, false);
  return *this;
}

Path& Path::loop(std::initializer_list<Point> points) {
  return loop(std::span<const Point>(points.begin(), points.size()));
}

Path& Path::curve(std::initializer_list<Point> points) {
  return curve(std::span<const Point>(points.begin(), points.size()));
}

Path& Path::rect(float x0, float y0, float x1, float y1) {
  return polygon({{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}});
}

Path& Path::round_rect(float x0, float y0, float x1, float y1, float radius) {
  const float r = std::min(radius, std::min(x1 - x0, y1 - y0) / 2);
  const float k = r * (1 - kQuarter);
  move_to({x0 + r, y0}).line_to({x1 - r, y0}).cubic_to({x1 - k, y0}, {x1, y0 + k}, {x1, y0 + r});
  line_to({x1, y1 - r}).cubic_to({x1, y1 - k}, {x1 - k, y1}, {x1 - r, y1});
  line_to({x0 + r, y1}).cubic_to({x0 + k, y1}, {x0, y1 - k}, {x0, y1 - r});
  return line_to({x0, y0 + r}).cubic_to({x0, y0 + k}, {x0 + k, y0}, {x0 + r, y0}).close();
}

Path& Path::ellipse(Point c, float rx, float ry) {
  const float kx = rx * kQuarter, ky = ry * kQuarter;
  move_to({c.x + rx, c.y}).cubic_to({c.x + rx, c.y + ky}, {c.x + kx, c.y + ry}, {c.x, c.y + ry});
  cubic_to({c.x - kx, c.y + ry}, {c.x - rx, c.y + ky}, {c.x - rx, c.y});
  cubic_to({c.x - rx, c.y - ky}, {c.x - kx, c.y - ry}, {c.x, c.y - ry});
  return cubic_to({c.x + kx, c.y - ry}, {c.x + rx, c.y - ky}, {c.x + rx, c.y}).close();
}

Path& Path::limb(Point a, float radius_a, Point b, float radius_b) {
  circle(a, radius_a).circle(b, radius_b);
  const Point along = b - a;
  const float distance = length(along);
  if (distance <= std::fabs(radius_a - radius_b)) return *this;
  const Point u = along * (1 / distance), n{-u.y, u.x};
  // Outer tangents touch both discs where the normal leans by the difference of the radii.
  const float lean = (radius_a - radius_b) / distance;
  const float rise = std::sqrt(1 - lean * lean);
  const Point left = u * lean + n * rise, right = u * lean - n * rise;
  return polygon({a + left * radius_a, b + left * radius_b, b + right * radius_b, a + right * radius_a});
}

Path& Path::arc(Point c, float rx, float ry, float from_turns, float to_turns) {
  const int pieces = std::max(1, static_cast<int>(std::fabs(to_turns - from_turns) * 8 + 0.999F));
  const float step = (to_turns - from_turns) / static_cast<float>(pieces);
  // Handle length of an arc of `step` turns: 4/3 tan(angle/4).
  const float handle = 4.0F / 3 * sine_turns(step / 4) / cosine_turns(step / 4);
  const auto rim = [&](float t) { return Point{c.x + rx * cosine_turns(t), c.y + ry * sine_turns(t)}; };
  const auto slope = [&](float t) { return Point{-rx * sine_turns(t) * handle, ry * cosine_turns(t) * handle}; };
  move_to(rim(from_turns));
  for (int i = 0; i < pieces; ++i) {
    const float t0 = from_turns + step * static_cast<float>(i), t1 = t0 + step;
    cubic_to(rim(t0) + slope(t0), rim(t1) - slope(t1), rim(t1));
  }
  return *this;
}

Box Path::bounds() const {
  Box box;
  for (const Point p : points_) box.include(p);
  return box;
}

void Path::flatten(const Affine& map, Contours& out) const {
  for (std::size_t i = 0; i < contours_.size(); ++i) flatten_contour(i, map, out);
}

void Path::flatten_contour(std::size_t index, const Affine& map, Contours& out) const {
  const Contour& contour = contours_[index];
  const std::size_t end_step = index + 1 < contours_.size() ? contours_[index + 1].first_step : steps_.size();
  const std::size_t begin = out.points.size();
  std::size_t next = contour.first_point;
  Point from = map(points_[next++]);
  out.points.push_back(from);
  for (std::size_t s = contour.first_step; s < end_step; ++s) {
    if (steps_[s] == Step::line) {
      from = map(points_[next++]);
      out.points.push_back(from);
    } else {
      const Point c1 = map(points_[next]), c2 = map(points_[next + 1]), to = map(points_[next + 2]);
      flatten_cubic(from, c1, c2, to, out.points);
      from = to;
      next += 3;
    }
  }
  if (contour.closed) {
    const std::span<Point> loop(out.points.data() + begin, out.points.size() - begin);
    if ((signed_area(loop) < 0) != contour.hole) std::reverse(loop.begin(), loop.end());
  }
  out.ranges.push_back({begin, out.points.size(), contour.closed});
}

}  // namespace csgis::synth
