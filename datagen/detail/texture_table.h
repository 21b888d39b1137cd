#pragma once
/// The texture families. Adding one: a make function in the file of its theme, its declaration below, and a row in
/// texture_table.cpp. Scale, rotation, warping, tiling, lighting and contrast are the business of synth_texture().

#include "core/random.h"
#include "datagen/detail/colour.h"
#include "datagen/detail/noise.h"

#include <functional>
#include <initializer_list>
#include <span>

namespace csgis::synth {

/// What a texture is at one point: its own colour, and its height in element heights, from which light is worked out.
struct Texel {
  Colour colour;
  float height = 0;
};

/// Value at a point of the grid; repeats with the grid's tile.
using Pattern = std::function<Texel(Point)>;
using MakePattern = Pattern (*)(const Grid& grid, Random& random);

struct TextureFamily {
  const char* name;
  MakePattern make;
  float aspect;                        ///< Width of an element over its height.
  float low_px, high_px;               ///< Range of the element height in pixels.
  float relief;                        ///< Strength of light and shade; 0 for flat things.
  int multiple_x = 1, multiple_y = 1;  ///< Elements after which the pattern can repeat.
  bool oriented = false;               ///< Has an up and down, or rows that look wrong on the slant: rotated little.
};

std::span<const TextureFamily> texture_table();

/// One of the colours, moved a little.
Colour tinted(Random& random, std::initializer_list<unsigned> colours, float amount = 0.05F);
/// `colour` times (1 + amount).
inline Colour brighter(Colour c, float amount) {
  const float f = 1 + amount;
  return {c.r * f, c.g * f, c.b * f, c.a};
}

Pattern make_brick(const Grid& grid, Random& random);
Pattern make_tiles(const Grid& grid, Random& random);
Pattern make_stone_wall(const Grid& grid, Random& random);
Pattern make_shingles(const Grid& grid, Random& random);
Pattern make_concrete(const Grid& grid, Random& random);
Pattern make_granite(const Grid& grid, Random& random);
Pattern make_marble(const Grid& grid, Random& random);

Pattern make_weave(const Grid& grid, Random& random);
Pattern make_twill(const Grid& grid, Random& random);
Pattern make_wicker(const Grid& grid, Random& random);
Pattern make_knit(const Grid& grid, Random& random);
Pattern make_plaid(const Grid& grid, Random& random);
Pattern make_carpet(const Grid& grid, Random& random);

Pattern make_wood(const Grid& grid, Random& random);
Pattern make_planks(const Grid& grid, Random& random);
Pattern make_bark(const Grid& grid, Random& random);
Pattern make_grass(const Grid& grid, Random& random);
Pattern make_straw(const Grid& grid, Random& random);
Pattern make_leaves(const Grid& grid, Random& random);
Pattern make_pebbles(const Grid& grid, Random& random);
Pattern make_sand(const Grid& grid, Random& random);
Pattern make_cracked_mud(const Grid& grid, Random& random);

Pattern make_leather(const Grid& grid, Random& random);
Pattern make_rust(const Grid& grid, Random& random);
Pattern make_corrugation(const Grid& grid, Random& random);
Pattern make_brushed_metal(const Grid& grid, Random& random);
Pattern make_mesh(const Grid& grid, Random& random);
Pattern make_dots(const Grid& grid, Random& random);
Pattern make_noise(const Grid& grid, Random& random);

}  // namespace csgis::synth
