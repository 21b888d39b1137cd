#pragma once
/// What is drawn for the blend of one sample: which texture lies where, how strong, how large, how turned.
/// A recipe is a pure function of (options, seed, key of the sample); rendering it is another (datagen/render_blend.h).

#include "core/enum_names.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace csgis {

/// How a texture T of mean 0 meets the ground truth.
enum class TextureModel {
  additive,        ///< GT + a T
  multiplicative,  ///< GT (1 + a T): black stays black, a texture is strongest on bright surfaces.
};
constexpr std::array<EnumName<TextureModel>, 2> enum_names(TextureModel) {
  return {{{TextureModel::additive, "additive"}, {TextureModel::multiplicative, "multiplicative"}}};
}

enum class TextureColour {
  grey,    ///< One value for all channels: colour differences stay free of texture.
  colour,  ///< The texture's own colours, less their mean.
};
constexpr std::array<EnumName<TextureColour>, 2> enum_names(TextureColour) {
  return {{{TextureColour::grey, "grey"}, {TextureColour::colour, "colour"}}};
}

/// What is done where GT and texture together leave 0..255.
enum class Headroom {
  none,           ///< Values are clipped.
  scale_texture,  ///< The texture is scaled down where the GT leaves it no room, until at most 1 % is clipped.
  compress_gt,    ///< The range of the GT is narrowed first (datagen/tone_map.h); then as scale_texture.
};
constexpr std::array<EnumName<Headroom>, 3> enum_names(Headroom) {
  return {
      {{Headroom::none, "none"}, {Headroom::scale_texture, "scale-texture"}, {Headroom::compress_gt, "compress-gt"}}};
}

/// How a texture is continued beyond its borders.
enum class Tiling {
  automatic,  ///< repeat where the seam is weak, else mirror.
  repeat,
  mirror,
  quilt,  ///< A larger pattern is sewn from patches of it (datagen/quilt.h), and repeated.
};
constexpr std::array<EnumName<Tiling>, 4> enum_names(Tiling) {
  return {
      {{Tiling::automatic, "auto"}, {Tiling::repeat, "repeat"}, {Tiling::mirror, "mirror"}, {Tiling::quilt, "quilt"}}};
}

/// Where the pattern begins.
enum class Placement {
  corner,   ///< Upper left corner on upper left corner.
  shifted,  ///< Anywhere.
  rotated,  ///< Anywhere, turned by any angle.
};
constexpr std::array<EnumName<Placement>, 3> enum_names(Placement) {
  return {{{Placement::corner, "corner"}, {Placement::shifted, "shifted"}, {Placement::rotated, "rotated"}}};
}

enum class Warp {
  none,
  affine,       ///< Stretched by up to 1.3 and sheared by up to 0.3.
  perspective,  ///< The same, and tilted: up to twice as large at one end of the image as at the other.
};
constexpr std::array<EnumName<Warp>, 3> enum_names(Warp) {
  return {{{Warp::none, "none"}, {Warp::affine, "affine"}, {Warp::perspective, "perspective"}}};
}

/// What a value is drawn from, evenly; the value itself when both ends are equal.
struct DrawRange {
  double low = 0, high = 0;
};

struct RecipeOptions {
  TextureModel model = TextureModel::additive;
  TextureColour colour = TextureColour::grey;
  Headroom headroom = Headroom::none;
  Tiling tiling = Tiling::repeat;
  std::optional<DrawRange> std;  ///< RMS contrast in grey levels; nothing: the texture's own, times the strength.
  double strength = 1;
  DrawRange scale{1, 1};  ///< Size of the pattern; drawn so that its frequencies spread evenly.
  Placement placement = Placement::corner;
  Warp warp = Warp::none;
  double fade = 0;        ///< 0..1: from one side of the image to the other strength goes from 1 - fade to 1 + fade.
  double flat_share = 0;  ///< Share of the regions that get no texture.
};

/// How a pattern lies on an image, and how its strength changes over it. With c the centre of the image and p a pixel,
///   q = c + (p - c) / (1 + tilt . (p - c) / half diagonal)
///   position in the texture = shift + Turn Shear Stretch q / scale
///   strength = that of the recipe times 1 + fade . (p - c) / half diagonal
struct TexturePlacement {
  double scale = 1;                 ///< Image pixels per texture pixel.
  double angle = 0;                 ///< Degrees, clockwise as seen.
  double shift_y = 0, shift_x = 0;  ///< Texture pixels.
  double stretch = 1, shear = 0;
  double tilt_y = 0, tilt_x = 0;
  double fade_y = 0, fade_x = 0;

  friend bool operator==(const TexturePlacement&, const TexturePlacement&) = default;
};

struct RegionRecipe {
  static constexpr int kFlat = -1;

  int label = 0;        ///< Of the label map; meaningless for a whole image.
  int texture = kFlat;  ///< Index in the list of textures, or none.
  Tiling tiling = Tiling::repeat;
  std::optional<double> std;  ///< As drawn.
  TexturePlacement placement;

  bool is_flat() const { return texture == kFlat; }
};

struct BlendRecipe {
  TextureModel model = TextureModel::additive;
  TextureColour colour = TextureColour::grey;
  Headroom headroom = Headroom::none;
  double strength = 1;                ///< Where no std was drawn.
  std::vector<RegionRecipe> regions;  ///< In the order of the image's regions.
};

/// A region of the image, or all of it, and what may lie on it.
struct RegionChoice {
  int label = 0;
  std::size_t pixels = 0;
  std::span<const int> textures;  ///< Ascending; none: it stays flat.
};

/// Regions below this show no texture that could be told from noise: they stay flat.
inline constexpr std::size_t kSmallestTexturedRegion = 64;

/// Draws the recipe of a sample. Every region has a stream of random numbers of its own, from which the same number of
/// values is taken whatever the options are, so that one option does not change the draws of another.
/// The sample's own texture goes to the largest region that is not flat and may bear it; the others draw from what they
/// may bear. Where every region drew to stay flat, the largest that may bear a texture gets one.
/// A single region takes the sample's own texture and is never flat.
BlendRecipe draw_recipe(const RecipeOptions& options, std::uint64_t seed, const std::string& key, int own_texture,
                        std::span<const RegionChoice> regions);

}  // namespace csgis
