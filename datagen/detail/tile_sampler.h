#pragma once
/// Looks up a pattern under the pixels of an image.

#include "datagen/texture_tile.h"

#include <cstdint>

namespace csgis::detail {

class TileSampler {
 public:
  /// Values of sample() per level of grey.
  static constexpr int kUnitsPerLevel = 256;

  /// `tile` must outlive it.
  TileSampler(const TextureTile& tile, const TexturePlacement& placement, Size canvas);

  /// The pattern under the pixels (y, x) .. (y, x + count - 1), linear between the texture's pixels: four lanes each,
  /// in units of 1/256 level. Positions are exact at every 32nd pixel and a straight line between, which leaves them
  /// within 0.15 image pixels under the strongest tilt.
  void sample(int y, int x, int count, std::uint64_t* out) const;

 private:
  struct Position {
    double u, v;
  };
  Position position(int y, int x) const;
  void sample_straight(const Position& from, const Position& to, int count, std::uint64_t* out) const;

  const TextureTile::Level& level_;
  double centre_y_, centre_x_, tilt_y_, tilt_x_;
  double uy_, ux_, vy_, vx_, u0_, v0_;  ///< Position in the level's pixels: u = u0 + uy y + ux x.
};

}  // namespace csgis::detail
