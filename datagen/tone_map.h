#pragma once
/// Makes room for a texture: narrows the range of a structure image, so that dark and bright places can bear one too.

#include "datagen/blend_recipe.h"
#include "imaging/image.h"

#include <array>
#include <cstdint>

namespace csgis {

/// One curve for all channels of an image.
class ToneMap {
 public:
  /// Changes nothing.
  ToneMap();
  /// value -> round(offset + gain * value), clipped to 0..255.
  ToneMap(double gain, double offset);

  bool is_identity() const;
  std::uint8_t operator()(std::uint8_t value) const { return table_[value]; }
  Image8 apply(const Image8& image) const;

 private:
  std::array<std::uint8_t, 256> table_;
};

/// The straight line that brings the values of `gt`, but for the 0.5 % at each end, 2.5 `std` away from 0 and 255 (at
/// most 64 levels), moving and narrowing no more than that takes. Images that have the room are left as they are.
/// A multiplicative texture needs no room at 0; at 255 it needs that of a texture in proportion.
/// @param gt   8-bit RGB  @param std  contrast of the strongest texture, in levels, >= 0
ToneMap room_for_texture(const Image8& gt, double std, TextureModel model);

}  // namespace csgis
