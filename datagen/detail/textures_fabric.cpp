/// Woven, knitted and tufted things.

#include "datagen/detail/texture_table.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace csgis::synth {
namespace {

/// Cross-section of a thread: 1 on its axis, 0 at distance half and beyond.
float thread_profile(float across, float half) {
  const float t = across / half;
  return t * t < 1 ? std::sqrt(1 - t * t) : 0.0F;
}

struct Threads {
  float half_x = 0.46F, half_y = 0.46F;  ///< Half widths of the vertical and the horizontal threads.
  float bend = 0.35F;                    ///< How far threads rise and dive, in thread widths.
  float uneven = 0.2F;                   ///< Brightness differences between threads.
};

/// Two sets of threads crossing on the unit grid. `vertical_on_top(column, row)` says which one shows;
/// `colours(column, row, vertical)` what colour it has.
template <class OnTop, class ColourOf>
Pattern woven(const Grid& grid, Random& random, Threads threads, OnTop vertical_on_top, ColourOf colour_of) {
  const Noise fibre_x(grid, {2, 9}, random), fibre_y(grid, {9, 2}, random), slub(grid, {0.5F, 0.5F}, random);
  const auto seed = random();
  return [=](Point p) -> Texel {
    const int column = wrap(floor_int(p.x), grid.columns), row = wrap(floor_int(p.y), grid.rows);
    const float u = fraction(p.x) - 0.5F, v = fraction(p.y) - 0.5F;
    const float sign = vertical_on_top(column, row) ? 1.0F : -1.0F;
    const float swell = 1 + 0.10F * slub(p);
    const float vertical = thread_profile(u, threads.half_x * swell),
                horizontal = thread_profile(v, threads.half_y * swell);
    const float height_v = vertical > 0 ? 0.5F * vertical + sign * threads.bend * cosine_turns(v / 2) : -1.0F;
    const float height_h = horizontal > 0 ? 0.5F * horizontal - sign * threads.bend * cosine_turns(u / 2) : -1.0F;
    const bool shows_vertical = height_v > height_h;
    const float height = std::max(std::max(height_v, height_h), -0.4F);
    const std::uint32_t id = shows_vertical ? hash(column, -1, seed) : hash(-1, row, seed);
    const float fibre = shows_vertical ? fibre_y.fractal(p, 2) : fibre_x.fractal(p, 2);
    const float depth = smooth_step(-0.4F, 0.5F, height);
    const Colour colour = colour_of(column, row, shows_vertical);
    return {brighter(colour, threads.uneven * (hash_unit(id) - 0.5F) + 0.14F * fibre - 0.6F * (1 - depth)),
            0.5F * height + 0.03F * fibre};
  };
}

Colour yarn(Random& random) {
  return tinted(random, {0xD8CDB8, 0x9C4A3C, 0x3F5C7A, 0x6B7A4F, 0xB98A4F, 0x5A4A6B, 0x8A8F94, 0xE6E0D2, 0x2F3A45,
                         0xA86B7A, 0x4F7F78});
}

}  // namespace

Pattern make_weave(const Grid& grid, Random& random) {
  const Colour warp = yarn(random), weft = random.chance(0.5) ? warp : yarn(random);
  Threads threads;
  threads.half_x = static_cast<float>(random.uniform(0.34, 0.48));
  threads.half_y = static_cast<float>(random.uniform(0.34, 0.48));
  threads.uneven = static_cast<float>(random.uniform(0.05, 0.4));
  return woven(
      grid, random, threads, [](int column, int row) { return ((column + row) & 1) == 0; },
      [=](int, int, bool vertical) { return vertical ? warp : weft; });
}

Pattern make_twill(const Grid& grid, Random& random) {
  const Colour warp = yarn(random), weft = random.chance(0.3) ? warp : lighter(warp, 0.55F);
  Threads threads;
  threads.bend = 0.22F;
  return woven(
      grid, random, threads, [](int column, int row) { return ((column + row) & 3) < 2; },
      [=](int, int, bool vertical) { return vertical ? warp : weft; });
}

