#pragma once
/// The texture under every pixel of an image: each region's own, of mean 0 and the contrast its recipe asks for.

#include "datagen/blend_recipe.h"
#include "datagen/detail/tile_sampler.h"
#include "datagen/region_map.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace csgis::detail {

class TextureField {
 public:
  /// The references must outlive it; `tiles` holds null for flat regions.
  TextureField(Size size, const RegionMap& regions, const BlendRecipe& recipe,
               std::span<const TextureTile* const> tiles);

  /// RMS contrast of each region's texture over the region, in levels.
  std::vector<double> contrasts() const;
  /// That of the region of a pixel, or of the strongest around it on the border of regions.
  double contrast_at(int y, int x) const;

  /// What is to be added to row y, in levels, three values a pixel: regions' textures, mixed on their borders.
  /// `out` has room for one value more than the row, which is left undefined.
  void read_row(int y, float* out) const;

 private:
  /// One region's texture: lane values v become (v - mean) * gain levels.
  struct Layer {
    std::optional<TileSampler> sampler;
    std::array<float, TextureTile::kLanes> mean{};
    float gain = 0;
    double contrast = 0;
    float fade_y = 0, fade_x = 0;  ///< Change of strength per pixel from the centre of the image.

    bool fades() const { return fade_y != 0 || fade_x != 0; }
  };
  struct Sums;

  int region_at(int y, int x) const { return is_whole_ ? 0 : regions_.index.row(y)[x]; }
  bool on_border(int y, int x) const { return !is_whole_ && borders_.row(y)[x] != 0; }
  void find_borders();
  float strength_at(const Layer& layer, int y, int x) const;
  void settle_faded();
  void lay_row(int y, std::vector<Sums>& sums);
  void set_contrast(Layer& layer, const Sums& sums, const RegionRecipe& recipe, double tile_contrast) const;
  void read_run(const Layer& layer, int y, int x, int count, const std::uint64_t* values, float* out) const;
  void read_border_pixel(int y, int x, float* out) const;
  template <class Visit>
  void for_each_run(int y, Visit&& visit) const;

  Size size_;
  const RegionMap& regions_;
  const BlendRecipe& recipe_;
  bool is_whole_;
  std::array<std::size_t, 3> lanes_;  ///< Of the three channels.
  LabelMap borders_;  ///< 1 where the 3x3 neighbourhood holds more than one region; empty without regions.
  std::vector<Layer> layers_;
  std::vector<std::uint64_t> values_;  ///< Texture of each pixel's own region.
};

}  // namespace csgis::detail
