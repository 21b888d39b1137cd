#pragma once
/// A small vector canvas: paths filled or stroked with flat colours and gradients, anti-aliased by area coverage, and
/// the coverage of the object being drawn, from which labels are made.

#include "datagen/detail/colour.h"
#include "datagen/detail/coverage.h"
#include "datagen/detail/noise.h"
#include "datagen/detail/path.h"
#include "imaging/image.h"

#include <cstdint>
#include <optional>
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
  static Paint radial(Point centre, float rx, float ry, Colour first, Colour middle, float middle_at, Colour last);
};

/// Outlines bent by one noise field over the whole image: things look grown or hand-cut, and what touches still does.
struct Wobble {
  float amplitude_px = 0;    ///< Largest displacement.
  float wavelength_px = 30;  ///< Distance between the noise's nodes.
};

class Canvas {
 public:
  /// Black. height, width >= 1.
  explicit Canvas(Size size);

  Size size() const { return size_; }

  /// From here on, outlines are bent.
  void set_wobble(const Wobble& wobble, Random& random);

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

  /// Until end_shadow(), what is drawn leaves no colour, only the shape of a shadow. Not within an object.
  void begin_shadow();
  /// Mixes `colour` (its alpha is the shadow's strength) into what lies under the shape, whose border is softened over
  /// about 2 blur_px.
  void end_shadow(int blur_px, Colour colour);
  bool in_shadow() const { return in_shadow_; }

  struct Pixel {
    float r = 0, g = 0, b = 0;
    float object = 0;  ///< Coverage by the current object or shadow.
  };
  Pixel* row(int y) { return pixels_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width); }
  const Pixel* row(int y) const {
    return pixels_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width);
  }

  /// Rounded to 8 bits; RGB.
  Image8 to_image() const;

 private:
  /// The path's contours in pixels, bent by the wobble, in contours_.
  void lay_out(const Path& path, const Affine& map);
  void bend_contours();
  void forget_object();
  void paint_contours(const Affine& map, const Paint& paint);
  template <class ColourAt>
  void blend(ColourAt&& colour_at);
  void mark_dirty(int y, int x0, int x1);

  Size size_;
  std::vector<Pixel> pixels_;
  CoverageBuffer coverage_;
  Contours contours_, stroked_;
  Wobble wobble_;
  std::optional<Noise> wobble_noise_;
  bool in_shadow_ = false;
  std::vector<float> blur_line_;
  int dirty_x0_, dirty_y0_, dirty_x1_ = 0, dirty_y1_ = 0;
};

}  // namespace csgis::synth
