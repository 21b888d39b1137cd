#include "datagen/detail/backdrop.h"

#include "datagen/detail/glyphs.h"

#include <algorithm>

namespace csgis::synth {
namespace {

struct SkyColours {
  unsigned top, middle, bottom;
};
constexpr SkyColours kDaySkies[] = {{0x4F8FCB, 0x8FBFE3, 0xDCECF4}, {0x6FA3C8, 0xB0CEDF, 0xEAF0F0},
                                    {0x9AA9B5, 0xBFC9D0, 0xDDE2E4}, {0x5A6FA8, 0xD98A7A, 0xF6D08A},
                                    {0x3F7FA8, 0x9FC9C4, 0xF2E6C4}, {0xB9C6CF, 0xD3DADF, 0xECEDEB}};
constexpr SkyColours kNightSkies[] = {{0x0B1026, 0x1B2547, 0x3A3F66}, {0x141B33, 0x2A2F52, 0x6B4A63}};

void clouds(Pen& pen, float width, float bottom) {
  const Colour colour = pen.style().night ? rgb(0x3A4266) : rgb(0xFAFBFB);
  for (int i = pen.random().between(0, 4); i > 0; --i) {
    const float size = pen.uniform(0.05F, 0.16F) * std::min(1.0F, bottom * 1.8F);
    draw_cloud(pen, {pen.uniform(0, width), pen.uniform(0.08F, 0.65F) * bottom}, size, colour);
  }
}

void window_pane(Pen& pen, float x0, float y0, float x1, float y1, Colour frame, Colour glass) {
  pen.flat(Path().rect(x0, y0, x1, y1), frame);
  const float inset = std::max(0.10F * (x1 - x0), 1 / pen.scale());
  pen.paint(Path().rect(x0 + inset, y0 + inset, x1 - inset, y1 - inset),
            Paint::linear({x0, y0}, {x1, y1}, lighter(glass, 0.30F), darker(glass, 0.12F)));
  if ((x1 - x0) * pen.scale() > 14) {
    pen.line(Path()
                 .line({(x0 + x1) / 2, y0}, {(x0 + x1) / 2, y1})
                 .line({x0, y0 + (y1 - y0) * 0.4F}, {x1, y0 + (y1 - y0) * 0.4F}),
             inset * 0.6F, frame);
  }
}

void shop_front(Pen& pen, float x0, float x1, float y0, float y) {
  const Colour sign = vivid_colour(pen);
  pen.flat(Path().rect(x0, y0, x1, y), rgb(0x2E3238));
  const float h = y - y0, w = x1 - x0;
  pen.shade(Path().rect(x0, y0, x1, y0 + h * 0.24F), sign);
  draw_text(pen, random_word(pen.random(), pen.random().between(4, 8)), {x0 + w * 0.1F, y0 + h * 0.07F}, h * 0.11F,
            w * 0.8F, luma(sign) > 0.55F ? rgb(0x22252B) : rgb(0xF6F3EA));
  const Colour glass = pen.style().night ? rgb(0xF3D58A) : rgb(0x8FB0BE);
  pen.paint(Path().rect(x0 + w * 0.06F, y0 + h * 0.32F, x0 + w * 0.66F, y - h * 0.14F),
            Paint::linear({x0, y0}, {x0 + w * 0.6F, y}, lighter(glass, 0.4F), darker(glass, 0.2F)));
  pen.paint(Path().rect(x0 + w * 0.74F, y0 + h * 0.32F, x0 + w * 0.94F, y),
            Paint::linear({x0, y0}, {x0 + w, y}, glass, darker(glass, 0.35F)));
  if (pen.chance(0.5)) {  // striped awning
    const Colour cloth = vivid_colour(pen);
    const int stripes = 8;
    for (int i = 0; i < stripes; ++i) {
      const float a = x0 + w * static_cast<float>(i) / stripes, b = x0 + w * static_cast<float>(i + 1) / stripes;
      pen.flat(Path().polygon({{a, y0 + h * 0.24F}, {b, y0 + h * 0.24F}, {b, y0 + h * 0.42F}, {a, y0 + h * 0.42F}}),
               i % 2 == 0 ? cloth : rgb(0xF6F3EA));
    }
  }
}

void conifer(Pen& pen, const Upright& tree, Colour green) {
  const auto [foot, h] = tree;
  const int tiers = pen.random().between(3, 6);
  for (int i = 0; i < tiers; ++i) {  // from below, each over the one before
    const float share = static_cast<float>(i) / static_cast<float>(tiers), reach = 0.95F / static_cast<float>(tiers);
    const float base = foot.y - h * (0.14F + 0.8F * share), half = h * (0.27F - 0.2F * share);
    pen.body(Path().polygon({{foot.x - half, base},
                             {foot.x, base - std::max(reach, 0.22F) * h},
                             {foot.x + half, base},
                             {foot.x, base - 0.05F * h}}),
             lighter(green, 0.12F * share));
  }
}

}  // namespace

void draw_cloud(Pen& pen, Point c, float size, Colour colour) {
  if (pen.chance(0.4)) {  // a veil: flat, torn, hardly brighter than the sky
    for (int i = pen.random().between(2, 4); i > 0; --i) {
      const Point at = c + Point{pen.uniform(-1, 1), pen.uniform(-0.25F, 0.25F)} * size;
      const float reach = size * pen.uniform(0.6F, 1.5F), alpha = pen.uniform(0.15F, 0.5F);
      pen.flat(pen.blob(at, reach, reach * 0.16F, 0.4F, 12), colour.with_alpha(alpha));
    }
    return;
  }
  Path heap;
  heap.round_rect(c.x - 1.3F * size, c.y - 0.12F * size, c.x + 1.3F * size, c.y + 0.3F * size, 0.2F * size);
  const bool torn = pen.chance(0.6);
  for (int i = 0; i < 5; ++i) {
    const float x = c.x + size * (-0.85F + 0.42F * static_cast<float>(i)) + pen.uniform(-0.1F, 0.1F) * size;
    const float y = c.y - pen.uniform(0, 0.3F) * size, r = size * pen.uniform(0.3F, 0.5F);
    pen.paint(torn ? pen.blob({x, y}, r, r * 0.85F, 0.18F, 11) : Path().circle({x, y}, r),
              Paint::linear({x, y - r}, {x, y + r}, colour, darker(colour, 0.12F)));
  }
  pen.paint(torn ? pen.blob(c + Point{0, 0.1F * size}, 1.4F * size, 0.26F * size, 0.2F, 14) : heap,
            Paint::linear({c.x, c.y - 0.3F * size}, {c.x, c.y + 0.3F * size}, colour, darker(colour, 0.2F)));
}

void draw_sky_above(Pen& pen, float width, float bottom) {
  const bool night = pen.style().night;
  const SkyColours sky = night ? kNightSkies[pen.random().below(std::size(kNightSkies))]
                               : kDaySkies[pen.random().below(std::size(kDaySkies))];
  pen.paint(Path().rect(0, 0, width, bottom),
            Paint::linear({0, 0}, {0, bottom}, rgb(sky.top), rgb(sky.middle), 0.6F, rgb(sky.bottom)));
  if (pen.chance(0.4)) {
    const Point sun{width * (0.5F + 0.4F * pen.style().light_x), bottom * pen.uniform(0.15F, 0.6F)};
    const Colour glow = night ? rgb(0xE8ECF5) : rgb(0xFFF2C4);
    pen.paint(Path().circle(sun, 0.20F), Paint::radial(sun, 0.20F, 0.20F, glow.with_alpha(0.55F), glow.with_alpha(0)));
    pen.flat(Path().circle(sun, pen.uniform(0.03F, 0.055F)), glow);
  }
  clouds(pen, width, bottom);
}

void draw_hills(Pen& pen, float width, float y, float height, Colour colour) {
  Path path;
  path.move_to({-0.1F, y});
  Point from{-0.1F, y - height * pen.uniform(0.3F, 1)};
  path.line_to(from);
  while (from.x < width + 0.1F) {
    const float step = pen.uniform(0.2F, 0.5F);
    const Point to{from.x + step, y - height * pen.uniform(0.25F, 1)};
    path.cubic_to({from.x + step * 0.45F, from.y}, {to.x - step * 0.45F, to.y}, to);
    from = to;
  }
  path.line_to({from.x, y}).close();
  pen.paint(path, Paint::linear({0, y - height}, {0, y}, lighter(colour, 0.12F), darker(colour, 0.12F)));
}

void draw_building(Pen& pen, float x0, float x1, float top, float y) {
  const bool night = pen.style().night;
  Colour wall = pen.chance(0.3) ? pen.vary(pen.pick({0x9C5A44, 0xB5714F, 0x7A4A3C})) : muted_colour(pen);
  if (night) wall = darker(wall, 0.62F);
  const Colour frame = pen.chance(0.5) ? lighter(wall, 0.45F) : darker(wall, 0.45F);
  pen.shade(Path().rect(x0, top, x1, y), wall);
  if (pen.chance(0.5)) {
    const Point gable{(x0 + x1) / 2, top - pen.uniform(0.05F, 0.10F)};
    const Colour roof = darker(pen.pick({0x8A4A3A, 0x5A5F6B, 0x6B5444}), night ? 0.4F : 0.0F);
    pen.body(Path().polygon({{x0 - 0.012F, top}, gable, {x1 + 0.012F, top}}), roof);
  } else {
    pen.flat(Path().rect(x0 - 0.008F, top - 0.018F, x1 + 0.008F, top + 0.006F), darker(wall, 0.3F));
  }
  const float ground = y - std::min(0.17F, 0.3F * (y - top));
  const int columns = std::clamp(static_cast<int>((x1 - x0) / pen.uniform(0.055F, 0.10F)), 2, 9);
  const int rows = std::clamp(static_cast<int>((ground - top) / pen.uniform(0.08F, 0.13F)), 1, 9);
  const float dx = (x1 - x0) / static_cast<float>(columns), dy = (ground - top) / static_cast<float>(rows);
  const Colour glass = night ? rgb(0x2A3348) : rgb(0x7F9DB0);
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      const float wx = x0 + dx * (static_cast<float>(column) + 0.22F),
                  wy = top + dy * (static_cast<float>(row) + 0.25F);
      const bool lit = night && pen.chance(0.4);
      window_pane(pen, wx, wy, wx + dx * 0.56F, wy + dy * 0.6F, frame, lit ? rgb(0xF6D98A) : glass);
    }
  }
  shop_front(pen, x0 + 0.01F, x1 - 0.01F, ground + 0.01F, y);
}

