#pragma once
/// A texture as a pattern without end, ready to be looked up between its pixels.

#include "datagen/blend.h"
#include "datagen/blend_recipe.h"
#include "imaging/image.h"

#include <cstdint>
#include <vector>

namespace csgis {

/// A texture in four lanes (R, G, B, grey), continued in both directions by repetition or by mirrors (abc cba abc),
/// at its own size and at halves, quarters ... of it, so that it can be shown smaller without aliasing.
class TextureTile {
 public:
  static constexpr int kLanes = 4, kGreyLane = 3;

  /// One size of the pattern.
  struct Level {
    Size size;    ///< Of the texture.
    Size period;  ///< The same, or twice that with mirrors.
    /// A row of a period and the pixel after it, for each row of the texture. R, G, B, grey from the lowest byte up.
    std::vector<std::uint32_t> pixels;
    std::vector<std::int64_t> rows;  ///< Where the pixels of each row of a period begin, and of the row after it.
  };

  /// @param texture         8-bit RGB, at least 1x1
  /// @param is_mirrored     continued by mirrors instead of repetition
  /// @param smallest_scale  how small it will be shown; 1 needs no smaller sizes
  TextureTile(const Image8& texture, Luma luma, bool is_mirrored, double smallest_scale);

  int levels() const { return static_cast<int>(levels_.size()); }
  const Level& level(int i) const { return levels_[static_cast<std::size_t>(i)]; }

  /// RMS contrast of the whole texture in levels: the standard deviation of its grey values, or in colour the root of
  /// the mean variance of the channels.
  double contrast(TextureColour colour) const { return colour == TextureColour::grey ? grey_contrast_ : rgb_contrast_; }
  std::size_t bytes() const;

 private:
  std::vector<Level> levels_;
  double grey_contrast_ = 0, rgb_contrast_ = 0;
};

}  // namespace csgis
