#pragma once
/// Additive blending of a grey texture into a structure image, as the published CSGIS scripts do it.

#include "core/enum_names.h"
#include "imaging/image.h"

#include <array>
#include <cstdint>
#include <vector>

namespace csgis {

/// How a colour texture becomes grey.
enum class Luma {
  rec601,     ///< 0.299 R + 0.587 G + 0.114 B.
  reference,  ///< Weights of red and blue swapped, as the published script has them.
};
constexpr std::array<EnumName<Luma>, 2> enum_names(Luma) {
  return {{{Luma::rec601, "rec601"}, {Luma::reference, "reference"}}};
}

/// A grey texture, ready to be tiled. Values are kept exactly, in thousandths of a grey level: with weights of three
/// decimals every value is an integer, and so is every sum of them, whatever the order of summation.
class GreyTexture {
 public:
  /// @param texture  8-bit RGB, at least 1x1.
  GreyTexture(const Image8& texture, Luma luma);

  Size size() const { return size_; }
  /// Row y, values 0..255000.
  const std::int32_t* row(int y) const {
    return thousandths_.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width);
  }
  std::size_t bytes() const { return thousandths_.size() * sizeof(std::int32_t); }

  /// Mean over a canvas that the texture tiles from its upper left corner, in thousandths.
  /// Cost: one pass over the texture, not over the canvas.
  double mean_thousandths(Size canvas) const;
  /// RMS contrast over such a canvas: the standard deviation of its grey values, in levels. Cost: as the mean, twice.
  double contrast(Size canvas) const;

 private:
  Size size_;
  std::vector<std::int32_t> thousandths_;
};

/// GT plus texture: blend_c(y,x) = round(clip(gt_c(y,x) + strength * (T(y mod h, x mod w) - mean), 0, 255)), the mean
/// taken over the area of the GT, ties rounded to even. The same texture value is added to every channel.
/// Source: spec of the published data generator (Wang et al., CSGIS-Net); strength 1 reproduces its pixels.
/// @param gt        8-bit RGB, any size. Textures smaller, larger or of equal size are tiled or cut.
/// @param strength  factor on the texture, finite.
/// @throws InvalidArgument  gt is not RGB, or strength is not finite.
/// Cost: about one pass over the GT; no allocation besides the result and one row.
Image8 blend_additive(const Image8& gt, const GreyTexture& texture, double strength = 1.0);

/// How many values of that blend are clipped: the rounded sum lies outside 0..255.
/// Cost: about one pass over the GT.
std::size_t clipped_values(const Image8& gt, const GreyTexture& texture, double strength = 1.0);

}  // namespace csgis
