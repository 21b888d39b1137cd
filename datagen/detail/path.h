#pragma once
/// Outlines made of lines and cubic Bezier curves, and their conversion to polygons in pixels.

#include "datagen/detail/geometry.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace csgis::synth {

/// Polygons and open polylines in device pixels: what the rasteriser consumes.
struct Contours {
  struct Range {
    std::size_t begin = 0, end = 0;  ///< Into points; the last point does not repeat the first.
    bool closed = false;
  };
  std::vector<Point> points;
  std::vector<Range> ranges;

  void clear() {
    points.clear();
    ranges.clear();
  }
  std::span<const Point> of(const Range& range) const {
    return std::span<const Point>(points).subspan(range.begin, range.end - range.begin);
  }
};

/// A set of contours. All members that add something return *this. A path drawn as one fill is the union of its closed
/// contours (their direction does not matter) minus its holes.
class Path {
 public:
  Path& move_to(Point p);
  Path& line_to(Point p);
  Path& cubic_to(Point control1, Point control2, Point p);
  Path& close();

  Path& polygon(std::initializer_list<Point> corners);
  Path& polyline(std::initializer_list<Point> points);
  Path& line(Point a, Point b) { return polyline({a, b}); }
  /// Smooth closed loop through the points (Catmull-Rom).
  Path& loop(std::initializer_list<Point> points);
  Path& loop(std::span<const Point> points);
  /// Smooth open curve through the points (Catmull-Rom).
  Path& curve(std::initializer_list<Point> points);
  Path& curve(std::span<const Point> points);
  Path& rect(float x0, float y0, float x1, float y1);
  /// radius is cut to half the shorter side.
  Path& round_rect(float x0, float y0, float x1, float y1, float radius);
  Path& ellipse(Point centre, float rx, float ry);
  Path& circle(Point centre, float r) { return ellipse(centre, r, r); }
  /// Two discs and the strip between them: arms, legs, necks.
  Path& limb(Point a, float radius_a, Point b, float radius_b);
  /// Part of an ellipse's rim, open; turns run clockwise from the right.
  Path& arc(Point centre, float rx, float ry, float from_turns, float to_turns);
  /// Makes the contour added last a hole.
  Path& as_hole();

  bool empty() const { return contours_.empty(); }
  /// Of all points and control points: never smaller than the shape.
  Box bounds() const;

  /// Appends the contours under `map` as polylines at most 0.01 px off the curve. Closed contours come out with
  /// positive area (y down: clockwise), holes with negative.
  void flatten(const Affine& map, Contours& out) const;

 private:
  struct Contour {
    std::size_t first_point = 0, first_step = 0;
    bool closed = false, hole = false;
  };
  enum class Step : std::uint8_t { line, cubic };

  void smooth(std::span<const Point> points, bool closed);
  void flatten_contour(std::size_t index, const Affine& map, Contours& out) const;

  std::vector<Contour> contours_;
  std::vector<Step> steps_;
  std::vector<Point> points_;
};

/// The outline of a pen of `width` pixels drawn along `lines`: smooth bends mitred, sharp ones and open ends round.
/// Appended to `out` as closed contours of positive area, holes negative.
void outline_stroke(const Contours& lines, float width, Contours& out);

}  // namespace csgis::synth
