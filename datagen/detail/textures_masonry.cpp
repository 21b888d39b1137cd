/// Walls, tiles and stone.

#include "datagen/detail/texture_table.h"

#include <algorithm>
#include <cmath>

namespace csgis::synth {
namespace {

/// Distance of the point (u, v) of a unit element to its border, in element heights.
float border_distance(float u, float v, float aspect) {
  return std::min(std::min(u, 1 - u) * aspect, std::min(v, 1 - v));
}

}  // namespace

Pattern make_brick(const Grid& grid, Random& random) {
  const Noise grain(grid, grid.square(7), random), wobble(grid, grid.square(1.7F), random);
  const Colour clay = tinted(random, {0x9E4B35, 0xB5633F, 0x7D3B30, 0xA8876B, 0xC9B79C, 0x8A8580}),
               second = tinted(random, {0x6B332B, 0xC98562, 0x8F5A48, 0xB5A08A});
  const Colour mortar = tinted(random, {0xBDB5A8, 0x8F8A84, 0xD9D3C7, 0x5F5A56});
  const auto joint = static_cast<float>(random.uniform(0.04, 0.09)), shift = random.chance(0.8) ? 0.5F : 0.0F;
  const auto seed = random();
  return [=](Point p) -> Texel {
    const int row = floor_int(p.y);
    const float x = p.x + ((row & 1) != 0 ? shift : 0.0F);
    const int column = floor_int(x);
    const std::uint32_t id = hash(wrap(column, grid.columns), wrap(row, grid.rows), seed);
    const float rough = grain.fractal(p, 3);
    const float edge =
        border_distance(fraction(x), fraction(p.y), grid.aspect) - joint + 0.03F * wobble(p) + 0.02F * rough;
    const float inside = smooth_step(-grid.pixel, grid.pixel + 0.06F, edge);
    const Colour brick =
        brighter(mix(clay, second, hash_unit(id, 0)), 0.3F * (hash_unit(id, 2) - 0.5F) + 0.16F * rough);
    return {mix(brighter(mortar, 0.18F * rough), brick, inside), 0.13F * inside + 0.025F * rough};
  };
}

Pattern make_tiles(const Grid& grid, Random& random) {
  const Noise glaze(grid, grid.square(1.3F), random), grain(grid, grid.square(9), random);
  const Colour a = tinted(random, {0xE8E4DA, 0x9FC0C4, 0xD6C9A8, 0x4F7A8A, 0xB5654A, 0xC9CCD0});
  const Colour b = random.chance(0.5) ? a : tinted(random, {0x3A4A5A, 0x8FA8A0, 0x2F2F33, 0xA8503F, 0xE8E4DA});
  const Colour grout = tinted(random, {0xB0ACA4, 0x6B6864, 0xE0DCD2});
  const auto joint = static_cast<float>(random.uniform(0.02, 0.05)),
             ring = static_cast<float>(random.uniform(0.22, 0.36));
  const bool ornament = random.chance(0.4);
  const auto seed = random();
  return [=](Point p) -> Texel {
    const int column = floor_int(p.x), row = floor_int(p.y);
    const float u = fraction(p.x), v = fraction(p.y);
    const std::uint32_t id = hash(wrap(column, grid.columns), wrap(row, grid.rows), seed);
    const float edge = border_distance(u, v, grid.aspect) - joint;
    const float inside = smooth_step(-grid.pixel, grid.pixel, edge), bevel = smooth_step(0, 0.07F, edge);
    const bool odd = ((column + row) & 1) != 0;
    Colour colour = odd ? b : a;
    if (ornament) {
      const float from_ring = std::fabs(length(Point{u - 0.5F, v - 0.5F}) - ring) - 0.045F;
      colour = mix(odd ? a : b, colour, smooth_step(-grid.pixel, grid.pixel, from_ring));
    }
    colour = brighter(colour, 0.12F * (hash_unit(id) - 0.5F) + 0.07F * glaze.fractal(p, 2));
    const float rough = grain(p);
    return {mix(brighter(grout, 0.15F * rough), colour, inside), 0.05F * bevel + 0.006F * rough * (1 - inside)};
  };
}

Pattern make_stone_wall(const Grid& grid, Random& random) {
  const CellNoise stones(grid, {1, 1}, 0.85F, random);
  const Noise warp(grid, grid.square(1.6F), random), grain(grid, grid.square(5), random);
  const Colour a = tinted(random, {0x8F8A80, 0xB09A7A, 0x6F7478, 0xA8927F}),
               b = tinted(random, {0x5F5A54, 0xC4B89E, 0x8A7460, 0x9AA0A4});
  const Colour mortar = tinted(random, {0x4A4642, 0xC9C2B4, 0x7A746A});
  const auto joint = static_cast<float>(random.uniform(0.02, 0.06));
  return [=](Point p) -> Texel {
    const float rough = grain.fractal(p, 4);
    const Point q{p.x + 0.10F * warp(p), p.y + 0.10F * warp({p.x + 0.37F, p.y + 0.71F})};
    const CellNoise::Cell cell = stones(q);
    const float edge = cell.border - joint + 0.02F * rough;
    const float inside = smooth_step(-grid.pixel, grid.pixel + 0.04F, edge);
    const Colour stone =
        brighter(mix(a, b, hash_unit(cell.id, 1)), 0.35F * rough + 0.25F * (hash_unit(cell.id, 0) - 0.5F));
    const float dome = smooth_step(0, 0.25F, edge);
    return {mix(brighter(mortar, 0.2F * rough), stone, inside), 0.20F * dome + 0.05F * rough};
  };
}

Pattern make_shingles(const Grid& grid, Random& random) {
  const Noise grain(grid, {9 * grid.aspect, 2.5F}, random);
  const Colour a = tinted(random, {0x8A4A3A, 0x5A6068, 0x6B5444, 0xA8603F, 0x4F5A52}),
               b = tinted(random, {0x6B3A30, 0x767C84, 0x8A7058, 0x3F464C});
  const auto roundness = static_cast<float>(random.uniform(0.0, 0.55));
  const auto seed = random();
  return [=](Point p) -> Texel {
    // The scales of a row hang over the next row; take the upper one where its rounded end still reaches.
    const auto row_of = [&](int row) { return p.x + ((row & 1) != 0 ? 0.5F : 0.0F); };
    int row = floor_int(p.y);
    float v = fraction(p.y);
    const float above = fraction(row_of(row - 1)) - 0.5F;
    const float reach = 0.30F * (1 - 4 * roundness * above * above);
    const float overhang = reach - v;
    if (overhang > 0) {
      row -= 1;
      v += 1;
    }
    const float x = row_of(row), u = fraction(x) - 0.5F;
    const std::uint32_t id = hash(wrap(floor_int(x), grid.columns), wrap(row, grid.rows), seed);
    const float rough = grain.fractal(p, 3);
    const float gap = smooth_step(0.0F, 0.03F + grid.pixel, 0.5F - std::fabs(u));
    const float under = overhang > 0 ? 1.0F : smooth_step(0, 0.25F, -overhang);
    const Colour colour = brighter(mix(a, b, hash_unit(id)), 0.25F * rough + 0.25F * (hash_unit(id, 2) - 0.5F));
    return {brighter(colour, -0.55F * (1 - gap) - 0.45F * (1 - under)), 0.15F * v + 0.05F * gap + 0.02F * rough};
  };
}

Pattern make_concrete(const Grid& grid, Random& random) {
  const Noise stain(grid, grid.square(0.8F), random), grain(grid, grid.square(14), random);
  const CellNoise pits(grid, grid.square(3), 1, random);
  const Colour base = tinted(random, {0xA8A49C, 0x8A8884, 0xC4BEB2, 0xB5ACA0});
  const auto pitted = static_cast<float>(random.uniform(0.1, 0.5));
  return [=](Point p) -> Texel {
    const float rough = grain.fractal(p, 3, 0.7F), cloud = stain.fractal(p, 4);
    const CellNoise::Cell pit = pits(p);
    const float size = hash_unit(pit.id, 1) < pitted ? 0.05F + 0.13F * hash_unit(pit.id, 2) : 0.0F;
    const float hole = size > 0 ? 1 - smooth_step(size * 0.6F, size + grid.pixel, pit.nearest) : 0.0F;
    return {brighter(base, 0.20F * cloud + 0.12F * rough - 0.35F * hole), 0.02F * rough - 0.06F * hole};
  };
}

Pattern make_granite(const Grid& grid, Random& random) {
  const CellNoise crystals(grid, grid.square(1), 1, random), flecks(grid, grid.square(2.3F), 1, random);
  const Noise grain(grid, grid.square(2), random);
  const Colour minerals[4] = {tinted(random, {0xC4B8B0, 0xB59A8F, 0x9AA0A4}),
                              tinted(random, {0x8F8A88, 0xA87A6B, 0x6F767C}), tinted(random, {0xE0DAD2, 0xD2C4B8}),
                              tinted(random, {0x3A3836, 0x4F4644})};
  return [=, m0 = minerals[0], m1 = minerals[1], m2 = minerals[2], m3 = minerals[3]](Point p) -> Texel {
    const std::uint32_t id = crystals(p).id;
    const float choice = hash_unit(id, 1);
    Colour colour = choice < 0.42F ? m0 : (choice < 0.72F ? m1 : (choice < 0.88F ? m2 : m3));
    const std::uint32_t fleck = flecks(p).id;
    if (hash_unit(fleck, 0) < 0.10F) colour = hash_unit(fleck, 2) < 0.5F ? m3 : m2;
    const float rough = grain.fractal(p, 2);
    return {brighter(colour, 0.18F * rough), 0.05F * rough};
  };
}

Pattern make_marble(const Grid& grid, Random& random) {
  const Noise warp(grid, grid.square(0.9F), random), main(grid, grid.square(0.55F), random);
  const Noise side(grid, grid.square(1.6F), random), cloud(grid, grid.square(1.2F), random);
  const Colour base = tinted(random, {0xECE8E0, 0xD8D4CC, 0x3A4A44, 0x2F2F36, 0xE0CDBB});
  const Colour vein =
      luma(base) > 0.5F ? tinted(random, {0x7A7A80, 0x8A6F5A, 0x5A6A6A}) : tinted(random, {0xD8D8D2, 0xC9B48A});
  const auto bend = static_cast<float>(random.uniform(0.25, 0.6));
  // A vein follows the zeros of one smooth octave: it never breaks off. Its width varies with the cloud.
  const auto vein_at = [](float noise, float width) { return 1 - smooth_step(0, width, std::fabs(noise)); };
  return [=](Point p) -> Texel {
    const Point q{p.x + bend * warp.fractal(p, 5), p.y + bend * warp.fractal({p.x + 3.7F, p.y + 1.3F}, 5)};
    const float mist = cloud.fractal(q, 4), swell = 1 + 0.8F * mist;
    const float line = 0.85F * vein_at(main(q), 0.16F * swell) + 0.45F * vein_at(side(q), 0.07F * swell);
    return {mix(brighter(base, 0.13F * mist), vein, std::min(line, 0.9F)), 0};
  };
}

}  // namespace csgis::synth
