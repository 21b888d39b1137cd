#pragma once
/// Values in [0,1] to an image file of any format that the toolkit writes: PNG, TIFF, JPEG.

#include "imaging/decode.h"
#include "imaging/image.h"

#include <boost/filesystem/path.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace csgis {

/// What goes into a file besides the colours.
struct EncodeExtras {
  const ImageF* alpha = nullptr;          ///< One channel in [0,1], straight; null for none. Not for JPEG.
  std::vector<std::uint8_t> icc_profile;  ///< Kept as it is; empty for none.
};

/// The format that a file name asks for: .png .tif .tiff .jpg .jpeg in any case; nothing for other names.
std::optional<ImageFormat> writable_format(const boost::filesystem::path& path);

/// Whether a format can hold samples of a depth: PNG 8 and 16, TIFF all, JPEG 8.
bool can_hold(ImageFormat format, SampleDepth depth);

/// One image file. Integer samples are clipped and rounded (imaging/convert.h), floats are written as they are.
/// @param colour  1 or 3 channels
/// @throws InvalidArgument  another shape, a format that cannot hold the depth or the alpha channel, or a value that is
///                          NaN where it must become an integer.
std::vector<std::uint8_t> encode_image(const ImageF& colour, ImageFormat format, SampleDepth depth,
                                       const EncodeExtras& extras = {});

}  // namespace csgis
