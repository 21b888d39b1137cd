#pragma once
/// One function per file format; decode_image() picks by the first bytes. All throw DataError only.

#include "imaging/decode.h"
#include "imaging/detail/bytes.h"

namespace csgis::detail {

DecodedImage decode_jpeg(Bytes bytes, const DecodeLimits& limits);
DecodedImage decode_png(Bytes bytes, const DecodeLimits& limits);
DecodedImage decode_tiff(Bytes bytes, const DecodeLimits& limits);
DecodedImage decode_webp(Bytes bytes, const DecodeLimits& limits);
DecodedImage decode_bmp(Bytes bytes, const DecodeLimits& limits);
DecodedImage decode_pfm(Bytes bytes, const DecodeLimits& limits);
DecodedImage decode_hdr(Bytes bytes, const DecodeLimits& limits);

/// The size as int, or DataError when a side is 0 or above what int holds, or the area is beyond the limit.
Size checked_size(std::uint64_t width, std::uint64_t height, const DecodeLimits& limits);

}  // namespace csgis::detail
