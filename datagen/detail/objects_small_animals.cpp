/// Cats and birds.

#include "datagen/detail/object_table.h"

namespace csgis::synth {
namespace {

const Colour kPupil = rgb(0x17161A);

Colour cat_coat(Pen& pen) {
  return pen.vary(pen.pick({0xD98B3A, 0x8E8A86, 0x2B2828, 0xEDE4D6, 0x7A5C44, 0xB9A58A}));
}

void stripe(Pen& pen, const Path& path, Colour coat) {
  pen.line(path, 0.024F, darker(coat, 0.35F), 6);
}

/// Round head with ears, eyes, nose and whiskers, seen from the front.
void cat_head(Pen& pen, Point c, float r, Colour coat, Colour muzzle, bool striped) {
  const Colour iris = pen.pick({0xC9C23A, 0x6FAE5A, 0x5AA0C8, 0xD99A2B});
  const auto at = [&](float x, float y) { return c + Point{x, y} * r; };
  pen.body(Path()
               .ellipse(c, r * 1.08F, r * 0.95F)
               .polygon({at(-0.98F, -0.25F), at(-0.90F, -1.35F), at(-0.22F, -0.85F)})
               .polygon({at(0.98F, -0.25F), at(0.90F, -1.35F), at(0.22F, -0.85F)}),
           coat);
  const Colour inner = mix(coat, rgb(0xE8A9A0), 0.6F);
  pen.flat(Path()
               .polygon({at(-0.82F, -0.55F), at(-0.80F, -1.12F), at(-0.42F, -0.82F)})
               .polygon({at(0.82F, -0.55F), at(0.80F, -1.12F), at(0.42F, -0.82F)}),
           inner);
  if (striped) {
    stripe(pen,
           Path()
               .line(at(0, -0.9F), at(0, -0.55F))
               .line(at(-0.22F, -0.85F), at(-0.18F, -0.55F))
               .line(at(0.22F, -0.85F), at(0.18F, -0.55F)),
           coat);
  }
  pen.shade(Path().ellipse(at(-0.22F, 0.42F), r * 0.32F, r * 0.26F).ellipse(at(0.22F, 0.42F), r * 0.32F, r * 0.26F),
            muzzle);
  for (const float side : {-1.0F, 1.0F}) {
    pen.flat(Path().ellipse(at(side * 0.45F, -0.08F), r * 0.22F, r * 0.20F), iris);
    pen.flat(Path().ellipse(at(side * 0.45F, -0.08F), r * 0.08F, r * 0.18F), kPupil);
    pen.line(Path()
                 .line(at(side * 0.42F, 0.38F), at(side * 1.25F, 0.28F))
                 .line(at(side * 0.42F, 0.46F), at(side * 1.22F, 0.56F)),
             r * 0.02F, lighter(coat, 0.6F), 1.5F);
  }
  pen.flat(Path().polygon({at(-0.12F, 0.16F), at(0.12F, 0.16F), at(0, 0.30F)}), rgb(0xC9736B));
  pen.line(Path().curve({at(-0.26F, 0.46F), at(-0.12F, 0.52F), at(0, 0.32F), at(0.12F, 0.52F), at(0.26F, 0.46F)}),
           r * 0.04F, kPupil, 2);
}

}  // namespace

void draw_cat_sitting(Pen& pen) {
  const Colour coat = cat_coat(pen), light = lighter(coat, 0.5F);
  const bool striped = pen.chance(0.5);
  pen.line(Path().curve({{0.58F, 0.92F}, {0.74F, 0.93F}, {0.76F, 0.78F}, {0.68F, 0.66F}, {0.72F, 0.56F}}), 0.075F,
           darker(coat, 0.12F));
  pen.body(Path().loop({{0.38F, 0.36F},
                        {0.54F, 0.44F},
                        {0.62F, 0.66F},
                        {0.66F, 0.88F},
                        {0.60F, 0.985F},
                        {0.38F, 0.99F},
                        {0.16F, 0.985F},
                        {0.10F, 0.88F},
                        {0.14F, 0.66F},
                        {0.22F, 0.44F}}),
           coat);
  pen.shade(
      Path().loop({{0.38F, 0.46F}, {0.46F, 0.54F}, {0.45F, 0.70F}, {0.38F, 0.78F}, {0.31F, 0.70F}, {0.30F, 0.54F}}),
      light);
  if (striped) {
    stripe(pen,
           Path()
               .curve({{0.14F, 0.66F}, {0.20F, 0.68F}, {0.25F, 0.72F}})
               .curve({{0.12F, 0.76F}, {0.18F, 0.78F}, {0.23F, 0.82F}})
               .curve({{0.62F, 0.66F}, {0.56F, 0.68F}, {0.51F, 0.72F}})
               .curve({{0.64F, 0.76F}, {0.58F, 0.78F}, {0.53F, 0.82F}}),
           coat);
  }
  for (const float x : {0.31F, 0.45F}) {
    pen.body(Path().limb({x, 0.72F}, 0.055F, {x, 0.94F}, 0.045F).ellipse({x, 0.965F}, 0.062F, 0.033F), coat);
  }
  cat_head(pen, {0.38F, 0.27F}, 0.195F, coat, light, striped);
}

void draw_cat_walking(Pen& pen) {
  const Colour coat = cat_coat(pen), far = darker(coat, 0.3F);
  const bool striped = pen.chance(0.5);
  const auto leg = [&](Point hip, float foot, Colour colour) {
    pen.body(Path()
                 .limb(hip, 0.10F, {(hip.x + foot) / 2 - 0.01F, 0.76F}, 0.058F)
                 .limb({(hip.x + foot) / 2 - 0.01F, 0.76F}, 0.058F, {foot, 0.95F}, 0.046F)
                 .ellipse({foot + 0.025F, 0.96F}, 0.07F, 0.04F),
             colour);
  };
  leg({0.46F, 0.56F}, 0.52F, far);
  leg({1.08F, 0.58F}, 0.98F, far);
  pen.line(Path().curve({{0.34F, 0.46F}, {0.20F, 0.44F}, {0.10F, 0.30F}, {0.12F, 0.12F}, {0.20F, 0.05F}}), 0.075F,
           coat);
  leg({0.40F, 0.54F}, 0.32F, coat);
  leg({1.06F, 0.58F}, 1.14F, coat);
  pen.body(Path().loop({{0.30F, 0.48F},
                        {0.36F, 0.38F},
                        {0.54F, 0.36F},
                        {0.80F, 0.39F},
                        {1.02F, 0.36F},
                        {1.18F, 0.38F},
                        {1.20F, 0.54F},
                        {1.10F, 0.68F},
                        {0.86F, 0.70F},
                        {0.60F, 0.67F},
                        {0.40F, 0.66F}}),
           coat);
  if (striped) {
    Path bands;
    for (int i = 0; i < 5; ++i) {
      const float x = 0.50F + 0.12F * static_cast<float>(i);
      bands.curve({{x, 0.38F}, {x + 0.03F, 0.46F}, {x + 0.01F, 0.54F}});
    }
    stripe(pen, bands, coat);
  }
  cat_head(pen, {1.27F, 0.36F}, 0.215F, coat, lighter(coat, 0.5F), striped);
}

void draw_bird_standing(Pen& pen) {
  const Colour back = pen.vary(pen.pick({0x3E6FA8, 0x7A5B43, 0x4C4F57, 0x2F7F6B, 0xB5472F, 0xC9A13B, 0x23262B}));
  const Colour breast = pen.pick({0xE8D8BC, 0xE0793D, 0xF2EFE6, 0xD9C24A, 0xA9A6A0});
  const Colour beak = pen.pick({0xE2A32E, 0x4A4A4E, 0xD9772B});
  pen.line(Path()
               .polyline({{0.52F, 0.74F}, {0.50F, 0.97F}, {0.60F, 0.985F}})
               .polyline({{0.62F, 0.74F}, {0.63F, 0.97F}, {0.73F, 0.985F}})
               .line({0.50F, 0.97F}, {0.44F, 0.985F})
               .line({0.63F, 0.97F}, {0.57F, 0.985F}),
           0.026F, beak);
  pen.body(Path().polygon({{0.30F, 0.52F}, {0.02F, 0.74F}, {0.06F, 0.84F}, {0.42F, 0.70F}}), darker(back, 0.25F));
  pen.body(Path().loop({{0.26F, 0.56F},
                        {0.40F, 0.38F},
                        {0.58F, 0.27F},
                        {0.66F, 0.12F},
                        {0.80F, 0.05F},
                        {0.94F, 0.10F},
                        {0.98F, 0.22F},
                        {0.94F, 0.34F},
                        {0.92F, 0.52F},
                        {0.82F, 0.72F},
                        {0.62F, 0.80F},
                        {0.40F, 0.74F}}),
           back);
  pen.shade(Path().loop({{0.90F, 0.30F},
                         {0.93F, 0.42F},
                         {0.88F, 0.60F},
                         {0.74F, 0.76F},
                         {0.58F, 0.79F},
                         {0.62F, 0.62F},
                         {0.74F, 0.44F}}),
            breast);
  pen.body(
      Path().loop({{0.62F, 0.40F}, {0.72F, 0.48F}, {0.66F, 0.62F}, {0.46F, 0.70F}, {0.20F, 0.72F}, {0.36F, 0.54F}}),
      darker(back, 0.18F));
  pen.line(Path()
               .curve({{0.60F, 0.52F}, {0.48F, 0.60F}, {0.32F, 0.66F}})
               .curve({{0.64F, 0.58F}, {0.54F, 0.65F}, {0.40F, 0.69F}}),
           0.014F, darker(back, 0.5F), 2);
  pen.flat(Path().polygon({{0.95F, 0.15F}, {1.14F, 0.22F}, {0.95F, 0.26F}}), beak);
  pen.flat(Path().circle({0.86F, 0.17F}, 0.032F), rgb(0xF6F1E4));
  pen.flat(Path().circle({0.865F, 0.17F}, 0.022F), kPupil);
}

void draw_bird_flying(Pen& pen) {
  const Colour plumage = pen.vary(pen.pick({0xEDEBE6, 0x3A3B40, 0x6B5444, 0x7FA3BF, 0xB5472F}));
  const Colour tip = darker(plumage, 0.55F), beak = pen.pick({0xE2A32E, 0xD9772B});
  const float lift = pen.uniform(-0.05F, 0.12F);
  pen.body(Path()
               .move_to({0.74F, 0.56F})
               .cubic_to({0.66F, 0.36F}, {0.56F, 0.18F}, {0.40F, 0.02F + lift})
               .cubic_to({0.68F, 0.10F}, {0.88F, 0.30F}, {0.98F, 0.54F})
               .close(),
           darker(plumage, 0.2F));
  pen.body(Path().polygon({{0.40F, 0.58F}, {0.08F, 0.60F}, {0.03F, 0.70F}, {0.14F, 0.74F}, {0.44F, 0.70F}}), tip);
  pen.body(Path().loop({{0.32F, 0.64F},
                        {0.56F, 0.54F},
                        {0.90F, 0.50F},
                        {1.14F, 0.45F},
                        {1.28F, 0.42F},
                        {1.39F, 0.47F},
                        {1.40F, 0.56F},
                        {1.28F, 0.62F},
                        {1.08F, 0.70F},
                        {0.76F, 0.76F},
                        {0.50F, 0.72F}}),
           plumage);
  pen.body(Path()
               .move_to({0.62F, 0.58F})
               .cubic_to({0.60F, 0.34F}, {0.76F, 0.12F}, {1.02F, 0.0F + lift})
               .cubic_to({1.08F, 0.22F}, {1.08F, 0.44F}, {0.98F, 0.60F})
               .close(),
           plumage);
  pen.flat(Path()
               .move_to({0.80F, 0.14F + lift * 0.8F})
               .cubic_to({0.88F, 0.08F + lift * 0.9F}, {0.95F, 0.03F + lift}, {1.02F, 0.0F + lift})
               .line_to({1.055F, 0.16F + lift * 0.7F})
               .close(),
           tip);
  pen.line(Path()
               .curve({{0.70F, 0.56F}, {0.74F, 0.38F}, {0.86F, 0.22F}})
               .curve({{0.82F, 0.57F}, {0.86F, 0.42F}, {0.95F, 0.28F}}),
           0.012F, darker(plumage, 0.3F), 2);
  pen.flat(Path().polygon({{1.38F, 0.47F}, {1.57F, 0.54F}, {1.38F, 0.55F}}), beak);
  pen.flat(Path().circle({1.31F, 0.485F}, 0.022F), kPupil);
}

}  // namespace csgis::synth
