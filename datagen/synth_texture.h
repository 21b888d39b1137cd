#pragma once
/// Procedural textures of many families: licence-free, a pure function of (seed, index), the same bytes on every CPU
/// (see synth_scene.h).

#include "core/options.h"
#include "imaging/image.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace csgis {

/// Options of synth_texture().
struct SynthTextureOptions {
  int min_side = 128;               ///< Pixels.
  int max_side = 512;               ///< Pixels. >= min_side.
  double tileable_fraction = 0.5;   ///< Share of textures that wrap seamlessly in both directions.
  double grey_fraction = 0.25;      ///< Share of textures without colour.
  double mixed_fraction = 0.12;     ///< Share of textures made of patches of two families.
  std::vector<std::string> family;  ///< Only these, see synth_texture_families(); all when empty.
};

template <class V>
void describe(V& v, SynthTextureOptions& o) {
  v("min-side", o.min_side, between(32, 4096), "shortest side of a texture in pixels");
  v("max-side", o.max_side, between(32, 4096), "longest side of a texture in pixels");
  v("tileable-fraction", o.tileable_fraction, between(0, 1), "share of textures that wrap seamlessly");
  v("grey-fraction", o.grey_fraction, between(0, 1), "share of textures without colour");
  v("mixed-fraction", o.mixed_fraction, between(0, 1), "share of textures made of patches of two families");
  v("family", o.family, any_value("NAME"), "use these families only (repeatable)");
}

/// Standard deviation of the luma (0..1) that textures are brought to before rounding and clipping to 8 bits.
inline constexpr double kLowestTextureContrast = 0.05, kHighestTextureContrast = 0.20;

struct SynthTexture {
  Image8 image;           ///< RGB; the three samples are equal in a grey one.
  std::string family;     ///< "brick", or "brick+rust" for a mixed one.
  bool tileable = false;  ///< The left edge continues the right one, the top the bottom.
};

/// The names of the families.
std::vector<std::string> synth_texture_families();

/// The texture `index` of the series `seed`. Element sizes run from 2 to 60 px, stretched, turned and warped.
/// Memory: about 50 bytes per pixel. Cost: 0.1 to 1.5 microseconds per pixel.
/// @throws UsageError       an option out of its bounds or an unknown family.
/// @throws InvalidArgument  min_side > max_side.
SynthTexture synth_texture(std::uint64_t seed, std::uint64_t index, const SynthTextureOptions& options = {});

}  // namespace csgis
