/// Hides, metals, prints and plain noise.

#include "datagen/detail/texture_table.h"

#include <algorithm>
#include <cmath>

namespace csgis::synth {

Pattern make_leather(const Grid& grid, Random& random) {
  const CellNoise scales(grid, {1, 1}, 0.9F, random);
  const Noise warp(grid, {0.5F, 0.5F}, random), crease(grid, {0.12F, 0.12F}, random), fine(grid, {3, 3}, random);
  const Colour hide = tinted(random, {0x6B3F28, 0x3A2A22, 0x8A5A38, 0x2B2B2E, 0x7A2F2A, 0xB08A60, 0x4A5A52});
  return [=](Point p) -> Texel {
    const CellNoise::Cell scale = scales({p.x + 0.35F * warp(p), p.y + 0.35F * warp({p.x + 0.7F, p.y + 0.2F})});
    const float dome = smooth_step(0, 0.5F, scale.border);
    const float fold = smooth_step(0.80F, 0.98F, crease.ridged(p, 3));
    return {
        brighter(hide, 0.25F * (dome - 0.6F) - 0.25F * fold + 0.06F * fine(p) + 0.08F * (hash_unit(scale.id) - 0.5F)),
        0.22F * dome - 0.35F * fold};
  };
}

Pattern make_rust(const Grid& grid, Random& random) {
  const Noise spread(grid, grid.square(0.7F), random), grit(grid, grid.square(9), random),
      streak(grid, {grid.aspect * 3, 0.4F}, random);
  const Colour paint = tinted(random, {0x7A8A94, 0x4F6B6B, 0xA8A49C, 0x3F5A78, 0x8A9A6B}),
               pale = tinted(random, {0xC4703A, 0xB5622F}), deep = tinted(random, {0x5A2A1C, 0x6B3A24});
  const auto level = static_cast<float>(random.uniform(-0.25, 0.25));
  return [=](Point p) -> Texel {
    const float rough = grit.fractal(p, 3, 0.7F);
    const float rusty = spread.fractal(p, 5, 0.6F) + 0.22F * streak.fractal(p, 2) + 0.08F * rough - level;
    const float cover = smooth_step(-0.03F, 0.05F, rusty), depth = clamp01(rusty * 1.8F + 0.35F * rough + 0.2F);
    const Colour metal = brighter(paint, 0.05F * rough + 0.12F * streak(p));
    return {mix(metal, brighter(mix(pale, deep, depth), 0.25F * rough), cover),
            cover * (0.02F * rough - 0.015F) + 0.002F * rough};
  };
}

Pattern make_corrugation(const Grid& grid, Random& random) {
  const Noise dirt(grid, {0.4F, 0.8F}, random), grain(grid, grid.square(10), random);
  const Colour sheet = tinted(random, {0x9AA4AA, 0x7A8A8F, 0x8A5A4A, 0x4F6B7A, 0xC4C4BE, 0x5A7A5A}),
               stain = tinted(random, {0x6B4A34, 0x4A4A46});
  const bool trapezoid = random.chance(0.4);
  return [=](Point p) -> Texel {
    const float wave = 0.5F + 0.5F * cosine_turns(p.x);
    const float height = trapezoid ? smooth_step(0.25F, 0.75F, wave) : wave;
    const float soiled = smooth_step(0.1F, 0.9F, dirt.fractal(p, 4) + 0.35F * (1 - height));
    return {brighter(mix(sheet, stain, 0.5F * soiled), 0.06F * grain.fractal(p, 2) - 0.18F * (1 - height)),
            0.09F * height};
  };
}

Pattern make_brushed_metal(const Grid& grid, Random& random) {
  const Noise scratch(grid, {1, 1}, random), sheen(grid, {0.04F, 0.01F}, random), deep(grid, {0.3F, 0.5F}, random);
  const Colour metal = tinted(random, {0xB5B8BC, 0x8A8F94, 0xC4A878, 0xB58468, 0x6B7078}, 0.02F);
  return [=](Point p) -> Texel {
    const float line = scratch.fractal(p, 3, 0.75F);
    const float mark = smooth_step(0.5F, 0.75F, deep(p));
    return {brighter(metal, 0.20F * line + 0.15F * sheen(p) + 0.16F * mark), 0.12F * line};
  };
}

Pattern make_mesh(const Grid& grid, Random& random) {
  const Noise grain(grid, grid.square(6), random), shade(grid, {0.15F, 0.15F}, random);
  const Colour sheet = tinted(random, {0x8A9094, 0x4A4E54, 0xC4C6C4, 0x6B7A6B, 0xA88A5A}),
               behind = tinted(random, {0x16181C, 0x2A2622, 0x3A4A5A});
  const auto hole = static_cast<float>(random.uniform(0.22, 0.38));
  const bool square = random.chance(0.3);
  return [=](Point p) -> Texel {
    const int row = floor_int(p.y);
    const Point d{fraction(p.x + ((row & 1) != 0 ? 0.5F : 0.0F)) - 0.5F, fraction(p.y) - 0.5F};
    const float distance = square ? std::max(std::fabs(d.x), std::fabs(d.y)) : length(d);
    const float solid = smooth_step(hole - grid.pixel, hole + grid.pixel, distance),
                rim = smooth_step(hole, hole + 0.12F, distance);
    const float rough = grain.fractal(p, 2);
    return {mix(behind, brighter(sheet, 0.07F * rough + 0.1F * shade(p)), solid), 0.10F * rim + 0.006F * rough};
  };
}

Pattern make_dots(const Grid& grid, Random& random) {
  const Colour ground = tinted(random, {0xF0EBE0, 0x2F3A45, 0xD8CDB8, 0x9C4A3C, 0x4F7F78, 0xE6C25A}),
               ink = luma(ground) > 0.5F ? tinted(random, {0x2F3A45, 0xC8352B, 0x3F6C7A, 0x5B3E96})
                                         : tinted(random, {0xF0EBE0, 0xF0B429, 0xE0A0A0});
  const Noise thread(grid, {4, 4}, random), level(grid, {0.08F, 0.08F}, random);
  const auto radius = static_cast<float>(random.uniform(0.16, 0.40));
  const bool halftone = random.chance(0.4), rhombs = random.chance(0.25), staggered = random.chance(0.6);
  return [=](Point p) -> Texel {
    const int row = floor_int(p.y);
    const Point d{fraction(p.x + (staggered && (row & 1) != 0 ? 0.5F : 0.0F)) - 0.5F, fraction(p.y) - 0.5F};
    const float distance = rhombs ? std::fabs(d.x) + std::fabs(d.y) : length(d);
    const float r = halftone ? 0.08F + 0.40F * clamp01(0.5F + level.fractal(p, 2)) : radius;
    const float inside = 1 - smooth_step(r - grid.pixel, r + grid.pixel, distance);
    return {brighter(mix(ground, ink, inside), 0.07F * thread(p)), 0};
  };
}

Pattern make_noise(const Grid& grid, Random& random) {
  const Noise base(grid, grid.square(1), random), warp(grid, grid.square(0.8F), random);
  const Colour low = tinted(random, {0x2F3A45, 0x3A2A22, 0x35503A, 0x4A3A5A, 0x444444}, 0.1F),
               middle = tinted(random, {0x8A8F94, 0x8A6B4A, 0x6B8A5A, 0x7A6B8A}, 0.1F),
               high = tinted(random, {0xE6E0D2, 0xD9B27A, 0xC4D2A0, 0xD2C4DC}, 0.1F);
  const auto gain = static_cast<float>(random.uniform(0.45, 0.85)), swirl = static_cast<float>(random.uniform(0, 0.8));
  const bool ridged = random.chance(0.3);
  return [=](Point p) -> Texel {
    const Point q{p.x + swirl * warp.fractal(p, 2), p.y + swirl * warp.fractal({p.x + 0.5F, p.y + 0.5F}, 2)};
    const float t = clamp01(ridged ? base.ridged(q, 5, gain) : 0.5F + 0.75F * base.fractal(q, 5, gain));
    return {t < 0.5F ? mix(low, middle, 2 * t) : mix(middle, high, 2 * t - 1), 0.25F * t};
  };
}

}  // namespace csgis::synth
