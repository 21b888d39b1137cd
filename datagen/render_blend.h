#pragma once
/// Blends as a recipe says: textures laid on regions, brought to a contrast, and joined with the structure image.

#include "datagen/blend_recipe.h"
#include "datagen/region_map.h"
#include "datagen/texture_tile.h"
#include "imaging/image.h"

#include <span>
#include <vector>

namespace csgis {

/// A multiplicative texture of contrast s adds contrast s on this grey, half of it on half of that.
inline constexpr double kMultiplicativeGrey = 127.5;

/// Where more than this share of the values would be clipped, Headroom::scale_texture and compress_gt act.
inline constexpr double kMostClipped = 0.01;

struct BlendMeasures {
  double std = 0;   ///< RMS contrast of all textures as laid, flat regions included: before model and headroom; levels.
  double psnr = 0;  ///< dB, of the blend against its GT over all channels; infinite when they are equal.
  double clipped = 0;  ///< Share of the values that left 0..255.
};

struct RenderedBlend {
  Image8 image;
  BlendMeasures measures;
  std::vector<double> std_of_region;  ///< RMS contrast of each region's texture as laid there; 0 for flat ones.
};

/// The blend of `gt` by a recipe.
///
/// The texture of a region is looked up under each of its pixels, less its mean there, and scaled so that its RMS
/// contrast over the region (colour: root of the mean variance of the channels) is the recipe's; without one it is
/// multiplied by the recipe's strength. Amplification ends where the part of a texture that a region shows has less
/// than a quarter of the contrast of the whole: a plain stretch of it is not blown up. The result P joins the GT as
/// GT + P, or GT (1 + P / 127.5); rounded to nearest and clipped.
///
/// Regions: at pixels whose 3x3 neighbourhood holds several, textures are mixed with the weights 1 2 1 x 1 2 1 of the
/// neighbours, so that a texture ends within one pixel of its region.
///
/// Headroom: where more than 1 % of the values would be clipped, P is multiplied at each pixel by min(1, r / (z s)), r
/// the room that the GT leaves there in its tightest channel, s the contrast of the texture, z the least of 2, 2.8,
/// 3.92 ... with which at most 1 % is clipped. (One factor for a whole image would erase all texture from any GT that
/// holds a few percent of pure black, white or colour.)
///
/// @param gt       8-bit RGB
/// @param regions  of the same size; one region for each of the recipe's
/// @param tiles    for each region of the recipe; null for flat ones
/// @throws InvalidArgument  the arguments do not fit together
/// Cost: about 10 ns per pixel; memory of 8 bytes per pixel and the result.
RenderedBlend render_blend(const Image8& gt, const RegionMap& regions, const BlendRecipe& recipe,
                           std::span<const TextureTile* const> tiles);

}  // namespace csgis