Pattern make_wicker(const Grid& grid, Random& random) {
  const Colour cane = tinted(random, {0xB98A4F, 0x8A5F3A, 0xD2B07A, 0x6B4A30, 0xE0D2B5});
  const Colour stake = brighter(cane, static_cast<float>(random.uniform(-0.35, 0.1)));
  Threads threads;
  threads.half_x = 0.22F;
  threads.half_y = 0.49F;
  threads.bend = 0.45F;
  threads.uneven = 0.3F;
  return woven(
      grid, random, threads, [](int column, int row) { return ((column + row) & 1) == 0; },
      [=](int, int, bool vertical) { return vertical ? stake : cane; });
}

Pattern make_plaid(const Grid& grid, Random& random) {
  constexpr std::size_t kSett = 24;  // threads after which the stripes repeat, mirrored about the middle
  const std::array<Colour, 3> dyes = {yarn(random), yarn(random), yarn(random)};
  std::array<Colour, kSett> stripes;
  std::size_t at = 0;
  while (at <= kSett / 2) {
    const Colour dye = dyes[static_cast<std::size_t>(random.below(dyes.size()))];
    for (std::size_t wide = 1 + static_cast<std::size_t>(random.below(5)); wide > 0 && at <= kSett / 2; --wide)
      stripes[at++] = dye;
  }
  for (std::size_t i = kSett / 2 + 1; i < kSett; ++i) stripes[i] = stripes[kSett - i];
  Threads threads;
  threads.bend = 0.2F;
  threads.uneven = 0.1F;
  return woven(
      grid, random, threads, [](int column, int row) { return ((column + row) & 3) < 2; },
      [=](int column, int row, bool vertical) {
        return stripes[static_cast<std::size_t>(wrap(vertical ? column : row, kSett))];
      });
}

Pattern make_knit(const Grid& grid, Random& random) {
  const Noise fibre(grid, {5, 8}, random), slub(grid, {0.4F, 0.4F}, random);
  const Colour wool = yarn(random), second = random.chance(0.35) ? yarn(random) : wool;
  const int band = random.between(2, 5);
  const auto slant = static_cast<float>(random.uniform(0.55, 0.8));
  return [=](Point p) -> Texel {
    // Each stitch is a V of two leaning loops; the column's middle is their foot.
    const float u = fraction(p.x) - 0.5F, side = std::fabs(u);
    const float y = p.y + side * slant;
    const int row = wrap(floor_int(y), grid.rows);
    const float v = fraction(y) - 0.5F;
    const float a = (side - 0.25F + 0.05F * v) / 0.255F, b = v / 0.60F;
    const float inside = 1 - a * a - b * b;
    const float round = inside > 0 ? std::sqrt(inside) : 0.0F;
    const float lint = fibre.fractal({p.x, y}, 3);
    const Colour colour = row / band % 2 == 0 || grid.rows % (2 * band) != 0 ? wool : second;
    return {brighter(colour, 0.16F * lint + 0.08F * slub(p) - 0.65F * (1 - smooth_step(0.0F, 0.75F, round))),
            0.35F * round + 0.04F * lint};
  };
}

Pattern make_carpet(const Grid& grid, Random& random) {
  const CellNoise tufts(grid, {1, 1}, 0.8F, random);
  const Noise fibre(grid, {4, 4}, random), wear(grid, {0.06F, 0.06F}, random);
  const Colour a = yarn(random), b = mix(a, yarn(random), 0.45F);
  return [=](Point p) -> Texel {
    const CellNoise::Cell tuft = tufts(p);
    const float round = clamp01(1 - tuft.nearest * tuft.nearest * 1.6F), lint = fibre.fractal(p, 2);
    const Colour colour = mix(a, b, clamp01(0.5F + 1.2F * (hash_unit(tuft.id) - 0.5F) + 0.8F * wear.fractal(p, 3)));
    return {brighter(colour, 0.2F * lint - 0.5F * (1 - round)), 0.5F * round + 0.1F * lint};
  };
}

}  // namespace csgis::synth
