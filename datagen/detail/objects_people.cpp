/// People.

#include "datagen/detail/object_table.h"

namespace csgis::synth {
namespace {

struct Clothes {
  Colour skin, hair, top, legs, shoes;
  bool skirt, long_hair, hat;
};

Clothes choose_clothes(Pen& pen) {
  Clothes clothes{};
  clothes.skin = skin_colour(pen);
  clothes.hair = hair_colour(pen);
  clothes.top = vivid_colour(pen);
  clothes.legs = pen.vary(pen.pick({0x2B3A55, 0x3A3B40, 0x6B5B4A, 0x4F6172, 0x22252B, 0x8A8577}));
  clothes.shoes = pen.pick({0x22242A, 0x5A3B26, 0xE8E6E1, 0x8A2B2B});
  clothes.skirt = pen.chance(0.3);
  clothes.long_hair = pen.chance(0.45);
  clothes.hat = pen.chance(0.2);
  return clothes;
}

/// A head of radius about r, front view or turned to the right.
void head(Pen& pen, Point c, float r, const Clothes& clothes, bool turned) {
  const auto at = [&](float x, float y) { return c + Point{x, y} * r; };
  if (clothes.long_hair) {
    pen.body(Path().loop({at(-0.2F, -1.25F), at(0.7F, -1.05F), at(turned ? 0.6F : 1.05F, 0),
                          at(turned ? 0.2F : 1.0F, 1.3F), at(-0.95F, 1.4F), at(-1.15F, 0), at(-0.9F, -1.0F)}),
             clothes.hair);
  }
  pen.shade(Path().round_rect(c.x - 0.32F * r, c.y + 0.5F * r, c.x + 0.32F * r, c.y + 1.6F * r, 0.2F * r),
            darker(clothes.skin, 0.15F));
  pen.body(Path().ellipse(c, r * 0.84F, r * 1.04F), clothes.skin);
  if (turned) pen.flat(Path().polygon({at(0.74F, -0.18F), at(1.02F, 0.18F), at(0.74F, 0.26F)}), clothes.skin);
  pen.shade(Path().loop({at(-0.90F, 0.02F), at(-0.88F, -0.72F), at(-0.3F, -1.2F), at(0.4F, -1.18F), at(0.86F, -0.7F),
                         at(turned ? 0.7F : 0.88F, -0.25F), at(0.35F, -0.62F), at(-0.35F, -0.55F), at(-0.72F, -0.3F)}),
            clothes.hair);
  if (clothes.hat) {
    const Colour felt = darker(clothes.top, 0.25F);
    pen.body(Path().loop({at(-0.85F, -0.62F), at(-0.7F, -1.3F), at(0, -1.5F), at(0.7F, -1.3F), at(0.85F, -0.62F)}),
             felt);
    pen.flat(Path().round_rect(c.x - (turned ? 0.7F : 1.15F) * r, c.y - 0.78F * r, c.x + 1.3F * r, c.y - 0.55F * r,
                               0.1F * r),
             darker(felt, 0.3F));
  }
  const float shift = turned ? 0.35F : 0.0F;
  pen.flat(Path().circle(at(shift - 0.32F, -0.02F), r * 0.10F).circle(at(shift + 0.32F, -0.02F), r * 0.10F),
           rgb(0x1E1A18));
  pen.line(Path().curve({at(shift - 0.25F, 0.52F), at(shift, 0.62F), at(shift + 0.25F, 0.52F)}), r * 0.09F,
           darker(clothes.skin, 0.55F), 2);
}

void shoe(Pen& pen, Point ankle, float toe, Colour colour) {
  pen.body(Path().loop({{ankle.x - 0.028F, ankle.y},
                        {ankle.x + 0.02F, ankle.y},
                        {ankle.x + toe, 0.98F},
                        {ankle.x + toe, 0.998F},
                        {ankle.x - 0.03F, 0.998F}}),
           colour);
}

}  // namespace

void draw_person_standing(Pen& pen) {
  const Clothes clothes = choose_clothes(pen);
  const float x = 0.19F;
  const Colour trousers = clothes.skirt ? clothes.skin : clothes.legs;
  for (const float side : {-1.0F, 1.0F}) {
    pen.body(Path()
                 .limb({x + side * 0.042F, 0.54F}, 0.042F, {x + side * 0.048F, 0.75F}, 0.032F)
                 .limb({x + side * 0.048F, 0.75F}, 0.032F, {x + side * 0.05F, 0.955F}, 0.022F),
             trousers);
    shoe(pen, {x + side * 0.05F, 0.955F}, side * 0.03F + 0.02F, clothes.shoes);
  }
  if (clothes.skirt) {
    pen.body(Path().polygon({{x - 0.07F, 0.48F}, {x + 0.07F, 0.48F}, {x + 0.115F, 0.72F}, {x - 0.115F, 0.72F}}),
             clothes.legs);
  }
  const float hand = pen.uniform(0.02F, 0.05F);
  for (const float side : {-1.0F, 1.0F}) {
    const Point shoulder{x + side * 0.088F, 0.215F}, elbow{x + side * (0.115F + hand / 2), 0.36F},
        wrist{x + side * (0.10F + hand), 0.49F};
    pen.shade(Path().circle(wrist + Point{0, 0.02F}, 0.024F), clothes.skin);
    pen.body(Path().limb(shoulder, 0.032F, elbow, 0.026F).limb(elbow, 0.026F, wrist, 0.021F),
             darker(clothes.top, 0.1F));
  }
  pen.body(Path()
               .move_to({x - 0.10F, 0.20F})
               .cubic_to({x - 0.05F, 0.175F}, {x + 0.05F, 0.175F}, {x + 0.10F, 0.20F})
               .cubic_to({x + 0.09F, 0.34F}, {x + 0.07F, 0.42F}, {x + 0.088F, 0.55F})
               .line_to({x - 0.088F, 0.55F})
               .cubic_to({x - 0.07F, 0.42F}, {x - 0.09F, 0.34F}, {x - 0.10F, 0.20F})
               .close(),
           clothes.top);
  if (!clothes.skirt) pen.flat(Path().rect(x - 0.086F, 0.525F, x + 0.086F, 0.545F), darker(clothes.legs, 0.5F));
  if (pen.chance(0.4)) {
    pen.flat(Path().polygon({{x - 0.035F, 0.185F}, {x + 0.035F, 0.185F}, {x, 0.27F}}), lighter(clothes.top, 0.7F));
  }
  head(pen, {x, 0.095F}, 0.066F, clothes, false);
}

void draw_person_walking(Pen& pen) {
  const Clothes clothes = choose_clothes(pen);
  const float x = 0.26F, stride = pen.uniform(0.08F, 0.14F);
  const auto leg = [&](float direction, Colour colour) {
    const Point knee{x + direction * stride * 0.45F + 0.02F, 0.75F}, ankle{x + direction * stride - 0.01F, 0.945F};
    pen.body(Path().limb({x, 0.54F}, 0.052F, knee, 0.036F).limb(knee, 0.036F, ankle, 0.023F), colour);
    shoe(pen, ankle + Point{0, 0.01F}, 0.062F, clothes.shoes);
  };
  const auto arm = [&](float direction, Colour colour) {
    const Point elbow{x + direction * 0.07F, 0.355F}, wrist{x + direction * 0.11F + 0.05F, 0.46F};
    pen.shade(Path().circle(wrist + Point{0.01F, 0.015F}, 0.024F), clothes.skin);
    pen.body(Path().limb({x, 0.225F}, 0.036F, elbow, 0.028F).limb(elbow, 0.028F, wrist, 0.022F), colour);
  };
  arm(1, darker(clothes.top, 0.35F));
  leg(-1, darker(clothes.legs, 0.3F));
  leg(1, clothes.legs);
  pen.body(Path().loop({{x - 0.065F, 0.22F},
                        {x, 0.175F},
                        {x + 0.06F, 0.22F},
                        {x + 0.07F, 0.34F},
                        {x + 0.058F, 0.46F},
                        {x + 0.066F, 0.565F},
                        {x - 0.066F, 0.565F},
                        {x - 0.062F, 0.44F},
                        {x - 0.075F, 0.32F}}),
           clothes.top);
  if (pen.chance(0.3)) {
    pen.body(Path().round_rect(x - 0.155F, 0.21F, x - 0.045F, 0.42F, 0.04F), vivid_colour(pen));
  }
  arm(-1, darker(clothes.top, 0.12F));
  head(pen, {x + 0.015F, 0.095F}, 0.066F, clothes, true);
}

namespace {

/// The joints of someone seated, facing right; `unit` is the height of a standing person.
struct Seated {
  Point hip, knee, ankle, shoulder, elbow, hand, head;
  float unit = 1;
};

void draw_seated(Pen& pen, const Seated& s, bool helmet) {
  Clothes clothes = choose_clothes(pen);
  clothes.hat = false;
  const float u = s.unit;
  const auto leg = [&](Point shift, Colour colour) {
    pen.body(Path()
                 .limb(s.hip + shift, 0.055F * u, s.knee + shift, 0.040F * u)
                 .limb(s.knee + shift, 0.040F * u, s.ankle + shift, 0.024F * u),
             colour);
    const Point foot = s.ankle + shift;
    pen.body(Path().limb(foot + Point{0, 0.01F * u}, 0.024F * u, foot + Point{0.06F * u, 0.02F * u}, 0.018F * u),
             clothes.shoes);
  };
  leg({0.03F * u, -0.01F * u}, darker(clothes.legs, 0.35F));
  leg({}, clothes.legs);
  pen.body(Path().limb(s.hip, 0.065F * u, s.shoulder, 0.060F * u), clothes.top);
  pen.shade(Path().circle(s.hand, 0.022F * u), clothes.skin);
  pen.body(Path().limb(s.shoulder, 0.036F * u, s.elbow, 0.028F * u).limb(s.elbow, 0.028F * u, s.hand, 0.022F * u),
           darker(clothes.top, 0.15F));
  const float r = 0.066F * u;
  head(pen, s.head, r, clothes, true);
  if (helmet) {
    pen.body(Path()
                 .move_to(s.head + Point{-1.1F, 0.1F} * r)
                 .cubic_to(s.head + Point{-1.2F, -1.6F} * r, s.head + Point{1.1F, -1.7F} * r,
                           s.head + Point{1.0F, -0.3F} * r)
                 .close(),
             vivid_colour(pen));
  }
}

/// Eyes, brows, nose and mouth on a face of half axes about r.
void face(Pen& pen, Point c, float r, const Clothes& clothes) {
  const auto at = [&](float x, float y) { return c + Point{x, y} * r; };
  const Colour iris = pen.pick({0x4A3220, 0x5A7A8F, 0x4F6B45, 0x2A2420}), line = darker(clothes.skin, 0.6F);
  const float gaze = pen.uniform(-0.04F, 0.04F), smile = pen.uniform(-0.02F, 0.10F);
  pen.shade(Path().loop({at(-0.10F, 0.02F), at(0.10F, 0.02F), at(0.17F, 0.30F), at(0, 0.38F), at(-0.17F, 0.30F)}),
            darker(clothes.skin, 0.10F));
  for (const float side : {-1.0F, 1.0F}) {
    pen.flat(Path().ellipse(at(side * 0.36F, -0.06F), 0.19F * r, 0.15F * r), darker(clothes.skin, 0.16F));
    pen.flat(Path().ellipse(at(side * 0.36F, -0.04F), 0.15F * r, 0.085F * r), rgb(0xF4EFEA));
    pen.flat(Path().circle(at(side * 0.36F + gaze, -0.04F), 0.075F * r), iris);
    pen.flat(Path().circle(at(side * 0.36F + gaze + 0.02F, -0.06F), 0.025F * r), rgb(0xFFFFFF));
    pen.line(Path().curve({at(side * 0.53F, -0.03F), at(side * 0.36F, -0.14F), at(side * 0.20F, -0.03F)}), 0.03F * r,
             line, 3);
    pen.line(Path().curve({at(side * 0.56F, -0.24F), at(side * 0.38F, -0.32F), at(side * 0.18F, -0.26F)}), 0.07F * r,
             darker(clothes.hair, 0.2F));
  }
  pen.line(Path().curve({at(-0.12F, 0.33F), at(0, 0.37F), at(0.12F, 0.33F)}), 0.03F * r, line, 3);
  const Colour lips = mix(clothes.skin, rgb(0xA8303A), 0.5F);
  pen.flat(Path().loop({at(-0.28F, 0.60F - smile), at(-0.06F, 0.55F), at(0.06F, 0.55F), at(0.28F, 0.60F - smile),
                        at(0, 0.68F)}),
           lips);
  pen.line(Path().curve({at(-0.28F, 0.60F - smile), at(0, 0.61F), at(0.28F, 0.60F - smile)}), 0.02F * r,
           darker(lips, 0.5F), 2);
}

void hat_and_glasses(Pen& pen, Point c, float r, const Clothes& clothes) {
  const auto at = [&](float x, float y) { return c + Point{x, y} * r; };
  if (clothes.hat) {
    const Colour felt = vivid_colour(pen);
    pen.body(Path().loop({at(-0.98F, -0.6F), at(-0.8F, -1.4F), at(0, -1.65F), at(0.8F, -1.4F), at(0.98F, -0.6F)}),
             felt);
    pen.body(Path().round_rect(c.x - 1.25F * r, c.y - 0.75F * r, c.x + 1.25F * r, c.y - 0.52F * r, 0.1F * r),
             darker(felt, 0.25F));
  }
  if (pen.chance(0.25)) {
    for (const float side : {-1.0F, 1.0F})
      pen.line(Path()
                   .ellipse(at(side * 0.37F, -0.03F), 0.26F * r, 0.2F * r)
                   .line(at(side * 0.63F, -0.06F), at(side * 0.86F, -0.1F)),
               0.03F * r, rgb(0x22242A), 4);
    pen.line(Path().line(at(-0.11F, -0.06F), at(0.11F, -0.06F)), 0.03F * r, rgb(0x22242A), 4);
  }
}

}  // namespace

void draw_cyclist(Pen& pen) {
  draw_seated(pen,
              {{0.58F, 0.10F},
               {0.96F, 0.36F},
               {0.80F, 0.76F},
               {0.90F, -0.34F},
               {1.07F, -0.10F},
               {1.13F, 0.09F},
               {1.00F, -0.54F},
               1.55F},
              pen.chance(0.5));
}

void draw_motorcyclist(Pen& pen) {
  draw_seated(pen,
              {{0.42F, 0.24F},
               {0.90F, 0.38F},
               {0.80F, 0.74F},
               {0.66F, -0.20F},
               {0.86F, 0.02F},
               {1.05F, 0.10F},
               {0.74F, -0.40F},
               1.45F},
              true);
}

void draw_horse_rider(Pen& pen) {
  draw_seated(pen,
              {{0.54F, 0.26F},
               {0.68F, 0.42F},
               {0.60F, 0.62F},
               {0.56F, -0.04F},
               {0.66F, 0.08F},
               {0.80F, 0.10F},
               {0.58F, -0.17F},
               0.92F},
              pen.chance(0.5));
}

void draw_portrait(Pen& pen) {
  const Clothes clothes = choose_clothes(pen);
  const Point c{0.475F, 0.33F};
  const float r = 0.235F;
  const auto at = [&](float x, float y) { return c + Point{x, y} * r; };
  if (clothes.long_hair) {
    pen.body(Path().loop({at(-0.5F, -1.3F), at(0.5F, -1.3F), at(1.15F, -0.3F), at(1.2F, 1.0F), at(0.9F, 1.9F),
                          at(-0.9F, 1.9F), at(-1.2F, 1.0F), at(-1.15F, -0.3F)}),
             darker(clothes.hair, 0.15F));
  }
  pen.body(Path()
               .move_to({-0.02F, 1.3F})
               .cubic_to({0.0F, 0.86F}, {0.06F, 0.76F}, {0.34F, 0.68F})
               .line_to({0.61F, 0.68F})
               .cubic_to({0.89F, 0.76F}, {0.95F, 0.86F}, {0.97F, 1.3F})
               .close(),
           clothes.top);
  pen.body(Path().polygon({at(-0.42F, 0.6F), at(0.42F, 0.6F), at(0.52F, 1.5F), at(0, 1.95F), at(-0.52F, 1.5F)}),
           darker(clothes.skin, 0.22F));
  if (pen.chance(0.5)) {  // collar
    const Colour collar = pen.chance(0.5) ? rgb(0xF0EEE8) : darker(clothes.top, 0.3F);
    pen.body(Path().polygon({at(-0.6F, 1.4F), at(-0.3F, 1.3F), at(0, 1.95F), at(-0.35F, 2.2F)}), collar);
    pen.body(Path().polygon({at(0.6F, 1.4F), at(0.3F, 1.3F), at(0, 1.95F), at(0.35F, 2.2F)}), collar);
  }
  for (const float side : {-1.0F, 1.0F})
    pen.body(Path().ellipse(at(side * 0.86F, 0.02F), 0.12F * r, 0.22F * r), darker(clothes.skin, 0.1F));
  pen.body(Path().loop({at(0, -1.1F), at(0.62F, -0.85F), at(0.86F, -0.2F), at(0.76F, 0.5F), at(0.4F, 1.0F),
                        at(0, 1.12F), at(-0.4F, 1.0F), at(-0.76F, 0.5F), at(-0.86F, -0.2F), at(-0.62F, -0.85F)}),
           clothes.skin);
  const float lit = pen.style().light_x > 0 ? -1.0F : 1.0F;  // the cheek away from the light
  pen.paint(Path().loop({at(lit * 0.3F, -0.9F), at(lit * 0.8F, -0.4F), at(lit * 0.8F, 0.3F), at(lit * 0.4F, 0.98F),
                         at(lit * 0.45F, 0.2F)}),
            Paint::flat(darker(clothes.skin, 0.35F).with_alpha(0.45F)));
  face(pen, c, r, clothes);
  if (!clothes.long_hair && pen.chance(0.25)) {  // beard
    pen.shade(Path()
                  .loop({at(-0.8F, 0.1F), at(-0.5F, 0.42F), at(0, 0.46F), at(0.5F, 0.42F), at(0.8F, 0.1F),
                         at(0.72F, 0.7F), at(0, 1.22F), at(-0.72F, 0.7F)})
                  .ellipse(at(0, 0.62F), 0.26F * r, 0.09F * r)
                  .as_hole(),
              clothes.hair);
  }
  const float parting = pen.uniform(-0.5F, 0.5F), fringe = pen.uniform(-0.75F, -0.4F);
  pen.body(Path().loop({at(-0.93F, 0.0F), at(-1.0F, -0.6F), at(-0.55F, -1.28F), at(0.2F, -1.36F), at(0.8F, -1.05F),
                        at(1.0F, -0.5F), at(0.93F, 0.0F), at(0.76F, -0.45F), at(parting, fringe - 0.2F),
                        at(-0.76F, -0.45F)}),
           clothes.hair);
  hat_and_glasses(pen, c, r, clothes);
}

}  // namespace csgis::synth
