#pragma once
/// The samples of a PNG as they are stored: indices stay indices, a 2-bit grey stays 0..3.

#include "imaging/detail/png_chunks.h"

#include <variant>

namespace csgis::detail {

struct PngRaster {
  PngChunks chunks;                       ///< Views into the file's bytes.
  std::variant<Image8, Image16> samples;  ///< samples_per_pixel() channels, not scaled; 16 bit in host order.
};

/// Decodes all pixels. The compressed data must hold exactly the rows that the header announces and end with the
/// right checksum. Done with libdeflate and not with libspng because libspng 0.7.3 stops inflating at the last sample
/// and so reads some streams whose checksum is missing, and because it takes twice the time.
PngRaster read_png_raster(Bytes file, const DecodeLimits& limits);

}  // namespace csgis::detail