void draw_skyline(Pen& pen, float width, float y, float low, float high) {
  float x = pen.uniform(-0.15F, 0);
  while (x < width) {
    const float w = pen.uniform(0.22F, 0.46F);
    draw_building(pen, x, x + w, y - pen.uniform(low, high), y);
    x += w + (pen.chance(0.3) ? pen.uniform(0.02F, 0.08F) : 0.0F);
  }
}

void draw_tree(Pen& pen, const Upright& tree) {
  if (pen.chance(0.12)) {
    draw_bare_tree(pen, {tree.foot, tree.height});
    return;
  }
  const auto [foot, h] = tree;
  Colour green = pen.vary(pen.pick({0x4A7A3A, 0x6B8F3C, 0x35633F, 0x8A9A45, 0xC98A3A, 0x2F5A4A}), 0.05F);
  if (pen.style().night) green = darker(green, 0.6F);
  const Colour bark = darker(rgb(0x7A5A40), pen.style().night ? 0.6F : 0.0F);
  pen.body(Path().polygon({{foot.x - 0.035F * h, foot.y},
                           {foot.x - 0.02F * h, foot.y - 0.5F * h},
                           {foot.x + 0.02F * h, foot.y - 0.5F * h},
                           {foot.x + 0.035F * h, foot.y}}),
           bark);
  if (pen.chance(0.35)) {
    conifer(pen, tree, green);
    return;
  }
  const Point c{foot.x, foot.y - 0.66F * h};
  Path crown;
  crown.ellipse(c, 0.24F * h, 0.22F * h);
  for (int i = 0; i < 8; ++i) {
    const float turn = static_cast<float>(i) / 8 + pen.uniform(-0.03F, 0.03F);
    crown.circle(c + Point{cosine_turns(turn) * 0.21F, sine_turns(turn) * 0.19F} * h, h * pen.uniform(0.10F, 0.14F));
  }
  if (pen.chance(0.4)) {
    pen.body(crown, green);
    return;
  }
  // Clumps of foliage, lit from above.
  pen.body(pen.blob(c, 0.31F * h, 0.29F * h, 0.14F, 15), darker(green, 0.3F));
  for (int i = 0; i < 7; ++i) {
    const Point at = c + Point{pen.uniform(-0.2F, 0.2F), 0.17F - 0.055F * static_cast<float>(i)} * h;
    const float reach = h * pen.uniform(0.08F, 0.14F), light = 0.05F * static_cast<float>(i);
    pen.shade(pen.blob(at, reach, reach * 0.75F, 0.25F, 10), lighter(green, light));
  }
}

