#include "datagen/detail/canvas.h"

#include <algorithm>
#include <cmath>

namespace csgis::synth {
namespace {

constexpr float kInvisible = 1.0F / 1024;  ///< Coverage that no 8-bit value shows; rounding noise is far below.

Colour colour_on(const Paint& paint, float t) {
  if (t <= 0) return paint.first;
  if (t >= 1) return paint.last;
  if (t < paint.middle_at) return mix(paint.first, paint.middle, t / paint.middle_at);
  return mix(paint.middle, paint.last, (t - paint.middle_at) / (1 - paint.middle_at));
}

Point pixel_centre(int x, int y) {
  return {static_cast<float>(x) + 0.5F, static_cast<float>(y) + 0.5F};
}

std::uint8_t to_byte(float value) {
  return static_cast<std::uint8_t>(clamp01(value) * 255 + 0.5F);
}

}  // namespace

Paint Paint::flat(Colour colour) {
  Paint paint;
  paint.first = paint.middle = paint.last = colour;
  return paint;
}

Paint Paint::linear(Point from, Point to, Colour first, Colour last) {
  return linear(from, to, first, mix(first, last, 0.5F), 0.5F, last);
}

Paint Paint::linear(Point from, Point to, Colour first, Colour middle, float middle_at, Colour last) {
  return {Kind::linear, first, middle, last, middle_at, from, to};
}

Paint Paint::radial(Point centre, float rx, float ry, Colour first, Colour last) {
  return radial(centre, rx, ry, first, mix(first, last, 0.5F), 0.5F, last);
}

Paint Paint::radial(Point centre, float rx, float ry, Colour first, Colour middle, float middle_at, Colour last) {
  return {Kind::radial, first, middle, last, middle_at, centre, centre + Point{rx, ry}};
}

Canvas::Canvas(Size size)
    : size_(size), pixels_(size.pixels()), coverage_(size), dirty_x0_(size.width), dirty_y0_(size.height) {}

void Canvas::set_wobble(const Wobble& wobble, Random& random) {
  wobble_ = wobble;
  wobble_noise_.emplace(Grid{}, Point{1 / wobble.wavelength_px, 1 / wobble.wavelength_px}, random);
}

void Canvas::lay_out(const Path& path, const Affine& map) {
  contours_.clear();
  path.flatten(map, contours_);
  if (wobble_.amplitude_px > 0) bend_contours();
}

void Canvas::bend_contours() {
  const float longest = wobble_.wavelength_px / 5;  // of a straight piece: the noise is smooth over it
  const auto bent = [&](Point p) {
    const float dx = (*wobble_noise_)(p), dy = (*wobble_noise_)(p + Point{317, 151});  // far apart: unrelated
    return p + Point{dx, dy} * wobble_.amplitude_px;
  };
  Contours& out = stroked_;
  out.clear();
  for (const Contours::Range& range : contours_.ranges) {
    const auto points = contours_.of(range);
    const std::size_t begin = out.points.size();
    for (std::size_t i = 0; i < points.size(); ++i) {
      const Point from = points[i], to = points[(i + 1) % points.size()];
      out.points.push_back(bent(from));
      if (i + 1 == points.size() && !range.closed) break;
      const int pieces = std::min(static_cast<int>(length(to - from) / longest) + 1, 400);
      for (int k = 1; k < pieces; ++k)
        out.points.push_back(bent(mix(from, to, static_cast<float>(k) / static_cast<float>(pieces))));
    }
    out.ranges.push_back({begin, out.points.size(), range.closed});
  }
  std::swap(contours_, stroked_);
}

void Canvas::fill(const Path& path, const Affine& map, const Paint& paint) {
  lay_out(path, map);
  coverage_.add(contours_);
  paint_contours(map, paint);
}

void Canvas::stroke(const Path& path, const Affine& map, float width_px, const Paint& paint) {
  lay_out(path, map);
  stroked_.clear();
  outline_stroke(contours_, width_px, stroked_);
  coverage_.add(stroked_);
  paint_contours(map, paint);
}

void Canvas::paint_contours(const Affine& map, const Paint& paint) {
  if (in_shadow_) {
    coverage_.sweep([&](int y, int x0, int x1, const float* coverage) {
      Pixel* pixels = row(y);
      for (int x = x0; x < x1; ++x) pixels[x].object = std::max(pixels[x].object, coverage[x - x0]);
      mark_dirty(y, x0, x1);
    });
    return;
  }
  switch (paint.kind) {
    case Paint::Kind::flat:
      blend([&](int, int) { return paint.first; });
      return;
    case Paint::Kind::linear: {
      const Affine to_local = map.inverse();
      const Point along = paint.to - paint.from;
      const Point unit = along * (1 / std::max(dot(along, along), 1e-12F));
      blend([&](int x, int y) { return colour_on(paint, dot(to_local(pixel_centre(x, y)) - paint.from, unit)); });
      return;
    }
    case Paint::Kind::radial: {
      const Point radius = paint.to - paint.from;
      const Affine to_disc =
          Affine::scaling(1 / radius.x, 1 / radius.y) * Affine::translation(paint.from * -1) * map.inverse();
      blend([&](int x, int y) { return colour_on(paint, length(to_disc(pixel_centre(x, y)))); });
      return;
    }
  }
}

template <class ColourAt>
void Canvas::blend(ColourAt&& colour_at) {
  coverage_.sweep([&](int y, int x0, int x1, const float* coverage) {
    Pixel* pixels = row(y);
    for (int x = x0; x < x1; ++x) {
      const float cover = coverage[x - x0];
      if (cover < kInvisible) continue;
      const Colour colour = colour_at(x, y);
      const float alpha = cover * colour.a;
      Pixel& pixel = pixels[x];
      pixel.r += (colour.r - pixel.r) * alpha;
      pixel.g += (colour.g - pixel.g) * alpha;
      pixel.b += (colour.b - pixel.b) * alpha;
      pixel.object += (1 - pixel.object) * alpha;
    }
    mark_dirty(y, x0, x1);
  });
}

void Canvas::mark_dirty(int y, int x0, int x1) {
  dirty_x0_ = std::min(dirty_x0_, x0);
  dirty_x1_ = std::max(dirty_x1_, x1);
  dirty_y0_ = std::min(dirty_y0_, y);
  dirty_y1_ = std::max(dirty_y1_, y + 1);
}

void Canvas::begin_object() {
  forget_object();
}

void Canvas::begin_shadow() {
  forget_object();
  in_shadow_ = true;
}

void Canvas::end_shadow(int blur_px, Colour colour) {
  in_shadow_ = false;
  const int x0 = std::max(dirty_x0_ - 2 * blur_px, 0), x1 = std::min(dirty_x1_ + 2 * blur_px, size_.width);
  const int y0 = std::max(dirty_y0_ - 2 * blur_px, 0), y1 = std::min(dirty_y1_ + 2 * blur_px, size_.height);
  if (x0 >= x1 || y0 >= y1) return;
  // Two means over 2 blur_px + 1 pixels along each axis: a tent, near enough to what a lamp with an extent makes.
  const auto smooth_line = [&](Pixel* first, std::ptrdiff_t step, int count) {
    const auto at = [&](int i) -> float& { return first[i * step].object; };
    const float share = 1 / static_cast<float>(2 * blur_px + 1);
    for (int pass = 0; pass < 2; ++pass) {
      blur_line_.resize(static_cast<std::size_t>(count));
      float sum = 0;
      for (int i = -blur_px; i < count; ++i) {
        if (i + blur_px < count) sum += at(i + blur_px);
        if (i >= 0) blur_line_[static_cast<std::size_t>(i)] = sum * share;
        if (i - blur_px >= 0) sum -= at(i - blur_px);
      }
      for (int i = 0; i < count; ++i) at(i) = blur_line_[static_cast<std::size_t>(i)];
    }
  };
  if (blur_px > 0) {
    for (int y = y0; y < y1; ++y) smooth_line(row(y) + x0, 1, x1 - x0);
    for (int x = x0; x < x1; ++x) smooth_line(row(y0) + x, size_.width, y1 - y0);
  }
  for (int y = y0; y < y1; ++y) {
    Pixel* pixels = row(y);
    for (int x = x0; x < x1; ++x) {
      Pixel& pixel = pixels[x];
      const float alpha = clamp01(pixel.object) * colour.a;
      pixel.r += (colour.r - pixel.r) * alpha;
      pixel.g += (colour.g - pixel.g) * alpha;
      pixel.b += (colour.b - pixel.b) * alpha;
      pixel.object = 0;
    }
  }
}

void Canvas::forget_object() {
  for (int y = dirty_y0_; y < dirty_y1_; ++y) {
    Pixel* pixels = row(y);
    for (int x = dirty_x0_; x < dirty_x1_; ++x) pixels[x].object = 0;
  }
  dirty_x0_ = size_.width;
  dirty_y0_ = size_.height;
  dirty_x1_ = dirty_y1_ = 0;
}

void Canvas::tint_object(Colour colour, float amount) {
  for (int y = dirty_y0_; y < dirty_y1_; ++y) {
    Pixel* pixels = row(y);
    for (int x = dirty_x0_; x < dirty_x1_; ++x) {
      Pixel& pixel = pixels[x];
      const float alpha = amount * pixel.object;
      pixel.r += (colour.r - pixel.r) * alpha;
      pixel.g += (colour.g - pixel.g) * alpha;
      pixel.b += (colour.b - pixel.b) * alpha;
    }
  }
}

void Canvas::end_object(std::uint8_t id, LabelMap& labels) {
  for (int y = dirty_y0_; y < dirty_y1_; ++y) {
    const Pixel* pixels = row(y);
    for (int x = dirty_x0_; x < dirty_x1_; ++x) {
      if (pixels[x].object > 0.5F) labels.row(y)[x] = id;
    }
  }
}

Image8 Canvas::to_image() const {
  Image8 image(size_, 3);
  std::uint8_t* out = image.data();
  for (const Pixel& pixel : pixels_) {
    *out++ = to_byte(pixel.r);
    *out++ = to_byte(pixel.g);
    *out++ = to_byte(pixel.b);
  }
  return image;
}

}  // namespace csgis::synth
