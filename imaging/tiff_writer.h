#pragma once
/// Float images as TIFF, for results that must keep every value.

#include "imaging/image.h"

#include <cstdint>
#include <vector>

namespace csgis {

enum class TiffCompression { none, deflate };

/// 32-bit IEEE float samples, not clipped, one sample (grey) or three in the order R,G,B; contiguous, strips of about
/// 64 KiB, little-endian. decode_image() gives back the same bits, and so does cv2.imread(IMREAD_UNCHANGED), in its
/// order B,G,R. Deflate uses libtiff's predictor for floats. No date, host or program name: equal images give equal
/// bytes.
/// @param image  1 or 3 channels, at least one pixel.
/// @throws InvalidArgument  another shape, or more than 4 GiB, which classic TIFF cannot address.
std::vector<std::uint8_t> encode_tiff(const ImageF& image, TiffCompression compression = TiffCompression::deflate);

}  // namespace csgis
