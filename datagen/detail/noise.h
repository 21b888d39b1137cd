#pragma once
/// Lattice noise and cell noise that repeat with a texture's tile, and the grid they live on.

#include "core/random.h"
#include "datagen/detail/geometry.h"

#include <cstdint>

namespace csgis::synth {

/// The plane textures are defined on: one unit is one element (a brick, a thread, a pebble). A tile is columns x rows
/// elements; both are 0 for a plane that never repeats.
struct Grid {
  int columns = 0, rows = 0;
  float aspect = 1;    ///< Width of an element over its height, in pixels.
  float pixel = 0.1F;  ///< Size of a pixel in element heights: edges are softened over about this much.

  /// Noise nodes per element, `per_height` along its height and as many per pixel along its width.
  Point square(float per_height) const { return {per_height * aspect, per_height}; }
};

/// 32 well mixed bits (the finaliser of MurmurHash3 on a weighted sum).
inline std::uint32_t hash(int x, int y, std::uint32_t seed) {
  std::uint32_t h = static_cast<std::uint32_t>(x) * 0x9E3779B1U + static_cast<std::uint32_t>(y) * 0x85EBCA77U + seed;
  h = (h ^ h >> 16) * 0x85EBCA6BU;
  h = (h ^ h >> 13) * 0xC2B2AE35U;
  return h ^ h >> 16;
}

/// Bits `index` * 8 .. + 8 of a hash as a number in [0,1). index 0..2 (each result has 16 bits).
inline float hash_unit(std::uint32_t bits, int index = 0) {
  return static_cast<float>(bits >> (8 * index) & 0xFFFFU) * (1.0F / 65536);
}

/// `i` modulo `period`, never negative; `i` itself for period 0.
inline int wrap(int i, int period) {
  if (period == 0 || (i >= 0 && i < period)) return i;  // mostly: a division costs as much as the rest of an octave
  const int r = i % period;
  return r < 0 ? r + period : r;
}

/// Gradient noise (Perlin 2002), repeating with the grid's tile.
class Noise {
 public:
  /// nodes: per element in x and y; rounded so that a whole number fits the tile.
  Noise(const Grid& grid, Point nodes, Random& random);

  /// One octave; zero on average, within [-1, 1].
  float operator()(Point p) const { return octave(p, 1, seed_); }
  /// Sum of octaves of doubled frequency and `gain` times the amplitude, scaled to about [-1, 1].
  float fractal(Point p, int octaves, float gain = 0.5F) const;
  /// Like fractal() with sharp crests: [0, 1], 1 on the crests.
  float ridged(Point p, int octaves, float gain = 0.5F) const;

 private:
  float octave(Point p, int doubling, std::uint32_t seed) const;

  Point nodes_;
  int columns_, rows_;
  std::uint32_t seed_;
};

/// Cell noise (Worley 1996): one random point per node square, repeating with the grid's tile.
class CellNoise {
 public:
  struct Cell {
    float nearest = 9, second = 9;  ///< Distances to the two nearest points, in node squares.
    std::uint32_t id = 0;           ///< Hash of the nearest one.
    Point from_centre;              ///< Position relative to it.
    float border = 9;               ///< Distance to the border with the second one.
  };

  /// jitter: 0 a square lattice, 1 points anywhere in their squares.
  CellNoise(const Grid& grid, Point nodes, float jitter, Random& random);

  Cell operator()(Point p) const;

 private:
  Point nodes_;
  int columns_, rows_;
  float jitter_;
  std::uint32_t seed_;
};

}  // namespace csgis::synth
