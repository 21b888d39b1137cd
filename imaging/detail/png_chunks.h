#pragma once
/// The chunk layer of PNG (ISO/IEC 15948, sections 5 and 11): what the file says, before any pixel is decoded.

#include "imaging/decode.h"
#include "imaging/detail/bytes.h"
#include "imaging/label_map.h"

#include <vector>

namespace csgis::detail {

enum class PngColour { grey = 0, rgb = 2, palette = 3, grey_alpha = 4, rgb_alpha = 6 };

struct PngHeader {
  Size size;
  int bit_depth = 8;
  PngColour colour = PngColour::rgb;
  bool interlaced = false;

  int samples_per_pixel() const;
  int bits_per_pixel() const { return samples_per_pixel() * bit_depth; }
};

struct PngChunks {
  PngHeader header;
  std::vector<Rgb8> palette;
  Bytes transparency;       ///< Payload of tRNS, empty without one.
  Bytes icc;                ///< Payload of iCCP.
  int orientation = 1;      ///< From eXIf.
  std::vector<Bytes> data;  ///< Payloads of IDAT, in order.
};

/// Walks all chunks up to IEND. Every chunk must be complete and have the right CRC, ancillary ones too; the order of
/// critical chunks must be legal and IEND be there. Bytes after IEND are ignored.
PngChunks read_png_chunks(Bytes file, const DecodeLimits& limits);

}  // namespace csgis::detail
