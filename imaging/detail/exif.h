#pragma once
/// EXIF orientation: reading the tag and turning the pixels.

#include "imaging/decode.h"
#include "imaging/detail/bytes.h"

namespace csgis::detail {

/// Tag 0x0112 of the first directory of an EXIF block, which is a small TIFF file ("II*\0" or "MM\0*" first).
/// 1 (as stored) when the block has no such tag or makes no sense: a photo with bad metadata is still a photo.
int exif_orientation(Bytes tiff_block);

/// Turns the pixels so that row 0 is the top and column 0 the left side as shown. orientation: 1..8 as EXIF counts.
void apply_orientation(DecodedImage& image, int orientation);

}  // namespace csgis::detail
