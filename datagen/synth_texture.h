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
  int min_side = 128;              ///< Pixels.
  int max_side = 512;              ///< Pixels. >= min_side.
  double tileable_fraction = 0.5;  ///< Share of textures that wrap seamlessly in both directions.
  double grey_fraction = 0.25;     ///< Share of textures without colour.
  double mixed_fraction = 0.2;     ///< Share of textures made of two families, in patches or one over the other.
  double min_element = 2;          ///< Pixels: smallest side of an element (a thread, a brick, a pebble) ...
  double max_element = 60;         ///< ... and largest one. >= min_element. Each family keeps to its own range as well.
  std::vector<std::string> family;  ///< Only these, see synth_texture_families(); all when empty.
};

template <class V>
void describe(V& v, SynthTextureOptions& o) {
  v("min-side", o.min_side, between(32, 4096), "shortest side of a texture in pixels");
  v("max-side", o.max_side, between(32, 4096), "longest side of a texture in pixels");
  v("tileable-fraction", o.tileable_fraction, between(0, 1), "share of textures that wrap seamlessly");
  v("grey-fraction", o.grey_fraction, between(0, 1), "share of textures without colour");
  v("mixed-fraction", o.mixed_fraction, between(0, 1), "share of textures made of two families");
  v("min-element", o.min_element, between(2, 60), "smallest element of a texture in pixels");
  v("max-element", o.max_element, between(2, 60), "largest element of a texture in pixels");
  v("family", o.family, any_value("NAME"), "use these families only (repeatable)");
}

/// Standard deviation of the luma (0..1) that textures are brought to before rounding and clipping to 8 bits.
inline constexpr double kLowestTextureContrast = 0.05, kHighestTextureContrast = 0.20;

struct SynthTexture {
  Image8 image;           ///< RGB; the three samples are equal in a grey one.
  std::string family;     ///< "brick"; "brick+rust" in patches, "brick~rust" one over the other.
  bool tileable = false;  ///< The left edge continues the right one, the top the bottom.
  float element_px = 0;   ///< The shorter side of an element of the first family, before bending.
};

/// The names of the families.
std::vector<std::string> synth_texture_families();

/// The texture `index` of the series `seed`. Elements are stretched (up to 3 to 1 where the family has no rows), turned
/// and bent. An element is at most half of the image; where a tile must hold a whole number of them, or elements lie
/// between the family's range and the one asked for, sizes give way by up to a half.
/// Memory: about 50 bytes per pixel. Cost: 0.1 to 1.5 microseconds per pixel.
/// @throws UsageError       an option out of its bounds or an unknown family.
/// @throws InvalidArgument  min_side > max_side or min_element > max_element.
SynthTexture synth_texture(std::uint64_t seed, std::uint64_t index, const SynthTextureOptions& options = {});

/// The same of exactly `size`, for training; the sides of the options do not matter. Like the other a pure function:
/// call it from any number of threads.
/// @throws InvalidArgument  a side not 32 to 4096.
SynthTexture synth_texture(std::uint64_t seed, std::uint64_t index, Size size, const SynthTextureOptions& options = {});

}  // namespace csgis