void draw_fence(Pen& pen, float x0, float x1, float y, float height) {
  const Colour wood =
      darker(pen.vary(pen.pick({0xF2EFE6, 0x8A6B4F, 0xB9A58A, 0x5A4636})), pen.style().night ? 0.55F : 0.0F);
  const float pitch = height * pen.uniform(0.35F, 1.1F), half = height * 0.055F;
  pen.shade(
      Path().rect(x0, y - height * 0.80F, x1, y - height * 0.68F).rect(x0, y - height * 0.38F, x1, y - height * 0.26F),
      darker(wood, 0.12F));
  for (float x = x0 + pitch / 2; x < x1; x += pitch) {
    pen.body(
        Path().polygon(
            {{x - half, y}, {x - half, y - height}, {x, y - height * 1.1F}, {x + half, y - height}, {x + half, y}}),
        wood);
  }
}

void draw_street_lamp(Pen& pen, const Upright& post) {
  const auto [foot, h] = post;
  const Colour iron = rgb(0x3A3F45);
  const Point lamp{foot.x + 0.16F * h, foot.y - 0.96F * h};
  if (pen.style().night) {
    pen.paint(Path().circle(lamp, 0.3F * h),
              Paint::radial(lamp, 0.3F * h, 0.3F * h, rgb(0xFFE9A8).with_alpha(0.75F), rgb(0xFFE9A8).with_alpha(0)));
  }
  pen.line(Path().curve({foot, {foot.x, foot.y - 0.8F * h}, {foot.x + 0.04F * h, foot.y - 0.95F * h}, lamp}),
           0.018F * h, iron, 4);
  pen.flat(Path().ellipse(lamp + Point{0.02F * h, 0.01F * h}, 0.05F * h, 0.02F * h),
           pen.style().night ? rgb(0xFFF6D8) : iron);
}

