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
  /// Over the whole image: the root of the mean square of the regions', weighted with their pixels.
  double contrast() const;
  /// That of the region of a pixel, or of the strongest around it on the border of regions.
  double contrast_at(int y, int x) const;

  /// What is to be added to row y, in levels, three values a pixel: regions' textures, mixed on their borders.
  void read_row(int y, float* out) const;

 private:
  /// Pixels over which a fade keeps one strength: within them it hardly changes.
  static constexpr int kPiece = 16;

  /// One region's texture: lane values v become (v - mean) * gain levels.
  struct Layer {
    std::optional<TileSampler> sampler;
    std::array<float, 3 * kPiece> means{};  ///< Of the channels, again and again: for a piece of pixels.
    float gain = 0;
    double contrast = 0;
    float fade_y = 0, fade_x = 0;  ///< Change of strength per pixel from the centre of the image.
  };
  struct Sums;

  int region_at(int y, int x) const { return is_whole_ ? 0 : regions_.index.row(y)[x]; }
  bool on_border(int y, int x) const { return !is_whole_ && borders_.row(y)[x] != 0; }
  void find_borders();
  float strength_at(const Layer& layer, int y, int x) const;
  std::size_t row_begin(int y) const { return static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width); }
  /// `samples` has room for a row.
  void lay_row(int y, std::vector<Sums>& sums, std::vector<std::uint64_t>& samples);
  void store(const std::uint64_t* samples, int count, std::uint16_t* out) const;
  void set_contrast(Layer& layer, const Sums& sums, const RegionRecipe& recipe, double tile_contrast) const;
  float strength_of_piece(const Layer& layer, int y, int x, int count) const;
  void read_piece(const Layer& layer, float strength, const std::uint16_t* values, int count, float* out) const;
  void read_border_pixel(int y, int x, float* out) const;
  template <class Visit>
  void for_each_run(int y, Visit&& visit) const;

  Size size_;
  const RegionMap& regions_;
  const BlendRecipe& recipe_;
  bool is_whole_;
  std::array<std::size_t, 3> lanes_;  ///< Of the three channels.
  LabelMap borders_;  ///< Not 0 where the 3x3 neighbourhood holds more than one region; empty without regions.
  std::vector<Layer> layers_;
  std::vector<std::uint16_t> values_;  ///< Texture of each pixel's own region, three channels, and one value more.
};

}  // namespace csgis::detail
