/// Settings of one thing near by: fronts of houses, walls with posters, halls, desks, woods, rocks, and the collage of
/// plain shapes, which has no place in the world but every kind of border.

#include "datagen/detail/backdrop.h"
#include "datagen/detail/glyphs.h"
#include "datagen/detail/setting_table.h"

#include <algorithm>

namespace csgis::synth {
namespace {

Colour by_light(const Pen& pen, Colour colour) {
  return pen.style().night ? darker(colour, 0.6F) : colour;
}

void gradient_floor(Pen& pen, float width, float y, Colour colour) {
  pen.paint(Path().rect(-0.2F, y, width + 0.2F, 1.2F),
            Paint::linear({0, y}, {0, 1}, lighter(colour, 0.15F), darker(colour, 0.15F)));
}

struct WindowStyle {
  Colour frame, glass, sill, shutter;
  bool arched, shutters, cross, balcony;
};

void facade_window(Pen& pen, const Box& at, const WindowStyle& style) {
  const float w = at.x1 - at.x0, h = at.y1 - at.y0, t = 0.07F * w;
  const auto shape = [&](float inset) {
    const float x0 = at.x0 + inset, x1 = at.x1 - inset, y1 = at.y1 - inset, r = (x1 - x0) / 2;
    if (!style.arched) return Path().rect(x0, at.y0 + inset, x1, y1);
    return Path()
        .move_to({x0, y1})
        .line_to({x0, at.y0 + inset + r})
        .cubic_to({x0, at.y0 + inset + r * 0.4F}, {x0 + r * 0.4F, at.y0 + inset}, {x0 + r, at.y0 + inset})
        .cubic_to({x1 - r * 0.4F, at.y0 + inset}, {x1, at.y0 + inset + r * 0.4F}, {x1, at.y0 + inset + r})
        .line_to({x1, y1})
        .close();
  };
  pen.body(shape(-t), darker(style.frame, 0.25F));
  pen.flat(shape(0), style.frame);
  const bool lit = pen.style().night && pen.chance(0.5);
  const Colour glass = lit ? rgb(0xF6D98A) : style.glass;
  pen.paint(shape(t), Paint::linear({at.x0, at.y0}, {at.x1, at.y1}, lighter(glass, 0.3F), darker(glass, 0.35F)));
  if (pen.chance(0.3))
    draw_slats(pen, at.x0 + t, at.y0 + t, at.x1 - t, mix(at.y0, at.y1, pen.uniform(0.3F, 0.9F)),
               lighter(style.frame, 0.3F));
  if (style.cross) {
    pen.line(Path()
                 .line({at.x0 + w / 2, at.y0}, {at.x0 + w / 2, at.y1})
                 .line({at.x0, at.y0 + h * 0.35F}, {at.x1, at.y0 + h * 0.35F}),
             t * 0.8F, style.frame);
  }
  if (style.shutters) {
    for (const float x : {at.x0 - 0.42F * w, at.x1 + 0.04F * w}) {
      pen.body(Path().rect(x, at.y0, x + 0.38F * w, at.y1), style.shutter);
      draw_slats(pen, x + 0.05F * w, at.y0 + 0.05F * h, x + 0.33F * w, at.y1 - 0.05F * h, darker(style.shutter, 0.3F));
    }
  }
  pen.body(Path().rect(at.x0 - 0.12F * w, at.y1 + t * 0.3F, at.x1 + 0.12F * w, at.y1 + t * 1.6F), style.sill);
  if (style.balcony) {
    Path bars;
    for (int i = 0; i <= 10; ++i) {
      const float x = at.x0 + w * (-0.2F + 0.14F * static_cast<float>(i));
      bars.line({x, at.y0 + h * 0.62F}, {x, at.y1 + t * 2});
    }
    pen.line(bars, 0.02F * w, rgb(0x2A2C30), 4);
    pen.line(Path().line({at.x0 - 0.22F * w, at.y0 + h * 0.62F}, {at.x1 + 0.22F * w, at.y0 + h * 0.62F}), 0.04F * w,
             rgb(0x2A2C30));
  }
}

void random_shape(Pen& pen, float width) {
  const Point c{pen.uniform(0, width), pen.uniform(0, 1)};
  const float share = pen.uniform(0, 1), r = 0.02F + 0.4F * share * share;
  const Colour plain =
      pen.chance(0.3) ? grey(pen.uniform(0.08F, 0.95F)) : (pen.chance(0.5) ? vivid_colour(pen) : muted_colour(pen));
  const Colour colour = darker(plain, pen.uniform(0, 0.4F));
  const float turn = pen.uniform(0, 1), squeeze = pen.uniform(0.35F, 1);
  Pen local = pen.within(Affine::translation(c) * Affine::rotation(turn) * Affine::scaling(r, r * squeeze));
  const float other = pen.uniform(0.3F, 0.95F);
  switch (pen.random().below(9)) {
    case 0:
      local.body(Path().ellipse({0, 0}, 1, 1), colour);
      break;
    case 1:
      local.body(Path().rect(-1, -1, 1, 1), colour);
      break;
    case 2:
      local.body(local.blob({0, 0}, 1, 1, 0.5F * (1 - squeeze) + 0.1F, 5 + static_cast<int>(16 * turn)), colour);
      break;
    case 3:
      local.body(Path().polygon({{-1, 0.8F}, {other, -1}, {1, 1}}), colour);
      break;
    case 4:
      local.body(Path().circle({0, 0}, 1).circle({0.1F, 0}, other).as_hole(), colour);
      break;
    case 5:
      local.shade(local.blob({0, 0}, 1, 1, 0.3F, 7), mix(colour, grey(0.5F), 0.6F));
      break;
    case 6: {  // lines of 1 to 4 px
      Path lines;
      for (int i = pen.random().between(1, 5); i > 0; --i) {
        const float y = pen.uniform(-1, 1);
        lines.curve({{-1.5F, y}, {pen.uniform(-0.3F, 0.3F), y + pen.uniform(-0.5F, 0.5F)}, {1.5F, y}});
      }
      pen.within(Affine::translation(c) * Affine::rotation(turn) * Affine::scaling(r, r))
          .line(lines, pen.uniform(0.005F, 0.04F), colour, 4);
      break;
    }
    case 7: {  // a grid: window, fence, grille
      Path bars;
      const int n = pen.random().between(2, 7);
      for (int i = 0; i <= n; ++i) {
        const float at = -1 + 2 * static_cast<float>(i) / static_cast<float>(n);
        bars.line({at, -1}, {at, 1});
        if (other > 0.6F) bars.line({-1, at}, {1, at});
      }
      local.line(bars, pen.uniform(0.03F, 0.2F), colour);
      break;
    }
    default:
      draw_text(pen, random_word(pen.random(), pen.random().between(2, 7)), c, 0.05F + 0.4F * r, 1, colour);
  }
}

}  // namespace

void draw_slats(Pen& pen, float x0, float y0, float x1, float y1, Colour colour) {
  const float pitch = std::max((y1 - y0) / 9, 4 / pen.scale());  // closer ones would be texture
  Path slats;
  for (float y = y0 + pitch / 2; y < y1; y += pitch) slats.line({x0, y}, {x1, y});
  if (!slats.empty()) pen.line(slats, pitch * 0.45F, colour);
}

void draw_poster(Pen& pen, float x0, float y0, float x1, float y1) {
  const float w = x1 - x0, h = y1 - y0;
  const bool dark = pen.chance(0.3);
  const Colour paper = by_light(pen, dark ? vivid_colour(pen) : pen.vary(rgb(0xF2EEE2), 0.05F));
  const Colour ink = luma(paper) > 0.5F ? darker(vivid_colour(pen), 0.35F) : lighter(vivid_colour(pen), 0.7F);
  pen.body(Path().rect(x0, y0, x1, y1), paper);
  draw_text(pen, random_word(pen.random(), pen.random().between(3, 6)), {x0 + 0.1F * w, y0 + 0.08F * h}, 0.16F * h,
            0.8F * w, ink);
  if (pen.chance(0.5)) {
    const Point c{x0 + w * pen.uniform(0.35F, 0.65F), y0 + 0.6F * h};
    const Colour paint = vivid_colour(pen);
    pen.shade(pen.chance(0.5) ? pen.blob(c, 0.32F * w, 0.22F * h, 0.2F, 9) : Path().ellipse(c, 0.25F * w, 0.2F * h),
              paint);
    draw_text(pen, random_word(pen.random(), 9), {x0 + 0.1F * w, y0 + 0.88F * h}, 0.06F * h, 0.8F * w, ink);
    return;
  }
  for (int i = 0; i < 5; ++i) {
    const float y = y0 + h * (0.34F + 0.13F * static_cast<float>(i));
    draw_text(pen, random_word(pen.random(), pen.random().between(4, 10)), {x0 + 0.1F * w, y}, 0.07F * h, 0.8F * w,
              ink);
  }
}

void draw_facade(Pen& pen, Stage& stage) {
  const float w = stage.width, foot = pen.uniform(0.74F, 0.86F), slope = pen.uniform(-0.07F, 0.07F);
  const Colour wall =
      by_light(pen, pen.chance(0.4) ? pen.vary(pen.pick({0x9C5A44, 0xB5714F, 0x7A4A3C, 0x6B7A84})) : muted_colour(pen));
  pen.paint(Path().rect(-0.2F, -0.2F, w + 0.2F, 1.2F),
            Paint::linear({w * 0.5F, 0}, {w * (0.5F + 0.4F * pen.style().light_x), 1}, lighter(wall, 0.16F),
                          darker(wall, 0.2F)));
  Pen front = pen.within({1, 0, slope, 1, 0, -slope * w / 2});
  const Colour trim = pen.chance(0.6) ? lighter(wall, 0.5F) : darker(wall, 0.5F);
  const WindowStyle style{trim,
                          by_light(pen, pen.pick({0x7F9DB0, 0x4A5A68, 0xA8C0C8, 0x2F3A44})),
                          lighter(wall, 0.3F),
                          by_light(pen, vivid_colour(pen)),
                          pen.chance(0.25),
                          pen.chance(0.35),
                          pen.chance(0.6),
                          pen.chance(0.3)};
  const float pitch_x = pen.uniform(0.2F, 0.42F), pitch_y = pen.uniform(0.26F, 0.42F);
  const float share_x = style.shutters ? 0.36F : pen.uniform(0.42F, 0.66F), share_y = pen.uniform(0.5F, 0.68F);
  const float first = pen.uniform(-0.9F, -0.1F) * pitch_x;
  for (float y = foot - 0.1F; y > -pitch_y; y -= pitch_y) {
    for (float x = first; x < w + pitch_x; x += pitch_x)
      facade_window(front, {x, y - share_y * pitch_y, x + share_x * pitch_x, y}, style);
    if (pen.chance(0.6)) front.shade(Path().rect(-0.2F, y + 0.05F, w + 0.2F, y + 0.05F + 0.02F), trim);
  }
  if (pen.chance(0.4)) {
    const float x = pen.uniform(0.1F, 0.9F) * w;
    front.line(Path().line({x, -0.2F}, {x, foot}), 0.016F, darker(wall, 0.45F));
  }
  const Colour pavement = by_light(pen, pen.vary(pen.pick({0xB7B4AC, 0x9A948C, 0x84868A})));
  gradient_floor(pen, w, foot, pavement);
  pen.flat(Path().rect(-0.2F, foot - 0.012F, w + 0.2F, foot + 0.004F), darker(pavement, 0.4F));
  if (pen.chance(0.5)) draw_patches(pen, w, foot + 0.02F, 1, pavement, 6);
  const float cables = pen.uniform(0.05F, 0.3F);
  if (pen.chance(0.3)) draw_cables(pen, w, cables, pen.random().between(1, 3));
  stage.horizon = foot - 0.28F;
  stage.bands = {{kPavement | kRoad, foot + 0.06F, 0.98F}};
}

void draw_poster_wall(Pen& pen, Stage& stage) {
  const float w = stage.width, foot = pen.uniform(0.74F, 0.88F);
  const Colour wall = by_light(pen, muted_colour(pen));
  pen.paint(Path().rect(-0.2F, -0.2F, w + 0.2F, foot),
            Paint::linear({0, 0}, {w, foot}, lighter(wall, 0.18F), darker(wall, 0.22F)));
  if (pen.chance(0.5)) draw_patches(pen, w, 0.05F, foot, wall, 7);
  for (float x = pen.uniform(-0.1F, 0.1F); x < w;) {
    const float width = pen.uniform(0.16F, 0.4F), height = width * pen.uniform(0.8F, 1.5F),
                top = pen.uniform(0.05F, 0.3F);
    if (pen.chance(0.8)) draw_poster(pen, x, top, x + width, std::min(top + height, foot - 0.08F));
    x += width + pen.uniform(0.02F, 0.2F);
  }
  const Colour pavement = by_light(pen, pen.pick({0xA8A49C, 0x8A8680, 0xC4BCAE}));
  gradient_floor(pen, w, foot, pavement);
  draw_floor_lines(pen, w, foot, foot - 0.4F, pen.random().between(3, 8), darker(pavement, 0.2F));
  stage.horizon = foot - 0.3F;
  stage.bands = {{kPavement | kFloor, foot + 0.05F, 0.98F}};
}

void draw_hall(Pen& pen, Stage& stage) {
  const float w = stage.width, y = pen.uniform(0.46F, 0.62F), vanish = y - pen.uniform(0.25F, 0.45F);
  const Colour wall = by_light(pen, muted_colour(pen));
  pen.paint(Path().rect(-0.2F, -0.2F, w + 0.2F, y),
            Paint::linear({0, 0}, {0, y}, darker(wall, 0.15F), lighter(wall, 0.12F)));
  for (float x = pen.uniform(-0.1F, 0.1F); x < w; x += 0.42F) {  // niches between pilasters
    const Colour deep = darker(wall, 0.4F);
    pen.body(Path().rect(x, -0.1F, x + 0.07F, y), lighter(wall, 0.2F));
    pen.paint(Path()
                  .move_to({x + 0.12F, y})
                  .line_to({x + 0.12F, 0.22F})
                  .cubic_to({x + 0.14F, 0.08F}, {x + 0.35F, 0.08F}, {x + 0.37F, 0.22F})
                  .line_to({x + 0.37F, y})
                  .close(),
              Paint::linear({x + 0.12F, 0}, {x + 0.37F, 0}, deep, lighter(deep, 0.2F)));
  }
  const Colour pale = by_light(pen, pen.vary(pen.pick({0xE6E0D2, 0xC9B89A, 0xB9C0C4}))),
               dark = by_light(pen, pen.vary(pen.pick({0x2F2B2A, 0x6B4A3A, 0x4A5A5E})));
  gradient_floor(pen, w, y, pale);
  const float pitch = pen.uniform(0.12F, 0.3F), depth = y - vanish;
  const auto at = [&](float column, float row) {  // a point of the floor's grid; row 0 at the wall
    const float distance = 1 / (1 + row * 0.45F);
    const float below = depth / std::max(distance, 0.05F);
    return Point{w / 2 + column * pitch * (below / depth), vanish + below};
  };
  Path tiles;
  for (int row = 0; vanish + depth * (1 + 0.45F * static_cast<float>(row)) < 1.2F; ++row) {
    for (int column = -16; column < 16; ++column) {
      if (((row + column) & 1) != 0) continue;
      const auto c = static_cast<float>(column), r = static_cast<float>(row);
      tiles.polygon({at(c, r), at(c + 1, r), at(c + 1, r + 1), at(c, r + 1)});
    }
  }
  pen.paint(tiles, Paint::linear({0, y}, {0, 1}, lighter(dark, 0.25F), dark));
  pen.flat(Path().rect(-0.2F, y - 0.03F, w + 0.2F, y), darker(wall, 0.3F));
  stage.horizon = vanish;
  stage.bands = {{kFloor, y + 0.12F, 0.98F}};
}

void draw_workplace(Pen& pen, Stage& stage) {
  const float w = stage.width, y = pen.uniform(0.42F, 0.52F);
  const Colour wall = by_light(pen, muted_colour(pen)),
               top = by_light(pen, pen.vary(pen.pick({0xB07B47, 0xE8E2D6, 0x5E3A22, 0xC9CDD2, 0x3A3D42})));
  pen.paint(Path().rect(-0.2F, -0.2F, w + 0.2F, y),
            Paint::linear({0, 0}, {w, y}, lighter(wall, 0.2F), darker(wall, 0.15F)));
  for (int i = pen.random().between(0, 3); i > 0; --i) {
    const float x = pen.uniform(0, 0.85F) * w, width = pen.uniform(0.1F, 0.22F), height = pen.uniform(0.12F, 0.26F);
    draw_poster(pen, x, 0.06F, x + width, 0.06F + height);
  }
  gradient_floor(pen, w, y, top);
  const float x0 = w * pen.uniform(0.05F, 0.25F), x1 = w * pen.uniform(0.7F, 0.95F), far = 0.74F,
              near = pen.uniform(0.93F, 1.02F), splay = 0.06F;
  const Colour shell = pen.pick({0x2A2C30, 0xD9DCDE, 0xB9B4A8, 0x4A4E54}),
               key = luma(shell) > 0.5F ? lighter(shell, 0.6F) : lighter(shell, 0.16F);
  pen.body(Path().polygon({{x0, far}, {x1, far}, {x1 + splay, near}, {x0 - splay, near}}), shell);
  const int rows = 5, keys = pen.random().between(10, 15);
  const float letter = (near - far) / static_cast<float>(rows) * 0.42F;
  for (int row = 0; row < rows; ++row) {
    const float v0 = (static_cast<float>(row) + 0.2F) / (rows + 0.2F), v1 = v0 + 0.78F / (rows + 0.2F),
                shift = 0.25F * static_cast<float>(row % 2);
    for (int k = 0; k < keys; ++k) {
      const float u0 = (static_cast<float>(k) + 0.3F + shift) / (static_cast<float>(keys) + 0.8F),
                  u1 = u0 + 0.8F / (static_cast<float>(keys) + 0.8F);
      const auto at = [&](float u, float v) {
        return Point{mix(x0 - splay * v, x1 + splay * v, u), mix(far, near, v)};
      };
      pen.body(Path().polygon({at(u0, v0), at(u1, v0), at(u1, v1), at(u0, v1)}), key);
      draw_text(pen, random_word(pen.random(), 1), at(mix(u0, u1, 0.25F), mix(v0, v1, 0.2F)), letter, 1,
                luma(key) > 0.5F ? rgb(0x2A2C30) : rgb(0xE6E8EA));
    }
  }
  for (int i = pen.random().between(0, 3); i > 0; --i) {  // pens
    const Point a{pen.uniform(0, 1) * w, pen.uniform(y + 0.12F, 0.98F)},
        along{pen.uniform(-0.2F, 0.2F), pen.uniform(-0.05F, 0.05F)};
    pen.line(Path().line(a, a + along), 0.012F, vivid_colour(pen));
  }
  stage.horizon = y - 0.5F;
  stage.smallest_metre = 0.9F;
  stage.largest_metre = 1.8F;
  stage.bands = {{kTop, y + 0.06F, 0.72F}};
}

void draw_forest(Pen& pen, Stage& stage) {
  const float w = stage.width, y = pen.uniform(0.5F, 0.66F);
  const Colour deep = by_light(pen, pen.vary(pen.pick({0x5E7A5A, 0x8A9A7A, 0x4A5E52, 0xA8A080, 0x8F9AA0})));
  pen.paint(Path().rect(-0.2F, -0.2F, w + 0.2F, 1.2F), Paint::linear({0, 0}, {0, y}, lighter(deep, 0.45F), deep));
  const Colour green = by_light(pen, pen.vary(pen.pick({0x4A6B32, 0x6B7A3A, 0x3A5A3F, 0x9A7A3A})));
  for (int layer = 0; layer < 3; ++layer) {
    const float nearness = static_cast<float>(layer) / 2, foot = y + 0.05F * static_cast<float>(layer);
    const Colour bark = mix(deep, by_light(pen, pen.vary(pen.pick({0x4A3C30, 0x6B5C4C, 0x2F2A26}))),
                            0.4F + 0.3F * static_cast<float>(layer));
    for (int i = pen.random().between(2, 5); i > 0; --i) {
      const float x = pen.uniform(0, w), half = (0.008F + 0.03F * nearness) * pen.uniform(0.5F, 1.3F),
                  lean = pen.uniform(-0.05F, 0.05F);
      pen.paint(
          Path().polygon(
              {{x - half + lean, -0.2F}, {x + half + lean, -0.2F}, {x + half * 1.5F, foot}, {x - half * 1.5F, foot}}),
          Paint::linear({x - half, 0}, {x + half, 0}, darker(bark, 0.2F), lighter(bark, 0.2F), 0.4F,
                        darker(bark, 0.4F)));
    }
    if (pen.chance(0.6)) draw_bare_tree(pen, {{pen.uniform(0, w), foot}, pen.uniform(0.4F, 0.8F)});
    for (int i = pen.random().between(1, 4); i > 0; --i) {
      const float x = pen.uniform(0, w), size = pen.uniform(0.12F, 0.4F);
      draw_bush(pen, {x, foot + 0.01F}, size, mix(deep, green, 0.35F + 0.3F * static_cast<float>(layer)));
    }
  }
  gradient_floor(pen, w, y + 0.1F, green);
  draw_patches(pen, w, y + 0.1F, 1, green, 14);
  stage.horizon = y - 0.12F;
  stage.bands = {{kGrass | kPavement, y + 0.18F, 0.98F}};
}

void draw_rocks(Pen& pen, Stage& stage) {
  const float w = stage.width, horizon = pen.uniform(0.34F, 0.52F);
  draw_sky_above(pen, w, horizon + 0.02F);
  const float high = pen.uniform(0.12F, 0.34F);
  draw_mountains(pen, w, horizon + 0.02F, high, by_light(pen, pen.pick({0x8A97A8, 0x9A7A6A, 0x7F8A9A, 0xB59A80})));
  const Colour ground = by_light(pen, pen.vary(pen.pick({0xE6E9EE, 0xD9BE8F, 0x9A948A, 0xB5805A, 0xA8A86A})));
  gradient_floor(pen, w, horizon, ground);
  draw_patches(pen, w, horizon + 0.01F, 1, ground, pen.random().between(6, 18));
  const Colour rock = by_light(pen, pen.vary(pen.pick({0x8A8680, 0xA88A70, 0x6B6E74, 0xB5A898})));
  for (int i = pen.random().between(2, 7); i > 0; --i) {
    const float depth = 1 / static_cast<float>(i), y = horizon + 0.04F + 0.3F * depth * pen.uniform(0.5F, 1);
    const float x = pen.uniform(0, w), size = (y - horizon) * pen.uniform(0.4F, 1.3F);
    draw_boulder(pen, {x, y}, size, pen.vary(rock, 0.03F));
  }
  if (pen.chance(0.4)) draw_bare_tree(pen, {{pen.uniform(0, w), horizon + 0.15F}, pen.uniform(0.3F, 0.5F)});
  stage.horizon = horizon;
  stage.bands = {{kGrass | kPavement, horizon + 0.2F, 0.98F}, {kAir, 0.12F, horizon - 0.04F}};
}

void draw_collage(Pen& pen, Stage& stage) {
  const float w = stage.width;
  const Colour a = pen.chance(0.5) ? muted_colour(pen) : vivid_colour(pen),
               b = pen.chance(0.5) ? muted_colour(pen) : darker(a, pen.uniform(0.1F, 0.7F));
  const float turn = pen.uniform(0, 1);
  const Point middle{w / 2, 0.5F}, out{0.6F * cosine_turns(turn), 0.6F * sine_turns(turn)};
  pen.paint(Path().rect(-0.2F, -0.2F, w + 0.2F, 1.2F), Paint::linear(middle - out, middle + out, a, b));
  for (int i = pen.random().between(6, 30); i > 0; --i) random_shape(pen, w);
  stage.horizon = 0;
  stage.smallest_metre = 0.05F;
  stage.largest_metre = 4;
  stage.bands = {{kRoad | kGrass | kPavement | kFloor | kRail | kTop | kWater, 0.5F, 1}};
}

}  // namespace csgis::synth
