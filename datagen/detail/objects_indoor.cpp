/// Furniture and household things.

#include "datagen/detail/glyphs.h"
#include "datagen/detail/object_table.h"

namespace csgis::synth {
namespace {

Colour wood_colour(Pen& pen) {
  return pen.vary(pen.pick({0x8A5A33, 0xB07B47, 0x5E3A22, 0xD2A56D, 0xE8E2D6, 0x3A2A22}));
}

Colour fabric_colour(Pen& pen) {
  return pen.vary(
      pen.pick({0x9C4A3C, 0x3F6C7A, 0x7A8B5A, 0xB9A58A, 0x5A5F73, 0xC98F4A, 0x8A5A73, 0x4A6B52, 0xD8D2C6, 0x3A4152}));
}

/// A leaf from stem to tip, bent to one side, with its middle vein.
void leaf(Pen& pen, Point stem, Point tip, float width, Colour colour) {
  const Point along = tip - stem, side = Point{-along.y, along.x} * (width / length(along));
  pen.body(Path()
               .move_to(stem)
               .cubic_to(stem + along * 0.3F + side, stem + along * 0.75F + side, tip)
               .cubic_to(stem + along * 0.75F - side, stem + along * 0.3F - side, stem)
               .close(),
           colour);
  pen.line(Path().line(stem, mix(stem, tip, 0.85F)), width * 0.10F, lighter(colour, 0.25F), 2);
}

void flower_pot(Pen& pen, float x, float top, float half_top, float half_bottom) {
  const Colour clay = pen.vary(pen.pick({0xB5623D, 0xD9D2C6, 0x4F7A8A, 0x8A8F94, 0xC98F66, 0x2F3B45}));
  const auto round = [&](float half) {
    return Paint::linear({x - half, 0}, {x + half, 0}, darker(clay, 0.15F), lighter(clay, 0.25F), 0.35F,
                         darker(clay, 0.45F));
  };
  pen.outlined(Path().polygon({{x - half_top * 0.92F, top + 0.05F},
                               {x + half_top * 0.92F, top + 0.05F},
                               {x + half_bottom, 1.0F},
                               {x - half_bottom, 1.0F}}),
               round(half_top));
  pen.outlined(Path().round_rect(x - half_top, top, x + half_top, top + 0.08F, 0.015F), round(half_top));
}

}  // namespace

void draw_bottle(Pen& pen) {
  const Colour glass = pen.vary(pen.pick({0x2E5E3A, 0x6B3F1E, 0x2B3A4A, 0x7FA8B5, 0x8A2B3A, 0x4A7A5A}));
  const bool slim = pen.chance(0.5);
  const float neck = slim ? 0.045F : 0.055F, shoulder = slim ? 0.44F : 0.36F;
  const auto round = [&](Colour c) {
    return Paint::linear({0.02F, 0}, {0.28F, 0}, darker(c, 0.35F), lighter(c, 0.35F), 0.3F, darker(c, 0.5F));
  };
  pen.outlined(Path()
                   .move_to({0.15F - neck, 0.06F})
                   .line_to({0.15F + neck, 0.06F})
                   .line_to({0.15F + neck, shoulder - 0.12F})
                   .cubic_to({0.15F + neck, shoulder}, {0.28F, shoulder - 0.03F}, {0.28F, shoulder + 0.12F})
                   .line_to({0.28F, 0.96F})
                   .cubic_to({0.28F, 0.99F}, {0.26F, 1.0F}, {0.24F, 1.0F})
                   .line_to({0.06F, 1.0F})
                   .cubic_to({0.04F, 1.0F}, {0.02F, 0.99F}, {0.02F, 0.96F})
                   .line_to({0.02F, shoulder + 0.12F})
                   .cubic_to({0.02F, shoulder - 0.03F}, {0.15F - neck, shoulder}, {0.15F - neck, shoulder - 0.12F})
                   .close(),
               round(glass));
  pen.outlined(Path().round_rect(0.15F - neck - 0.01F, 0.0F, 0.15F + neck + 0.01F, 0.10F, 0.012F),
               round(pen.pick({0xB23A3A, 0xD9B24A, 0x2B2D33, 0xE8E6E1})));
  const Colour label = pen.pick({0xF2ECD9, 0xE8E6E1, 0xD9B24A, 0xC8352B});
  pen.paint(Path().rect(0.02F, 0.60F, 0.28F, 0.84F), round(label));
  draw_text(pen, random_word(pen.random(), 4), {0.055F, 0.66F}, 0.07F, 0.19F, darker(label, 0.7F));
  pen.line(Path().line({0.055F, 0.63F}, {0.245F, 0.63F}).line({0.055F, 0.80F}, {0.245F, 0.80F}), 0.008F,
           darker(label, 0.4F), 2);
  pen.flat(Path().round_rect(0.07F, shoulder + 0.10F, 0.095F, 0.57F, 0.012F), rgb(0xFFFFFF).with_alpha(0.45F));
}

void draw_chair(Pen& pen) {
  const Colour wood = wood_colour(pen), seat = pen.chance(0.5) ? fabric_colour(pen) : lighter(wood, 0.12F),
               far = darker(wood, 0.35F);
  pen.body(Path()
               .polygon({{0.20F, 0.56F}, {0.245F, 0.56F}, {0.235F, 0.93F}, {0.205F, 0.93F}})
               .polygon({{0.50F, 0.56F}, {0.545F, 0.56F}, {0.54F, 0.93F}, {0.51F, 0.93F}}),
           far);
  pen.body(
      Path().polygon({{0.05F, 0.02F}, {0.095F, 0.0F}, {0.125F, 0.56F}, {0.10F, 1.0F}, {0.065F, 1.0F}, {0.075F, 0.56F}}),
      wood);
  pen.body(Path().polygon({{0.40F, 0.02F}, {0.445F, 0.0F}, {0.455F, 0.52F}, {0.41F, 0.52F}}), darker(wood, 0.15F));
  for (const float y : {0.04F, 0.17F, 0.30F}) {
    pen.body(Path().polygon({{0.075F, y}, {0.43F, y - 0.005F}, {0.435F, y + 0.075F}, {0.085F, y + 0.08F}}), wood);
  }
  pen.body(Path().polygon(
               {{0.07F, 0.52F}, {0.44F, 0.48F}, {0.575F, 0.54F}, {0.575F, 0.59F}, {0.20F, 0.64F}, {0.07F, 0.57F}}),
           darker(seat, 0.25F));
  pen.body(Path().polygon({{0.07F, 0.52F}, {0.44F, 0.48F}, {0.575F, 0.54F}, {0.20F, 0.58F}}), seat);
  pen.body(Path().polygon({{0.205F, 0.62F}, {0.25F, 0.62F}, {0.24F, 1.0F}, {0.205F, 1.0F}}), wood);
  pen.body(Path().polygon({{0.53F, 0.58F}, {0.575F, 0.58F}, {0.57F, 0.97F}, {0.54F, 0.97F}}), wood);
  pen.line(Path().line({0.09F, 0.80F}, {0.22F, 0.83F}).line({0.235F, 0.82F}, {0.55F, 0.78F}), 0.018F, far);
}

void draw_office_chair(Pen& pen) {
  const Colour fabric = fabric_colour(pen), metal = rgb(0x55595F);
  pen.line(Path()
               .curve({{0.05F, 0.935F}, {0.18F, 0.87F}, {0.31F, 0.86F}})
               .curve({{0.57F, 0.935F}, {0.44F, 0.87F}, {0.31F, 0.86F}})
               .line({0.31F, 0.86F}, {0.31F, 0.95F}),
           0.035F, metal);
  pen.flat(Path().circle({0.05F, 0.965F}, 0.034F).circle({0.31F, 0.968F}, 0.032F).circle({0.57F, 0.965F}, 0.034F),
           rgb(0x22242A));
  pen.body(Path().rect(0.285F, 0.62F, 0.335F, 0.87F), rgb(0x8A9098));
  pen.body(Path().rect(0.28F, 0.40F, 0.34F, 0.58F), metal);
  pen.body(Path().round_rect(0.10F, 0.01F, 0.52F, 0.46F, 0.09F), fabric);
  pen.line(Path().line({0.16F, 0.16F}, {0.46F, 0.16F}).line({0.15F, 0.30F}, {0.47F, 0.30F}), 0.010F,
           darker(fabric, 0.35F), 2);
  pen.body(Path().round_rect(0.04F, 0.53F, 0.58F, 0.65F, 0.06F), darker(fabric, 0.1F));
  for (const float x : {0.015F, 0.555F}) {
    pen.body(Path().round_rect(x, 0.40F, x + 0.05F, 0.44F, 0.02F).rect(x + 0.015F, 0.43F, x + 0.035F, 0.58F),
             rgb(0x2B2D33));
  }
}

void draw_dining_table(Pen& pen) {
  const Colour wood = wood_colour(pen), far = darker(wood, 0.4F);
  for (const float x : {0.42F, 1.62F})
    pen.body(Path().polygon({{x, 0.2F}, {x + 0.06F, 0.2F}, {x + 0.055F, 0.86F}, {x + 0.01F, 0.86F}}), far);
  for (const float x : {0.08F, 1.92F})
    pen.body(Path().polygon({{x, 0.24F}, {x + 0.10F, 0.24F}, {x + 0.085F, 1.0F}, {x + 0.015F, 1.0F}}), wood);
  pen.body(Path().rect(0.07F, 0.22F, 2.03F, 0.34F), darker(wood, 0.2F));
  pen.body(Path().rect(0.0F, 0.18F, 2.1F, 0.24F), wood);
  pen.outlined(Path().polygon({{0.28F, 0.04F}, {1.82F, 0.04F}, {2.1F, 0.18F}, {0.0F, 0.18F}}),
               Paint::linear({0.3F, 0.04F}, {1.9F, 0.18F}, lighter(wood, 0.40F), lighter(wood, 0.10F)));
  if (pen.chance(0.5)) {
    const Colour cloth = pen.pick({0xC8352B, 0xF2EFE6, 0x3F6C7A, 0xD9B24A});
    pen.flat(Path()
                 .polygon({{0.82F, 0.04F}, {1.28F, 0.04F}, {1.38F, 0.18F}, {0.72F, 0.18F}})
                 .rect(0.72F, 0.18F, 1.38F, 0.32F),
             cloth);
    pen.line(Path().line({0.72F, 0.29F}, {1.38F, 0.29F}), 0.02F, lighter(cloth, 0.6F));
  }
}

void draw_round_table(Pen& pen) {
  const Colour wood = wood_colour(pen);
  pen.body(Path().loop({{0.34F, 0.97F},
                        {0.60F, 0.88F},
                        {0.72F, 0.80F},
                        {0.88F, 0.80F},
                        {1.0F, 0.88F},
                        {1.26F, 0.97F},
                        {1.22F, 1.0F},
                        {0.8F, 0.94F},
                        {0.38F, 1.0F}}),
           darker(wood, 0.2F));
  pen.body(Path().polygon({{0.72F, 0.2F}, {0.88F, 0.2F}, {0.86F, 0.86F}, {0.74F, 0.86F}}), darker(wood, 0.1F));
  pen.body(Path().ellipse({0.8F, 0.17F}, 0.8F, 0.14F), darker(wood, 0.25F));
  pen.outlined(Path().ellipse({0.8F, 0.13F}, 0.8F, 0.13F),
               Paint::linear({0.2F, 0.0F}, {1.4F, 0.26F}, lighter(wood, 0.42F), lighter(wood, 0.05F)));
  for (int i = pen.random().between(0, 3); i > 0; --i) {
    const Point c{pen.uniform(0.35F, 1.25F), pen.uniform(0.11F, 0.17F)};
    pen.outlined(Path().ellipse(c, 0.15F, 0.03F),
                 Paint::linear({c.x - 0.15F, 0}, {c.x + 0.15F, 0}, rgb(0xFFFFFF), rgb(0xCDD2D6)));
    pen.line(Path().ellipse(c, 0.10F, 0.018F), 0.006F, rgb(0xB0B6BC), 1.5F);
  }
}

void draw_potted_plant(Pen& pen) {
  const Colour green = pen.vary(pen.pick({0x3C7A3F, 0x5E8F3A, 0x2F6B55, 0x7FA34A}));
  const float x = 0.375F, top = 0.64F;
  const int leaves = pen.random().between(9, 14);
  for (int i = 0; i < leaves; ++i) {
    // Alternating from the outside in, so that the upright leaves come last and stand in front.
    const float spread = 1 - static_cast<float>(i) / static_cast<float>(leaves);
    const float side = i % 2 == 0 ? -1.0F : 1.0F;
    const float turn = -0.25F + side * spread * 0.27F + pen.uniform(-0.015F, 0.015F);
    const float reach = pen.uniform(0.42F, 0.58F) * (1 - 0.28F * spread);
    const Point tip{x + reach * cosine_turns(turn) * 0.78F, top + reach * sine_turns(turn) * 1.05F + 0.05F * spread};
    leaf(pen, {x + side * 0.03F * spread, top + 0.02F}, tip, 0.085F, pen.vary(green, 0.05F));
  }
  flower_pot(pen, x, top, 0.19F, 0.13F);
}

void draw_potted_cactus(Pen& pen) {
  const Colour green = pen.vary(rgb(0x4F8A4A));
  const float x = 0.30F;
  pen.body(Path()
               .limb({x, 0.64F}, 0.11F, {x, 0.14F}, 0.10F)
               .limb({x, 0.46F}, 0.05F, {x - 0.19F, 0.42F}, 0.05F)
               .limb({x - 0.19F, 0.42F}, 0.05F, {x - 0.19F, 0.26F}, 0.05F)
               .limb({x, 0.52F}, 0.045F, {x + 0.18F, 0.46F}, 0.045F)
               .limb({x + 0.18F, 0.46F}, 0.045F, {x + 0.18F, 0.34F}, 0.045F),
           green);
  pen.line(Path().line({x - 0.04F, 0.62F}, {x - 0.04F, 0.10F}).line({x + 0.04F, 0.62F}, {x + 0.04F, 0.10F}), 0.012F,
           darker(green, 0.35F), 2);
  if (pen.chance(0.6))
    pen.flat(Path().circle({x, 0.04F}, 0.05F).circle({x - 0.06F, 0.06F}, 0.04F).circle({x + 0.06F, 0.06F}, 0.04F),
             rgb(0xE0608A));
  flower_pot(pen, x, 0.64F, 0.20F, 0.14F);
}

void draw_sofa(Pen& pen) {
  const Colour fabric = fabric_colour(pen);
  const int seats = pen.random().between(2, 3);
  for (const float x : {0.14F, 2.06F})
    pen.flat(Path().polygon({{x, 0.9F}, {x + 0.10F, 0.9F}, {x + 0.08F, 1.0F}, {x + 0.02F, 1.0F}}), rgb(0x3A2A22));
  pen.body(Path().round_rect(0.10F, 0.02F, 2.20F, 0.80F, 0.10F), darker(fabric, 0.1F));
  const float pitch = 1.80F / static_cast<float>(seats);
  for (int i = 0; i < seats; ++i) {
    const float x = 0.25F + pitch * static_cast<float>(i);
    pen.body(Path().round_rect(x, 0.10F, x + pitch, 0.60F, 0.07F), fabric);
  }
  pen.body(Path().round_rect(0.12F, 0.66F, 2.18F, 0.93F, 0.04F), darker(fabric, 0.22F));
  for (int i = 0; i < seats; ++i) {
    const float x = 0.25F + pitch * static_cast<float>(i);
    pen.body(Path().round_rect(x, 0.52F, x + pitch, 0.73F, 0.06F), lighter(fabric, 0.10F));
  }
  for (const float x : {0.02F, 2.02F}) pen.body(Path().round_rect(x, 0.34F, x + 0.26F, 0.95F, 0.11F), fabric);
  if (pen.chance(0.7)) {
    const float x = pen.uniform(0.38F, 1.4F);
    pen.within(Affine::translation({x, 0.42F}) * Affine::rotation(pen.uniform(-0.06F, 0.06F)))
        .body(Path().round_rect(-0.14F, -0.14F, 0.17F, 0.14F, 0.04F), vivid_colour(pen));
  }
}

void draw_armchair(Pen& pen) {
  const Colour fabric = fabric_colour(pen);
  for (const float x : {0.14F, 0.87F})
    pen.flat(Path().polygon({{x, 0.9F}, {x + 0.09F, 0.9F}, {x + 0.07F, 1.0F}, {x + 0.02F, 1.0F}}), rgb(0x3A2A22));
  pen.body(Path()
               .move_to({0.16F, 0.8F})
               .line_to({0.16F, 0.16F})
               .cubic_to({0.2F, 0.0F}, {0.9F, 0.0F}, {0.94F, 0.16F})
               .line_to({0.94F, 0.8F})
               .close(),
           fabric);
  pen.flat(Path()
               .circle({0.42F, 0.26F}, 0.016F)
               .circle({0.68F, 0.26F}, 0.016F)
               .circle({0.55F, 0.38F}, 0.016F)
               .circle({0.55F, 0.16F}, 0.016F),
           darker(fabric, 0.45F));
  pen.body(Path().round_rect(0.10F, 0.66F, 1.0F, 0.93F, 0.05F), darker(fabric, 0.22F));
  pen.body(Path().round_rect(0.22F, 0.52F, 0.88F, 0.74F, 0.07F), lighter(fabric, 0.10F));
  for (const float x : {0.02F, 0.84F})
    pen.body(Path().round_rect(x, 0.40F, x + 0.24F, 0.95F, 0.11F), darker(fabric, 0.06F));
}

}  // namespace csgis::synth
