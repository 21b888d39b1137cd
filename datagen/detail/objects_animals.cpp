/// Animals: soft shapes of loops and limbs.

#include "datagen/detail/object_table.h"

namespace csgis::synth {
namespace {

const Colour kEye = rgb(0x17161A);

/// A leg of two tapering parts with a hoof or paw colour at the end.
struct Leg {
  Point hip, knee, foot;
  float r_hip, r_knee, r_foot;
};

Path leg_path(const Leg& leg) {
  return Path().limb(leg.hip, leg.r_hip, leg.knee, leg.r_knee).limb(leg.knee, leg.r_knee, leg.foot, leg.r_foot);
}

void draw_leg(Pen& pen, const Leg& leg, Colour coat, Colour hoof) {
  pen.body(leg_path(leg), coat);
  const float r = leg.r_foot;
  pen.flat(Path().polygon({{leg.foot.x - r, leg.foot.y - r * 0.6F},
                           {leg.foot.x + r, leg.foot.y - r * 0.6F},
                           {leg.foot.x + r * 1.5F, 1.0F},
                           {leg.foot.x - r * 1.1F, 1.0F}}),
           hoof);
}

void eye(Pen& pen, Point at, float r) {
  pen.flat(Path().circle(at, r), kEye);
  pen.flat(Path().circle(at + Point{r * 0.3F, -r * 0.35F}, r * 0.3F), rgb(0xFFFFFF));
}

}  // namespace

void draw_horse(Pen& pen) {
  const Colour coat = pen.vary(pen.pick({0x7A4A28, 0x4A2E1C, 0xA86B3A, 0x2E2622, 0xC9B79C, 0xD9D4CC, 0x8F5B34}));
  const Colour mane = pen.chance(0.6) ? darker(coat, 0.6F) : pen.pick({0xE8D9B5, 0x2A211C});
  const Colour hoof = rgb(0x2A2522), far = darker(coat, 0.3F);
  const float stride = pen.uniform(-0.03F, 0.06F);
  draw_leg(pen, {{0.33F, 0.50F}, {0.37F - stride, 0.73F}, {0.34F - stride, 0.955F}, 0.10F, 0.040F, 0.028F}, far, hoof);
  draw_leg(pen, {{0.84F, 0.52F}, {0.88F + stride, 0.74F}, {0.88F + stride, 0.955F}, 0.09F, 0.038F, 0.028F}, far, hoof);
  pen.body(Path()
               .move_to({0.20F, 0.33F})
               .cubic_to({0.04F, 0.36F}, {0.08F, 0.62F}, {0.04F, 0.76F})
               .cubic_to({0.14F, 0.70F}, {0.20F, 0.52F}, {0.24F, 0.40F})
               .close(),
           mane);
  draw_leg(pen, {{0.27F, 0.47F}, {0.22F + stride, 0.73F}, {0.24F + stride, 0.955F}, 0.115F, 0.042F, 0.030F}, coat,
           hoof);
  draw_leg(pen, {{0.79F, 0.50F}, {0.78F - stride, 0.74F}, {0.77F - stride, 0.955F}, 0.10F, 0.040F, 0.030F}, coat, hoof);
  pen.body(
      Path()
          .loop({{0.17F, 0.40F},  {0.22F, 0.31F},  {0.36F, 0.295F}, {0.55F, 0.33F}, {0.72F, 0.30F},  {0.84F, 0.25F},
                 {0.95F, 0.13F},  {1.04F, 0.055F}, {1.13F, 0.065F}, {1.20F, 0.14F}, {1.29F, 0.235F}, {1.315F, 0.29F},
                 {1.27F, 0.325F}, {1.20F, 0.285F}, {1.11F, 0.245F}, {1.04F, 0.30F}, {0.96F, 0.43F},  {0.89F, 0.55F},
                 {0.76F, 0.59F},  {0.56F, 0.585F}, {0.38F, 0.56F},  {0.22F, 0.54F}})
          .polygon({{1.03F, 0.08F}, {1.055F, 0.0F}, {1.10F, 0.075F}}),
      coat);
  pen.shade(Path().loop({{1.06F, 0.035F},
                         {1.00F, 0.05F},
                         {0.90F, 0.14F},
                         {0.80F, 0.26F},
                         {0.76F, 0.34F},
                         {0.86F, 0.35F},
                         {0.95F, 0.24F},
                         {1.02F, 0.13F}}),
            mane);
  pen.flat(Path().ellipse({1.285F, 0.285F}, 0.036F, 0.034F), darker(coat, 0.35F));
  eye(pen, {1.13F, 0.145F}, 0.017F);
  if (pen.chance(0.35))
    pen.flat(Path().loop({{1.155F, 0.11F}, {1.23F, 0.19F}, {1.25F, 0.225F}, {1.20F, 0.18F}}), rgb(0xF4EFE6));
}

void draw_cow(Pen& pen) {
  const bool pied = pen.chance(0.65);
  const Colour coat = pied ? rgb(0xF3EEE6) : pen.vary(pen.pick({0x8A5230, 0xB9793F, 0x4A3226, 0xD8B68C}));
  const Colour patch = pen.pick({0x2A2523, 0x6B3F26, 0x8A4B2A});
  const Colour far = darker(coat, 0.3F), hoof = rgb(0x2F2A28), pink = rgb(0xE0A79A);
  draw_leg(pen, {{0.40F, 0.58F}, {0.42F, 0.78F}, {0.41F, 0.96F}, 0.08F, 0.045F, 0.036F}, far, hoof);
  draw_leg(pen, {{1.08F, 0.58F}, {1.10F, 0.78F}, {1.10F, 0.96F}, 0.08F, 0.045F, 0.036F}, far, hoof);
  pen.line(Path().curve({{0.20F, 0.26F}, {0.11F, 0.32F}, {0.10F, 0.50F}, {0.08F, 0.66F}}), 0.028F, darker(coat, 0.15F));
  pen.flat(Path().ellipse({0.08F, 0.70F}, 0.03F, 0.06F), patch);
  pen.flat(Path().ellipse({0.46F, 0.68F}, 0.11F, 0.07F), pink);
  draw_leg(pen, {{0.29F, 0.54F}, {0.27F, 0.78F}, {0.29F, 0.96F}, 0.11F, 0.048F, 0.038F}, coat, hoof);
  draw_leg(pen, {{1.00F, 0.58F}, {0.99F, 0.78F}, {0.99F, 0.96F}, 0.09F, 0.048F, 0.038F}, coat, hoof);
  pen.body(Path().loop({{0.18F, 0.36F},
                        {0.20F, 0.25F},
                        {0.34F, 0.215F},
                        {0.62F, 0.23F},
                        {0.92F, 0.20F},
                        {1.10F, 0.17F},
                        {1.22F, 0.16F},
                        {1.26F, 0.26F},
                        {1.20F, 0.46F},
                        {1.12F, 0.62F},
                        {0.94F, 0.68F},
                        {0.66F, 0.69F},
                        {0.40F, 0.66F},
                        {0.22F, 0.56F}}),
           coat);
  if (pied) {
    pen.flat(Path()
                 .loop({{0.24F, 0.25F}, {0.44F, 0.235F}, {0.50F, 0.36F}, {0.40F, 0.50F}, {0.26F, 0.46F}})
                 .loop({{0.66F, 0.26F}, {0.86F, 0.24F}, {0.92F, 0.40F}, {0.82F, 0.54F}, {0.66F, 0.50F}, {0.60F, 0.38F}})
                 .loop({{1.02F, 0.50F}, {1.12F, 0.46F}, {1.13F, 0.56F}, {1.04F, 0.62F}}),
             patch);
  }
  const Colour head = pied ? patch : coat;
  pen.line(Path()
               .curve({{1.22F, 0.10F}, {1.20F, 0.05F}, {1.25F, 0.01F}})
               .curve({{1.34F, 0.09F}, {1.38F, 0.05F}, {1.37F, 0.0F}}),
           0.030F, rgb(0xE3D6BC));
  pen.body(Path().ellipse({1.15F, 0.145F}, 0.075F, 0.035F), head);
  pen.body(Path().loop({{1.17F, 0.11F},
                        {1.28F, 0.07F},
                        {1.38F, 0.11F},
                        {1.44F, 0.22F},
                        {1.53F, 0.32F},
                        {1.54F, 0.40F},
                        {1.46F, 0.43F},
                        {1.36F, 0.38F},
                        {1.24F, 0.30F}}),
           head);
  pen.flat(Path().loop({{1.45F, 0.29F}, {1.53F, 0.32F}, {1.54F, 0.40F}, {1.46F, 0.43F}, {1.40F, 0.38F}}), pink);
  pen.flat(Path().circle({1.505F, 0.355F}, 0.012F), darker(pink, 0.6F));
  if (pied) pen.flat(Path().loop({{1.32F, 0.09F}, {1.37F, 0.13F}, {1.43F, 0.26F}, {1.37F, 0.24F}}), coat);
  eye(pen, {1.32F, 0.185F}, 0.02F);
}

void draw_sheep(Pen& pen) {
  const Colour wool = pen.vary(pen.pick({0xF1ECE0, 0xE6DFD0, 0xD9D0BF, 0x6B5D52}), 0.03F);
  const Colour skin = pen.pick({0x2D2826, 0x4B3F38, 0xD9C4A8});
  for (const float x : {0.38F, 0.90F})
    draw_leg(pen, {{x, 0.66F}, {x, 0.80F}, {x, 0.96F}, 0.05F, 0.036F, 0.032F}, darker(skin, 0.3F), kEye);
  for (const float x : {0.28F, 0.80F})
    draw_leg(pen, {{x, 0.66F}, {x, 0.80F}, {x, 0.96F}, 0.055F, 0.038F, 0.034F}, skin, kEye);
  Path fleece;
  fleece.ellipse({0.60F, 0.44F}, 0.46F, 0.29F);
  const int curls = pen.random().between(13, 17);
  for (int i = 0; i < curls; ++i) {
    const float turn = static_cast<float>(i) / static_cast<float>(curls);
    fleece.circle({0.60F + 0.45F * cosine_turns(turn), 0.44F + 0.28F * sine_turns(turn)}, 0.105F);
  }
  pen.body(fleece, wool);
  Path curl_lines;
  for (int i = 0; i < 7; ++i) {
    const Point c{0.34F + 0.16F * static_cast<float>(i % 4) + (i > 3 ? 0.08F : 0.0F), i > 3 ? 0.52F : 0.36F};
    const Point curl = c + Point{pen.uniform(-0.03F, 0.03F), pen.uniform(-0.03F, 0.03F)};
    curl_lines.arc(curl, 0.055F, 0.045F, 0.05F, 0.55F);
  }
  pen.line(curl_lines, 0.014F, darker(wool, 0.22F), 2.5F);
  pen.body(Path().ellipse({1.00F, 0.27F}, 0.085F, 0.035F), darker(skin, 0.2F));
  pen.body(Path().loop({{1.02F, 0.20F},
                        {1.12F, 0.17F},
                        {1.21F, 0.24F},
                        {1.29F, 0.38F},
                        {1.28F, 0.46F},
                        {1.19F, 0.47F},
                        {1.08F, 0.40F},
                        {1.02F, 0.30F}}),
           skin);
  pen.shade(Path().circle({1.03F, 0.18F}, 0.07F).circle({1.10F, 0.15F}, 0.065F).circle({1.00F, 0.25F}, 0.05F), wool);
  pen.flat(Path().circle({1.155F, 0.275F}, 0.026F), rgb(0xF6F1E4));
  pen.flat(Path().circle({1.16F, 0.277F}, 0.014F), kEye);
}

void draw_dog_standing(Pen& pen) {
  const Colour coat = pen.vary(pen.pick({0xB98350, 0x6B4327, 0x2E2926, 0xE4D3B5, 0xA86032, 0x8F8A84, 0xD9A25E}));
  const Colour ear = darker(coat, 0.4F), far = darker(coat, 0.3F);
  const Colour chest = pen.chance(0.5) ? lighter(coat, 0.6F) : coat;
  const auto leg = [&](Point hip, float knee, float foot, float r, Colour colour) {
    pen.body(leg_path({hip, {knee, 0.74F}, {foot, 0.955F}, r, 0.048F, 0.04F})
                 .ellipse({foot + 0.03F, 0.965F}, 0.065F, 0.035F),
             colour);
  };
  leg({0.36F, 0.58F}, 0.34F, 0.36F, 0.09F, far);
  leg({0.82F, 0.58F}, 0.86F, 0.85F, 0.08F, far);
  const float wag = pen.uniform(-0.06F, 0.06F);
  pen.body(Path()
               .limb({0.24F, 0.40F}, 0.05F, {0.11F, 0.24F}, 0.035F)
               .limb({0.11F, 0.24F}, 0.035F, {0.09F + wag, 0.08F}, 0.022F),
           coat);
  leg({0.28F, 0.54F}, 0.22F, 0.25F, 0.12F, coat);
  leg({0.78F, 0.56F}, 0.77F, 0.76F, 0.10F, coat);
  pen.body(Path().loop({{0.19F, 0.44F},
                        {0.26F, 0.35F},
                        {0.46F, 0.345F},
                        {0.68F, 0.345F},
                        {0.80F, 0.27F},
                        {0.86F, 0.14F},
                        {0.96F, 0.075F},
                        {1.07F, 0.10F},
                        {1.11F, 0.17F},
                        {1.22F, 0.20F},
                        {1.265F, 0.25F},
                        {1.23F, 0.31F},
                        {1.10F, 0.325F},
                        {1.01F, 0.34F},
                        {0.95F, 0.46F},
                        {0.88F, 0.60F},
                        {0.70F, 0.655F},
                        {0.48F, 0.60F},
                        {0.30F, 0.60F}}),
           coat);
  pen.flat(Path().loop({{0.93F, 0.42F}, {0.90F, 0.52F}, {0.84F, 0.61F}, {0.78F, 0.60F}, {0.84F, 0.48F}}), chest);
  if (pen.chance(0.6)) {
    pen.body(
        Path().loop({{0.90F, 0.10F}, {0.98F, 0.11F}, {0.97F, 0.24F}, {0.91F, 0.34F}, {0.84F, 0.28F}, {0.85F, 0.17F}}),
        ear);
  } else {
    pen.body(Path().polygon({{0.88F, 0.15F}, {0.87F, 0.0F}, {1.0F, 0.09F}}), ear);
  }
  pen.flat(Path().ellipse({1.245F, 0.225F}, 0.032F, 0.028F), kEye);
  pen.line(Path().curve({{1.235F, 0.265F}, {1.19F, 0.285F}, {1.12F, 0.275F}}), 0.012F, darker(coat, 0.6F), 2);
  eye(pen, {1.065F, 0.165F}, 0.022F);
  if (pen.chance(0.5)) pen.line(Path().line({0.84F, 0.31F}, {0.98F, 0.40F}), 0.035F, vivid_colour(pen));
}

void draw_dog_sitting(Pen& pen) {
  const Colour coat = pen.vary(pen.pick({0xB98350, 0x6B4327, 0x3A332F, 0xE4D3B5, 0xA86032, 0xD9A25E}));
  const Colour ear = darker(coat, 0.42F), muzzle = lighter(coat, 0.45F);
  pen.body(Path().limb({0.16F, 0.90F}, 0.045F, {0.04F, 0.74F}, 0.03F), coat);
  pen.body(Path().loop({{0.30F, 0.42F},
                        {0.50F, 0.40F},
                        {0.62F, 0.55F},
                        {0.66F, 0.80F},
                        {0.62F, 0.99F},
                        {0.20F, 0.99F},
                        {0.11F, 0.86F},
                        {0.18F, 0.62F}}),
           coat);
  pen.shade(Path().loop({{0.40F, 0.48F}, {0.54F, 0.48F}, {0.58F, 0.66F}, {0.48F, 0.78F}, {0.38F, 0.66F}}), muzzle);
  pen.body(Path().loop({{0.14F, 0.84F}, {0.26F, 0.72F}, {0.36F, 0.84F}, {0.34F, 0.99F}, {0.16F, 0.99F}}),
           darker(coat, 0.12F));
  for (const float x : {0.43F, 0.56F}) {
    pen.body(Path().limb({x, 0.68F}, 0.055F, {x + 0.01F, 0.95F}, 0.045F).ellipse({x + 0.03F, 0.965F}, 0.065F, 0.035F),
             coat);
  }
  pen.body(Path().ellipse({0.47F, 0.26F}, 0.20F, 0.215F), coat);
  pen.body(Path()
               .loop({{0.30F, 0.10F}, {0.36F, 0.12F}, {0.34F, 0.30F}, {0.26F, 0.40F}, {0.19F, 0.30F}, {0.23F, 0.16F}})
               .loop({{0.64F, 0.10F}, {0.58F, 0.12F}, {0.60F, 0.30F}, {0.68F, 0.40F}, {0.75F, 0.30F}, {0.71F, 0.16F}}),
           ear);
  pen.shade(Path().ellipse({0.47F, 0.36F}, 0.115F, 0.095F), muzzle);
  pen.flat(Path().ellipse({0.47F, 0.315F}, 0.045F, 0.034F), kEye);
  pen.line(Path()
               .curve({{0.40F, 0.395F}, {0.435F, 0.41F}, {0.47F, 0.385F}, {0.505F, 0.41F}, {0.54F, 0.395F}})
               .line({0.47F, 0.35F}, {0.47F, 0.385F}),
           0.012F, kEye, 2);
  for (const float x : {0.395F, 0.545F}) eye(pen, {x, 0.22F}, 0.026F);
  if (pen.chance(0.6))
    pen.line(Path().curve({{0.31F, 0.455F}, {0.46F, 0.50F}, {0.62F, 0.455F}}), 0.04F, vivid_colour(pen));
}

}  // namespace csgis::synth
