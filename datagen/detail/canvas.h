#pragma once
/// A small vector canvas: paths filled or stroked with flat colours and gradients, anti-aliased by area coverage, and
/// the coverage of the object being drawn, from which labels are made.

#include "datagen/detail/colour.h"
#include "datagen/detail/coverage.h"
#include "datagen/detail/path.h"
#include "imaging/image.h"

#include <cstdint>
#include <vector>

namespace csgis::synth {

/// What a path is filled with. Positions are in the path's own coordinates; beyond its ends a gradient keeps its last
/// colour. Alpha is part of the colour, so that shadows and light fade out.
struct Paint {
  enum class Kind : std::uint8_t { flat, linear, radial };

  Kind kind = Kind::flat;
  Colour first, middle, last;
  float middle_at = 0.5F;  ///< In (0,1): where `middle` lies.
  Point from, to;          ///< linear: first at `from`, last at `to`. radial: centre, and centre + (rx, ry).

  static Paint flat(Colour colour);
  static Paint linear(Point from, Point to, Colour first, Colour last);
  static Paint linear(Point from, Point to, Colour first, Colour middle, float middle_at, Colour last);
  /// first in the centre, last on the ellipse with half axes rx, ry.
  static Paint radial(Point centre, float rx, float ry, Colour first, Colour last);
};

class Canvas {
 public:
  /// Black. height, width >= 1.
  explicit Canvas(Size size);

  Size size() const { return size_; }

  /// Paints the area of `path` under `map`. Coverage is exact (see CoverageBuffer).
  void fill(const Path& path, const Affine& map, const Paint& paint);
  /// Draws the path's lines with a round pen of `width_px` pixels. Pens thinner than 1 px draw fainter lines of 1 px.
  void stroke(const Path& path, const Affine& map, float width_px, const Paint& paint);

  /// From here on, what is drawn belongs to one object.
  void begin_object();
  /// Moves what the object shows towards `colour`: night, haze.
  void tint_object(Colour colour, float amount);
  /// Sets `labels` (of the canvas's size) to `id` wherever the object covers more than half of the pixel.
  void end_object(std::uint8_t id, LabelMap& labels);

  /// Rounded to 8 bits; RGB. Saturation is scaled about the pixel's luma: 0 makes a grey image.
  Image8 to_image(float saturation = 1) const;

 private:
  struct Pixel {
    float r = 0, g = 0, b = 0;
    float object = 0;  ///< Coverage by the current object.
  };

  void paint_contours(const Affine& map, const Paint& paint);
  template <class ColourAt>
  void blend(ColourAt&& colour_at);
  void mark_dirty(int y, int x0, int x1);

  Size size_;
  std::vector<Pixel> pixels_;
  CoverageBuffer coverage_;
  Contours contours_, stroked_;
  int dirty_x0_, dirty_y0_, dirty_x1_ = 0, dirty_y1_ = 0;
};

}  // namespace csgis::synth
