#pragma once
/// What a draw function holds: a canvas seen in the object's own units, the scene's look, and random choices.
/// Two random draws never stand in the arguments of one call, whose order is the compiler's choice, but in separate
/// declarations or within braces, which run from left to right.

#include "core/random.h"
#include "datagen/detail/canvas.h"

#include <initializer_list>

namespace csgis::synth {

/// How everything in one scene is drawn.
struct SceneStyle {
  float outline_px = 0;  ///< Dark contour around the parts of objects; 0 for none.
  float shading = 1;     ///< 0 flat, 1 full light-to-dark gradients.
  bool round = false;    ///< Gradients run outwards from a lit spot instead of downwards: bodies look round.
  float light_x = 0.3F;  ///< Where light comes from: -1 left, +1 right.
  bool night = false;    ///< Backgrounds are dark and lamps are lit.
};

class Pen {
 public:
  Pen(Canvas& canvas, const Affine& map, Random& random, const SceneStyle& style)
      : canvas_(canvas), map_(map), random_(random), style_(style) {}

  Random& random() { return random_; }
  const SceneStyle& style() const { return style_; }
  /// True where local coordinates appear as in a mirror.
  bool mirrored() const { return map_.determinant() < 0; }
  /// Pixels per local unit.
  float scale() const { return map_.scale(); }

  /// A part with shading, and with the scene's outline if it has one. Overlapping contours make one shape.
  void body(const Path& path, Colour colour);
  /// A part with shading and never an outline.
  void shade(const Path& path, Colour colour);
  void flat(const Path& path, Colour colour) { paint(path, Paint::flat(colour)); }
  /// Leaves no shadow, nor do flat() and shade(), which stand on bodies or lie on the ground.
  void paint(const Path& path, const Paint& paint) {
    if (!canvas_.in_shadow()) canvas_.fill(path, map_, paint);
  }
  /// Outlined like body(), filled with `paint`.
  void outlined(const Path& path, const Paint& paint);
  /// A round pen `width` local units wide, at least 1 px and at most `max_px`.
  void line(const Path& path, float width, Colour colour, float max_px = 1e3F);

  float uniform(float low, float high) { return static_cast<float>(random_.uniform(low, high)); }
  bool chance(double p) { return random_.chance(p); }
  Colour pick(std::initializer_list<unsigned> colours);
  /// `colour` with its brightness and hue moved a little, so that two objects are never quite alike.
  Colour vary(Colour colour, float amount = 0.06F);

  /// A closed loop about `centre` like a stone, a puddle or a bush: its radius varies by `rough` (0..1) either way.
  Path blob(Point centre, float rx, float ry, float rough, int corners);

  /// The same pen in other local units: `map` takes the new ones to this pen's.
  Pen within(const Affine& map) const { return Pen(canvas_, map_ * map, random_, style_); }

 private:
  Paint shaded(const Path& path, Colour colour) const;

  Canvas& canvas_;
  Affine map_;
  Random& random_;
  const SceneStyle& style_;
};

/// Strong, clean colours for painted things: cars, clothes, doors, hulls.
Colour vivid_colour(Pen& pen);
/// Pale or earthy colours for walls and furniture.
Colour muted_colour(Pen& pen);
Colour skin_colour(Pen& pen);
Colour hair_colour(Pen& pen);

}  // namespace csgis::synth
