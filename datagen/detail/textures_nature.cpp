/// Wood, plants and the ground.

#include "datagen/detail/texture_table.h"

#include <algorithm>
#include <cmath>

namespace csgis::synth {
namespace {

/// One year of growth: pale early wood darkening towards a sharp late edge. t in [0,1) across the ring.
float ring_tone(float t) {
  return smooth_step(0.1F, 0.85F, t) * (1 - smooth_step(0.90F, 1.0F, t));
}

struct Timber {
  Colour early, late;
};

Timber timber(Random& random) {
  const Colour early = tinted(random, {0xC9A06B, 0xA8764A, 0xE0C49A, 0x7A5236, 0xB98A5F, 0xB5A898}, 0.03F);
  return {early, brighter(early, -static_cast<float>(random.uniform(0.25, 0.5)))};
}

/// Strokes scattered over the elements: blades, straws, leaves. Later hashes lie on top.
struct Strokes {
  float reach = 1;           ///< Length in elements, at most 1.3.
  float half_width = 0.1F;   ///< In elements.
  float turn = -0.25F;       ///< Direction: 0 right, -0.25 up.
  float spread = 0.05F;      ///< Of the direction, either way; 0.5 for any.
  bool pointed = false;      ///< Thins out towards the end; otherwise of one width.
  bool leaf = false;         ///< Widest in the middle, with a vein.
  std::uint32_t copies = 2;  ///< Per element.
};

struct Stroke {
  float depth = -1;  ///< Order of overlap, in [0,1); negative where there is none.
  float along = 0;   ///< 0 at the root, 1 at the tip.
  float across = 0;  ///< -1 .. 1 over the width.
  std::uint32_t id = 0;
};

Stroke topmost(Point p, const Grid& grid, const Strokes& strokes, std::uint32_t seed) {
  Stroke best;
  // Nothing of a stroke lies farther from its middle: most candidates end here, before their direction is worked out.
  const float half_reach = 0.5F * strokes.reach, half_breadth = 1.4F * strokes.half_width + 0.06F;
  const float farthest = half_reach * half_reach + half_breadth * half_breadth;
  const int column = floor_int(p.x), row = floor_int(p.y);
  for (int dy = -1; dy <= 1; ++dy) {
    for (int dx = -1; dx <= 1; ++dx) {
      for (std::uint32_t copy = 0; copy < strokes.copies; ++copy) {
        const std::uint32_t id =
            hash(wrap(column + dx, grid.columns), wrap(row + dy, grid.rows), seed + copy * 0x51ED270BU);
        const float depth = hash_unit(id, 1);
        if (depth <= best.depth) continue;
        const std::uint32_t more = id * 0x9E3779B1U;
        const Point middle{static_cast<float>(column + dx) + hash_unit(id, 0),
                           static_cast<float>(row + dy) + hash_unit(id, 2)};
        const Point offset = p - middle;
        if (dot(offset, offset) > farthest) continue;
        const float turn = strokes.turn + strokes.spread * (2 * hash_unit(more, 2) - 1);
        const Point direction{cosine_turns(turn), sine_turns(turn)};
        const float along = dot(offset, direction) / strokes.reach + 0.5F;
        if (along <= 0 || along >= 1) continue;
        float half = strokes.half_width * (0.7F + 0.6F * hash_unit(more, 1));
        if (strokes.pointed) half *= 1 - along * along;
        if (strokes.leaf) half *= 4 * along * (1 - along) * (1.25F - 0.5F * along);
        const float bow = 0.12F * (hash_unit(more, 0) - 0.5F) * (1 - 4 * (along - 0.5F) * (along - 0.5F));
        const float across = (cross(direction, offset) + bow) / std::max(half, 1e-3F);
        if (across <= -1 || across >= 1) continue;
        best = {depth, along, across, id};
      }
    }
  }
  return best;
}

}  // namespace

Pattern make_wood(const Grid& grid, Random& random) {
  const Noise drift(grid, {0.12F, 0.45F}, random), ripple(grid, {0.5F, 1.2F}, random), pores(grid, {7, 5}, random);
  const CellNoise knots(grid, {0.05F, 0.45F}, 0.9F, random);
  const Timber wood = timber(random);
  const auto wander = static_cast<float>(random.uniform(1.0, 3.5));
  const float knot_share = random.chance(0.6) ? 0.35F : 0.0F;
  return [=](Point p) -> Texel {
    const CellNoise::Cell knot = knots(p);
    float ring = p.x + wander * drift.fractal(p, 2) + 0.25F * ripple.fractal(p, 2);
    float heart = 0;
    if (hash_unit(knot.id, 1) < knot_share) {
      const float d = knot.nearest * 5;
      const float pull = 1 / (1 + d * d);
      ring += 7 * pull * pull * (knot.from_centre.x > 0 ? -1.0F : 1.0F) *
                  smooth_step(0, 0.15F, std::fabs(knot.from_centre.x)) +
              5 * pull;
      heart = 1 - smooth_step(0.25F, 0.55F, d);
    }
    const float tone = ring_tone(fraction(ring)), pore = pores.fractal(p, 2);
    const Colour colour = mix(mix(wood.early, wood.late, 0.75F * tone), brighter(wood.late, -0.45F), heart);
    return {brighter(colour, 0.14F * pore - 0.25F * smooth_step(0.35F, 0.7F, pore)), 0.002F * pore - 0.002F * tone};
  };
}

Pattern make_planks(const Grid& grid, Random& random) {
  const Noise grain(grid, {1.5F, 6}, random), fine(grid, {8, 22}, random);
  const Timber wood = timber(random);
  const auto seed = random();
  return [=](Point p) -> Texel {
    const int row = wrap(floor_int(p.y), grid.rows);
    const float x = p.x + ((row & 1) != 0 ? 0.5F : 0.0F) + 0.3F * (hash_unit(hash(row, 1, seed)) - 0.5F);
    const std::uint32_t id = hash(wrap(floor_int(x), grid.columns), row, seed);
    const float u = fraction(x), v = fraction(p.y);
    const float edge = std::min(std::min(u, 1 - u) * grid.aspect, std::min(v, 1 - v));
    const float seam = smooth_step(0.006F, 0.03F + grid.pixel, edge);
    const float ring = 3 * v + 6 * hash_unit(id, 1) + 1.5F * grain.fractal(p, 2), hair = fine.fractal(p, 2);
    const Colour colour = mix(wood.early, wood.late, 0.55F * ring_tone(fraction(ring)) + 0.4F * hash_unit(id, 0));
    return {brighter(colour, 0.14F * hair - 0.65F * (1 - seam)), 0.06F * seam + 0.01F * hair};
  };
}

Pattern make_bark(const Grid& grid, Random& random) {
  const Noise warp(grid, {0.6F, 1}, random), ridges(grid, {1, 0.8F}, random), rough(grid, grid.square(8), random);
  const Colour crest = tinted(random, {0x8A7A6B, 0x7A5F48, 0xA89A88, 0x6B5A4A, 0xB5A890}),
               crack = brighter(crest, -0.7F);
  const Colour moss = tinted(random, {0x6B7A3F, 0x8A8A5A});
  const float mossy = random.chance(0.35) ? 0.6F : 0.0F;
  return [=](Point p) -> Texel {
    const Point q{p.x + 0.5F * warp.fractal(p, 3), p.y + 0.25F * warp({p.x + 0.5F, p.y + 0.5F})};
    const float furrow = ridges.ridged(q, 3, 0.55F), grit = rough.fractal(p, 3);
    const float height = 1 - smooth_step(0.35F, 0.95F, furrow);
    Colour colour = mix(crack, crest, clamp01(0.15F + 0.95F * height + 0.25F * grit));
    colour = mix(colour, moss, mossy * smooth_step(0.1F, 0.6F, warp.fractal(q, 2)) * height);
    return {brighter(colour, 0.2F * grit), 0.16F * height + 0.025F * grit};
  };
}

Pattern make_grass(const Grid& grid, Random& random) {
  const Noise patch(grid, {0.15F, 0.15F}, random);
  const Colour fresh = tinted(random, {0x5E8C3A, 0x7FA34A, 0x4A7A3A, 0x9AA84F}),
               dry = tinted(random, {0xB5A860, 0x8FA050, 0xC4B67A}), soil = rgb(0x2A2A18);
  Strokes blades{1.3F, 0.12F, -0.25F, static_cast<float>(random.uniform(0.05, 0.14)), true, false, 4};
  const auto seed = random();
  return [=](Point p) -> Texel {
    const Stroke blade = topmost(p, grid, blades, seed);
    if (blade.depth < 0) return {soil, -0.3F};
    const Colour colour =
        mix(fresh, dry, clamp01(0.9F * hash_unit(blade.id, 0) * hash_unit(blade.id, 2) + 0.5F * patch.fractal(p, 2)));
    const float light = 0.35F + 0.45F * blade.along + 0.35F * blade.depth + 0.12F * blade.across;
    return {mix(soil, colour, clamp01(light)), 0.3F * blade.depth};
  };
}

Pattern make_straw(const Grid& grid, Random& random) {
  const Colour a = tinted(random, {0xD2B56B, 0xC49A4F, 0xB5A878, 0x8A6F4A}),
               b = tinted(random, {0xA8843F, 0xE6D29A, 0x8F7A4A}), gap = rgb(0x2F2212);
  const auto turn = static_cast<float>(random.uniform(0, 1));
  Strokes straws{1.3F, 0.10F, turn, random.chance(0.5) ? 0.5F : 0.09F, false, false, 5};
  const auto seed = random();
  return [=](Point p) -> Texel {
    const Stroke straw = topmost(p, grid, straws, seed);
    if (straw.depth < 0) return {gap, -0.3F};
    const float round = std::sqrt(1 - straw.across * straw.across);
    return {mix(gap, mix(a, b, hash_unit(straw.id, 0)), clamp01(0.4F + 0.6F * straw.depth)),
            0.4F * straw.depth + 0.08F * round};
  };
}

Pattern make_leaves(const Grid& grid, Random& random) {
  const bool autumn = random.chance(0.4);
  const Colour a =
      autumn ? tinted(random, {0xB5602F, 0xC4903A, 0x8A3F2A}) : tinted(random, {0x4A7A3A, 0x35633F, 0x6B8F3C});
  const Colour b = autumn ? tinted(random, {0xD2A84A, 0x7A4A2A}) : tinted(random, {0x8FA850, 0x2F5A3A, 0x5E9A5A});
  const Colour dark = brighter(a, -0.8F);
  Strokes leaves{1.2F, 0.30F, 0, 0.5F, false, true};
  const auto seed = random();
  return [=](Point p) -> Texel {
    const Stroke leaf = topmost(p, grid, leaves, seed);
    if (leaf.depth < 0) return {dark, -0.3F};
    const float side = std::fabs(leaf.across);
    const float midrib = 1 - smooth_step(0.03F, 0.12F, side);
    const float ribs = 0.5F + 0.5F * sine_turns(6 * leaf.along - 1.1F * side);
    const Colour colour = brighter(mix(a, b, hash_unit(leaf.id, 0)), 0.25F * midrib - 0.10F * ribs * side);
    const float rim = smooth_step(0, 0.25F, 1 - side);
    return {mix(dark, colour, clamp01((0.35F + 0.65F * leaf.depth) * (0.7F + 0.3F * rim))),
            0.5F * leaf.depth + 0.06F * side - 0.02F * midrib};
  };
}

Pattern make_pebbles(const Grid& grid, Random& random) {
  const CellNoise stones(grid, {1, 1}, 0.9F, random);
  const Noise grain(grid, grid.square(6), random), shape(grid, grid.square(2), random);
  const Colour a = tinted(random, {0xA8A29A, 0xB59F84, 0x8A8F94, 0xC9BBA6}),
               b = tinted(random, {0x6B6864, 0x8A6B55, 0xD9D2C6, 0x55606B}), gap = rgb(0x26221F);
  return [=](Point p) -> Texel {
    const CellNoise::Cell stone = stones({p.x + 0.06F * shape(p), p.y + 0.06F * shape({p.x + 0.4F, p.y + 0.2F})});
    const float rough = grain.fractal(p, 3);
    const float inside = smooth_step(0.02F, 0.08F + grid.pixel, stone.border);
    const float t = clamp01(stone.border * 2.6F), dome = std::sqrt(t * (2 - t));
    const Colour colour =
        brighter(mix(a, b, hash_unit(stone.id, 1)), 0.3F * (hash_unit(stone.id, 0) - 0.5F) + 0.14F * rough);
    return {mix(gap, colour, inside * (0.45F + 0.55F * dome)), 0.30F * dome + 0.012F * rough};
  };
}

Pattern make_sand(const Grid& grid, Random& random) {
  const Noise bend(grid, {0.35F, 0.25F}, random), grains(grid, grid.square(9), random),
      damp(grid, {0.2F, 0.1F}, random);
  const Colour base = tinted(random, {0xD9C08F, 0xC9A878, 0xE6D7B5, 0xB59A7A, 0xCFCAC0}, 0.03F);
  const auto bending = static_cast<float>(random.uniform(0.3, 1.0));
  return [=](Point p) -> Texel {
    const float t = fraction(p.y + bending * bend.fractal(p, 3));
    const float crest =
        t < 0.68F ? smooth_step(0, 0.68F, t) : 1 - smooth_step(0.68F, 1, t);  // long windward, short lee side
    const float grit = grains.fractal(p, 2, 0.8F);
    return {brighter(base, 0.14F * grit + 0.12F * (crest - 0.5F) - 0.10F * damp.fractal(p, 2)),
            0.20F * crest + 0.02F * grit};
  };
}

Pattern make_cracked_mud(const Grid& grid, Random& random) {
  const CellNoise plates(grid, {1, 1}, 0.95F, random), small(grid, grid.square(2.2F), 1, random);
  const Noise warp(grid, grid.square(2), random), grain(grid, grid.square(8), random);
  const Colour clay = tinted(random, {0xB59A7A, 0x9A8468, 0xC4B49A, 0x8A7464, 0xA88A7A}), crack = rgb(0x2A211B);
  const auto width = static_cast<float>(random.uniform(0.02, 0.06));
  return [=](Point p) -> Texel {
    const Point q{p.x + 0.12F * warp.fractal(p, 3), p.y + 0.12F * warp.fractal({p.x + 0.6F, p.y + 0.3F}, 3)};
    const CellNoise::Cell plate = plates(q);
    const float rough = grain.fractal(p, 3);
    const float main_gap = plate.border - width, side_gap = small(q).border - 0.25F * width;
    const float whole = smooth_step(-grid.pixel, grid.pixel + 0.02F, main_gap);
    const float hair = hash_unit(plate.id, 2) < 0.5F ? smooth_step(-grid.pixel, grid.pixel, side_gap) : 1.0F;
    const Colour colour = brighter(clay, 0.2F * (hash_unit(plate.id) - 0.5F) + 0.18F * rough);
    return {mix(crack, mix(brighter(colour, -0.35F), colour, hair), whole),
            0.12F * smooth_step(0, 0.2F, main_gap) + 0.02F * rough + 0.02F * hair};
  };
}

}  // namespace csgis::synth
