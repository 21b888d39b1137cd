/// Rooms, table tops and the plain studio.

#include "datagen/detail/backdrop.h"
#include "datagen/detail/glyphs.h"
#include "datagen/detail/setting_table.h"

namespace csgis::synth {
namespace {

/// Where something hangs or stands: upper left corner and size.
struct Frame {
  float x = 0, y = 0, w = 0, h = 0;
};

Colour dim(const Pen& pen, Colour colour) {
  return pen.style().night ? darker(colour, 0.45F) : colour;
}

void wall(Pen& pen, float width, float bottom) {
  const Colour paint = dim(pen, muted_colour(pen));
  pen.paint(Path().rect(0, 0, width, bottom), Paint::linear({width * (0.5F + 0.5F * pen.style().light_x), 0},
                                                            {width * (0.5F - 0.5F * pen.style().light_x), bottom},
                                                            lighter(paint, 0.2F), darker(paint, 0.14F)));
}

void room_window(Pen& pen, const Frame& at) {
  const auto [x, y, w, h] = at;
  const Colour frame = dim(pen, rgb(0xF4F2EC));
  pen.body(Path().rect(x, y, x + w, y + h), frame);
  const float inset = 0.06F * w;
  const Paint view = pen.style().night ? Paint::linear({x, y}, {x, y + h}, rgb(0x141B33), rgb(0x2F3A5E))
                                       : Paint::linear({x, y}, {x, y + h}, rgb(0x8FC1E6), rgb(0xE6F1F4));
  pen.paint(Path().rect(x + inset, y + inset, x + w - inset, y + h - inset), view);
  if (pen.chance(0.4)) {  // blinds
    Path slats;
    for (float line = y + inset; line < y + h - inset; line += h * 0.06F)
      slats.line({x + inset, line}, {x + w - inset, line});
    pen.line(slats, h * 0.022F, frame);
  } else {
    pen.flat(Path().polygon({{x + inset, y + h * 0.75F},
                             {x + w * 0.4F, y + h * 0.62F},
                             {x + w - inset, y + h * 0.78F},
                             {x + w - inset, y + h - inset},
                             {x + inset, y + h - inset}}),
             pen.style().night ? rgb(0x10162B) : rgb(0x86A878));
    pen.line(Path().line({x + w / 2, y}, {x + w / 2, y + h}).line({x, y + h / 2}, {x + w, y + h / 2}), inset * 0.6F,
             frame);
  }
  if (pen.chance(0.5)) {
    const Colour cloth = dim(pen, vivid_colour(pen));
    for (const float side : {-1.0F, 1.0F}) {
      const float edge = side < 0 ? x - 0.1F * w : x + 1.1F * w, inner = edge - side * 0.34F * w;
      pen.body(Path()
                   .move_to({edge, y - 0.08F * h})
                   .line_to({inner, y - 0.08F * h})
                   .cubic_to({inner, y + 0.5F * h}, {edge - side * 0.12F * w, y + 0.8F * h},
                             {edge - side * 0.16F * w, y + 1.25F * h})
                   .line_to({edge, y + 1.25F * h})
                   .close(),
               cloth);
    }
    pen.line(Path().line({x - 0.18F * w, y - 0.09F * h}, {x + 1.18F * w, y - 0.09F * h}), 0.012F, rgb(0x6B5444), 5);
  }
}

void picture(Pen& pen, const Frame& at) {
  const auto [x, y, w, h] = at;
  pen.body(Path().rect(x, y, x + w, y + h), pen.pick({0x3A2A22, 0xB9924A, 0x22252B, 0xF2EFE6}));
  const float m = 0.1F * w;
  pen.flat(Path().rect(x + m, y + m, x + w - m, y + h - m), rgb(0xF4F0E6));
  const Point c{x + w / 2, y + h / 2};
  const float r = 0.24F * (w < h ? w : h);
  switch (pen.random().below(3)) {
    case 0:
      pen.flat(Path().circle(c + Point{-r * 0.3F, 0}, r), vivid_colour(pen));
      pen.flat(Path().circle(c + Point{r * 0.5F, r * 0.3F}, r * 0.6F), vivid_colour(pen));
      break;
    case 1:
      for (int i = 0; i < 4; ++i) {
        const float band = y + m + (h - 2 * m) * static_cast<float>(i) / 4;
        pen.flat(Path().rect(x + m, band, x + w - m, band + (h - 2 * m) / 4), vivid_colour(pen));
      }
      break;
    default: {
      const Colour ink = vivid_colour(pen);
      draw_text(pen, random_word(pen.random(), 4), {c.x - 0.3F * w, c.y - 0.1F * w}, 0.2F * w, 0.6F * w, ink);
    }
  }
}

void bookshelf(Pen& pen, const Frame& at) {
  const auto [x, y, w, h] = at;
  const float floor = y + h;
  const Colour wood = dim(pen, pen.vary(pen.pick({0x8A5A33, 0xE8E2D6, 0x5E3A22, 0xC9A06B})));
  pen.body(Path().rect(x, floor - h, x + w, floor), wood);
  const int shelves = 4;
  const float board = 0.025F * h, pitch = (h - board) / shelves;
  for (int shelf = 0; shelf < shelves; ++shelf) {
    const float y0 = floor - h + board + pitch * static_cast<float>(shelf), y1 = y0 + pitch - board;
    pen.flat(Path().rect(x + board, y0, x + w - board, y1), darker(wood, 0.5F));
    for (float book = x + board; book < x + w * 0.85F;) {
      const float thick = w * pen.uniform(0.045F, 0.10F), tall = (y1 - y0) * pen.uniform(0.6F, 0.92F);
      if (pen.chance(0.85))
        pen.shade(Path().rect(book, y1 - tall, book + thick * 0.92F, y1), dim(pen, vivid_colour(pen)));
      book += thick;
    }
  }
}

void floor_lamp(Pen& pen, const Upright& lamp) {
  const auto [foot, h] = lamp;
  const Point top{foot.x, foot.y - h};
  if (pen.chance(0.7) || pen.style().night) {
    pen.paint(Path().circle(top + Point{0, 0.08F * h}, 0.4F * h),
              Paint::radial(top + Point{0, 0.08F * h}, 0.4F * h, 0.4F * h, rgb(0xFFE9B0).with_alpha(0.5F),
                            rgb(0xFFE9B0).with_alpha(0)));
  }
  pen.line(Path().line(foot, top), 0.014F * h, rgb(0x3A3D42), 4);
  pen.flat(Path().ellipse(foot, 0.09F * h, 0.018F * h), rgb(0x3A3D42));
  pen.body(Path().polygon({{top.x - 0.07F * h, top.y},
                           {top.x + 0.07F * h, top.y},
                           {top.x + 0.13F * h, top.y + 0.2F * h},
                           {top.x - 0.13F * h, top.y + 0.2F * h}}),
           pen.pick({0xF2E3C6, 0xD9B24A, 0xE8ECEF}));
}

void wooden_floor(Pen& pen, float width, float y, float horizon) {
  const Colour floor = dim(pen, pen.vary(pen.pick({0xB98A5A, 0x8F6642, 0xD2B48C, 0x9A9490, 0xC9C2B8})));
  pen.paint(Path().rect(0, y, width, 1), Paint::linear({0, y}, {0, 1}, darker(floor, 0.12F), lighter(floor, 0.12F)));
  draw_floor_lines(pen, width, y, horizon, pen.random().between(6, 14), darker(floor, 0.22F));
  pen.flat(Path().rect(0, y - 0.022F, width, y), dim(pen, rgb(0xEDEAE2)));
}

void wall_tiles(Pen& pen, float width, float y0, float y1) {
  Path joints;
  const float pitch = pen.uniform(0.06F, 0.11F);
  for (float y = y0; y < y1; y += pitch) joints.line({0, y}, {width, y});
  for (float x = pitch / 2; x < width; x += pitch) joints.line({x, y0}, {x, y1});
  pen.flat(Path().rect(0, y0, width, y1), dim(pen, pen.pick({0xE6ECEC, 0xD3E0DC, 0xF0EAD8})));
  pen.line(joints, 0.003F, dim(pen, rgb(0xAAB4B4)), 2);
}

}  // namespace

void draw_living_room(Pen& pen, Stage& stage) {
  const float w = stage.width, y = pen.uniform(0.58F, 0.70F);
  wall(pen, w, y);
  if (pen.chance(0.65))
    room_window(pen, {pen.uniform(0.08F, 0.5F) * w, pen.uniform(0.08F, 0.16F), pen.uniform(0.26F, 0.4F),
                      pen.uniform(0.24F, 0.34F)});
  for (int i = pen.random().between(0, 2); i > 0; --i)
    picture(pen, {pen.uniform(0.02F, 0.85F) * w, pen.uniform(0.06F, 0.2F), pen.uniform(0.1F, 0.18F),
                  pen.uniform(0.1F, 0.2F)});
  wooden_floor(pen, w, y, y - 0.4F);
  if (pen.chance(0.5)) {
    const float h = pen.uniform(0.4F, 0.56F);
    bookshelf(pen, {pen.uniform(0, 0.75F) * w, y + 0.02F - h, pen.uniform(0.22F, 0.32F), h});
  }
  if (pen.chance(0.4)) floor_lamp(pen, {{pen.uniform(0.05F, 0.95F) * w, y + 0.05F}, 0.5F});
  if (pen.chance(0.5)) {
    const Colour rug = dim(pen, vivid_colour(pen));
    const Point c{w * pen.uniform(0.35F, 0.65F), 0.86F};
    pen.flat(Path().ellipse(c, 0.42F, 0.085F), rug);
    pen.line(Path().ellipse(c, 0.37F, 0.07F), 0.008F, lighter(rug, 0.5F));
  }
  stage.horizon = y - 0.35F;
  stage.bands = {{kFloor, y + 0.08F, 0.98F}};
}

void draw_dining_room(Pen& pen, Stage& stage) {
  const float w = stage.width, y = pen.uniform(0.56F, 0.66F);
  wall(pen, w, y);
  if (pen.chance(0.5)) {
    wall_tiles(pen, w, y * 0.45F, y - 0.02F);
  } else {
    for (int i = 0; i < 3; ++i) {
      if (pen.chance(0.6)) picture(pen, {w * (0.08F + 0.3F * static_cast<float>(i)), 0.12F, 0.15F, 0.2F});
    }
  }
  wooden_floor(pen, w, y, y - 0.4F);
  const float lamp = w * pen.uniform(0.3F, 0.7F), drop = pen.uniform(0.12F, 0.2F);
  pen.line(Path().line({lamp, 0}, {lamp, drop}), 0.004F, rgb(0x2B2D33), 2);
  pen.body(Path().loop({{lamp - 0.03F, drop},
                        {lamp + 0.03F, drop},
                        {lamp + 0.11F, drop + 0.09F},
                        {lamp, drop + 0.095F},
                        {lamp - 0.11F, drop + 0.09F}}),
           vivid_colour(pen));
  stage.horizon = y - 0.4F;
  stage.bands = {{kFloor, y + 0.14F, 0.98F}};
}

void draw_desk(Pen& pen, Stage& stage) {
  const float w = stage.width, y = pen.uniform(0.62F, 0.74F);
  if (pen.chance(0.3)) {
    wall_tiles(pen, w, 0, y);
  } else {
    wall(pen, w, y);
  }
  if (pen.chance(0.6)) room_window(pen, {pen.uniform(0.05F, 0.6F) * w, 0.06F, 0.36F, 0.34F});
  if (pen.chance(0.5)) picture(pen, {pen.uniform(0.05F, 0.8F) * w, 0.1F, 0.16F, 0.2F});
  const Colour top = dim(pen, pen.vary(pen.pick({0xB07B47, 0xE8E2D6, 0x5E3A22, 0xC9CDD2, 0x3A3D42})));
  pen.paint(Path().rect(0, y, w, 1), Paint::linear({0, y}, {0, 0.95F}, darker(top, 0.1F), lighter(top, 0.15F)));
  pen.flat(Path().rect(0, 0.955F, w, 1), darker(top, 0.4F));
  for (int i = pen.random().between(0, 3); i > 0; --i) {  // sheets of paper
    const Point c{pen.uniform(0.1F, 0.9F) * w, pen.uniform(y + 0.08F, 0.9F)};
    pen.within(Affine::translation(c) * Affine::scaling(1, 0.45F) * Affine::rotation(pen.uniform(-0.1F, 0.1F)))
        .body(Path().rect(-0.11F, -0.08F, 0.11F, 0.08F), dim(pen, rgb(0xF6F4EE)));
  }
  stage.horizon = y - 0.5F;
  stage.smallest_metre = 1.1F;
  stage.largest_metre = 2.4F;
  stage.bands = {{kTop, y + 0.06F, 0.92F}};
}

void draw_studio(Pen& pen, Stage& stage) {
  const float w = stage.width, y = pen.uniform(0.55F, 0.72F);
  const Colour paper = pen.chance(0.5) ? muted_colour(pen) : lighter(vivid_colour(pen), 0.4F);
  const Point spot{w * (0.5F + 0.25F * pen.style().light_x), 0.35F};
  pen.paint(Path().rect(0, 0, w, 1), Paint::radial(spot, w * 0.9F, 0.9F, lighter(paper, 0.30F), darker(paper, 0.25F)));
  pen.paint(Path().rect(0, y, w, 1),
            Paint::linear({0, y}, {0, 1}, darker(paper, 0.18F).with_alpha(0.0F), darker(paper, 0.1F).with_alpha(0.8F)));
  stage.horizon = y - 0.5F;
  stage.smallest_metre = 0.15F;
  stage.largest_metre = 3;
  stage.bands = {{kRoad | kGrass | kPavement | kFloor | kRail | kTop, y + 0.1F, 0.95F}};
}

}  // namespace csgis::synth
