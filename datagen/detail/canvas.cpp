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
  return {Kind::radial, first, mix(first, last, 0.5F), last, 0.5F, centre, centre + Point{rx, ry}};
}

Canvas::Canvas(Size size)
    : size_(size), pixels_(size.pixels()), coverage_(size), dirty_x0_(size.width), dirty_y0_(size.height) {}

void Canvas::fill(const Path& path, const Affine& map, const Paint& paint) {
  contours_.clear();
  path.flatten(map, contours_);
  coverage_.add(contours_);
  paint_contours(map, paint);
}

void Canvas::stroke(const Path& path, const Affine& map, float width_px, const Paint& paint) {
  contours_.clear();
  path.flatten(map, contours_);
  stroked_.clear();
  outline_stroke(contours_, width_px, stroked_);
  coverage_.add(stroked_);
  paint_contours(map, paint);
}

void Canvas::paint_contours(const Affine& map, const Paint& paint) {
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
    Pixel* row = pixels_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width);
    for (int x = x0; x < x1; ++x) {
      const float cover = coverage[x - x0];
      if (cover < kInvisible) continue;
      const Colour colour = colour_at(x, y);
      const float alpha = cover * colour.a;
      Pixel& pixel = row[x];
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
  for (int y = dirty_y0_; y < dirty_y1_; ++y) {
    Pixel* row = pixels_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width);
    for (int x = dirty_x0_; x < dirty_x1_; ++x) row[x].object = 0;
  }
  dirty_x0_ = size_.width;
  dirty_y0_ = size_.height;
  dirty_x1_ = dirty_y1_ = 0;
}

void Canvas::tint_object(Colour colour, float amount) {
  for (int y = dirty_y0_; y < dirty_y1_; ++y) {
    Pixel* row = pixels_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width);
    for (int x = dirty_x0_; x < dirty_x1_; ++x) {
      const float alpha = amount * row[x].object;
      row[x].r += (colour.r - row[x].r) * alpha;
      row[x].g += (colour.g - row[x].g) * alpha;
      row[x].b += (colour.b - row[x].b) * alpha;
    }
  }
}

void Canvas::end_object(std::uint8_t id, LabelMap& labels) {
  for (int y = dirty_y0_; y < dirty_y1_; ++y) {
    const Pixel* row = pixels_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width);
    for (int x = dirty_x0_; x < dirty_x1_; ++x) {
      if (row[x].object > 0.5F) labels.row(y)[x] = id;
    }
  }
}

Image8 Canvas::to_image(float saturation) const {
  Image8 image(size_, 3);
  std::uint8_t* out = image.data();
  for (const Pixel& pixel : pixels_) {
    const float grey_level = luma({pixel.r, pixel.g, pixel.b});
    *out++ = to_byte(mix(grey_level, pixel.r, saturation));
    *out++ = to_byte(mix(grey_level, pixel.g, saturation));
    *out++ = to_byte(mix(grey_level, pixel.b, saturation));
  }
  return image;
}

}  // namespace csgis::synth
