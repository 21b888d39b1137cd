#pragma once
/// 8-bit images as JPEG.

#include "imaging/image.h"

#include <cstdint>
#include <span>
#include <vector>

namespace csgis {

inline constexpr int kDefaultJpegQuality = 95;

/// Baseline JPEG with JFIF header. Colour is kept at full resolution (4:4:4), unlike most programs' default of 4:2:0:
/// what remains after smoothing are edges, and halved chroma would blur just these.
/// @param image    1 (grey) or 3 channels (R,G,B), sides 1..65500.
/// @param quality  1..100, libjpeg's scale.
/// @param icc_profile  stored as it is when not empty; at most 255 markers of 65519 bytes.
/// @throws InvalidArgument  another shape or quality, a larger profile.
std::vector<std::uint8_t> encode_jpeg(const Image8& image, int quality = kDefaultJpegQuality,
                                      std::span<const std::uint8_t> icc_profile = {});

}  // namespace csgis