void draw_road_sign(Pen& pen, const Upright& sign) {
  const auto [foot, h] = sign;
  pen.line(Path().line(foot, {foot.x, foot.y - h}), 0.03F * h, rgb(0x8A9098), 4);
  const Point c{foot.x, foot.y - 0.86F * h};
  const float r = 0.15F * h;
  switch (pen.random().below(3)) {
    case 0:
      pen.flat(Path().circle(c, r), rgb(0xC8352B));
      pen.flat(Path().rect(c.x - r * 0.65F, c.y - r * 0.18F, c.x + r * 0.65F, c.y + r * 0.18F), rgb(0xF6F3EA));
      break;
    case 1:
      pen.flat(Path().polygon({{c.x, c.y - r * 1.2F}, {c.x + r * 1.2F, c.y + r}, {c.x - r * 1.2F, c.y + r}}),
               rgb(0xC8352B));
      pen.flat(Path().polygon(
                   {{c.x, c.y - r * 0.7F}, {c.x + r * 0.75F, c.y + r * 0.72F}, {c.x - r * 0.75F, c.y + r * 0.72F}}),
               rgb(0xF6F3EA));
      break;
    default:
      pen.flat(Path().round_rect(c.x - 2 * r, c.y - r, c.x + 2 * r, c.y + r, 0.2F * r), rgb(0x2F5DA8));
      draw_text(pen, random_word(pen.random(), 5), {c.x - 1.6F * r, c.y - 0.5F * r}, r, 3.2F * r, rgb(0xF6F3EA));
  }
}

void draw_floor_lines(Pen& pen, float width, float y, float horizon, int count, Colour colour) {
  Path lines;
  const float middle = width / 2, reach = (1 - horizon) / (y - horizon);
  for (int i = -2 * count; i <= 2 * count; ++i) {
    const float x = middle + (static_cast<float>(i) + 0.5F) * width / static_cast<float>(count);
    lines.line({x, y}, {middle + (x - middle) * reach, 1});
  }
  pen.line(lines, 0.003F, colour, 2);
}

}  // namespace csgis::synth
