#include "datagen/detail/development.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace csgis::synth {
namespace {

/// A smooth function known at the corners of squares of `cell` pixels, bilinear between: slow noise for a sixteenth or
/// less of its cost per pixel.
class CoarseField {
 public:
  template <class F>
  CoarseField(Size size, int cell, F&& value_at)
      : cell_(cell),
        columns_(size.width / cell + 2),
        values_(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(size.height / cell + 2)) {
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const auto column = static_cast<int>(i) % columns_, row = static_cast<int>(i) / columns_;
      values_[i] = value_at(Point{static_cast<float>(column * cell), static_cast<float>(row * cell)});
    }
  }

  /// The values of row y, one per pixel.
  void fill_row(int y, std::vector<float>& out) const {
    const float v = static_cast<float>(y % cell_) / static_cast<float>(cell_);
    const float* above = values_.data() + static_cast<std::size_t>(y / cell_) * static_cast<std::size_t>(columns_);
    const float* below = above + columns_;
    for (std::size_t x = 0; x < out.size();) {
      const std::size_t i = x / static_cast<std::size_t>(cell_);
      const float left = mix(above[i], below[i], v), right = mix(above[i + 1], below[i + 1], v);
      const float step = (right - left) / static_cast<float>(cell_);
      for (int k = 0; k < cell_ && x < out.size(); ++k, ++x) out[x] = left + step * static_cast<float>(k);
    }
  }

 private:
  int cell_, columns_;
  std::vector<float> values_;
};

/// Light over the image, 1 in the middle on average.
CoarseField light_field(Size size, const Development& d, Random& random) {
  const auto unit = static_cast<float>(std::max(size.height, size.width));
  const Noise patches(Grid{}, {3 / unit, 3 / unit}, random);
  const Point centre{static_cast<float>(size.width) / 2, static_cast<float>(size.height) / 2};
  return CoarseField(size, 8, [&](Point p) {
    const Point q{(p.x - centre.x) / centre.x, (p.y - centre.y) / centre.y};
    return (1 + d.uneven * 2 * patches.fractal(p, 2) + dot(d.slope, q)) * (1 - d.vignette * 0.5F * dot(q, q));
  });
}

float toned(float value, const Development& d) {
  const float v = clamp01(value);
  const float curved = mix(v, v * v * (3 - 2 * v), d.curve);
  return mix(d.black, d.white, curved);
}

void apply_tone(Canvas& canvas, const Development& d, Random& random) {
  const CoarseField light = light_field(canvas.size(), d, random);
  std::vector<float> gain(static_cast<std::size_t>(canvas.size().width));
  for (int y = 0; y < canvas.size().height; ++y) {
    light.fill_row(y, gain);
    Canvas::Pixel* row = canvas.row(y);
    for (std::size_t x = 0; x < gain.size(); ++x) {
      Canvas::Pixel& p = row[x];
      const Colour c{toned(p.r * gain[x] * d.cast.r, d), toned(p.g * gain[x] * d.cast.g, d),
                     toned(p.b * gain[x] * d.cast.b, d)};
      const float level = luma(c);
      p.r = mix(level, c.r, d.saturation);
      p.g = mix(level, c.g, d.saturation);
      p.b = mix(level, c.b, d.saturation);
    }
  }
}

/// Luma in steps, counted from black, before rounding; winding added.
std::vector<float> step_heights(const Canvas& canvas, const Development& d, Random& random) {
  const auto [height, width] = canvas.size();
  const float knots = 9 / static_cast<float>(std::min(height, width));
  const Noise wander(Grid{}, {knots, knots}, random);
  const CoarseField winding(canvas.size(), 4, [&](Point p) { return d.winding * wander.fractal(p, 3, 0.6F); });
  std::vector<float> heights(canvas.size().pixels()), line(static_cast<std::size_t>(width));
  for (int y = 0; y < height; ++y) {
    winding.fill_row(y, line);
    const Canvas::Pixel* row = canvas.row(y);
    float* out = heights.data() + static_cast<std::size_t>(y) * line.size();
    for (std::size_t x = 0; x < line.size(); ++x)
      out[x] = luma({row[x].r, row[x].g, row[x].b}) * static_cast<float>(d.steps) + line[x];
  }
  return heights;
}

/// Rounds the luma to steps. The flank between two steps is a pixel wide, from the slope to the next pixels; where
/// the picture has an edge of its own the flank fills the whole step and nothing changes.
void apply_steps(Canvas& canvas, const Development& d, Random& random) {
  const auto [height, width] = canvas.size();
  const std::vector<float> heights = step_heights(canvas, d, random);
  const auto stride = static_cast<std::size_t>(width);
  for (int y = 0; y < height; ++y) {
    Canvas::Pixel* row = canvas.row(y);
    for (int x = 0; x < width; ++x) {
      const std::size_t i = static_cast<std::size_t>(y) * stride + static_cast<std::size_t>(x);
      const float here = heights[i], right = heights[x + 1 < width ? i + 1 : i - 1],
                  below = heights[y + 1 < height ? i + stride : i - stride];
      const float flank = std::clamp(std::fabs(right - here) + std::fabs(below - here), 1e-3F, 1.0F);
      const float whole = static_cast<float>(floor_int(here)), part = here - whole;
      const float rounded = whole + clamp01((part - 0.5F) / flank + 0.5F);
      Canvas::Pixel& p = row[x];
      const float level = std::max(luma({p.r, p.g, p.b}), 0.02F);
      const float gain = clamp01(rounded / static_cast<float>(d.steps)) / level;
      p.r *= gain;
      p.g *= gain;
      p.b *= gain;
    }
  }
}

}  // namespace

void develop(Canvas& canvas, const Development& development, Random& random) {
  apply_tone(canvas, development, random);
  if (development.steps > 0) apply_steps(canvas, development, random);
}

}  // namespace csgis::synth
