#include "datagen/detail/pen.h"

#include <algorithm>
#include <vector>

namespace csgis::synth {

void Pen::body(const Path& path, Colour colour) {
  outlined(path, shaded(path, colour));
}

void Pen::shade(const Path& path, Colour colour) {
  paint(path, shaded(path, colour));
}

void Pen::outlined(const Path& path, const Paint& fill) {
  // The contour goes under the fill: where parts of one shape overlap, their contours vanish inside.
  if (style_.outline_px > 0) {
    canvas_.stroke(path, map_, 2 * style_.outline_px, Paint::flat(darker(fill.last, 0.72F).with_alpha(1)));
  }
  canvas_.fill(path, map_, fill);
}

void Pen::line(const Path& path, float width, Colour colour, float max_px) {
  const float width_px = std::clamp(width * scale(), 1.0F, std::max(max_px, 1.0F));
  canvas_.stroke(path, map_, width_px, Paint::flat(colour));
}

Paint Pen::shaded(const Path& path, Colour colour) const {
  const Box box = path.bounds();
  const Colour lit = lighter(colour, 0.22F * style_.shading), dark = darker(colour, 0.30F * style_.shading);
  if (style_.round) {
    const float w = std::max(box.x1 - box.x0, 1e-4F), h = std::max(box.y1 - box.y0, 1e-4F);
    const Point spot{(box.x0 + box.x1) / 2 + 0.3F * style_.light_x * w, box.y0 + 0.22F * h};
    return Paint::radial(spot, 0.85F * w, 0.95F * h, lit, colour, 0.4F, dark);
  }
  const float slant = 0.3F * style_.light_x * (box.x1 - box.x0);
  const float middle = (box.x0 + box.x1) / 2;
  return Paint::linear({middle + slant, box.y0}, {middle - slant, box.y1}, lit, colour, 0.45F, dark);
}

Path Pen::blob(Point centre, float rx, float ry, float rough, int corners) {
  std::vector<Point> points;
  const float first = uniform(0, 1);
  for (int i = 0; i < corners; ++i) {
    const float turn = first + (static_cast<float>(i) + uniform(-0.3F, 0.3F)) / static_cast<float>(corners);
    const float reach = 1 + rough * uniform(-1, 1);
    points.push_back(centre + Point{rx * reach * cosine_turns(turn), ry * reach * sine_turns(turn)});
  }
  return Path().loop(points);
}

Colour Pen::pick(std::initializer_list<unsigned> colours) {
  return rgb(*(colours.begin() + random_.below(colours.size())));
}

Colour Pen::vary(Colour c, float amount) {
  const float shift = uniform(-amount, amount);
  const auto channel = [&](float value) { return clamp01(value + shift + uniform(-amount / 2, amount / 2)); };
  const float r = channel(c.r), g = channel(c.g), b = channel(c.b);
  return {r, g, b, c.a};
}

Colour vivid_colour(Pen& pen) {
  return pen.vary(pen.pick({0xC8352B, 0xE2711D, 0xF0B429, 0x2E8B57, 0x1F7A8C, 0x2F5DA8, 0x5B3E96, 0xB23A6F, 0xE8E6E1,
                            0x2B2D33, 0x8A9299, 0x7A1F2B, 0x4FA3D1, 0xD9A86C, 0x3C6E47, 0xEC6A5E}));
}

Colour muted_colour(Pen& pen) {
  return pen.vary(pen.pick({0xE9DFCB, 0xD8CDB8, 0xC9D2CE, 0xBFC9D4, 0xE6D5C3, 0xD3B8A0, 0xB7A894, 0xA9B8A3, 0xCFC3D1,
                            0xF0EBE1, 0xC4A484, 0x9FB0BF}),
                  0.04F);
}

Colour skin_colour(Pen& pen) {
  return pen.vary(pen.pick({0xF2CBA8, 0xE5B48C, 0xC98F66, 0xA06A45, 0x7A4B2E, 0x5A3723}), 0.02F);
}

Colour hair_colour(Pen& pen) {
  return pen.vary(pen.pick({0x1E1A18, 0x3A281C, 0x5C3B22, 0x8C5A2B, 0xC69C4E, 0x77787B, 0xA5502B}), 0.02F);
}

}  // namespace csgis::synth
