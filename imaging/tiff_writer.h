#pragma once
/// Images as TIFF; floats for results that must keep every value.

#include "imaging/image.h"

#include <cstdint>
#include <span>
#include <vector>

namespace csgis {

enum class TiffCompression { none, deflate };

/// Samples as they are, not clipped: 32-bit IEEE floats, or 8 or 16 bit integers. Contiguous in the order grey[, alpha]
/// or R,G,B[, alpha] (straight), strips of about 64 KiB, little-endian. decode_image() gives back the same bits, and so
/// does cv2.imread(IMREAD_UNCHANGED) for 1 or 3 channels, in its order B,G,R. Deflate uses libtiff's predictors. No
/// date, host or program name: equal images give equal bytes.
/// @param image        1 to 4 channels, at least one pixel.
/// @param icc_profile  stored as it is when not empty.
/// @throws InvalidArgument  another shape, or more than 4 GiB, which classic TIFF cannot address.
std::vector<std::uint8_t> encode_tiff(const ImageF& image, TiffCompression compression = TiffCompression::deflate,
                                      std::span<const std::uint8_t> icc_profile = {});
std::vector<std::uint8_t> encode_tiff(const Image8& image, TiffCompression compression = TiffCompression::deflate,
                                      std::span<const std::uint8_t> icc_profile = {});
std::vector<std::uint8_t> encode_tiff(const Image16& image, TiffCompression compression = TiffCompression::deflate,
                                      std::span<const std::uint8_t> icc_profile = {});

}  // namespace csgis
