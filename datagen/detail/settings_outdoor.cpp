/// Settings under the open sky.

#include "datagen/detail/backdrop.h"
#include "datagen/detail/setting_table.h"

namespace csgis::synth {
namespace {

Colour by_light(const Pen& pen, Colour colour) {
  return pen.style().night ? darker(colour, 0.6F) : colour;
}

Colour grass_colour(Pen& pen) {
  return by_light(pen, pen.vary(pen.pick({0x7DA453, 0x9AB55C, 0x5E8C4A, 0xB5B565, 0x88A86A}), 0.04F));
}

void ground(Pen& pen, float width, float y0, float y1, Colour colour) {
  pen.paint(Path().rect(0, y0, width, y1),
            Paint::linear({0, y0}, {0, y1}, lighter(colour, 0.14F), darker(colour, 0.10F)));
}

/// Open ground with worn and grown spots, and stones or bushes here and there.
void meadow_ground(Pen& pen, float width, float horizon) {
  const Colour grass = grass_colour(pen);
  ground(pen, width, horizon, 1, grass);
  if (pen.chance(0.75)) draw_patches(pen, width, horizon + 0.01F, 1, grass, pen.random().between(5, 16));
  for (int i = pen.random().between(0, 3); i > 0; --i) {
    const float x = pen.uniform(0, width), below = pen.uniform(0.05F, 0.3F);
    if (pen.chance(0.6)) {
      draw_bush(pen, {x, horizon + below}, 0.06F + below * 0.7F, darker(grass, 0.25F));
    } else {
      draw_boulder(pen, {x, horizon + below}, 0.03F + below * 0.5F, by_light(pen, pen.pick({0x8A8680, 0xA09484})));
    }
  }
}

void lane_marks(Pen& pen, float width, float y, float thickness) {
  for (float x = pen.uniform(-0.2F, 0); x < width; x += 0.32F) {
    pen.flat(Path().polygon({{x, y}, {x + 0.16F, y}, {x + 0.17F, y + thickness}, {x, y + thickness}}),
             by_light(pen, rgb(0xEDEAE0)));
  }
}

}  // namespace

void draw_street(Pen& pen, Stage& stage) {
  const float w = stage.width, kerb = pen.uniform(0.54F, 0.66F), road = kerb + pen.uniform(0.05F, 0.08F);
  draw_sky_above(pen, w, kerb);
  draw_skyline(pen, w, kerb, 0.26F, 0.52F);
  ground(pen, w, kerb, road, by_light(pen, rgb(0xB7B4AC)));
  pen.flat(Path().rect(0, road - 0.012F, w, road), by_light(pen, rgb(0x8F8D88)));
  const float lower = pen.uniform(0.90F, 1.05F);
  const Colour asphalt = by_light(pen, pen.vary(rgb(0x6A6D72), 0.08F));
  ground(pen, w, road, 1, asphalt);
  if (pen.chance(0.5)) draw_patches(pen, w, road + 0.02F, 1, asphalt, 7);
  lane_marks(pen, w, (road + lower) / 2, 0.014F);
  if (lower < 0.99F) ground(pen, w, lower, 1, by_light(pen, rgb(0xBDB9B0)));
  for (int i = pen.random().between(0, 2); i > 0; --i)
    draw_tree(pen, {{pen.uniform(0, w), kerb + 0.03F}, pen.uniform(0.25F, 0.42F)});
  for (int i = pen.random().between(0, 2); i > 0; --i)
    draw_street_lamp(pen, {{pen.uniform(0, w), kerb + 0.04F}, pen.uniform(0.35F, 0.5F)});
  if (pen.chance(0.4)) draw_road_sign(pen, {{pen.uniform(0, w), kerb + 0.05F}, 0.3F});
  const float cables = pen.uniform(0.02F, 0.2F);
  if (pen.chance(0.3)) draw_cables(pen, w, cables, pen.random().between(1, 4));
  stage.horizon = kerb - 0.16F;
  stage.bands = {{kRoad, road + 0.10F, 0.97F}, {kPavement, kerb + 0.03F, road - 0.01F}, {kPavement, 0.92F, 0.99F}};
}

void draw_country_road(Pen& pen, Stage& stage) {
  const float w = stage.width, horizon = pen.uniform(0.38F, 0.52F);
  draw_sky_above(pen, w, horizon);
  draw_hills(pen, w, horizon + 0.01F, 0.20F, by_light(pen, pen.pick({0x8FA8B5, 0x9FB3A8, 0xA89FB0})));
  draw_hills(pen, w, horizon + 0.02F, 0.09F, by_light(pen, pen.pick({0x6F9468, 0x86A06B, 0x7A8F7A})));
  meadow_ground(pen, w, horizon);
  for (int i = pen.random().between(1, 5); i > 0; --i)
    draw_tree(pen, {{pen.uniform(0, w), horizon + 0.05F}, pen.uniform(0.12F, 0.3F)});
  const float road = horizon + pen.uniform(0.13F, 0.2F), lower = pen.uniform(0.86F, 0.95F);
  if (pen.chance(0.5)) draw_fence(pen, 0, w, road - 0.03F, 0.07F);
  ground(pen, w, road, lower, by_light(pen, rgb(0x74757A)));
  pen.flat(Path().rect(0, road + 0.012F, w, road + 0.02F).rect(0, lower - 0.025F, w, lower - 0.013F),
           by_light(pen, rgb(0xE6E2D6)));
  lane_marks(pen, w, (road + lower) / 2, 0.012F);
  stage.horizon = horizon;
  stage.bands = {{kRoad, road + 0.1F, lower - 0.03F}, {kGrass, lower + 0.02F, 0.99F}, {kAir, 0.12F, horizon - 0.05F}};
}

void draw_meadow(Pen& pen, Stage& stage) {
  const float w = stage.width, horizon = pen.uniform(0.32F, 0.5F);
  draw_sky_above(pen, w, horizon + 0.02F);
  if (pen.chance(0.5)) {
    const Colour rock = by_light(pen, pen.pick({0x8A97A8, 0x7F8A9A, 0x9A8F9F}));
    Path peaks;
    for (float x = -0.1F; x < w; x += 0.34F) {
      const float top = horizon - pen.uniform(0.12F, 0.26F), c = x + pen.uniform(0.1F, 0.24F);
      peaks.polygon({{x - 0.12F, horizon + 0.02F}, {c, top}, {x + 0.5F, horizon + 0.02F}});
    }
    pen.shade(peaks, rock);
  }
  draw_hills(pen, w, horizon + 0.03F, 0.12F, by_light(pen, pen.pick({0x7F9F6B, 0x8FA878, 0x6B8F72})));
  const Colour grass = grass_colour(pen);
  ground(pen, w, horizon + 0.02F, 1, grass);
  draw_hills(pen, w, 1.05F, 0.42F, darker(grass, 0.08F));
  if (pen.chance(0.75)) draw_patches(pen, w, horizon + 0.06F, 1, grass, pen.random().between(5, 16));
  for (int i = pen.random().between(0, 4); i > 0; --i)
    draw_tree(pen, {{pen.uniform(0, w), horizon + pen.uniform(0.03F, 0.10F)}, pen.uniform(0.12F, 0.28F)});
  if (pen.chance(0.6)) {
    const float from = pen.uniform(-0.3F, 0.2F), to = w * pen.uniform(0.6F, 1.1F);
    const float y = horizon + pen.uniform(0.12F, 0.2F), height = pen.uniform(0.06F, 0.12F);
    draw_fence(pen, from, to, y, height);
  }
  stage.horizon = horizon;
  stage.bands = {{kGrass, horizon + 0.2F, 0.98F}, {kAir, 0.12F, horizon - 0.04F}};
}

void draw_park(Pen& pen, Stage& stage) {
  const float w = stage.width, horizon = pen.uniform(0.40F, 0.52F);
  draw_sky_above(pen, w, horizon + 0.02F);
  if (pen.chance(0.6)) draw_skyline(pen, w, horizon, 0.12F, 0.28F);
  meadow_ground(pen, w, horizon);
  for (int i = pen.random().between(2, 6); i > 0; --i)
    draw_tree(pen, {{pen.uniform(-0.05F, w + 0.05F), horizon + pen.uniform(0.02F, 0.12F)}, pen.uniform(0.2F, 0.5F)});
  if (pen.chance(0.5)) draw_fence(pen, 0, w, horizon + 0.12F, 0.09F);
  const float x = pen.uniform(0.2F, 0.8F) * w, bend = pen.uniform(-0.3F, 0.3F);
  const Colour gravel = by_light(pen, rgb(0xD8CBB0));
  pen.paint(Path()
                .move_to({x - 0.02F, horizon + 0.13F})
                .cubic_to({x + bend, horizon + 0.25F}, {x - bend - 0.2F, 0.8F}, {x - 0.45F, 1})
                .line_to({x + 0.35F, 1})
                .cubic_to({x - bend + 0.25F, 0.8F}, {x + bend + 0.12F, horizon + 0.25F}, {x + 0.03F, horizon + 0.13F})
                .close(),
            Paint::linear({0, horizon}, {0, 1}, lighter(gravel, 0.2F), darker(gravel, 0.08F)));
  stage.horizon = horizon - 0.04F;
  stage.bands = {{kPavement | kGrass, horizon + 0.2F, 0.98F}, {kAir, 0.12F, horizon - 0.06F}};
}

void draw_sea(Pen& pen, Stage& stage) {
  const float w = stage.width, horizon = pen.uniform(0.36F, 0.55F);
  draw_sky_above(pen, w, horizon);
  if (pen.chance(0.5)) draw_hills(pen, w, horizon, 0.08F, by_light(pen, pen.pick({0x8A9FA8, 0x7F947F, 0x9A94A3})));
  const Colour water = by_light(pen, pen.vary(pen.pick({0x3F86A8, 0x2F6F8F, 0x5FA3A8, 0x6B8FA8}), 0.03F));
  pen.paint(Path().rect(0, horizon, w, 1),
            Paint::linear({0, horizon}, {0, 1}, lighter(water, 0.35F), water, 0.5F, darker(water, 0.25F)));
  if (pen.chance(0.6)) draw_patches(pen, w, horizon + 0.01F, 1, water, pen.random().between(8, 20));
  const bool beach = pen.chance(0.45);
  const float shore = beach ? pen.uniform(0.80F, 0.88F) : 1.1F;
  Path waves;
  for (int i = pen.random().between(8, 20); i > 0; --i) {
    const float depth = pen.uniform(0.08F, 1), y = horizon + (1 - horizon) * depth * depth, x = pen.uniform(0, w),
                s = 0.02F + 0.08F * depth;
    waves.curve({{x - s, y}, {x - s / 2, y - s * 0.12F}, {x, y}, {x + s / 2, y - s * 0.12F}, {x + s, y}});
  }
  pen.line(waves, 0.005F, lighter(water, 0.4F), 3);
  if (beach) {
    const Colour sand = by_light(pen, rgb(0xE3CFA3));
    draw_hills(pen, w, 1.1F, 1.12F - shore, lighter(sand, 0.55F));
    ground(pen, w, shore + 0.12F, 1, sand);
    Path edge;
    edge.move_to({-0.1F, 1.1F})
        .line_to({-0.1F, shore + 0.09F})
        .cubic_to({w * 0.3F, shore + 0.03F}, {w * 0.6F, shore + 0.14F}, {w + 0.1F, shore + 0.07F})
        .line_to({w + 0.1F, 1.1F})
        .close();
    pen.paint(edge, Paint::linear({0, shore}, {0, 1}, lighter(sand, 0.1F), darker(sand, 0.06F)));
  }
  stage.horizon = horizon - 0.05F;
  stage.bands = {{kWater, horizon + 0.08F, beach ? shore - 0.02F : 0.93F}, {kAir, 0.14F, horizon - 0.05F}};
  if (beach) stage.bands.push_back({kPavement, shore + 0.09F, 0.99F});
}

void draw_sky(Pen& pen, Stage& stage) {
  draw_sky_above(pen, stage.width, 1);
  for (int i = pen.random().between(0, 3); i > 0; --i) {
    const Point centre{pen.uniform(0, stage.width), pen.uniform(0.5F, 1)};
    const float size = pen.uniform(0.1F, 0.25F);
    draw_cloud(pen, centre, size, pen.style().night ? rgb(0x343B5C) : rgb(0xF6F7F8));
  }
  stage.horizon = 0;
  stage.bands = {{kAir, 0.25F, 0.9F}};
}

void draw_airfield(Pen& pen, Stage& stage) {
  const float w = stage.width, horizon = pen.uniform(0.42F, 0.56F);
  draw_sky_above(pen, w, horizon);
  draw_hills(pen, w, horizon + 0.01F, 0.08F, by_light(pen, rgb(0x93A3A0)));
  const float x = pen.uniform(0, w * 0.5F);
  const Colour hangar = by_light(pen, muted_colour(pen));
  pen.body(Path()
               .move_to({x, horizon + 0.02F})
               .line_to({x, horizon - 0.12F})
               .cubic_to({x + 0.1F, horizon - 0.24F}, {x + 0.4F, horizon - 0.24F}, {x + 0.5F, horizon - 0.12F})
               .line_to({x + 0.5F, horizon + 0.02F})
               .close(),
           hangar);
  pen.flat(Path().rect(x + 0.06F, horizon - 0.11F, x + 0.44F, horizon + 0.02F), darker(hangar, 0.45F));
  Path seams;
  for (int i = 1; i < 6; ++i) {
    const float seam = x + 0.06F + 0.38F * static_cast<float>(i) / 6;
    seams.line({seam, horizon - 0.11F}, {seam, horizon + 0.02F});
  }
  pen.line(seams, 0.004F, darker(hangar, 0.7F), 2);
  const float tower = x + pen.uniform(0.6F, 0.8F);
  pen.body(Path().rect(tower, horizon - 0.22F, tower + 0.06F, horizon + 0.02F), by_light(pen, rgb(0xD9D6CE)));
  pen.body(Path().polygon({{tower - 0.03F, horizon - 0.30F},
                           {tower + 0.09F, horizon - 0.30F},
                           {tower + 0.07F, horizon - 0.22F},
                           {tower - 0.01F, horizon - 0.22F}}),
           rgb(0x6E94AB));
  ground(pen, w, horizon + 0.01F, horizon + 0.09F, grass_colour(pen));
  ground(pen, w, horizon + 0.09F, 1, by_light(pen, rgb(0x96989B)));
  pen.flat(Path().polygon({{0, 0.90F}, {w, 0.84F}, {w, 0.855F}, {0, 0.918F}}), by_light(pen, rgb(0xE9C23F)));
  stage.horizon = horizon;
  stage.bands = {{kApron, horizon + 0.22F, 0.96F}, {kAir, 0.15F, horizon - 0.1F}};
}

void draw_railway(Pen& pen, Stage& stage) {
  const float w = stage.width, horizon = pen.uniform(0.44F, 0.56F);
  draw_sky_above(pen, w, horizon);
  if (pen.chance(0.5)) {
    draw_skyline(pen, w, horizon, 0.16F, 0.34F);
  } else {
    draw_hills(pen, w, horizon + 0.01F, 0.2F, by_light(pen, rgb(0x7F9F86)));
  }
  meadow_ground(pen, w, horizon);
  const float wires = horizon - 0.30F;
  pen.line(Path().curve({{-0.1F, wires}, {w / 2, wires + 0.02F}, {w + 0.1F, wires}}), 0.003F, rgb(0x3A3F45), 1.5F);
  for (float x = pen.uniform(0, 0.4F); x < w; x += 0.6F) {
    pen.line(Path()
                 .line({x, wires - 0.05F}, {x, horizon + 0.14F})
                 .polyline({{x, wires - 0.03F}, {x + 0.10F, wires - 0.01F}, {x, wires + 0.05F}}),
             0.008F, rgb(0x5A5F66), 4);
  }
  const float rail = pen.uniform(0.80F, 0.88F);
  pen.paint(
      Path().polygon({{0, rail - 0.05F}, {w, rail - 0.05F}, {w, rail + 0.07F}, {0, rail + 0.07F}}),
      Paint::linear({0, rail - 0.05F}, {0, rail + 0.07F}, by_light(pen, rgb(0xA39A8F)), by_light(pen, rgb(0x857C72))));
  Path sleepers;
  for (float x = 0; x < w + 0.1F; x += 0.075F)
    sleepers.polygon(
        {{x, rail - 0.025F}, {x + 0.03F, rail - 0.025F}, {x + 0.02F, rail + 0.045F}, {x - 0.015F, rail + 0.045F}});
  pen.flat(sleepers, by_light(pen, rgb(0x5E4A3A)));
  pen.line(Path()
               .line({-0.1F, rail - 0.012F}, {w + 0.1F, rail - 0.012F})
               .line({-0.1F, rail + 0.028F}, {w + 0.1F, rail + 0.028F}),
           0.008F, by_light(pen, rgb(0xC4C9CE)), 4);
  stage.horizon = horizon - 0.1F;
  stage.bands = {{kRail, rail + 0.01F, rail + 0.02F}, {kGrass, 0.96F, 0.995F}, {kAir, 0.12F, horizon - 0.1F}};
}

}  // namespace csgis::synth
