#pragma once
/// Points and affine maps of the vector canvas. x to the right, y downwards, in pixels or in an object's own units.

#include "datagen/detail/portable_math.h"

#include <cmath>

namespace csgis::synth {

struct Point {
  float x = 0, y = 0;

  friend Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
  friend Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
  friend Point operator*(Point a, float s) { return {a.x * s, a.y * s}; }
};

inline float dot(Point a, Point b) {
  return a.x * b.x + a.y * b.y;
}
inline float cross(Point a, Point b) {
  return a.x * b.y - a.y * b.x;
}
inline float length(Point a) {
  return std::sqrt(dot(a, a));
}
inline Point mix(Point a, Point b, float t) {
  return a + (b - a) * t;
}

/// Axis-aligned box, empty while x0 > x1.
struct Box {
  float x0 = 1e9F, y0 = 1e9F, x1 = -1e9F, y1 = -1e9F;

  void include(Point p) {
    if (p.x < x0) x0 = p.x;
    if (p.x > x1) x1 = p.x;
    if (p.y < y0) y0 = p.y;
    if (p.y > y1) y1 = p.y;
  }
};

/// x' = xx x + xy y + dx,  y' = yx x + yy y + dy.
struct Affine {
  float xx = 1, xy = 0, yx = 0, yy = 1, dx = 0, dy = 0;

  Point operator()(Point p) const { return {xx * p.x + xy * p.y + dx, yx * p.x + yy * p.y + dy}; }

  static Affine translation(Point by) { return {1, 0, 0, 1, by.x, by.y}; }
  static Affine scaling(float x, float y) { return {x, 0, 0, y, 0, 0}; }
  /// Clockwise as seen on the screen (y points down).
  static Affine rotation(float turns) {
    const float c = cosine_turns(turns), s = sine_turns(turns);
    return {c, -s, s, c, 0, 0};
  }

  /// The map that applies `inner` first.
  friend Affine operator*(const Affine& outer, const Affine& inner) {
    const Point shift = outer({inner.dx, inner.dy});
    return {outer.xx * inner.xx + outer.xy * inner.yx,
            outer.xx * inner.xy + outer.xy * inner.yy,
            outer.yx * inner.xx + outer.yy * inner.yx,
            outer.yx * inner.xy + outer.yy * inner.yy,
            shift.x,
            shift.y};
  }

  float determinant() const { return xx * yy - xy * yx; }
  /// Geometric mean of the two stretches: turns a length in local units into pixels.
  float scale() const { return std::sqrt(std::fabs(determinant())); }
  /// determinant() != 0.
  Affine inverse() const {
    const float d = 1 / determinant();
    return {yy * d, -xy * d, -yx * d, xx * d, (xy * dy - yy * dx) * d, (yx * dx - xx * dy) * d};
  }
};

}  // namespace csgis::synth
