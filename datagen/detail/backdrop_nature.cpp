/// Grown and weathered things: branches, foliage, rocks, worn ground.

#include "datagen/detail/backdrop.h"

#include <algorithm>
#include <array>

namespace csgis::synth {
namespace {

struct Branch {
  Point from;
  float turn = -0.25F;  ///< Direction; -0.25 is up.
  float reach = 0, width = 0;
};

void grow(Pen& pen, const Branch& branch, int depth, Colour bark) {
  const float bow = pen.uniform(-0.03F, 0.03F);
  const auto along = [&](float turn, float share) {
    return Point{cosine_turns(turn), sine_turns(turn)} * (branch.reach * share);
  };
  const Point middle = branch.from + along(branch.turn + bow, 0.5F), tip = middle + along(branch.turn - bow, 0.5F);
  pen.line(Path().curve({branch.from, middle, tip}), branch.width, bark);
  const float thinner = branch.width * 0.62F;
  if (depth == 0 || thinner * pen.scale() < 0.7F) return;
  for (int i = pen.random().between(2, 3); i > 0; --i) {
    const float share = pen.uniform(0.45F, 1), side = pen.uniform(-0.14F, 0.14F), length = pen.uniform(0.55F, 0.8F);
    grow(pen, {mix(branch.from, tip, share), branch.turn + side, branch.reach * length, thinner}, depth - 1, bark);
  }
}

}  // namespace

void draw_bare_tree(Pen& pen, const Upright& tree) {
  const Colour bark = darker(pen.pick({0x4A3C32, 0x6B5A4A, 0x2E2A28, 0x8A7A6A}), pen.style().night ? 0.5F : 0.0F);
  grow(pen, {tree.foot, -0.25F + pen.uniform(-0.015F, 0.015F), tree.height * 0.42F, tree.height * 0.05F}, 5, bark);
}

void draw_bush(Pen& pen, Point foot, float size, Colour colour) {
  const float height = size * pen.uniform(0.45F, 0.8F);
  const Point middle = foot + Point{0, -height / 2};
  pen.body(pen.blob(middle, size / 2, height / 2, 0.16F, 13), darker(colour, 0.25F));
  for (int i = pen.random().between(3, 6); i > 0; --i) {  // lit clumps, higher ones lighter
    const Point at = middle + Point{pen.uniform(-0.34F, 0.34F) * size, pen.uniform(-0.42F, 0.3F) * height};
    const float reach = pen.uniform(0.10F, 0.2F) * size, light = (middle.y - at.y) / height;
    const Colour tone = light > 0 ? lighter(colour, 0.5F * light) : darker(colour, -0.4F * light);
    pen.flat(pen.blob(at, reach, reach * 0.7F, 0.3F, 9), tone);
  }
}

void draw_boulder(Pen& pen, Point foot, float size, Colour colour) {
  const float height = size * pen.uniform(0.4F, 0.75F);
  const auto at = [&](float x, float y) { return foot + Point{x * size, -y * height}; };
  const float top = pen.uniform(-0.15F, 0.15F), ridge = pen.uniform(0.35F, 0.6F);
  const Point peak = at(top, 1), left = at(-0.5F, 0), right = at(0.5F, 0), low_left = at(-0.38F, 0.55F),
              low_right = at(0.36F, 0.6F), middle = at(top + pen.uniform(-0.1F, 0.1F), ridge);
  const bool lit_right = pen.style().light_x > 0;
  pen.body(Path().polygon({left, low_left, peak, low_right, right}), colour);
  pen.flat(Path().polygon({peak, low_right, right, middle}),
           lit_right ? lighter(colour, 0.22F) : darker(colour, 0.35F));
  pen.flat(Path().polygon({peak, low_left, left, middle}), lit_right ? darker(colour, 0.35F) : lighter(colour, 0.22F));
  pen.flat(Path().polygon({left, middle, right}), darker(colour, 0.15F));
}

void draw_mountains(Pen& pen, float width, float y, float height, Colour colour) {
  const bool snow = pen.chance(0.5), lit_right = pen.style().light_x > 0;
  for (float x = pen.uniform(-0.2F, 0); x < width + 0.1F;) {
    const float half = pen.uniform(0.12F, 0.3F), top = height * pen.uniform(0.45F, 1);
    const Point peak{x + half * pen.uniform(0.8F, 1.2F), y - top}, left{x - half * 0.3F, y}, right{x + 2.3F * half, y};
    const Point foot{peak.x + pen.uniform(-0.3F, 0.3F) * half, y};
    const Point bend = mix(peak, foot, 0.45F) + Point{pen.uniform(-0.12F, 0.12F) * half, 0};
    const Colour lit = lighter(colour, 0.25F), shaded = darker(colour, 0.22F);
    pen.flat(Path().polygon({peak, bend, foot, left}), lit_right ? shaded : lit);
    pen.flat(Path().polygon({peak, bend, foot, right}), lit_right ? lit : shaded);
    if (snow && top > 0.6F * height) {
      const Point a = mix(peak, left, 0.28F), b = mix(peak, right, 0.24F), c = mix(peak, bend, 0.8F);
      const Point notch = mix(a, c, 0.5F) + Point{0, -0.1F * top}, other = mix(c, b, 0.5F) + Point{0, -0.08F * top};
      pen.flat(Path().polygon({peak, a, notch, c, other, b}), lighter(colour, 0.75F));
    }
    x += half * pen.uniform(1.0F, 1.8F);
  }
}

void draw_patches(Pen& pen, float width, float y0, float y1, Colour colour, int count) {
  const float strength = pen.uniform(0.05F, 0.22F);
  for (int i = 0; i < count; ++i) {
    const float depth = static_cast<float>(i + 1) / static_cast<float>(count);  // from far to near
    const Point at{pen.uniform(0, width), mix(y0, y1, depth * depth)};
    const float reach = (0.05F + 0.3F * depth) * pen.uniform(0.4F, 1.2F), amount = strength * pen.uniform(0.4F, 1);
    const Colour tone = pen.chance(0.5) ? lighter(colour, amount) : darker(colour, amount);
    const float flat = std::max(std::min(reach * 0.22F, (at.y - y0) * 0.9F), 0.004F);
    pen.flat(pen.blob(at, reach, flat, 0.35F, 12), tone);
  }
}

void draw_cables(Pen& pen, float width, float y, int count) {
  const Colour cable = pen.style().night ? rgb(0x0A0C14) : rgb(0x2E3238);
  const float sag = pen.uniform(0.01F, 0.06F), slope = pen.uniform(-0.1F, 0.1F), thick = pen.uniform(0.002F, 0.008F);
  Path cables;
  for (int i = 0; i < count; ++i) {
    const float top = y + 0.035F * static_cast<float>(i);
    cables.curve({{-0.2F, top}, {width * 0.5F, top + sag + slope / 2}, {width + 0.2F, top + slope}});
  }
  pen.line(cables, thick, cable, 4);
}

}  // namespace csgis::synth
