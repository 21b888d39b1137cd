#pragma once
/// How large an image is, without its pixels.

#include "imaging/decode.h"

namespace csgis {

/// The size of an image as decode_image() gives it. Of a PNG all chunks are checked, complete and with the right sums,
/// but no pixel is decoded: a small part of the cost of hashing it. Other files are decoded.
/// @throws DataError  as decode_image(), for what is looked at
Size image_size(std::span<const std::uint8_t> bytes, const DecodeLimits& limits = {});

}  // namespace csgis
