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

}  // namespace csgis::synth
